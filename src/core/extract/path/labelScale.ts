/** Functions that a notebook takes of its labels before the fit: what the model predicts is on their scale. */
import { lastName, qualifiedName } from "../../python/calls";
import type { Knowledge } from "../../python/effects";
import { KIND } from "../../python/kinds";
import type { Statement } from "../../python/program";
import { dottedName, nodesOf } from "../../python/syntax";
import { mentions } from "./label";
import { trailOf, type Line, type Trail, type Value } from "./values";

/** `np.log1p` of the labels. */
export interface LabelScale {
  readonly statement: Statement;
  readonly line: number;
  /** As the notebook writes it. */
  readonly function: string;
  /** What takes it back. */
  readonly inverse: string;
}

const INVERSES: Readonly<Record<string, string>> = {
  "numpy.log": "exp",
  "numpy.log1p": "expm1",
  "numpy.log2": "exp2",
  "numpy.sqrt": "square",
  "math.log": "exp",
  "math.log1p": "expm1",
};
const TAKEN_BACK = new Set(Object.values(INVERSES));

/** The scale of the labels, where the notebook changed it once, by a function of which every one knows what takes it back. */
export function labelScale(labels: Value | undefined, knowledge: Knowledge): LabelScale | undefined {
  if (labels === undefined) return undefined;
  const taken = [...linesOf(trailOf(labels))].flatMap(([line, column]) => takenIn(line, column, knowledge));
  return taken.length === 1 ? taken[0] : undefined;
}

/** The lines that labels come by; those of a whole table count for a column only where they name it. */
function linesOf(labels: Trail): ReadonlyMap<Line, string | undefined> {
  const columns = new Map<Trail, string | undefined>([[labels, undefined]]);
  const lines = new Map<Line, string | undefined>();
  for (const [trail, above] of columns) {
    const column = above ?? trail.column;
    if (trail.line !== undefined) lines.set(trail.line, above);
    for (const one of trail.from) if (!columns.has(one)) columns.set(one, column);
  }
  return lines;
}

/** The functions that a line takes of the labels; `undefined` for one that takes another back. */
function takenIn(line: Line, column: string | undefined, knowledge: Knowledge): readonly (LabelScale | undefined)[] {
  const { statement, node } = line;
  if (column !== undefined && !mentions(node, column)) return [];
  return nodesOf(node, KIND.attribute).flatMap((part) => {
    const name = dottedName(part) ?? "";
    const qualified = qualifiedName(part, knowledge) ?? "";
    const inverse = INVERSES[qualified];
    if (inverse !== undefined)
      return { statement, line: part.line, function: name, inverse: name.replace(/\w+$/, inverse) };
    return TAKEN_BACK.has(lastName(qualified)) ? undefined : [];
  });
}
