/** Tables as lists of dictionaries. */
import { argumentAt, type SyntaxNode } from "./syntax";
import { literalText } from "./values";

/** True for `df.to_dict(orient="records")`, which gives a dictionary a row. */
export function givesRecords(call: SyntaxNode): boolean {
  const orient = argumentAt(call, 0, "orient");
  return orient !== undefined && literalText(orient) === "records";
}
