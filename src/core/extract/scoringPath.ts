/** What of the scoring path goes into the extraction: the path or why there is none, and where its rows begin. */
import type { Capture, PathStart } from "../pipeline";
import { edited } from "../python/edits";
import { childOf } from "../python/syntax";
import type { Diagnostic } from "../report";
import { findPath, type PathInput, type ScoringPath } from "./path/path";
import type { Obstacle, Read } from "./path/values";
import { saidOfScale } from "./predict";
import type { FoundReference } from "./references";
import { fitOf } from "./scoring";
import type { Candidate } from "./fits";
import type { Analysed } from "./target";

/** The scoring path of a pipeline; all of it is absent without a model. */
export interface FoundPath {
  readonly path?: ScoringPath;
  readonly start?: PathStart;
  readonly diagnostics: readonly Diagnostic[];
}

/** What the path is looked for in. */
export interface PathSearch extends Pick<PathInput, "kept" | "plan" | "taken" | "columns"> {
  readonly analysed: Analysed;
  readonly model: Candidate | undefined;
}

/** Looks for the way from the raw rows to what the one model predicts. */
export function scoringPathOf({ analysed, model, ...rest }: PathSearch): FoundPath {
  // That several models have no one way is said of them already.
  if (model === undefined || model.isCollection === true) return { diagnostics: [] };
  const { flow, knowledge } = analysed;
  const found = findPath({ ...rest, flow, knowledge, model, fit: fitOf(model, analysed) });
  if ("reason" in found) return { diagnostics: [noPath(found)] };
  return {
    path: found,
    start: { raw: rawOf(found.read, rest.plan.references), labels: found.labels },
    diagnostics: scaleOf(found),
  };
}

/** The raw table: the variable that holds it and, where none does, the call that reads it. */
function rawOf({ statement, node }: Read, references: readonly FoundReference[]): Capture {
  const [assignment] = statement.node.children;
  const isWhole = assignment !== undefined && childOf(assignment, "right") === node;
  const left = isWhole ? childOf(assignment, "left") : undefined;
  const places = references.filter((one) => one.statement === statement);
  const edits = places.map(({ reference: { literal, place }, written }) => {
    const path = JSON.stringify(place);
    return { ...literal, text: written?.(path) ?? path };
  });
  const expression = left?.type === "identifier" ? left.text : edited(statement.source, node, edits);
  return { expression, cell: statement.cell, line: statement.endLine };
}

const PATH_HINT = "Put what prepares the rows into a Pipeline with the model, or compute each row by itself.";

function noPath({ statement, line, reason, hint = PATH_HINT }: Obstacle): Diagnostic {
  const text = statement.source.split("\n")[line - 1]?.trim() ?? "";
  return {
    code: "scoring.path",
    severity: "info",
    cell: statement.cell,
    line,
    message: `The module has no predict for raw rows, because of \`${text.slice(0, 80)}\`: ${reason}.`,
    hint,
  };
}

function scaleOf({ scale }: ScoringPath): readonly Diagnostic[] {
  if (scale === undefined) return [];
  const { statement, line } = scale;
  return [
    {
      code: "scoring.label-scale",
      severity: "info",
      cell: statement.cell,
      line,
      message: saidOfScale(scale),
      hint: "predict, the ONNX model and the services give the model's own values: take them back where they are used.",
    },
  ];
}
