/** Where a model begins: the statements that fit it, what it was taken out of, or what cross-validates it. */
import { calleeOf, callsIn } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { nameFacts } from "../python/scope";
import { childOf, positionalsOf, type SyntaxNode } from "../python/syntax";
import { findFits, type Candidate } from "./fits";
import { dependsOn, type Analysed } from "./target";

/** Where the model begins: its own fit, the fit of what it was taken out of, and the cross-validations of it, with its names there. */
export function originsOf(analysed: Analysed, model: Candidate): ReadonlyMap<number, string | undefined> {
  const { statements, flow, knowledge } = analysed;
  const { name, statement } = model;
  const needed = dependsOn(flow, statement.index);
  const source = sourceOf(analysed, model, needed);
  const isOwn = (variable: string, index: number): boolean =>
    [...(flow.binders[index]?.get(variable) ?? [])].some((binder) => binder === statement.index || needed.has(binder));
  const validations = statements.flatMap(({ node, index }): readonly Beginning[] => {
    const models = callsIn(node).flatMap((call) => crossValidated(call, model, knowledge));
    const own = models.find(({ text }) => (text === name || text === source?.name) && isOwn(text, index));
    if (own !== undefined) return [[index, own.text]];
    return models.some((one) => isMadeSo(one, index, model, flow)) ? [[index, undefined]] : [];
  });
  const above: readonly Beginning[] = source === undefined ? [] : [[source.statement.index, source.name]];
  return new Map([...validations, ...above, [statement.index, name]]);
}

/** The index of a statement, and the name that the model has there. */
type Beginning = readonly [number, string | undefined];

/** True for what is made as the model is that is fitted as it is made: `search = GridSearchCV(SVC(), space).fit(X, y)`. */
function isMadeSo(
  node: SyntaxNode,
  index: number,
  { fit, statement }: Candidate,
  { binders }: Analysed["flow"],
): boolean {
  const target = fit === undefined ? undefined : childOf(fit, "function");
  const maker = target === undefined ? undefined : childOf(target, "object");
  if (maker?.type !== "call" || maker.text !== node.text) return false;
  const bindersOf = (name: string, at: number): string => [...(binders[at]?.get(name) ?? [])].join();
  return [...nameFacts(node).reads].every((name) => bindersOf(name, index) === bindersOf(name, statement.index));
}

/** The fit of what a model was taken out of, or loaded from; `undefined` for what its own statement fits. */
function sourceOf(
  analysed: Analysed,
  { statement, fit, loadedFrom }: Candidate,
  needed: ReadonlySet<number>,
): Candidate | undefined {
  if (loadedFrom !== undefined) return loadedFrom;
  const fits = findFits(analysed);
  // `best = grid.best_estimator_` fits nothing.
  const isFitted = fits.some((one) => one.statement === statement) && callsIn(statement.node).length > 0;
  if (fit !== undefined || isFitted) return undefined;
  const above = fits.filter((one) => one.fit !== undefined && needed.has(one.statement.index));
  const direct = analysed.flow.dependencies[statement.index];
  return above.findLast((one) => direct?.has(one.statement.index) === true) ?? above.at(-1);
}

/** What a call cross-validates: a variable, or what it makes for the rows that the model is fitted on. */
function crossValidated(call: SyntaxNode, { fit }: Candidate, knowledge: Knowledge): readonly SyntaxNode[] {
  const callee = calleeOf(call, knowledge);
  const isValidation = callee.kind === "library" && callee.name.startsWith("cross_val");
  const [one, rows] = isValidation ? positionalsOf(call) : [];
  const isOnSame = fit !== undefined && positionalsOf(fit)[0]?.text === rows?.text;
  return one !== undefined && (one.type === "identifier" || isOnSame) ? [one] : [];
}
