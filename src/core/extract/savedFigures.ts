/** The figures that a notebook saves: its results where it has neither a model nor saved data. */
import { posix } from "node:path";
import { calleeOf, callsIn, lastName, type Callee } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { FIGURE, figureRole, isPyplot } from "../python/figures";
import { KIND } from "../python/kinds";
import {
  argumentsAt,
  argumentsOf,
  calledName,
  childOf,
  nodesOf,
  parameterNames,
  rootName,
  type SyntaxNode,
} from "../python/syntax";
import { literalText } from "../python/values";
import type { Diagnostic } from "../report";
import { namesOf, type Statement } from "../python/program";
import { variableValue, type Value } from "./pipelineValues";
import { freshName, identifier } from "./names";
import { canBeTakenAfter, fileOf, isSeenOutside } from "./saved";
import { dependsOn, type Analysed } from "./target";

/** A figure that a statement saves. */
interface SavedFigure {
  readonly statement: Statement;
  /** What holds it: a variable, or another expression; for pyplot's current figure, pyplot. */
  readonly held: SyntaxNode | string;
  readonly file: string;
  /** Saved figures of one key are one figure. */
  readonly key: string;
}

/**
 * The figures that a notebook saves: each by its variable or, where the variable stands for several or pyplot holds the figure, by the
 * name of the file. A figure that is saved more than once is what it is when it is saved last.
 */
export function savedFigures(analysed: Analysed): readonly Value[] {
  const { statements } = analysed;
  const saved = statements.flatMap((statement) =>
    callsIn(statement.node).flatMap((call) => savedBy({ call, statement, analysed }) ?? []),
  );
  const figures = [...new Map(saved.map((one) => [one.key, one])).values()];
  const taken = namesOf(statements);
  const names = new Set<string>();
  return figures.map((figure): Value => {
    if (isOnlyOne(figure, figures)) return variableValue(textOf(figure), figure.statement);
    const name = freshName(identifier(posix.parse(figure.file).name), (one) => taken.has(one) || names.has(one));
    names.add(name);
    const value = { name, kind: "value", statement: figure.statement } as const;
    return typeof figure.held === "string"
      ? { ...value, expression: undefined, current: figure.held }
      : { ...value, expression: figure.held };
  });
}

/** True if the notebook may save a figure: only then is it worth while to follow what draws. */
export function maySaveFigures({ statements, knowledge }: Analysed): boolean {
  const code = [...statements.map(({ node }) => node), ...[...knowledge.definitions.values()].flat()];
  return code.some((node) =>
    nodesOf(node, KIND.call).some((call) => {
      const callee = calleeOf(call, knowledge);
      return callee.kind !== "unknown" && SAVING.test(lastName(callee.name));
    }),
  );
}

/** The first statement that saves pyplot's figure where none is: `plt.show()` above it has closed it. */
export function emptyFigure({ statements, knowledge, flow }: Analysed): Statement | undefined {
  const saves = ({ node }: Statement): boolean =>
    callsIn(node).some((call) => figureRole(call, calleeOf(call, knowledge), knowledge) === "saves");
  return statements.find(
    (one) => one.node.type === "expression_statement" && saves(one) && flow.binders[one.index]?.has(FIGURE) !== true,
  );
}

/** Where a block or a function saves figures that cannot be had behind it: a loop draws one in each turn, and closes it. */
export function figuresInBlocks(analysed: Analysed): readonly Spot[] {
  return analysed.statements.flatMap((statement) => {
    const { node, cell } = statement;
    if (node.type.endsWith("definition")) return [];
    const isBlock = node.type !== "expression_statement";
    const saving = callsIn(node).filter((call) => closesFigure(call, isBlock, analysed.knowledge));
    const isGiven = saving.some((call) => savedBy({ call, statement, analysed }) !== undefined);
    return isGiven ? [] : saving.slice(0, 1).map(({ line }) => ({ cell, line }));
  });
}

/** A line of the notebook. */
export interface Spot {
  readonly cell: number;
  readonly line: number;
}

/** What is said of them where the notebook gives other figures. */
export function figureFindings(analysed: Analysed): readonly Diagnostic[] {
  return figuresInBlocks(analysed).map((spot) => ({
    code: "notebook.figure-left-out",
    severity: "info",
    ...spot,
    message: "The figures that this saves are gone behind its block or function, so the module does not give them.",
    hint: "Save those that matter at the top level of a cell; let a function return its figure.",
  }));
}

/** True for a call of a function that saves a figure and, in a block, for one that saves it itself. */
function closesFigure(call: SyntaxNode, isBlock: boolean, knowledge: Knowledge): boolean {
  const callee = calleeOf(call, knowledge);
  if (callee.kind !== "notebook") return isBlock && savesFigure(call, callee, knowledge);
  const calls = (knowledge.definitions.get(callee.name) ?? []).flatMap((one) => nodesOf(one, KIND.call));
  return calls.some((one) => savesFigure(one, calleeOf(one, knowledge), knowledge));
}

function savesFigure(call: SyntaxNode, callee: Callee, knowledge: Knowledge): boolean {
  return callee.kind === "method" ? FIGURE_SAVING.test(callee.name) : figureRole(call, callee, knowledge) === "saves";
}

/** True for the one saved figure of a variable. */
function isOnlyOne(figure: SavedFigure, all: readonly SavedFigure[]): boolean {
  if (typeof figure.held === "string" || figure.held.type !== "identifier") return false;
  return all.filter((one) => typeof one.held !== "string" && textOf(one) === textOf(figure)).length === 1;
}

function textOf({ held }: SavedFigure): string {
  return typeof held === "string" ? held : held.text;
}

/** Where something is saved. */
interface Place {
  readonly call: SyntaxNode;
  readonly statement: Statement;
  readonly analysed: Analysed;
}

function savedBy(place: Place): SavedFigure | undefined {
  const { call, analysed } = place;
  const { knowledge } = analysed;
  const callee = calleeOf(call, knowledge);
  if (callee.kind === "method") return savedByMethod(callee, place);
  if (callee.kind === "notebook") return savedByFunction(callee.name, place);
  return figureRole(call, callee, knowledge) === "saves" ? savedCurrent(call, undefined, place) : undefined;
}

/** `save_figure("a.png")`, and `save(fig, "a.png")` where the function saves the figure that it is given. */
function savedByFunction(name: string, place: Place): SavedFigure | undefined {
  const { call, statement, analysed } = place;
  const [held] = argumentsAt(call, ...savedParameters(name, analysed.knowledge));
  if (held?.type !== "identifier") return savedCurrent(savingCall(name, analysed.knowledge), textIn(call), place);
  const file = fileOf(held, call, { statement, ...analysed });
  return isTakenAfter(held, place) ? savedObject(held, held.text, file, place) : undefined;
}

/** The positions of the parameters whose figures a function saves, and all its parameters. */
function savedParameters(name: string, { definitions }: Knowledge): readonly [readonly number[], readonly string[]] {
  const definition = definitions.get(name)?.at(-1);
  const parameters = definition?.type === "function_definition" ? parameterNames(definition) : [];
  const saved = new Set(definition === undefined ? [] : nodesOf(definition, KIND.call).flatMap(savedObjectName));
  return [parameters.flatMap((one, index) => (saved.has(one) ? [index] : [])), parameters];
}

/** `fig` of `fig.savefig(path)` */
function savedObjectName(call: SyntaxNode): readonly string[] {
  const target = childOf(call, "function");
  const object = target?.type === "attribute" ? childOf(target, "object") : undefined;
  return object !== undefined && FIGURE_SAVING.test(calledName(call)) ? [object.text] : [];
}

/** `plt.savefig("a.png")`; or, with the name of the file, the call of a function in which that stands. */
function savedCurrent(
  saving: SyntaxNode | undefined,
  name: string | undefined,
  { call, statement, analysed }: Place,
): SavedFigure | undefined {
  const pyplot = saving === undefined ? undefined : pyplotOf(saving);
  const binders = analysed.flow.binders[statement.index]?.get(FIGURE);
  // A figure in which nothing is drawn is none.
  if (saving === undefined || pyplot === undefined || binders === undefined) return undefined;
  if (endsBelow(call, statement.node, analysed.knowledge)) return undefined;
  const file = name ?? fileOf(undefined, saving, { statement, ...analysed });
  return { statement, held: pyplot, file: file ?? UNNAMED, key: keyOf(FIGURE, binders) };
}

/** `fig.savefig("a.png")`, `fig.write_html("a.html")`, `chart.save("a.html")`; `plt.gcf().savefig("a.png")` */
function savedByMethod(
  { name, object: held }: Extract<Callee, { kind: "method" }>,
  place: Place,
): SavedFigure | undefined {
  const { call, statement, analysed } = place;
  const root = rootName(held)?.text;
  if (root === undefined || !SAVING.test(name)) return undefined;
  const file = fileOf(held, call, { statement, ...analysed });
  if (name === "save" && !isPicture(file, root, place)) return undefined;
  const module = analysed.knowledge.imports.get(root);
  if (module !== undefined) return isPyplot(module) ? savedCurrent(held, file, place) : undefined;
  return isTakenAfter(held, place) ? savedObject(held, root, file, place) : undefined;
}

/** True for what some figure is in, `chart + rule`: models have a method `save`, too. */
function isPicture(file: string | undefined, name: string, { statement, analysed: { flow } }: Place): boolean {
  if (file === undefined || !PICTURE.test(file)) return false;
  const binders = [...(flow.binders[statement.index]?.get(name) ?? [])];
  return binders.some((one) => [one, ...dependsOn(flow, one)].some((index) => flow.figures.has(index)));
}

function isTakenAfter(held: SyntaxNode, { call, statement }: Place): boolean {
  if (!isSeenOutside({ saved: held, statement })) return false;
  return held.type === "identifier" || canBeTakenAfter(held, call, statement);
}

function savedObject(
  held: SyntaxNode,
  root: string,
  file: string | undefined,
  { statement, analysed }: Place,
): SavedFigure {
  const binders = analysed.flow.binders[statement.index]?.get(root) ?? [];
  return { statement, held, file: file ?? UNNAMED, key: keyOf(held.text, binders) };
}

const UNNAMED = "figure";
const SAVING = /^(savefig|write_html|write_image|save)$/;
/** Of these methods, those that figures alone have. */
const FIGURE_SAVING = /^(savefig|write_html|write_image)$/;
const PICTURE = /\.(png|jpe?g|svg|pdf|html?|json)$/i;

function keyOf(name: string, binders: Iterable<number>): string {
  return `${name} ${[...binders].join()}`;
}

/** `plt` of `plt.savefig("a.png")` */
function pyplotOf(call: SyntaxNode): string | undefined {
  const target = childOf(call, "function");
  return target?.type === "attribute" ? childOf(target, "object")?.text : undefined;
}

/** The call in a function of the notebook that saves the current figure. */
function savingCall(name: string, knowledge: Knowledge): SyntaxNode | undefined {
  const definition = knowledge.definitions.get(name)?.at(-1);
  const body = definition?.type === "function_definition" ? childOf(definition, "body") : undefined;
  if (body === undefined) return undefined;
  const saving = callsIn(body).find((call) => figureRole(call, calleeOf(call, knowledge), knowledge) === "saves");
  return saving === undefined || endsBelow(saving, body, knowledge) ? undefined : saving;
}

/** True if the current figure is another one, or none, when the node has run that a call stands in. */
function endsBelow(call: SyntaxNode, node: SyntaxNode, knowledge: Knowledge): boolean {
  return callsIn(node).some((one) => {
    const role = one.start > call.start ? figureRole(one, calleeOf(one, knowledge), knowledge) : undefined;
    return role === "begins" || role === "ends";
  });
}

function textIn(call: SyntaxNode): string | undefined {
  const texts = argumentsOf(call).flatMap((one) => literalText(childOf(one, "value") ?? one) ?? []);
  return texts[0];
}
