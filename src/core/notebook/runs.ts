/** Lines that run another file as a part of the notebook: `%run helpers.py`, `%run setup.ipynb`, and `%load` alone in its cell. */
import type { Diagnostic } from "../report";
import { plainPython } from "./magics";
import type { Cell } from "./notebook";

/** One such line. */
export interface RunLine {
  readonly line: number;
  readonly text: string;
  /** The file as the line names it; `undefined` where it is computed, or arguments are handed over. */
  readonly path: string | undefined;
}

/** The lines of a code cell that run a file, from top to bottom, other than those inside of a block. */
export function runLines({ kind, source }: Cell): readonly RunLine[] {
  if (kind !== "code" || !/\b(run|load)/.test(source) || /^\s*#\s*slipway:\s*skip\b/m.test(source)) return [];
  const { source: plain, magics } = plainPython(source);
  const lines = plain.split("\n");
  const isAlone = lines.filter((line) => /^\s*[^\s#]/.test(line)).length === 1;
  return magics.flatMap(({ line, text }): readonly RunLine[] => {
    const [, name = "", args = ""] = /^%?(run|load|loadpy)\s+(.*)$/.exec(text) ?? [];
    const isPart = lines[line - 1]?.startsWith("pass") === true && (name === "run" || isAlone);
    return name !== "" && isPart ? [{ line, text, path: pathOf(args) }] : [];
  });
}

/** Options that only say how the names are shared make no difference here; arguments would. */
function pathOf(args: string): string | undefined {
  const groups = /^(?:-[einy]\s+)*(?:"(?<double>[^"]+)"|'(?<single>[^']+)'|(?<plain>[^\s"'-]\S*))\s*(?:#.*)?$/.exec(
    args,
  )?.groups;
  const path = groups?.double ?? groups?.single ?? groups?.plain;
  return path === undefined || /[{}$]/.test(path) ? undefined : path;
}

/** The cell without the line that runs a file: what stands above it, and what stands below it, each on its own lines. */
export function splitAt(cell: Cell, line: number): readonly [Cell | undefined, Cell] {
  const lines = cell.source.split("\n");
  const above = lines.slice(0, line - 1).join("\n");
  const below = lines.map((text, index) => (index < line ? "" : text)).join("\n");
  return [above.trim() === "" ? undefined : { ...cell, source: above, outputs: [] }, { ...cell, source: below }];
}

/** What is said where a file is read as cells of the notebook, and where it is not. */
export function runFinding(cell: number, { line, text }: RunLine, outcome: readonly number[] | string): Diagnostic {
  const finding = { code: "notebook.run", cell, line } as const;
  if (typeof outcome !== "string") {
    const [first = 0] = outcome;
    const last = outcome.at(-1) ?? first;
    const range = first === last ? `cell ${first}` : `cells ${first} to ${last}`;
    return { ...finding, severity: "info", message: `The file is read as ${range} of the notebook: ${text}` };
  }
  return {
    ...finding,
    severity: "warning",
    message: `${text} is not followed: ${outcome}.`,
    hint: "If the model depends on it, copy its code into a cell.",
  };
}
