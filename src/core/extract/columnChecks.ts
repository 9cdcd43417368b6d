/** The part of the module that refuses data with other columns than the notebook's had. */
import type { Edit } from "../python/edits";
import type { ImportedName } from "../python/imports";
import type { Statement } from "../python/program";
import type { ExpectedTable, Kind } from "./frames/expected";
import { freshName } from "./names";

/** The checks of a module, and the names that its own parts of them have. */
export interface ColumnChecks {
  readonly tables: readonly (ExpectedTable & { readonly constant: string })[];
  /** How the notebook imports pandera, if it does: then its schemas check. */
  readonly pandera: ImportedName | undefined;
  readonly functions: { readonly kind: string; readonly check: string };
  readonly names: readonly string[];
}

/** Names the parts. `imports`: what the notebook's names stand for. */
export function planChecks(
  tables: readonly ExpectedTable[],
  taken: ReadonlySet<string>,
  imports: ReadonlyMap<string, string>,
): ColumnChecks {
  const fresh = (name: string): string => freshName(name, (one) => taken.has(one));
  const [found] = [...imports].filter(([, qualified]) => /^pandera(\.pandas)?$/.test(qualified));
  const pandera = tables.length === 0 || found === undefined ? undefined : importOf(...found);
  const named = tables.map((table) => ({ ...table, constant: fresh(`${table.name.toUpperCase()}_COLUMNS`) }));
  const functions = { kind: fresh("kind_of"), check: fresh(pandera === undefined ? "check_columns" : "schema_of") };
  const names = tables.length === 0 ? [] : [...Object.values(functions), ...named.map(({ constant }) => constant)];
  return { tables: named, pandera, functions, names };
}

function importOf(local: string, qualified: string): ImportedName {
  const statement = local === qualified ? `import ${local}` : `import ${qualified} as ${local}`;
  return { local, qualified, statement };
}

/** What a statement's calls become that read tables. */
export function checkEdits({ tables, pandera, functions }: ColumnChecks, statement: Statement): readonly Edit[] {
  return tables.flatMap(({ name, constant, calls }) =>
    calls
      .filter((call) => call.statement === statement)
      .flatMap(({ node: { start, end } }) => {
        const [before, behind] =
          pandera === undefined
            ? [`${functions.check}(`, `, ${name}, ${constant})`]
            : [`${constant}.validate(`, ", lazy=True)"];
        return [
          { start, end: start, text: before },
          { start: end, end, text: behind },
        ];
      }),
  );
}

/** The constants and functions. */
export function writeChecks(checks: ColumnChecks): readonly string[] {
  const { tables, pandera, functions } = checks;
  if (tables.length === 0) return [];
  const constants = tables.map((table) => writeConstant(table, checks));
  const comment = "# Columns that the steps rely on, by what they hold besides missing values.";
  const check = pandera === undefined ? CHECK_COLUMNS : SCHEMA_OF;
  const texts = [KIND_OF, check].map((text) =>
    text
      .replaceAll("KIND_OF", functions.kind)
      .replaceAll("CHECK", functions.check)
      .replaceAll("PANDERA", pandera?.local ?? ""),
  );
  return [...texts, `${comment}\n${constants.join("\n")}`];
}

const WIDTH = 100;

/** One line a kind; where that is too long, as many names a line as fit, which the formatter is to leave so. */
function writeConstant({ constant, name, columns }: ColumnChecks["tables"][number], checks: ColumnChecks): string {
  const kinds: readonly Kind[] = ["numbers", "text", "booleans", "values"];
  const groups = kinds.flatMap((kind) => {
    const names = columns.filter((column) => column[1] === kind).map((column) => JSON.stringify(column[0]));
    return names.length === 0 ? [] : [writeGroup(kind, names)];
  });
  const [open, close] =
    checks.pandera === undefined ? ["{", "}"] : [`${checks.functions.check}(${JSON.stringify(name)}, {`, "})"];
  const isPacked = groups.some((group) => group.includes("\n"));
  return [`${constant} = ${open}`, ...groups, `${close}${isPacked ? "  # fmt: skip" : ""}`].join("\n");
}

function writeGroup(kind: Kind, names: readonly string[]): string {
  const line = `    "${kind}": [${names.join(", ")}],`;
  if (line.length <= WIDTH) return line;
  const lines = names.reduce<readonly string[]>((all, name) => {
    const last = all.at(-1);
    const joined = last === undefined ? undefined : `${last} ${name},`;
    return joined !== undefined && joined.length <= WIDTH
      ? [...all.slice(0, -1), joined]
      : [...all, `        ${name},`];
  }, []);
  return [`    "${kind}": [`, ...lines, "    ],"].join("\n");
}

const KIND_OF = `def KIND_OF(column: pd.Series) -> str:
    """Say what a column holds besides missing values."""
    values = column.dropna().infer_objects()
    if values.empty:
        return "nothing"
    if pd.api.types.is_bool_dtype(values):
        return "booleans"
    return "numbers" if pd.api.types.is_numeric_dtype(values) else "text"`;

const CHECK_COLUMNS = `def CHECK(table: pd.DataFrame, path: Path, columns: dict[str, list[str]]) -> pd.DataFrame:
    """Refuse a table that lacks one of these columns, or holds another kind of values there."""
    wrong = []
    for kind, names in columns.items():
        for name in names:
            if name not in table:
                wrong.append(f"there is no column {name!r}")
            elif kind != "values" and KIND_OF(table[name]) not in (kind, "nothing"):
                wrong.append(f"the column {name!r} holds {KIND_OF(table[name])}, not {kind}")
    if wrong:
        raise ValueError(f"{path}: {'; '.join(wrong)}")
    return table`;

const SCHEMA_OF = `def CHECK(name: str, columns: dict[str, list[str]]) -> PANDERA.DataFrameSchema:
    """Give the schema of a table that has these columns, by what they hold besides missing values."""

    def column(kind: str) -> PANDERA.Column:
        fits = PANDERA.Check(lambda one: kind == "values" or KIND_OF(one) in (kind, "nothing"), error=kind)
        return PANDERA.Column(nullable=True, checks=fits)

    named = {one: column(kind) for kind, names in columns.items() for one in names}
    return PANDERA.DataFrameSchema(named, name=name)`;
