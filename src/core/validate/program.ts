/** What the runner script is told to do, from what extraction found. */
import type { Extraction, ProgramCell, Reference } from "../pipeline";

/** A notebook's code with what is to be kept of it: the form that `run_notebook.py` reads. */
export interface RunnerProgram {
  readonly notebook: string;
  readonly cells: readonly (ProgramCell & {
    /** First and last lines of statements that may fail: nothing that is shipped needs them. */
    readonly optional: readonly (readonly [number, number])[];
  })[];
  readonly captures: readonly RunnerCapture[];
}

/** A value to be kept under the name `as`. */
export interface RunnerCapture {
  readonly as: string;
  readonly kind: "model" | "metric" | "value" | "rows";
  readonly expression: string;
  readonly cell: number;
  readonly line: number;
}

/** The notebook's own code, reading the snapshot in place of absolute paths and addresses. */
export function runnerProgram(extraction: Extraction): RunnerProgram {
  const { targets, scoring, path, dropped, references, program, notebook } = extraction;
  const rows = [
    ...(path === undefined ? [] : [{ as: "raw", ...path.raw }]),
    ...(scoring === undefined ? [] : [{ as: "features", ...scoring.features }]),
    ...(scoring?.labels === undefined ? [] : [{ as: "labels", ...scoring.labels }]),
    ...(scoring?.testFeatures === undefined ? [] : [{ as: "test", ...scoring.testFeatures }]),
  ];
  return {
    notebook,
    cells: program.cells.map((cell) => ({
      cell: cell.cell,
      source: withPlaces(cell, references),
      optional: dropped.filter((one) => one.cell === cell.cell).map(({ line, endLine }) => [line, endLine] as const),
    })),
    captures: [
      ...targets.map(({ name, kind, expression, cell, line, changedAt }) => ({
        as: `target:${name}`,
        kind,
        expression,
        ...(changedAt ?? { cell, line }),
      })),
      ...rows.map((row) => ({ ...row, kind: "rows" as const })),
    ],
  };
}

/** The cell's source with every reference read from where the snapshot has it. Lines stay what they are. */
function withPlaces({ cell, source }: ProgramCell, references: readonly Reference[]): string {
  const moved = references.filter((reference) => reference.cell === cell && reference.path !== reference.place);
  // Two reads may share one literal.
  const literals = new Map(
    moved.map(({ literal, ...reference }) => [literal.start, { ...literal, text: placeText(reference) }]),
  );
  return [...literals.values()]
    .sort((a, b) => b.start - a.start)
    .reduce((all, { start, end, text }) => all.slice(0, start) + text + all.slice(end), source);
}

/** What lists a folder by a method needs a `Path`, and what fetches an address the address of the file. */
function placeText({ reader, place }: Pick<Reference, "reader" | "place">): string {
  const text = JSON.stringify(place);
  if (reader === "fetch") return `new URL(${text}, \`file://\${Deno.cwd()}/\`).href`;
  return reader.startsWith("pathlib.") ? `__import__("pathlib").Path(${text})` : text;
}
