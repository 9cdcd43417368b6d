/** What libraries only copy, to fit the copies: the estimators that a search, or a vote of models, is made with. */
import { calleeOf } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { has } from "../python/knowledge";
import { isConstructor } from "../python/constructors";
import { fitsCopies } from "../python/libraryObjects";
import { argumentsOf, type SyntaxNode } from "../python/syntax";
import { isRowHolder } from "./rowHolders";

/** True for `GridSearchCV(svc, space)`: what it fits and measures are models of its own. */
export function isCopier(call: SyntaxNode, knowledge: Knowledge): boolean {
  const callee = calleeOf(call, knowledge);
  return isConstructor(callee) && fitsCopies(callee, knowledge) && !isRowHolder(callee);
}

/** The variables that a call takes copies of, also in lists and in the pipelines that it is given. */
export function copiedBy(call: SyntaxNode, knowledge: Knowledge): readonly SyntaxNode[] {
  return givenTo(call, knowledge).filter(({ type }) => type === "identifier");
}

/** What else a call is given: expressions whose values it takes. */
export function takenBy(call: SyntaxNode, knowledge: Knowledge): readonly SyntaxNode[] {
  return givenTo(call, knowledge).filter(({ type }) => type !== "identifier");
}

function givenTo(call: SyntaxNode, knowledge: Knowledge): readonly SyntaxNode[] {
  return argumentsOf(call).flatMap((argument) => partsOf(argument, knowledge));
}

/** The values that an argument consists of. */
function partsOf(node: SyntaxNode, knowledge: Knowledge): readonly SyntaxNode[] {
  if (node.type === "call" && makes(node, knowledge)) return givenTo(node, knowledge);
  if (!/^(keyword_argument|list|tuple|dictionary|pair|parenthesized_expression)$/.test(node.type)) return [node];
  return node.children.filter(({ field }) => field !== "name").flatMap((child) => partsOf(child, knowledge));
}

/** `Pipeline([("svc", svc)])`, `make_pipeline(scaler, svc)` */
function makes(call: SyntaxNode, knowledge: Knowledge): boolean {
  const callee = calleeOf(call, knowledge);
  return callee.kind === "library" && (isCopier(call, knowledge) || has("fittingHolders", callee.name));
}
