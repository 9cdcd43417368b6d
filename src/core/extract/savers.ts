/** What calls write models to files. */
import { calleeOf, callsIn, type Callee } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { writtenTable } from "../python/files";
import { has } from "../python/knowledge";
import { argumentsOf, childOf, rootName, type SyntaxNode } from "../python/syntax";

/** The variables that a node may save as models: `joblib.dump(model, path)`, `pickle.dump((encoder, model), file)`. */
export function savedNames(node: SyntaxNode, knowledge: Knowledge): readonly string[] {
  return callsIn(node).flatMap((call): readonly string[] => {
    const callee = calleeOf(call, knowledge);
    const own = writtenTable(call, callee) === undefined ? savesItself(callee) : undefined;
    if (own !== undefined) return [own.text];
    const saves = callee.kind === "library" && knowledge.library.liesIn("modelSavers", callee.qualified);
    return saves
      ? argumentsOf(call)
          .slice(0, 2)
          .flatMap(partsOf)
          .flatMap((part) => rootName(part)?.text ?? [])
      : [];
  });
}

/** `model` of `model.wv.save("w2v.bin")` */
export function savesItself(callee: Callee): SyntaxNode | undefined {
  return callee.kind === "method" && has("modelSaveMethods", callee.name) ? rootName(callee.object) : undefined;
}

/** The values that an argument puts together: the elements of a tuple, the values of a dictionary, or itself. */
export function partsOf(argument: SyntaxNode): readonly SyntaxNode[] {
  if (/^(tuple|list|dictionary)$/.test(argument.type)) return argument.children.flatMap(partsOf);
  const value = /^(keyword_argument|pair)$/.test(argument.type) ? childOf(argument, "value") : undefined;
  return value === undefined ? [argument] : partsOf(value);
}
