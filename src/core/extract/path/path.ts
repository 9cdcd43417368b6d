/** The scoring path: from the raw rows to what the model predicts, as the statements of the notebook that lie on it. */
import { calleeOf, callsIn, type Callee } from "../../python/calls";
import { homeOf, type Knowledge } from "../../python/effects";
import type { Flow } from "../../python/flow";
import type { Statement } from "../../python/program";
import { isExactFile, writtenTable } from "../../python/files";
import { KIND } from "../../python/kinds";
import { knowsSymbols } from "../../python/symbols";
import { childOf, nodesOf, type SyntaxNode } from "../../python/syntax";
import type { FittedState } from "../fitted";
import { freshName } from "../names";
import { changedInSteps } from "../patches";
import type { Plan } from "../plan";
import type { Fit } from "../scoring";
import type { Candidate } from "../fits";
import { dependsOn } from "../target";
import { BOOSTER } from "../trainers";
import { canPredict } from "../frames/estimators";
import { evaluate } from "./expressions";
import { columnsIn, labelColumn, mentions, type Label } from "./label";
import { labelScale, type LabelScale } from "./labelScale";
import { follow } from "./statements";
import { lookingAround } from "./within";
import { attributeName, isAmong, STATE, type Way } from "./way";
import {
  ANY_ROWS,
  NOTHING,
  trailOf,
  trailsOf,
  type Line,
  type Obstacle,
  type Read,
  type Trail,
  type Value,
} from "./values";
import { settle, type Settled } from "./settle";

/** What the path is looked for in. */
export interface PathInput {
  readonly kept: readonly Statement[];
  readonly plan: Plan;
  readonly flow: Flow;
  readonly knowledge: Knowledge;
  readonly model: Candidate;
  readonly fit: Fit | undefined;
  /** Names of the notebook and the module. */
  readonly taken: ReadonlySet<string>;
  /** What the files show of the columns that the features come from. */
  readonly columns: ReadonlySet<string>;
}

/** The way from raw rows to a prediction. */
export interface ScoringPath extends Omit<Settled, "obstacle" | keyof FittedState>, FittedState {
  /** The first parameter of `predict`. */
  readonly rows: string;
  /** The call that reads the raw table. */
  readonly read: Read;
  /** The columns that only the labels come from. */
  readonly labels: readonly string[];
  /** What the notebook took of the labels, so that predictions are of it, too. */
  readonly scale: LabelScale | undefined;
  /** True where the model may give something else than an array, by what its library says of its types. */
  readonly needsArray: boolean;
}

/** The path, or what stands in its way. */
export function findPath(input: PathInput): ScoringPath | Obstacle {
  const { fit, model, plan } = input;
  if (fit?.model === undefined) return obstacleAt(model.statement, `what ${model.name} is fitted on is not seen`);
  const own = [...plan.helpers.map(({ name }) => name), ...plan.imports.map(({ local }) => local)];
  if (own.includes("predict")) return obstacleAt(model.statement, "the notebook has a predict of its own");
  const first = featuresAt(input, fit, new Set());
  const label = labelColumn(first.labels);
  // What is made of a whole table holds the label, too: rows need it only where they come of it without that.
  const without = label === undefined ? first : featuresAt(input, fit, new Set([label.name]));
  const read = label && readLabel(label, columnsIn(without.features), input.columns);
  const found = read === undefined ? without : first;
  if (!isPredictor(model.className ?? found.className, input))
    return obstacleAt(model.statement, `whether ${model.name} predicts rows one by one is not known`);
  return followed(input, found, read);
}

/** A label that the features come of, too; `isNamed` where the text says so, and not what the files show of a position. */
interface ReadLabel extends Label {
  readonly isNamed: boolean;
}

function readLabel(label: Label, named: ReadonlySet<string>, known: ReadonlySet<string>): ReadLabel | undefined {
  const isNamed = named.has(label.name);
  return isNamed || known.has(label.name) ? { ...label, isNamed } : undefined;
}

/** The path, once it is known what the model is fitted on. `read`: the label, where the features come of it, too. */
function followed(input: PathInput, found: Features, read: ReadLabel | undefined): ScoringPath | Obstacle {
  // The innermost first: what comes of it is only its consequence.
  const trails = [...trailsOf(trailOf(found.features))].reverse();
  const [obstacle] = trails.flatMap((one) => one.obstacle ?? []).sort((a, b) => a.statement.index - b.statement.index);
  if (obstacle !== undefined) return obstacle;
  const { statement } = found.fitted;
  const [table, ...others] = new Set(trails.flatMap(({ root }) => root ?? []));
  if (table === undefined)
    return (
      readInFunction(input, statement) ?? obstacleAt(statement, "its rows come of no table that the notebook reads")
    );
  if (others.length > 0) return obstacleAt(statement, "its rows come of several tables");
  if (isOwnTable(table, input))
    return obstacleAt(table.statement, "the table that it reads is one that the notebook wrote");
  const lines = linesOf(trails);
  return labelObstacle(found, lines, read) ?? insideModel(input, found) ?? settledPath(input, found, lines, table);
}

/** The call of a function of the notebook that reads the table, where the rows come of one. */
function readInFunction({ kept, flow, knowledge }: PathInput, fitted: Statement): Obstacle | undefined {
  const above = dependsOn(flow, fitted.index);
  for (const statement of kept.filter((one) => one === fitted || above.has(one.index))) {
    const names = callsIn(statement.node).flatMap((call) => {
      const callee = calleeOf(call, knowledge);
      return callee.kind === "notebook" && readsTable(callee.name, knowledge) ? [callee.name] : [];
    });
    if (names[0] !== undefined)
      return obstacleAt(statement, `${names[0]}, a function, reads the table, and its rows are not followed`);
  }
  return undefined;
}

function readsTable(name: string, knowledge: Knowledge): boolean {
  const calls = (knowledge.definitions.get(name) ?? []).flatMap((one) => nodesOf(one, KIND.call));
  return calls.some((call) => {
    const callee = calleeOf(call, homeOf(name, knowledge));
    return callee.kind === "library" && isAmong("tableReaders", callee.qualified);
  });
}

/** What stands in the way inside of the model: what it calls of the notebook's own. */
function insideModel({ kept, flow }: PathInput, { way, fitted }: Features): Obstacle | undefined {
  const above = dependsOn(flow, fitted.statement.index);
  return lookingAround(
    kept.filter((one) => one === fitted.statement || above.has(one.index)),
    way,
  );
}

function obstacleAt(statement: Statement, reason: string): Obstacle {
  return { statement, line: statement.line, reason };
}

/** What stands in the way because rows to be scored have no label. */
function labelObstacle(found: Features, lines: readonly Line[], read: ReadLabel | undefined): Obstacle | undefined {
  if (read?.isPlain === true) {
    const reads = read.isNamed ? ({ node }: Line): boolean => mentions(node, read.name) : isByPosition;
    const reader = lines.find(reads) ?? found.fitted;
    return obstacleAt(reader.statement, `it reads ${read.name}, the label`);
  }
  const mixed = withLabel(found, lines);
  if (mixed !== undefined) return obstacleAt(mixed.statement, "the label is among what it transforms");
  const doubted = doubtful(found, lines);
  return doubted && obstacleAt(doubted.statement, "which column holds the labels is not known");
}

/** `rows = imputer.fit_transform(df)`, where the features and the label are both taken of `rows`. */
function withLabel({ labels }: Features, lines: readonly Line[]): Line | undefined {
  if (labels === undefined) return undefined;
  const trails = new Set([trailOf(labels)]);
  for (const { from, column } of trails) {
    const [, own] = column === undefined ? [] : from;
    // A column that was set afterwards comes of what it was set to.
    for (const one of own === undefined || own === NOTHING ? from : [own]) trails.add(one);
  }
  const behind = new Set([...trails].map(({ line }) => line));
  return lines.find((line) => behind.has(line) && isTransformation(line.node));
}

function isTransformation(node: SyntaxNode): boolean {
  const [assignment] = node.type === "expression_statement" ? node.children : [];
  const [left, right] = assignment === undefined ? [] : [childOf(assignment, "left"), childOf(assignment, "right")];
  const method = right?.type === "call" ? attributeName(childOf(right, "function") ?? right) : "";
  return left?.type === "identifier" && /^(fit_)?transform$/.test(method);
}

/** True for `pd.read_csv("clean.csv")` below `df.to_csv("clean.csv")`: raw rows are further up. */
function isOwnTable({ statement }: Read, { kept, flow, knowledge }: PathInput): boolean {
  const writers = [...(flow.dependencies[statement.index] ?? [])].filter(([, names]) => [...names].some(isExactFile));
  const written = kept.filter(({ index }) => writers.some(([writer]) => writer === index));
  return written.some(({ node }) => writesRows(node, knowledge));
}

/** True for what writes tables, rows or texts; what came from elsewhere is as raw as the file that it is written to. */
function writesRows(node: SyntaxNode, knowledge: PathInput["knowledge"]): boolean {
  const calls = callsIn(node).map((call) => ({ call, callee: calleeOf(call, knowledge) }));
  const isFetched = nodesOf(node, KIND.attribute).some((one) => FETCHED.test(childOf(one, "attribute")?.text ?? ""));
  const writes = (callee: Callee): boolean =>
    callee.kind === "method" && !isFetched && /^write(row|rows|lines)?$/.test(callee.name);
  return calls.some(({ call, callee }) => writtenTable(call, callee) !== undefined || writes(callee));
}

/** What an answer of the web is asked for. */
const FETCHED = /^(content|text|raw|read|iter_content|iter_lines|urlopen)$/;

/** True for classes of libraries whose `predict` takes rows: of a pipeline, the class of its last step. */
function isPredictor(className: string, input: PathInput): boolean {
  const { knowledge } = input;
  // A class of the user's own module may have the name of scikit-learn's.
  if ([className, knowledge.imports.get(className) ?? ""].some((name) => knowledge.definitions.has(name))) return false;
  return canPredict(className) || isAmong("predictors", className) || isKerasModel(className, knowledge);
}

/** `keras.Model(inputs, outputs)`; other libraries call other things so. */
function isKerasModel(className: string, knowledge: Knowledge): boolean {
  return className === "Model" && knowsSymbols(knowledge);
}

function settledPath(input: PathInput, found: Features, lines: readonly Line[], read: Read): ScoringPath | Obstacle {
  const { way, fitted } = found;
  const { obstacle, ...settled } = settle({ ...input, lines, features: fitted, way });
  if (obstacle !== undefined) return obstacle;
  return {
    ...settled,
    model: input.model.name,
    rows: way.rows,
    fitted: way.fitted,
    read,
    labels: [...way.labels],
    scale: labelScale(found.labels, input.knowledge),
    needsArray: input.model.className === BOOSTER,
  };
}

interface Features {
  readonly way: Way;
  readonly features: Value;
  readonly labels: Value | undefined;
  /** The expression that the fit is given. */
  readonly fitted: Line;
  /** The class of what is fitted; empty if it is not seen. */
  readonly className: string;
}

/** Follows the statements up to the fit. */
function featuresAt(input: PathInput, fit: Fit, labels: ReadonlySet<string>): Features {
  const way = wayOf(input, fit, labels);
  for (const statement of input.kept) {
    if (statement.index >= fit.statement.index) break;
    follow(statement, input.flow.effects[statement.index]?.changes ?? [], way);
  }
  way.statement = fit.statement;
  const { names, node } = fit.statement;
  // A block that the fit stands in may bind anew what the fit is given.
  const bound = node.type === "expression_statement" ? [] : [...names.binds, ...names.mayBind, ...names.stores];
  for (const name of bound) lose(name, way);
  const [labelled, fitting] = [fit.labels, fit.model].map((one) =>
    one === undefined ? undefined : evaluate(one, way),
  );
  const { className = "" } = fitting?.kind === "state" ? fitting : STATE;
  return { way, className, labels: labelled, ...takenBy(fit, way) };
}

/** What the model takes. */
function takenBy({ statement, features, input = features }: Fit, way: Way): Pick<Features, "features" | "fitted"> {
  way.edits = [];
  const value = evaluate(input, way);
  return { features: value, fitted: { statement, node: input, edits: way.edits } };
}

function wayOf({ knowledge, plan, taken }: PathInput, fit: Fit, labels: ReadonlySet<string>): Way {
  const changed = changedInSteps(plan);
  const top = new Set([
    ...plan.imports.map(({ local }) => local),
    ...plan.helpers.map(({ name }) => name).filter((name) => !changed.has(name)),
    ...[...plan.preamble, ...plan.collections].flatMap(({ names }) => [...names.binds, ...names.mayBind]),
  ]);
  const isTaken = (name: string): boolean => taken.has(name);
  return {
    variables: new Map(),
    knowledge,
    isTop: (name) => top.has(name),
    isPatched: (name) => changed.has(name),
    labels,
    rows: freshName("rows", isTaken),
    fitted: freshName("fitted", isTaken),
    taken: new Set(taken),
    evaluate,
    statement: fit.statement,
    edits: [],
    touched: new Set(),
  };
}

function lose(name: string, way: Way): void {
  const obstacle = {
    statement: way.statement,
    line: way.statement.line,
    reason: `${name} is made in the block of the fit`,
  };
  way.variables.set(name, { kind: "series", trail: { from: [], obstacle }, rows: ANY_ROWS });
}

/** A line that sets a single column, where it is not known whether that one is the label: rows to be scored may not have it. */
function doubtful({ way, labels }: Features, lines: readonly Line[]): Line | undefined {
  if (way.labels.size > 0 || labels === undefined) return undefined;
  const isOfRows = [...trailsOf(trailOf(labels))].some(({ root }) => root !== undefined);
  if (!isOfRows || !lines.some(isByPosition)) return undefined;
  return lines.find(({ node }) => {
    const left = node.type === "expression_statement" ? childOf(node.children[0] ?? node, "left") : undefined;
    return left?.type === "subscript" || left?.type === "attribute";
  });
}

/** True for `df.iloc[:, 1:]`. */
function isByPosition({ edits }: Line): boolean {
  return edits.some(({ kept }) => kept?.form === "columns");
}

/** The lines on the way, each once, in the order of the notebook. */
function linesOf(trails: readonly Trail[]): readonly Line[] {
  const lines = new Map<SyntaxNode, Map<string, Line>>();
  for (const { line } of trails) {
    if (line === undefined) continue;
    const targets = lines.get(line.node) ?? new Map<string, Line>();
    lines.set(line.node, targets.set(`${line.target ?? ""}@${line.turn?.table?.name ?? ""}`, line));
  }
  return [...lines.values()]
    .flatMap((targets) => [...targets.values()])
    .sort((a, b) => a.statement.index - b.statement.index || a.node.start - b.node.start);
}
