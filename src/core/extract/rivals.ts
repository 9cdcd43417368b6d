/** What is said where several models of a notebook are equally good. */
import { inputError } from "../errors";
import type { Diagnostic } from "../report";

/** A model with the statement that fits it. */
interface Ranked {
  readonly name: string;
  readonly statement: { readonly index: number; readonly cell: number; readonly line: number };
}

/** Models that are as good as each other, the best first, and what they have in common. */
export interface Ranking<R extends Ranked = Ranked> {
  readonly candidates: readonly [R, ...R[]];
  readonly what: "saved" | "evaluated" | "fitted";
  /** Those that have the same in common and are less good. */
  readonly others?: readonly R[];
  /** The one that would go before all of them, but needs names that nothing defines. */
  readonly lacking?: R & { readonly lacks: readonly string[] };
}

/** True if the first candidate is no better than another one. */
export function hasRivals(choice: Ranking | undefined): boolean {
  return choice !== undefined && choice.candidates.length > 1;
}

/** Throws an input error that names all, if there are several. */
export function refuseRivals(notebook: string, choice: Ranking): void {
  if (!hasRivals(choice)) return;
  const { candidates } = choice;
  const [{ name, statement }] = candidates;
  throw inputError(
    "EXTRACT_AMBIGUOUS",
    `${notebook} has ${candidates.length} models that are ${shared(choice)}: ${listed(candidates)}.`,
    {
      place: { file: notebook, cell: statement.cell, line: statement.line },
      hint: `Say which one to ship: --model ${name}`,
      candidates: candidates.map((candidate) => candidate.name),
    },
  );
}

/** The findings that name the others, where the first was taken. */
export function rivals(choice: Ranking): readonly Diagnostic[] {
  return [...rivalsOf(choice), ...lackingIn(choice)];
}

function lackingIn({ candidates: [taken], lacking }: Ranking): readonly Diagnostic[] {
  if (lacking === undefined) return [];
  const { name, statement, lacks } = lacking;
  return [
    {
      code: "notebook.several-models",
      severity: "warning",
      cell: statement.cell,
      line: statement.line,
      message: `${taken.name} (cell ${taken.statement.cell}) is taken, and not ${name} (cell ${statement.cell}), for no cell defines ${lacks.join(", ")}.`,
      hint: "Define it in a cell above, or delete the cells that need it.",
    },
  ];
}

function rivalsOf(choice: Ranking): readonly Diagnostic[] {
  const all = [...choice.candidates, ...(choice.others ?? [])];
  const [{ name, statement }] = choice.candidates;
  const other = all[1];
  if (other === undefined) return [];
  return [
    {
      code: "notebook.several-models",
      severity: "warning",
      cell: statement.cell,
      line: statement.line,
      message: `${name} is taken, of ${all.length} models that are ${shared(choice)}: ${listed(all)}.`,
      hint: `To take another one: --model ${other.name}`,
    },
  ];
}

/** What models have in common. Those of several cells are equal where one cell evaluates them all. */
function shared({ candidates, what }: Ranking): string {
  if (what === "saved") return what;
  const isOneCell = new Set(candidates.map(({ statement }) => statement.cell)).size === 1;
  return `${what} last${isOneCell ? ", in one cell" : " together"}`;
}

function listed(models: readonly Ranked[]): string {
  const inOrder = [...models].sort((a, b) => a.statement.index - b.statement.index);
  return inOrder.map(({ name, statement }) => `${name} (cell ${statement.cell})`).join(" and ");
}
