/** The part of the module that the shell runs: options, where the data lies, the metrics as text or JSON, and the file of the model. */
import type { Reference, Target } from "../pipeline";
import type { Plan } from "./plan";

/** Types whose options the shell gives as the text that they are made from. */
const PLAIN_TYPES = new Set(["int", "float", "str"]);

/** `main`, and what reads its options where they are no plain numbers and texts. `saved` is what `--save` writes, if there is anything. */
export function writeMain(plan: Plan, targets: readonly Target[], saved: string | undefined): string {
  const hasParams = plan.params.length > 0;
  const hasData = plan.references.length > 0;
  const metrics = targets
    .filter(({ kind }) => kind === "metric")
    .map(({ name }) => `${JSON.stringify(name)}: float(result.${name})`);
  const given = [...(hasParams ? ["params"] : []), ...(hasData ? ["data=Data(**paths)"] : [])].join(", ");
  const save = savingOf(saved);
  return [
    ...(plan.params.every(isPlain) ? [] : [LITERAL]),
    "def main() -> None:",
    '    """Run the pipeline from the shell and print its metrics."""',
    "    parser = argparse.ArgumentParser(description=main.__doc__)",
    '    parser.add_argument("--json", action="store_true", help="print the metrics as one JSON object")',
    ...save.option,
    ...(hasData ? [DATA_OPTION] : []),
    ...fieldOptions(plan),
    "    options = parser.parse_args()",
    ...save.check,
    ...(hasParams ? [READ_PARAMS] : []),
    ...(hasData ? [readPaths(plan)] : []),
    "    # Standard output is for the metrics alone.",
    "    with redirect_stdout(sys.stderr):",
    `        result = run(${given})`,
    `    metrics = {${metrics.join(", ")}}`,
    "    if options.json:",
    "        print(json.dumps(metrics))",
    "    else:",
    "        for name, value in metrics.items():",
    '            print(f"{name}: {value}")',
    ...save.write,
  ].join("\n");
}

/** The lines that save the model. A training may be long: what would keep its model from being saved is told before. */
function savingOf(saved: string | undefined): Readonly<Record<"option" | "check" | "write", readonly string[]>> {
  if (saved === undefined) return { option: [], check: [], write: [] };
  return {
    option: [
      '    parser.add_argument("--save", type=Path, metavar="FILE", help="write the fitted model to this file")',
    ],
    check: [
      "    if options.save is not None and not options.save.parent.is_dir():",
      '        parser.error(f"there is no folder {options.save.parent} to save the model in")',
    ],
    write: ["    if options.save is not None:", `        options.save.write_bytes(pickle.dumps(${saved}))`],
  };
}

const LITERAL = `def literal(text: str) -> Any:
    """Read an option that is no plain text: a literal of Python or of JSON."""
    return literal_eval({"true": "True", "false": "False", "null": "None"}.get(text, text))

`;
const DATA_OPTION =
  '    parser.add_argument("--data-dir", type=Path, default=data_dir(), help="folder that holds the data")';
const READ_PARAMS = "    params = Params(**{field.name: getattr(options, field.name) for field in fields(Params)})";
const READ_PATHS =
  "    paths = {field.name: options.data_dir / getattr(options, field.name) for field in fields(Data)}";
const READ_PATHS_AND_PATTERNS = READ_PATHS.replace(/options\.data_dir .*?(?= for )/, "type(field.default)($&)");

function readPaths({ references }: Plan): string {
  return references.some(({ reference }) => reference.kind === "pattern") ? READ_PATHS_AND_PATTERNS : READ_PATHS;
}

function isPlain({ type }: Plan["params"][number]): boolean {
  return PLAIN_TYPES.has(type);
}

/** An option for each field of `Params` and `Data`. */
function fieldOptions({ params, references }: Plan): readonly string[] {
  const groups = [
    ...(params.length > 0 ? ["asdict(Params())"] : []),
    ...(references.length > 0 ? ["asdict(Data())"] : []),
  ];
  if (groups.length === 0) return [];
  const type = params.every(isPlain)
    ? "type(default)"
    : "type(default) if isinstance(default, (str, Path)) else literal";
  return [
    `    for name, default in ${groups.length > 1 ? `(${groups.join(" | ")})` : groups.join("")}.items():`,
    '        option = "--" + name.lower().replace("_", "-")',
    `        parser.add_argument(option, dest=name, type=${type}, default=default)`,
  ];
}

/** The data lies in the working folder, beside the module (a pulled release), or where the notebook lies (the workspace). */
export function writeDataDir(plan: Plan, dataFolders: readonly string[]): string {
  const isThere = isThereText(plan.references.map(({ reference }) => reference));
  return [
    "def data_dir() -> Path:",
    '    """The folder that holds the data: the working folder, the module\'s, or one of the workspace."""',
    "    here = Path(__file__).resolve().parent",
    `    folders = (${["Path()", "here", ...dataFolders.map((folder) => `here / ${JSON.stringify(folder)}`)].join(", ")})`,
    `    return next((folder for folder in folders if ${isThere}), Path())`,
  ].join("\n");
}

/** Says whether `folder` holds the data, by the first file that must be there; of files of which one must be there, by any. */
function isThereText(references: readonly Reference[]): string {
  const needed = references.find(({ alternative }) => alternative === undefined);
  const asked = needed === undefined ? references : [needed];
  const texts = asked.map(({ name, kind }) =>
    kind === "pattern" ? `any(folder.glob(Data.${name}))` : `(folder / Data.${name}).exists()`,
  );
  return [...new Set(texts)].join(" or ");
}
