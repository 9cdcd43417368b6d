/** What pipelines end in. */
import { assignmentsIn, callsIn, constructedClass, elementsOf } from "../../python/calls";
import type { Knowledge } from "../../python/effects";
import type { Statement } from "../../python/program";
import { argumentAt, calledName, positionalsOf, type SyntaxNode } from "../../python/syntax";
import { isPipeline } from "../frames/estimators";
import { isAmong } from "./way";

interface Looked {
  readonly kept: readonly Statement[];
  readonly knowledge: Knowledge;
}

/** True where the pipeline that a variable holds was made with a scaler, or its like, as its last step. */
export function endsInTransformer(variable: string, { kept, knowledge }: Looked): boolean {
  const made = kept.flatMap(({ node }) => assignmentsIn(node)).findLast(({ left }) => left.text === variable)?.right;
  const call = made && callsIn(made).find((one) => isPipeline({ name: calledName(one) }));
  const last = call && lastStep(call);
  const name = (last && constructedClass(last, knowledge)) ?? "";
  return isAmong("transformers", name) && !isPipeline({ name });
}

/** `LinearRegression()` of `Pipeline([("scale", scaler), ("model", LinearRegression())])` and `make_pipeline(scaler, LinearRegression())`. */
function lastStep(call: SyntaxNode): SyntaxNode | undefined {
  const first = argumentAt(call, 0, "steps");
  const step = first?.type === "list" ? elementsOf(first).at(-1) : positionalsOf(call).at(-1);
  return step?.type === "tuple" ? elementsOf(step).at(-1) : step;
}
