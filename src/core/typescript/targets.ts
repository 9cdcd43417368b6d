/** What the slice is taken for: the model, its metrics, the values that are saved; else what the notebook shows last. */
import { Node, SyntaxKind, type CallExpression } from "ts-morph";
import { inputError } from "../errors";
import { refuseRivals, type Ranking } from "../extract/rivals";
import type { Target } from "../pipeline";
import { WRITERS } from "./calls";
import { isFileName } from "./fileAccess";
import { originsOf, sliceOf, type Flow, type Reaching } from "./flow";
import { isReference } from "./scope";
import type { Unit } from "./units";

/** A target, and the state of the notebook in which it has its value. */
export interface Goal {
  readonly name: string;
  readonly kind: Target["kind"];
  /** The unit after which it has its value. */
  readonly unit: Unit;
  readonly state: Reaching;
  /** Set where no variable holds it: a metric that is only shown. */
  readonly expression: Node | undefined;
}

/** What targets are looked for in. */
export interface Analysed {
  readonly notebook: string;
  readonly units: readonly Unit[];
  readonly flow: Flow;
}

const FITTING = /(^|[a-z_])(fit|train|learn|regress|regression|leastSquares|optimi[sz]e|gradientDescent)([A-Z_]|$)/i;
const MODEL_NAME = /^(model|classifier|regressor|estimator|network|forecaster)$|(Model|Classifier|Regressor|Network)$/;
const METRICS = new Set(
  "rmse mse mae mape smape r2 rsquared accuracy acc precision recall f1 auc auroc logloss loss score kappa silhouette".split(
    " ",
  ),
);
const METRIC_TABLE = /^(metrics|scores|evaluation)$/i;

/** The targets, and how the model among them was chosen. */
export interface Goals {
  readonly goals: readonly Goal[];
  /** Absent where there is no model, and where the user named it. */
  readonly choice: Ranking | undefined;
}

/** The targets of a notebook. Throws an input error if there is none, or if two models are equally good and none may be taken. */
export function findGoals(analysed: Analysed, { model: wanted, ranked }: WantedModel): Goals {
  const choice = wanted === undefined ? rankModels(analysed) : undefined;
  if (choice !== undefined && ranked !== true) refuseRivals(analysed.notebook, choice);
  const model = wanted === undefined ? choice?.candidates[0].name : namedModel(analysed, wanted);
  const found = [
    ...(model === undefined ? [] : [endGoal(analysed, model, "model")]),
    ...metrics(analysed).filter((goal) => model === undefined || dependsOn(analysed, goal, model)),
    ...savedGoals(analysed),
  ];
  const all = found.length > 0 ? found : shownLast(analysed);
  const goals = all.filter(({ name }, index) => all.findIndex((each) => each.name === name) === index);
  if (goals.length > 0) return { goals, choice };
  throw inputError(
    "EXTRACT_NO_TARGET",
    `${analysed.notebook} has nothing to ship: no fitted model, no metric, no value that is written to a file or shown at the end.`,
    { place: { file: analysed.notebook }, hint: "Name the variable that matters: --model NAME" },
  );
}

/** Which model the user wants. */
export interface WantedModel {
  readonly model?: string;
  /** Of models that are equally good, takes the first and says so; otherwise they are refused. */
  readonly ranked?: boolean;
}

/** What is written and not read again; what is read again counts where there is nothing else. */
function savedGoals({ units, flow }: Analysed): readonly Goal[] {
  const saved = (some: readonly Unit[]): readonly Goal[] =>
    some.flatMap((unit) => {
      const state = flow.before[unit.index] ?? flow.end;
      return writtenNames(unit)
        .filter((name) => isValue(name, state))
        .map((name) => goalAt(name, "value", unit, state));
    });
  const last = saved(units.filter(({ facts }) => ![...facts.now.assigns].some(isFileName)));
  return last.length > 0 ? last : saved(units);
}

function endGoal({ flow }: Analysed, name: string, kind: Goal["kind"]): Goal {
  const unit = flow.end.get(name)?.at(-1);
  if (unit === undefined) throw new Error(`${name} is defined nowhere`);
  return { name, kind, unit, state: flow.end, expression: undefined };
}

function goalAt(name: string, kind: Goal["kind"], unit: Unit, state: Reaching): Goal {
  return { name, kind, unit: state.get(name)?.at(-1) ?? unit, state, expression: undefined };
}

function isValue(name: string, state: Reaching): boolean {
  const kind = state.get(name)?.[0]?.kind;
  return kind === "variable" || kind === "statement";
}

function namedModel(analysed: Analysed, wanted: string): string {
  if (analysed.flow.end.has(wanted)) return wanted;
  const candidates = modelNames(analysed);
  throw inputError("EXTRACT_NO_MODEL", `${analysed.notebook} has no variable named ${wanted}.`, {
    place: { file: analysed.notebook },
    hint: candidates.length === 0 ? "It fits no model." : `It fits: ${candidates.join(", ")}.`,
  });
}

function modelNames({ units, flow }: Analysed): readonly string[] {
  return [...new Set(units.flatMap(fittedNames))].filter((name) => isValue(name, flow.end));
}

/** The models that are written to a file, else those that the last cell with metrics measures, else those that are fitted last. */
function rankModels(analysed: Analysed): Ranking | undefined {
  const names = modelNames(analysed);
  const saved = names.filter((name) => analysed.units.some((unit) => writtenNames(unit).includes(name)));
  if (saved.length > 0) return ranking(analysed, saved, "saved");
  const evaluated = lastEvaluated(analysed, names);
  if (evaluated.length > 0) return ranking(analysed, evaluated, "evaluated");
  const last = Math.max(...names.map((name) => fittedAt(analysed, name).index));
  const cell = analysed.units[last]?.cell;
  const fitted = names.filter((name) => fittedAt(analysed, name).cell === cell);
  return ranking(analysed, fitted, "fitted");
}

function lastEvaluated(analysed: Analysed, names: readonly string[]): readonly string[] {
  const measured = metrics(analysed).map((goal) => ({
    cell: goal.unit.cell,
    names: names.filter((name) => dependsOn(analysed, goal, name)),
  }));
  const last = measured.findLast((one) => one.names.length > 0)?.cell;
  return [...new Set(measured.filter(({ cell }) => cell === last).flatMap((one) => one.names))];
}

/** The unit after which a model is what it is at the end. */
function fittedAt(analysed: Analysed, name: string): Unit {
  return endGoal(analysed, name, "model").unit;
}

/** One that is named as the final one is better than all others; else what is fitted last comes first. */
function ranking(analysed: Analysed, names: readonly string[], what: Ranking["what"]): Ranking | undefined {
  const whole = withoutParts(analysed, names);
  const named = whole.filter((name) => /^(model|best|final)($|[A-Z_])/.test(name));
  const [first, ...others] = (named.length === 1 ? named : whole)
    .map((name) => {
      const { index, cell, line } = fittedAt(analysed, name);
      return { name, statement: { index, cell: cell.number, line } };
    })
    .sort((a, b) => b.statement.index - a.statement.index);
  return first === undefined ? undefined : { candidates: [first, ...others], what };
}

/** Candidates that only feed another candidate are no models of their own. */
function withoutParts(analysed: Analysed, names: readonly string[]): readonly string[] {
  return names.filter(
    (name) => !names.some((other) => other !== name && dependsOn(analysed, endGoal(analysed, other, "model"), name)),
  );
}

/** Variables that a unit fits: `model = train(…)`, `model.fit(…)`, `const model = …`. */
export function fittedNames(unit: Unit): readonly string[] {
  if (unit.kind !== "variable" && unit.kind !== "statement") return [];
  const defined = [...unit.facts.defines];
  const named = defined.filter((name) => MODEL_NAME.test(name));
  const value = fittingCall(unit.declaration?.getInitializer() ?? assignedValue(unit.node));
  if (value !== undefined) return [...named, ...defined.slice(0, 1)];
  const alone = Node.isExpressionStatement(unit.node) ? fittingCall(unit.node.getExpression()) : undefined;
  const callee = alone?.getExpression();
  const receiver = Node.isPropertyAccessExpression(callee) ? callee.getExpression() : undefined;
  return Node.isIdentifier(receiver) ? [...named, receiver.getText()] : named;
}

function fittingCall(value: Node | undefined): CallExpression | undefined {
  const call = Node.isAwaitExpression(value) ? value.getExpression() : value;
  return Node.isCallExpression(call) && isFitting(call) ? call : undefined;
}

function assignedValue(node: Node): Node | undefined {
  const expression = Node.isExpressionStatement(node) ? node.getExpression() : undefined;
  return Node.isBinaryExpression(expression) ? expression.getRight() : undefined;
}

function isFitting(call: CallExpression): boolean {
  const name = calleeName(call);
  return FITTING.test(name) && !/split/i.test(name);
}

function calleeName(call: CallExpression): string {
  const callee = call.getExpression();
  return Node.isPropertyAccessExpression(callee) ? callee.getName() : callee.getText();
}

/** True if the value of `goal` depends on the variable `name`. */
function dependsOn({ flow, units }: Analysed, goal: Goal, name: string): boolean {
  const roots = goal.expression === undefined ? originsOf([goal.name], goal.state, units) : [goal.unit];
  const slice = sliceOf(flow, roots);
  return (flow.end.get(name) ?? []).some((unit) => slice.has(unit));
}

function isMetricName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[\s_]+/);
  return words.some((word) => METRICS.has(word)) || METRICS.has(words.join(""));
}

function metrics(analysed: Analysed): readonly Goal[] {
  return analysed.units.flatMap((unit) => [...metricVariables(unit, analysed), ...shownMetrics(unit, analysed)]);
}

function metricVariables(unit: Unit, { flow }: Analysed): readonly Goal[] {
  const { declaration } = unit;
  if (unit.kind !== "variable" || declaration === undefined) return [];
  const type = declaration.getType();
  const isNumber = Node.isIdentifier(declaration.getNameNode()) && (type.isNumber() || type.isAny());
  const names = [...unit.facts.declares].filter(
    (name) =>
      (isMetricName(name) && (isNumber || !Node.isIdentifier(declaration.getNameNode()))) || METRIC_TABLE.test(name),
  );
  return names.filter((name) => flow.end.get(name)?.[0] === unit).map((name) => goalAt(name, "metric", unit, flow.end));
}

/** `console.log(rmse(predicted, observed))`: the metric has no name but its function's. */
function shownMetrics(unit: Unit, { flow }: Analysed): readonly Goal[] {
  if (!Node.isExpressionStatement(unit.node) || assignedValue(unit.node) !== undefined) return [];
  const calls = unit.node
    .getDescendantsOfKind(SyntaxKind.CallExpression)
    .filter(
      (call) =>
        Node.isIdentifier(call.getExpression()) &&
        isMetricName(calleeName(call)) &&
        (call.getType().isNumber() || call.getType().isAny()) &&
        call.getFirstAncestor((node) => Node.isArrowFunction(node) || Node.isFunctionExpression(node)) === undefined,
    );
  const state = flow.before[unit.index] ?? flow.end;
  return calls.map((call) => ({ name: calleeName(call), kind: "metric", unit, state, expression: call }));
}

/** The variables behind what a unit writes to a file. */
function writtenNames(unit: Unit): readonly string[] {
  if (unit.kind !== "statement" && unit.kind !== "variable") return [];
  return unit.node.getDescendantsOfKind(SyntaxKind.CallExpression).flatMap((call) => {
    const content = WRITERS.test(call.getExpression().getText()) ? call.getArguments()[1] : undefined;
    return content === undefined ? [] : mentioned(unit, content);
  });
}

function mentioned(unit: Unit, part: Node): readonly string[] {
  const names = unit.facts.mentions.filter(
    (identifier) =>
      isReference(identifier) && identifier.getPos() >= part.getPos() && identifier.getEnd() <= part.getEnd(),
  );
  return [...new Set(names.map((identifier) => identifier.getText()))];
}

/** The variables in the last expression of the last cell. */
function shownLast({ units, flow }: Analysed): readonly Goal[] {
  const unit = units.findLast(({ kind }) => kind === "statement" || kind === "variable");
  if (unit === undefined || !Node.isExpressionStatement(unit.node)) return [];
  const state = flow.before[unit.index] ?? flow.end;
  return mentioned(unit, unit.node)
    .filter((name) => isValue(name, state))
    .map((name) => goalAt(name, "value", unit, state));
}
