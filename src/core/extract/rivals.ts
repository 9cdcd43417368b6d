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
}

/** True if the first candidate is no better than another one. */
export function hasRivals(choice: Ranking | undefined): boolean {
  return choice !== undefined && choice.candidates.length > 1;
}

/** Throws an input error that names all, if there are several. */
export function refuseRivals(notebook: string, choice: Ranking): void {
  if (!hasRivals(choice)) return;
  const { candidates, what } = choice;
  const [{ name, statement }] = candidates;
  throw inputError(
    "EXTRACT_AMBIGUOUS",
    `${notebook} has ${candidates.length} models that are ${what} last${together(choice)}: ${listed(choice)}.`,
    {
      place: { file: notebook, cell: statement.cell, line: statement.line },
      hint: `Say which one to ship: --model ${name}`,
      candidates: candidates.map((candidate) => candidate.name),
    },
  );
}

/** The finding that names the others, where the first was taken. */
export function rivals(choice: Ranking): readonly Diagnostic[] {
  if (!hasRivals(choice)) return [];
  const [{ name, statement }, other] = choice.candidates;
  return [
    {
      code: "notebook.several-models",
      severity: "warning",
      cell: statement.cell,
      line: statement.line,
      message: `${name} is taken, of ${choice.candidates.length} models that are ${choice.what} last${together(choice)}: ${listed(choice)}.`,
      hint: `To take another one: --model ${other?.name ?? name}`,
    },
  ];
}

/** Models of several cells are equal where one cell evaluates them all. */
function together({ candidates }: Ranking): string {
  return new Set(candidates.map(({ statement }) => statement.cell)).size === 1 ? ", in one cell" : " together";
}

function listed({ candidates }: Ranking): string {
  const inOrder = [...candidates].sort((a, b) => a.statement.index - b.statement.index);
  return inOrder.map(({ name, statement }) => `${name} (cell ${statement.cell})`).join(" and ");
}
