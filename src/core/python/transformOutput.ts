/** What scikit-learn's transformers give, where a notebook sets it for all of them. */
import { KIND } from "./kinds";
import { childOf, keywordOf, nodesOf, writtenText, type SyntaxNode } from "./syntax";

/** What scikit-learn's transformers are told to give: tables from the first one on, or now one thing and now another. */
export type TransformOutput = "pandas" | "several";

/** `sklearn.set_config(transform_output="pandas")`; `undefined` where they give arrays. */
export function transformOutputOf(statements: readonly { readonly node: SyntaxNode }[]): TransformOutput | undefined {
  const calls = statements.flatMap(({ node }) => nodesOf(node, KIND.call).map((call) => ({ call, top: node })));
  const set = calls.flatMap(({ call, top }) => {
    const value = keywordOf(call, "transform_output");
    return value === undefined ? [] : [{ call, value, top }];
  });
  const [first] = set;
  if (first === undefined) return undefined;
  const isSetAtOnce =
    first.top.type === "expression_statement" && set.every(({ value }) => writtenText(value) === "pandas");
  const before = calls.slice(
    0,
    calls.findIndex(({ call }) => call === first.call),
  );
  return isSetAtOnce && !before.some(({ call }) => transforms(call)) ? "pandas" : "several";
}

function transforms(call: SyntaxNode): boolean {
  const callee = childOf(call, "function");
  return callee?.type === "attribute" && childOf(callee, "attribute")?.text.endsWith("transform") === true;
}
