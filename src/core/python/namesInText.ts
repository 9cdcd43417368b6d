/** Variables that libraries look up by the text that a call gives them. */
import { childOf, walk, type SyntaxNode } from "./syntax";

/** What a call reads by its texts: `limit` of `df.query("age > @limit")`, `np` and `half` of `ols("np.log(price) ~ half(size)", df)`. */
export function namesInText(call: SyntaxNode): readonly string[] {
  const target = childOf(call, "function");
  const called = (target && childOf(target, "attribute")?.text) ?? target?.text ?? "";
  if (QUERIES.has(called)) return namesIn(call, /@([A-Za-z_]\w*)/g);
  return FORMULAS.has(called)
    ? namesIn(call, /(?<![\w.])([A-Za-z_]\w*)(?=\s*[(.])/g).filter((name) => !TERMS.has(name))
    : [];
}

function namesIn(call: SyntaxNode, pattern: RegExp): readonly string[] {
  const texts = walk(call).filter(({ type }) => type === "string_content");
  return texts.flatMap(({ text }) => Array.from(text.matchAll(pattern), ([, name = ""]) => name));
}

const QUERIES = new Set(["query", "eval"]);

/** What takes a formula, in statsmodels and patsy. */
const FORMULAS = new Set(
  "ols wls gls glsar glm gee logit probit mnlogit poisson negativebinomial quantreg rlm mixedlm phreg from_formula dmatrix dmatrices".split(
    " ",
  ),
);

/** What patsy itself means by a name (its `builtins` and codings of categories). */
const TERMS = new Set(
  "C I Q center standardize scale bs cr cc te Treatment Poly Sum Diff Helmert ContrastMatrix".split(" "),
);
