/** The slice together with the data that it reads. */
import { analyseFlow } from "../python/flow";
import { namesOf, type Program, type Statement } from "../python/program";
import { isWithin } from "../python/syntax";
import type { Diagnostic } from "../report";
import { withKnownPaths, withoutMoves, withoutPaths } from "./dataPaths";
import type { Directives } from "./directives";
import { findReferences, type FoundReference, type References } from "./references";
import { retarget, sliceFor, type Slice, type Targets } from "./slice";
import type { Analysed } from "./target";
import { withoutUnusedInBlocks } from "./unused";

/** What is kept, what it was analysed as, and what it reads. */
export interface Sliced {
  readonly analysed: Analysed;
  readonly slice: Slice;
  readonly references: References;
}

/** Slices, finds what the slice reads and, where variables only held paths, slices again without them. */
export function sliceWithReferences(
  analysed: Analysed,
  program: Program,
  targets: Targets,
  directives: Directives,
): Sliced {
  const keep = new Set(analysed.statements.filter(({ cell }) => directives.kept.has(cell)).map(({ index }) => index));
  const first = sliceFor(analysed, program, targets, keep);
  const references = findReferences(first.kept, analysed.flow, analysed.knowledge, namesOf(analysed.statements));
  const statements = withoutPaths(analysed.statements, references);
  const knowledge = withKnownPaths(analysed.knowledge, references);
  const renewed = (all: readonly Statement[]): Analysed => ({
    ...analysed,
    statements: all,
    flow: analyseFlow(all, knowledge),
  });
  let again = statements === undefined ? analysed : renewed(statements);
  const sliced = (): Slice => sliceFor(again, program, retarget(targets, again.statements), keep);
  let slice = statements === undefined ? first : sliced();
  // What is left out may have been all that read something else.
  const leaner = (): readonly Statement[] | undefined =>
    withoutUnusedInBlocks(again.statements, slice, again, writtenBy(targets, keep));
  for (let lean = leaner(); lean !== undefined; lean = leaner()) {
    again = renewed(lean);
    slice = sliced();
  }
  const { kept, dropped } = withoutMoves(slice, analysed.knowledge);
  const used = kept.flatMap((statement) =>
    references.found
      .filter((found) => found.statement.index === statement.index && !isLeftOut(found, statement))
      .map((found): FoundReference => ({ ...found, statement })),
  );
  return {
    analysed: again,
    slice: { ...slice, kept, dropped: [...slice.dropped, ...dropped] },
    references: { diagnostics: references.diagnostics.filter((one) => isOfKept(one, kept, again)), found: used },
  };
}

/** True if the path stands in a part of the statement that is left out. */
function isLeftOut({ reference: { literal } }: FoundReference, { shown }: Statement): boolean {
  return shown.some((part) => isWithin(literal, part));
}

/** The statements whose files are what the notebook is for: those that the user keeps and, without a model, those that give something. */
function writtenBy({ model, values }: Targets, keep: ReadonlySet<number>): ReadonlySet<number> {
  const results = model === undefined ? values.map(({ statement }) => statement.index) : [];
  return new Set([...keep, ...results]);
}

/** What is said of a path stands in the code that is kept; in a module of the user's own, it has no cell. */
function isOfKept({ cell, line }: Diagnostic, kept: readonly Statement[], { statements }: Analysed): boolean {
  const isIn = (one: Statement): boolean => one.cell === cell && one.line <= line && line <= one.endLine;
  return kept.some(isIn) || !statements.some(isIn);
}
