/** What a statement assigns to besides variables: parts of objects, and the state of modules. */
import { qualifiedName } from "./calls";
import { KIND } from "./kinds";
import { liesIn } from "./knowledge";
import { childOf, nodesOf, rootName, type SyntaxNode } from "./syntax";
import type { Statement } from "./program";
import { isReported } from "./trackers";
import type { Change, Knowledge } from "./effects";

/** The objects that a statement stores into, but for modules of which it only sets how things look. */
export function storedObjects(
  { names }: Pick<Statement, "names">,
  targets: readonly SyntaxNode[],
  settings: readonly string[],
  knowledge: Knowledge,
): readonly Change[] {
  const parts = new Set(targets.filter(isPartOfPart).map((target) => rootName(target)?.text));
  const onlyDisplays = settings.length > 0 && settings.every((name) => isDisplaySetting(name, knowledge));
  const others = targets.filter((target) => !isReported(target, knowledge)).map((target) => rootName(target)?.text);
  const isStored = (name: string): boolean =>
    others.includes(name) || targets.every((one) => rootName(one)?.text !== name);
  const stores = [...names.stores].filter((name) => isStored(name) && (!onlyDisplays || !knowledge.imports.has(name)));
  return stores.map((name) => ({ name, deep: parts.has(name) }));
}

/** `plt.rcParams[…] = …`, `warnings.formatwarning = …`: a setting of how things look, or of what is said besides. */
export function isDisplaySetting(name: string, { library }: Knowledge): boolean {
  if (liesIn("reportFunctions", name)) return true;
  const isOfShowing = library.liesIn("displayModules", name) || liesIn("quietModules", name);
  return isOfShowing || name.startsWith("pandas.options.display");
}

/** Dotted names of module state that a statement assigns: `os.environ`, `plt.rcParams`. */
export function storedChains(targets: readonly SyntaxNode[], knowledge: Knowledge): readonly string[] {
  return targets.flatMap((target) => {
    let left: SyntaxNode | undefined = target;
    while (left?.type === "subscript") left = childOf(left, "value");
    const qualified = left === undefined || left.type === "identifier" ? undefined : qualifiedName(left, knowledge);
    return qualified ?? [];
  });
}

/** What a statement assigns to, if it is no name: `df["x"]`, `a, b`. */
export function* storedTargets(node: SyntaxNode): Generator<SyntaxNode> {
  for (const inner of nodesOf(node, KIND.assignment | KIND.augmented_assignment, KIND.function_definition)) {
    const left = childOf(inner, "left");
    if (left !== undefined && left.type !== "identifier") yield left;
  }
}

/** `frames[0]["y"]`: what is stored there changes what `frames` holds. The accessors of a frame, as `df.loc`, are no parts. */
export function isPartOfPart(target: SyntaxNode): boolean {
  let part = childOf(target, target.type === "subscript" ? "value" : "object");
  while (part?.type === "attribute" && ACCESSOR.test(childOf(part, "attribute")?.text ?? ""))
    part = childOf(part, "object");
  return part?.type === "subscript" || part?.type === "attribute";
}

const ACCESSOR = /^(loc|iloc|at|iat|values)$/;
