/** Functions of the notebook that train: which of the values that they give back are fitted models, and what they were fitted on. */
import { assignmentsIn, calleeOf, constructedClass, elementsOf, type Callee } from "../python/calls";
import { homeOf, type Knowledge } from "../python/effects";
import { trainedClass } from "../python/knowledge";
import { goesAlong, trainedInside } from "./gradients";
import { Inside, runsInside } from "./inside";
import { givenBack, type Gives } from "./displayReturns";
import { KIND } from "../python/kinds";
import { remembered } from "../python/memory";
import { argumentAt, childOf, nodesOf, parameterNames, positionalsOf, type SyntaxNode } from "../python/syntax";

/** A fitted model among the values that a function gives back. */
export interface FittedReturn {
  /** Its place in the tuple that is given back; 0 where it is the only value. */
  readonly position: number;
  /** True if it stands in a tuple. */
  readonly isPart?: boolean;
  /** The class that made it, if it can be seen. */
  readonly className: string | undefined;
  /** The variable of the function that it is. */
  readonly root?: string;
}

/** The class of what `xgb.train(…)` and its like give. */
export const BOOSTER = "Booster";

/** The class of the fitted model that a function of a library gives: `xgb.train(…)`, `pm.auto_arima(…)`. */
export function trainedBy(callee: Callee | undefined): string | undefined {
  return callee?.kind === "library" ? trainedClass(callee.qualified) : undefined;
}

type FittedInside = Inside<readonly FittedReturn[]>;
const fittedByFunctions = new WeakMap<Knowledge, FittedInside>();

/** The fitted models that the function `name` gives back, be it through other functions of the notebook. */
export function fittedReturns(name: string, knowledge: Knowledge): readonly FittedReturn[] {
  const inside = remembered(fittedByFunctions, knowledge, () => new Inside<readonly FittedReturn[]>([]));
  return returnsOf(name, knowledge, inside);
}

function returnsOf(name: string, outer: Knowledge, inside: FittedInside): readonly FittedReturn[] {
  const definition = outer.definitions.get(name)?.at(-1);
  if (definition?.type !== "function_definition") return [];
  return inside.of(definition, () => returnedBy(definition, homeOf(name, outer), inside));
}

function returnedBy(definition: SyntaxNode, knowledge: Knowledge, inside: FittedInside): readonly FittedReturn[] {
  const body = childOf(definition, "body") ?? definition;
  const { given } = modelsInside(body, knowledge, inside);
  const fits = fitsByName(body, knowledge);
  return nodesOf(body, KIND.return_statement).flatMap(({ children: [value] }) =>
    value === undefined ? [] : returned(value, given, fits),
  );
}

/** The variables that hold the models which the body of a function fits. */
export function fittedVariables(name: string, outer: Knowledge): ReadonlySet<string> {
  const body = bodyOf(outer.definitions.get(name)?.at(-1));
  const inside = remembered(fittedByFunctions, outer, () => new Inside<readonly FittedReturn[]>([]));
  return new Set(body && modelsInside(body, homeOf(name, outer), inside).models.keys());
}

function bodyOf(definition: SyntaxNode | undefined): SyntaxNode | undefined {
  return definition?.type === "function_definition" ? childOf(definition, "body") : undefined;
}

/** The models that a function fits, by the variables that hold them, with their classes; and those of what it gives back. */
function modelsInside(body: SyntaxNode, knowledge: Knowledge, inside: FittedInside) {
  const models = new Map<string, string | undefined>();
  const again = (callee: string): readonly FittedReturn[] => returnsOf(callee, knowledge, inside);
  const given = (value: SyntaxNode): readonly FittedReturn[] =>
    value.type === "identifier" ? known(value.text, models) : modelsOf(value, knowledge, again);
  for (const { left, right } of assignmentsIn(body)) {
    for (const { position, className } of given(right)) note(models, elementsOf(left)[position], className);
  }
  const classes = classesIn(body, knowledge);
  for (const root of [...fittedRoots(body, knowledge), ...trainedInside(body, knowledge)])
    models.set(root, classes.get(root));
  return { models, given };
}

function known(name: string, models: ReadonlyMap<string, string | undefined>): readonly FittedReturn[] {
  return models.has(name) ? [{ position: 0, className: models.get(name), root: name }] : [];
}

/** `SVC().fit(…)`, `search.best_estimator_`, `xgb.train(…)`, a call of another function that trains. */
function modelsOf(
  value: SyntaxNode,
  knowledge: Knowledge,
  again: (callee: string) => readonly FittedReturn[],
): readonly FittedReturn[] {
  const callee = value.type === "call" ? calleeOf(value, knowledge) : undefined;
  if (callee?.kind === "notebook") return again(callee.name);
  const trained = trainedBy(callee);
  if (trained !== undefined) return [{ position: 0, className: trained }];
  const isBest = childOf(value, "attribute")?.text === "best_estimator_";
  return isBest || isFit(value, knowledge) ? [{ position: 0, className: constructedClass(value, knowledge) }] : [];
}

function note(
  models: Map<string, string | undefined>,
  target: SyntaxNode | undefined,
  className: string | undefined,
): void {
  if (target?.type === "identifier") models.set(target.text, className);
}

function returned(
  value: SyntaxNode,
  given: (value: SyntaxNode) => readonly FittedReturn[],
  fits: ReadonlyMap<string, string>,
): readonly FittedReturn[] {
  const elements = elementsOf(value);
  if (elements.length === 1) return given(value);
  // `return net, history`: what stands beside the model is a record of its fit.
  const isRecord = ({ text: name }: SyntaxNode): boolean =>
    fits.has(name) && elements.some(({ text }) => text !== name && text === fits.get(name));
  return elements.flatMap((element, position) =>
    isRecord(element) ? [] : given(element).map((one) => ({ ...one, position, isPart: true })),
  );
}

/** The variables that hold what a fit gives, by `history = net.fit(X)`, with the variable that is fitted. */
function fitsByName(body: SyntaxNode, knowledge: Knowledge): ReadonlyMap<string, string> {
  return new Map(
    assignmentsIn(body).flatMap(({ left, right }) => {
      const callee = right.type === "call" ? calleeOf(right, knowledge) : undefined;
      const isOther = callee?.kind === "method" && callee.name === "fit" && callee.object.type === "identifier";
      return isOther ? [[left.text, callee.object.text] as const] : [];
    }),
  );
}

/** The variables of a function whose `fit` it calls. */
function* fittedRoots(body: SyntaxNode, knowledge: Knowledge): Generator<string> {
  for (const call of nodesOf(body, KIND.call)) {
    const callee = calleeOf(call, knowledge);
    if (callee.kind === "method" && knowledge.library.has("fitMethods", callee.name) && callee.root !== undefined)
      yield callee.root;
  }
}

function classesIn(body: SyntaxNode, knowledge: Knowledge): ReadonlyMap<string, string> {
  const classes = new Map<string, string>();
  for (const { left, right } of assignmentsIn(body)) {
    const className = constructedClass(right, knowledge);
    if (left.type === "identifier" && className !== undefined) classes.set(left.text, className);
  }
  return classes;
}

/** The variables to which statements assign a scaler or an encoder. */
export function preprocessorsIn(nodes: readonly SyntaxNode[], knowledge: Knowledge): ReadonlySet<string> {
  const made = nodes.flatMap(assignmentsIn).filter(({ left, right }) => {
    return left.type === "identifier" && knowledge.library.isPreprocessor(constructedClass(right, knowledge) ?? "");
  });
  return new Set(made.map(({ left }) => left.text));
}

const trainingFunctions = new WeakMap<Knowledge, Inside<boolean>>();

/** True if a call fits something that no variable holds: inside of the notebook's function that it calls, a part, a nameless model. */
export function trainsInside(call: SyntaxNode, knowledge: Knowledge): boolean {
  return trains(
    call,
    knowledge,
    remembered(trainingFunctions, knowledge, () => new Inside(false)),
  );
}

function trains(call: SyntaxNode, knowledge: Knowledge, inside: Inside<boolean>): boolean {
  const callee = calleeOf(call, knowledge);
  if (
    callee.kind === "method" &&
    knowledge.library.has("fitMethods", callee.name) &&
    isNameless(callee.object, knowledge)
  )
    return true;
  if (goesAlong([call], knowledge)) return true;
  return runsInside(call, knowledge, inside, (one, home) => isFit(one, home) || trains(one, home, inside));
}

/** `models[0]`, `SVC()`: a model that is no variable. */
function isNameless(object: SyntaxNode, knowledge: Knowledge): boolean {
  const className = constructedClass(object, knowledge);
  return object.type === "subscript" || (className !== undefined && !knowledge.library.isPreprocessor(className));
}

/** A call of `fit` in a function of the notebook. */
export interface HiddenFit {
  readonly name: string;
  readonly fit: SyntaxNode;
  /** What the function gives back: anything, only what is looked at, or nothing. */
  readonly gives: Gives;
}

/** The last function of a notebook that fits something: the one to name where nothing that it fits can be had. */
export function hiddenFit(node: SyntaxNode, knowledge: Knowledge): HiddenFit | undefined {
  const found = nodesOf(node, KIND.function_definition).flatMap((definition) => {
    const fit = nodesOf(definition, KIND.call).find((one) => isFit(one, knowledge));
    return fit === undefined
      ? []
      : [{ name: childOf(definition, "name")?.text ?? "", fit, gives: givenBack(definition, knowledge) }];
  });
  return found.at(-1);
}

/** What a call of a training function gives its `fit`, as far as the function hands on its parameters. */
export function handedToFit(
  call: SyntaxNode,
  knowledge: Knowledge,
): { readonly features: SyntaxNode; readonly labels: SyntaxNode | undefined } | undefined {
  const callee = calleeOf(call, knowledge);
  const definition = callee.kind === "notebook" ? knowledge.definitions.get(callee.name)?.at(-1) : undefined;
  if (callee.kind !== "notebook" || definition?.type !== "function_definition") return undefined;
  const home = homeOf(callee.name, knowledge);
  // What is fitted before may be a scaler.
  const fit = nodesOf(definition, KIND.call).findLast((inner) => isFit(inner, home));
  const handed = fit === undefined ? [] : positionalsOf(fit).map((one) => argumentFor(one.text, definition, call));
  const [features, labels] = handed;
  return features === undefined ? undefined : { features, labels };
}

function isFit(call: SyntaxNode, knowledge: Knowledge): boolean {
  const callee = calleeOf(call, knowledge);
  return callee.kind === "method" && callee.name === "fit";
}

/** The argument of a call that a function's parameter stands for. */
function argumentFor(parameter: string, definition: SyntaxNode, call: SyntaxNode): SyntaxNode | undefined {
  const index = parameterNames(definition).indexOf(parameter);
  return index < 0 ? undefined : argumentAt(call, index, parameter);
}
