/** Fits that begin anew: what an object learned by an earlier one is gone, and nothing that reads it later needs that one. */
import { calleeOf, type Callee } from "./calls";
import { isConstructor } from "./constructors";
import type { Knowledge } from "./effects";
import { NO_NAMES, type State } from "./flowState";
import { KIND } from "./kinds";
import { has } from "./knowledge";
import type { Statement } from "./program";
import { argumentsOf, calledName, childOf, keywordOf, nodesOf, walk, type SyntaxNode } from "./syntax";
import { NOTHING, withHeld, withReached, type Thing } from "./things";

/** What has a fit go on from the one before, or fit copies of the parts of a pipeline. */
const GOES_ON = ["warm_start", "memory", "init_model", "xgb_model"];

/** True for what makes an object whose `fit` begins anew each time: an estimator with the conventions of scikit-learn. */
export function refitsAnew(call: SyntaxNode, callee: Callee, { library }: Knowledge): boolean {
  if (callee.kind !== "library" || !library.liesIn("cloningModules", callee.qualified)) return false;
  return (isConstructor(callee) || has("fittingHolders", callee.name)) && beginsAnew(call);
}

function beginsAnew(call: SyntaxNode): boolean {
  const isSplat = argumentsOf(call).some(({ type }) => type.endsWith("_splat"));
  return !isSplat && GOES_ON.every((name) => keywordOf(call, name) === undefined);
}

/** A fit that a statement begins with, and the variable whose object is fitted. */
interface Fit {
  readonly call: SyntaxNode;
  readonly fitted: SyntaxNode;
}

/** Notes what a statement at the top level fits anew: an estimator and, of a pipeline, the steps; of a block, if it gets there. */
export function markFitted(statement: Statement, read: ReadonlySet<string>, state: State): void {
  for (const { renewedBy } of fittedAnew(statement, read, state)) renewedBy.push(statement.index);
  for (const thing of triedIn(statement, read, state)) thing.triedBy = [...thing.triedBy, statement.index];
}

/** The estimators that a block does nothing with but fit them, and predict: `for train, test in folds: model.fit(X[train], y[train])`. */
function triedIn({ node }: Statement, read: ReadonlySet<string>, state: State): readonly Thing[] {
  if (!BLOCK.test(node.type)) return [];
  const calls = nodesOf(node, KIND.call);
  const names = new Set(calls.flatMap((call) => (FIT.test(calledName(call)) ? (objectOf(call)?.text ?? []) : [])));
  return [...names].flatMap((name) => {
    const [thing, ...others] = state.variables.get(name) ?? NOTHING;
    if (thing?.refits !== true || others.length > 0 || !read.has(name)) return [];
    const uses = walk(node).filter(({ type, text }) => type === "identifier" && text === name);
    const plain = calls.filter((call) => objectOf(call)?.text === name && isPlain(call, state.knowledge));
    return uses.length === plain.length && !isReadAs(name, new Set([thing]), read, state) ? [thing] : [];
  });
}

const BLOCK = /^(for|while|if|with|try)_statement$/;
const FIT = /^fit(_transform|_predict)?$/;

/** A fit that begins anew, or what leaves an estimator as it is. */
function isPlain(call: SyntaxNode, { library }: Knowledge): boolean {
  const name = calledName(call);
  return FIT.test(name) ? beginsAnew(call) : library.has("pureMethods", name) || library.has("predictMethods", name);
}

function fittedAnew({ node }: Statement, read: ReadonlySet<string>, state: State): ReadonlySet<Thing> {
  const fit = node.type === "expression_statement" ? fitIn(node.children[0]) : undefined;
  if (fit === undefined || !beginsAnew(fit.call)) return NOTHING;
  const [thing, ...others] = state.variables.get(fit.fitted.text) ?? NOTHING;
  if (thing?.refits !== true || others.length > 0) return NOTHING;
  const things = fittedWith(thing);
  const { text } = fit.fitted;
  // `m.fit(X, m.predict(X))`, `m.fit(X, guess())`
  const isReadBesides =
    walk(node).some((one) => one !== fit.fitted && one.field !== "left" && one.text === text) ||
    isReadAs(text, things, read, state);
  return isReadBesides ? NOTHING : things;
}

/** True if a statement reads one of some things by another name than `own`. */
function isReadAs(
  own: string,
  things: ReadonlySet<Thing>,
  read: ReadonlySet<string>,
  { late, variables }: State,
): boolean {
  return [...read].some(
    (name) =>
      name !== own &&
      (late.get(name)?.has(own) === true ||
        [...withHeld(variables.get(name) ?? NOTHING)].some((one) => things.has(one))),
  );
}

/** An object and, of a pipeline whose steps nothing has changed otherwise, these. */
function fittedWith(thing: Thing): ReadonlySet<Thing> {
  const isPlain = thing.changedBy.every((index) => thing.renewedBy.includes(index));
  const reached = isPlain ? withReached(new Set([thing])) : [thing];
  return new Set([...reached].filter(({ refits }) => refits));
}

/** `m.fit(X)`, `y = m.fit(X).predict(Z)`, `Z = m.fit_transform(X)` */
function fitIn(node: SyntaxNode | undefined): Fit | undefined {
  if (node?.type === "assignment") return fitIn(childOf(node, "right"));
  if (node?.type !== "call") return undefined;
  const object = objectOf(node);
  if (object?.type !== "identifier") return fitIn(object);
  return FIT.test(calledName(node)) ? { call: node, fitted: object } : undefined;
}

/** What a method is called of. */
function objectOf(call: SyntaxNode): SyntaxNode | undefined {
  const method = childOf(call, "function");
  return method?.type === "attribute" ? childOf(method, "object") : undefined;
}

/** The variables whose objects a statement makes the steps of a pipeline, and reads no further: `p = Pipeline([("scale", scaler)])`. */
export function namedSteps({ node }: Statement, knowledge: Knowledge): ReadonlySet<string> {
  const [assignment] = node.type === "expression_statement" ? node.children : [];
  const call = assignment?.type === "assignment" ? childOf(assignment, "right") : undefined;
  return call?.type === "call" && makesPipeline(call, knowledge)
    ? new Set(argumentsOf(call).flatMap(listed))
    : NO_NAMES;
}

function makesPipeline(call: SyntaxNode, knowledge: Knowledge): boolean {
  const callee = calleeOf(call, knowledge);
  return callee.kind === "library" && has("fittingHolders", callee.name) && refitsAnew(call, callee, knowledge);
}

function listed(node: SyntaxNode): readonly string[] {
  if (node.type === "identifier") return [node.text];
  const parts = /^(list|tuple|keyword_argument)$/.test(node.type) ? node.children : [];
  return parts.filter(({ field }) => field !== "name").flatMap(listed);
}
