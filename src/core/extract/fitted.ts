/** What a pipeline keeps of its training: the model, and what its rows went through on the way to it. */
import { assignmentsIn, calleeOf, callsIn, elementsOf, variableGiven } from "../python/calls";
import { homeOf, type Knowledge } from "../python/effects";
import type { Flow } from "../python/flow";
import type { Statement } from "../python/program";
import { seenFits } from "./blockFits";
import { freshName } from "./names";
import { loopFits, type LoopFit } from "./loopFits";
import type { Kept } from "./path/values";
import { nameByTurn } from "./path/way";
import { findFits, type Candidate } from "./fits";
import { dependsOn, type Analysed } from "./target";
import { preprocessorsIn } from "./trainers";
import { mayBindName, nameFacts } from "../python/scope";
import { KIND } from "../python/kinds";
import { remembered } from "../python/memory";
import { childOf, nodesOf, rootName, type SyntaxNode } from "../python/syntax";

/** What `Fitted` of the module holds. */
export interface FittedState {
  readonly model: string;
  /** The field of `Result` that holds it, and the parameter of `predict`. */
  readonly fitted: string;
  /** Variables of the notebook, and fields of `Params`. */
  readonly variables: readonly string[];
  readonly fields: readonly string[];
  /** What `run` keeps besides. */
  readonly kept: readonly Kept[];
}

/** What the state is looked for in. */
export interface FittedSearch {
  readonly analysed: Analysed;
  readonly model: Candidate;
  readonly kept: readonly Statement[];
  /** Names of the notebook and the module. */
  readonly taken: ReadonlySet<string>;
}

/**
 * The model with the scalers and encoders that were fitted before it, also those of the labels, and what `predict` takes besides;
 * without a `predict`, with every other fitted object, too, that gave something for the model's rows. `undefined` where the model is all.
 */
export function fittedState(search: FittedSearch, path: FittedState | undefined): FittedState | undefined {
  const { model, kept, analysed, taken } = search;
  const isHeld = ({ name, statement, members = [] }: Fitting): boolean =>
    path !== undefined &&
    (path.variables.includes(name) ||
      path.kept.some((one) => one.statement === statement && [name, ...members].includes(one.node.text)));
  const fits = fitsSeen(search, path !== undefined).filter((one) => one.name !== model.name && !isHeld(one));
  if (fits.length === 0) return path;
  const used = new Set([...taken, ...(path?.kept.map(({ name }) => name) ?? [])]);
  const fresh = (name: string): string => {
    const found = freshName(name, (one) => used.has(one));
    used.add(found);
    return found;
  };
  const state = path ?? { model: model.name, fitted: fresh("fitted"), variables: [], fields: [], kept: [] };
  const isLast = ({ name, statement, turn, isNetwork }: Fitting): boolean =>
    isNetwork === true || (turn === undefined && !isChangedAfter(name, statement, { kept, flow: analysed.flow }));
  const variables = fits.filter(isLast).map(({ name }) => name);
  const copies = fits
    .filter((one) => one.isPreparing && !isLast(one) && !isFittedOver(one, fits, kept))
    .map(({ name, node, statement, turn }): Kept => {
      const copy = { node, statement, form: "copy", isBehind: true } as const;
      return turn === undefined
        ? { ...copy, name: fresh(name) }
        : { ...copy, name: fresh(nameByTurn(name, turn)), turn };
    });
  return {
    ...state,
    variables: [...new Set([...state.variables, ...variables])],
    kept: [...state.kept, ...copies],
  };
}

type Fitting = Pick<Kept, "name" | "node" | "statement"> & {
  /** True for scalers, encoders and their like, which can be copied: not every model can. */
  readonly isPreparing: boolean;
  /** True for a network as it is in the end: `net.eval()` changes none of what it has learned. */
  readonly isNetwork?: true;
} & Partial<Pick<LoopFit, "turn" | "members">>;

/** True for what does nothing but fit, where the same is fitted again before anything is asked of it. */
function isFittedOver(
  { name, node, statement }: Fitting,
  fits: readonly Fitting[],
  kept: readonly Statement[],
): boolean {
  const again = fits.find((one) => one.name === name && one.statement.index > statement.index)?.statement;
  const [call] = statement.node.children;
  const isBare = call?.type === "call" && node.end === childOf(childOf(call, "function") ?? call, "object")?.end;
  if (again === undefined || !isBare) return false;
  // What a function reads counts where it is called, and there it is known what that fits.
  const between = kept.filter(
    ({ index, node: { type } }) => statement.index < index && index < again.index && !type.endsWith("definition"),
  );
  return !between.some(({ names }) => names.reads.has(name) || names.late.has(name));
}

/**
 * The fits of scalers and encoders that the model saw and, if not only these, of what else gave something for it. What a loop fits is
 * another one in every turn: only of the block in which the model is fitted, too, it may be known which the model saw last, and then
 * it saw none from above.
 */
function fitsSeen(search: FittedSearch, areOnlyPreprocessors: boolean): readonly Fitting[] {
  const { analysed, model, kept } = search;
  const { flow, knowledge } = analysed;
  const { statement, fit } = model;
  const above = dependsOn(flow, statement.index);
  const needed = kept.filter(({ index, node }) => above.has(index) && node.type === "expression_statement");
  const isBlock = fit !== undefined && statement.node.type !== "expression_statement";
  const making = kept.filter(({ index, node }) => above.has(index) && MAKING.test(node.type));
  const made = preprocessorsIn(
    [...making, ...(isBlock ? [statement] : [])].map(({ node }) => node),
    knowledge,
  );
  const asked = areOnlyPreprocessors ? new Set<string>() : askedIn(needed, knowledge);
  const fitsIn = (one: Statement): readonly Fitting[] =>
    fittingsIn(one, knowledge)
      .filter(({ name }) => made.has(name) || asked.has(name))
      .map((fitting) => ({ ...fitting, isPreparing: made.has(fitting.name) }));
  const own = fitsIn(statement);
  const inBlock = isBlock ? seenFits(statement.node, fit, own) : own.map((fitting) => ({ fitting, isTold: true }));
  const others = kept.filter((one) => above.has(one.index) && one !== statement);
  return [
    ...loopFits(others, knowledge).map((one) => ({ ...one, isPreparing: true })),
    ...[...needed.flatMap(fitsIn), ...lastInBlocks(making, fitsIn, search)].filter(
      ({ name }) => !inBlock.some(({ fitting }) => fitting.name === name),
    ),
    ...[...needed, statement].flatMap((one) => fitsInside(one, made, knowledge)),
    ...inBlock.filter(({ isTold }) => isTold).map(({ fitting }) => fitting),
    ...(areOnlyPreprocessors ? [] : networksCalled(search, above)),
  ];
}

/** The other networks that the model depends on and that are called, whole or in parts: `emb = auto[0](rows)`. */
function networksCalled({ analysed, model, kept }: FittedSearch, above: ReadonlySet<number>): readonly Fitting[] {
  const fits = findFits(analysed);
  return fits.flatMap(({ name, statement, fit }): readonly Fitting[] => {
    if (name === model.name || fit !== undefined || !above.has(statement.index) || !kept.includes(statement)) return [];
    const isAsked = kept.some((one) => one !== statement && calls(name, one));
    const below = kept.filter(({ index }) => index > statement.index);
    const isAnother = below.some(
      (one) => mayBindName(one.names, name) || fits.some((other) => other.name === name && other.statement === one),
    );
    return isAsked && !isAnother
      ? [{ name, node: statement.node, statement, isPreparing: false, isNetwork: true }]
      : [];
  });
}

function calls(network: string, { node }: Statement): boolean {
  return callsIn(node).some((call) => {
    const called = childOf(call, "function");
    const isPart = called?.type === "identifier" || called?.type === "subscript";
    return isPart && rootName(called)?.text === network;
  });
}

/** `if scaler is not None: rows = scaler.fit_transform(rows)`: what blocks fit last of what is there in any case. */
function lastInBlocks(
  making: readonly Statement[],
  fitsIn: (one: Statement) => readonly Fitting[],
  { kept, analysed: { flow } }: FittedSearch,
): readonly Fitting[] {
  const blocks = making.filter(({ node }) => node.type !== "expression_statement");
  return blocks.flatMap(fitsIn).filter(({ name, statement }) => {
    const isThere = kept.some(({ index, names }) => index <= statement.index && names.binds.has(name));
    return isThere && !isChangedAfter(name, statement, { kept, flow });
  });
}

/** What makes scalers and encoders: an `if` may choose between several. */
const MAKING = /^(expression|if|with|try)_statement$/;

function fittingsIn(statement: Statement, knowledge: Knowledge): readonly Omit<Fitting, "isPreparing">[] {
  return fitNodes(statement.node, knowledge).map((node) => ({ name: node.text, node, statement }));
}

/** The variables of what is fitted: `scaler.fit(X)`, `scaler = StandardScaler().fit(X)`; what only samples rows scores none. */
function fitNodes(node: SyntaxNode, knowledge: Knowledge): readonly SyntaxNode[] {
  return callsIn(node).flatMap((call) => {
    const callee = calleeOf(call, knowledge);
    if (callee.kind !== "method" || !/^(partial_)?fit(?!_(re)?sample)/.test(callee.name)) return [];
    const isKept = callee.object.type === "identifier" || callee.name !== "fit";
    const fitted = isKept ? callee.object : variableGiven(call, node);
    return fitted?.type === "identifier" ? [fitted] : [];
  });
}

/** The fits that functions of the notebook do: what they give of these or, where that is nothing, what was made around them. */
function fitsInside(statement: Statement, around: ReadonlySet<string>, knowledge: Knowledge): readonly Fitting[] {
  const given = fitsGiven(statement, around, knowledge);
  return given.length > 0 ? given : fitsAround(statement, around, knowledge);
}

/** `encoder, model = train(rows)`: the scalers and encoders that a function of the notebook fits and gives. */
function fitsGiven(statement: Statement, around: ReadonlySet<string>, knowledge: Knowledge): readonly Fitting[] {
  return assignmentsIn(statement.node).flatMap(({ left, right }) => {
    const callee = right.type === "call" ? calleeOf(right, knowledge) : undefined;
    const definition = callee?.kind === "notebook" ? knowledge.definitions.get(callee.name)?.at(-1) : undefined;
    if (callee?.kind !== "notebook" || definition?.type !== "function_definition") return [];
    const given = fitsReturned(definition, around, homeOf(callee.name, knowledge));
    const targets = elementsOf(left);
    if (targets.length !== given.length) return [];
    return targets.flatMap((node, index): readonly Fitting[] =>
      given[index] === true && node.type === "identifier" && node.text !== "_"
        ? [{ name: node.text, node, statement, isPreparing: true }]
        : [],
    );
  });
}

/** The scalers and encoders of the notebook that a function fits which a statement calls: a copy of one cannot be told by its name. */
function fitsAround(statement: Statement, around: ReadonlySet<string>, knowledge: Knowledge): readonly Fitting[] {
  return callsIn(statement.node).flatMap((call) => {
    const callee = calleeOf(call, knowledge);
    const changed = callee.kind === "notebook" ? knowledge.functions.get(callee.name)?.globals : undefined;
    const fitted = (changed ?? []).filter((name) => around.has(name));
    return fitted.map((name) => ({ name, node: call, statement, isPreparing: false }));
  });
}

/** Of the values that a function returns last, which are scalers and encoders that it has fitted, be they made `around` it. */
function fitsReturned(definition: SyntaxNode, around: ReadonlySet<string>, knowledge: Knowledge): readonly boolean[] {
  const body = childOf(definition, "body") ?? definition;
  const last = nodesOf(body, KIND.return_statement).at(-1);
  const { binds, mayBind } = nameFacts(body);
  const isOuter = (name: string): boolean => around.has(name) && !binds.has(name) && !mayBind.has(name);
  const made = preprocessorsIn([body], knowledge);
  const fitted = new Set(fitNodes(body, knowledge).map(({ text }) => text));
  return (last?.children ?? [])
    .flatMap(elementsOf)
    .map(({ text }) => (made.has(text) || isOuter(text)) && fitted.has(text));
}

/** The variables that are asked for what they make of rows: `trees.predict(X)`, `groups.labels_`. */
function askedIn(statements: readonly Statement[], knowledge: Knowledge): ReadonlySet<string> {
  const nodes = statements.map(({ node }) => node);
  const calls = nodes.flatMap((node) => callsIn(node).map((call) => calleeOf(call, knowledge)));
  const asked = calls.flatMap((callee) =>
    callee.kind === "method" && ROW_METHODS.test(callee.name) ? callee.object.text : [],
  );
  const labels = nodes
    .flatMap((node) => nodesOf(node, KIND.attribute))
    .filter((node) => childOf(node, "attribute")?.text === "labels_");
  return new Set([...asked, ...labels.flatMap((node) => childOf(node, "object")?.text ?? [])]);
}

const ROW_METHODS = /^((fit_)?(transform|predict)|apply|decision_function|kneighbors|predict_\w+|score_samples)$/;

/** True if a kept statement below binds a variable anew or changes its object. */
export function isChangedAfter(
  name: string,
  { index }: Statement,
  { kept, flow }: { readonly kept: readonly Statement[]; readonly flow: Flow },
): boolean {
  const last = remembered(lastChanges, kept, () => {
    const changed = ({ names, index: at }: Statement): readonly string[] => [
      ...names.binds,
      ...names.mayBind,
      ...(flow.effects[at]?.changes ?? []).map((change) => change.name),
    ];
    return new Map(kept.flatMap((one) => changed(one).map((made) => [made, one.index] as const)));
  });
  return (last.get(name) ?? -1) > index;
}

/** By variable, the last of some statements that may bind it anew, or changes its object. */
const lastChanges = new WeakMap<readonly Statement[], ReadonlyMap<string, number>>();

/** True if a statement may bind a variable anew, or changes its object. */
export function makesAnew({ names, index }: Statement, name: string, { effects }: Flow): boolean {
  return mayBindName(names, name) || effects[index]?.changes.some((change) => change.name === name) === true;
}
