/** Why each statement of a notebook is in the module or left out, as people read it. */
import type { Explanation, Link } from "../core/pipeline";
import type { Colors } from "./terminal";

/** Width of a statement's text, in characters; the rest of it is cut. */
const TEXT = 48;

/** The statements by cell, each with its line, a mark if it is kept, and the chain of reasons up to a target. */
export function describeReasons(explained: readonly Explanation[], colors: Colors): string {
  const cells = [...new Set(explained.map(({ cell }) => cell))];
  return cells
    .map((cell) => {
      const lines = explained.filter((one) => one.cell === cell).map((one) => describe(one, colors));
      return [colors.bold(`cell ${cell}`), ...lines].join("\n");
    })
    .join("\n");
}

function describe({ line, text, kept, reason, chain, target }: Explanation, colors: Colors): string {
  const shown = text.length > TEXT ? `${text.slice(0, TEXT - 1)}…` : text.padEnd(TEXT);
  const steps = [...chain.map(describeLink), ...(target === undefined ? [] : [target])];
  const why = chain.length === 0 ? reason : steps.join(" → ");
  const row = `${String(line).padStart(4)} ${kept ? "+" : "-"} ${shown}  ${why}`.trimEnd();
  return kept ? row : colors.dim(row);
}

function describeLink({ cell, line, needs }: Link): string {
  return `${needs.join(", ")} for cell ${cell}:${line}`;
}
