/** Where each kept unit goes: to the top of the module, into `Params` or `Data`, or into a step. */
import {
  Node,
  type AsExpression,
  type BinaryExpression,
  type CallExpression,
  type NewExpression,
  type ParenthesizedExpression,
  type SatisfiesExpression,
} from "ts-morph";
import type { Cause } from "../extract/slice";
import { causesOf, closure, originsOf, type Flow } from "./flow";
import { isFileName, type FileFacts } from "./fileAccess";
import type { LocalFiles } from "./localFiles";
import { filesOfModule, type ModuleFiles } from "./localImports";
import { findReferences, type FoundReferences } from "./references";
import type { Scope } from "./scope";
import { findSettings, isScalar, type Setting } from "./settings";
import type { Goal } from "./targets";
import type { Unit } from "./units";

/** The kept units, sorted by where they go. */
export interface Plan {
  /** Path of the notebook, for messages. */
  readonly notebook: string;
  readonly kept: ReadonlySet<Unit>;
  /** Why each of them is kept, by its index. */
  readonly causes: ReadonlyMap<number, Cause>;
  readonly imports: readonly Unit[];
  readonly types: readonly Unit[];
  /** Constants, functions and classes of the module, in the notebook's order. */
  readonly definitions: readonly Unit[];
  readonly settings: readonly Setting[];
  readonly references: FoundReferences;
  /** What the steps are made of, in the order in which it is run. */
  readonly items: readonly Item[];
  /** By function: the variables that it reads and that become its first parameters. */
  readonly captures: ReadonlyMap<Unit, readonly string[]>;
  readonly local: ModuleFiles;
}

/** A unit in a step, or a metric that the notebook only shows. */
export interface Item {
  readonly unit: Unit;
  /** Set for a metric that gets a variable here. */
  readonly goal: Goal | undefined;
  readonly needs: ReadonlyMap<string, readonly Unit[]>;
  readonly writes: ReadonlySet<string>;
}

/** All that the plan is made from. */
export interface PlanInput {
  readonly notebook: string;
  readonly units: readonly Unit[];
  readonly flow: Flow;
  readonly scope: Scope;
  readonly goals: readonly Goal[];
  readonly files: FileFacts;
  readonly local: LocalFiles;
}

/** Slices the notebook for its goals and sorts what is kept. */
export function planModule(input: PlanInput): Plan {
  const { notebook, units, flow, scope, goals } = input;
  const causes = causesOf(flow, firstCauses(input));
  const ordered = units.filter(({ index }) => causes.has(index));
  const isStable = (unit: Unit) =>
    [...unit.facts.declares].every((name) => !isTouchedElsewhere(name, unit, ordered, flow));
  const functions = new Set(ordered.filter((unit) => isMovable(unit, flow)));
  const captured = new Set([...functions].flatMap((unit) => [...unit.facts.later.uses]));
  const taken = new Set(units.flatMap((unit) => [...unit.facts.declares]));
  const references = findReferences({ ...input, kept: ordered, taken });
  const isPath = (unit: Unit) => references.references.some(({ variable }) => variable === unit);
  const constants = new Set(
    ordered.filter((unit) => isStable(unit) && !isPath(unit) && isConstant(unit, captured, ordered)),
  );
  const isTop = (unit: Unit) =>
    unit.kind === "import" || unit.kind === "type" || functions.has(unit) || constants.has(unit);
  const inSteps = ordered.filter((unit) => !isTop(unit));
  const settings = findSettings({
    scope,
    units: inSteps,
    isFixed: (unit) => isPath(unit) || !isStable(unit),
    taken,
  });
  const isField = (unit: Unit) => isPath(unit) || settings.some(({ variable }) => variable === unit);
  return {
    notebook,
    kept: new Set(ordered),
    causes,
    imports: ordered.filter(({ kind }) => kind === "import"),
    types: ordered.filter(({ kind }) => kind === "type"),
    definitions: ordered
      .filter((unit) => functions.has(unit) || constants.has(unit))
      .sort((a, b) => a.node.getPos() - b.node.getPos()),
    settings,
    references,
    items: [
      ...inSteps.filter((unit) => !isField(unit)).map((unit) => unitItem(unit, flow)),
      ...goals.flatMap((goal) => shownItem(goal, input)),
    ].sort((a, b) => a.unit.index - b.unit.index),
    captures: capturesOf([...functions], isTop, flow, references),
    local: filesOfModule(notebook, ordered, input.local),
  };
}

/** By unit index: what is kept for its own sake, and what the functions among it read. */
function firstCauses({ units, goals }: PlanInput): ReadonlyMap<number, Cause> {
  const causes = new Map<number, Cause>();
  const because = (unit: Unit, cause: Cause) => {
    if (!causes.has(unit.index)) causes.set(unit.index, cause);
  };
  for (const goal of goals) {
    for (const unit of givingUnits(goal)) because(unit, { kind: "target", name: goal.name });
  }
  for (const goal of goals) {
    const by = givingUnits(goal).at(-1)?.index ?? goal.unit.index;
    for (const unit of originsOf(goalNames(goal), goal.state, units)) {
      because(unit, { kind: "needed", by, names: [...unit.facts.defines] });
    }
  }
  for (const unit of units.filter(({ cell }) => cell.keep)) because(unit, { kind: "directive" });
  return causes;
}

/** The units that give a goal its value at once. */
function givingUnits(goal: Goal): readonly Unit[] {
  return goalNames(goal).flatMap((name) => goal.state.get(name) ?? []);
}

/** The variables that a goal is read from. */
function goalNames(goal: Goal): readonly string[] {
  const { expression } = goal;
  if (expression === undefined) return [goal.name];
  return goal.unit.facts.mentions
    .filter((each) => each.getPos() >= expression.getPos() && each.getEnd() <= expression.getEnd())
    .map((each) => each.getText());
}

function unitItem(unit: Unit, flow: Flow): Item {
  return {
    unit,
    goal: undefined,
    needs: new Map([...(flow.needs[unit.index] ?? [])].filter(([name]) => !isFileName(name))),
    writes: new Set([...(flow.writes[unit.index] ?? [])].filter((name) => !isFileName(name))),
  };
}

function shownItem(goal: Goal, { units }: PlanInput): readonly Item[] {
  if (goal.expression === undefined) return [];
  const origins = originsOf(goalNames(goal), goal.state, units);
  const needs = new Map<string, readonly Unit[]>();
  for (const unit of origins) {
    for (const name of unit.facts.defines) needs.set(name, goal.state.get(name) ?? [unit]);
  }
  return [{ unit: goal.unit, goal, needs, writes: new Set() }];
}

/** A function, or a class, that can stand at the top of the module: it assigns to no variable of the notebook. */
function isMovable(unit: Unit, flow: Flow): boolean {
  if (unit.kind === "class")
    return [...unit.facts.now.uses, ...unit.facts.later.uses].every((name) => isTopName(name, flow));
  if (unit.kind !== "function") return false;
  const { assigns } = closure(unit.facts.later, { reaching: new Map(flow.end), types: new Map() });
  return [...assigns].every(isFileName);
}

function isTopName(name: string, flow: Flow): boolean {
  const kind = flow.end.get(name)?.[0]?.kind;
  return kind === undefined || kind === "import" || kind === "class" || kind === "type" || kind === "function";
}

function isTouchedElsewhere(name: string, unit: Unit, kept: readonly Unit[], flow: Flow): boolean {
  return kept.some((other) => other !== unit && flow.touches[other.index]?.has(name) === true);
}

/** A scalar is a setting, unless it is written as a constant and the notebook's functions read it. */
function isConstant(unit: Unit, captured: ReadonlySet<string>, kept: readonly Unit[]): boolean {
  const { declaration } = unit;
  if (unit.kind !== "variable" || declaration?.getVariableStatement()?.getDeclarationKind() === "let") return false;
  const initializer = declaration?.getInitializer();
  const name = [...unit.facts.declares].join("");
  if (isScalar(initializer)) return /^[A-Z][A-Z0-9_]*$/.test(name) && captured.has(name) && !unit.cell.parameters;
  return isConstantExpression(initializer, (other) => {
    const source = kept.find((each) => each.facts.declares.has(other));
    return source !== undefined && source.index < unit.index && isConstant(source, captured, kept);
  });
}

const PURE_CALLS =
  /^(Math\.\w+|Date\.UTC|Object\.(freeze|keys|values|entries|fromEntries)|Number|String|BigInt|Symbol)$/;
const PURE_CLASSES = /^(Map|Set|Date|RegExp|URL)$/;

/** True if an expression has the same value whenever it is evaluated. */
function isConstantExpression(node: Node | undefined, isConstantName: (name: string) => boolean): boolean {
  const parts = node === undefined ? undefined : constantParts(node, isConstantName);
  return parts?.every((part) => isConstantExpression(part, isConstantName)) ?? false;
}

/** What a constant expression is made of; `undefined` if it can be none. */
function constantParts(node: Node, isConstantName: (name: string) => boolean): readonly Node[] | undefined {
  if (isAtom(node, isConstantName)) return [];
  if (Node.isArrayLiteralExpression(node)) return node.getElements();
  if (Node.isObjectLiteralExpression(node)) return constantValues(node.getProperties());
  if (Node.isCallExpression(node) || Node.isNewExpression(node)) return pureArguments(node);
  if (Node.isBinaryExpression(node)) return arithmeticSides(node);
  if (Node.isPrefixUnaryExpression(node)) return /^[-+!~][^-+]/.test(node.getText()) ? [node.getOperand()] : undefined;
  return isWrapper(node) ? [node.getExpression()] : undefined;
}

function isWrapper(node: Node): node is AsExpression | SatisfiesExpression | ParenthesizedExpression {
  return Node.isAsExpression(node) || Node.isSatisfiesExpression(node) || Node.isParenthesizedExpression(node);
}

function arithmeticSides(node: BinaryExpression): readonly Node[] | undefined {
  return ARITHMETIC.test(node.getOperatorToken().getText()) ? [node.getLeft(), node.getRight()] : undefined;
}

function constantValues(properties: readonly Node[]): readonly Node[] | undefined {
  const values = properties.flatMap((each) => (Node.isPropertyAssignment(each) ? [each.getInitializer()] : []));
  const known = values.filter((each) => each !== undefined);
  return known.length === properties.length ? known : undefined;
}

function pureArguments(node: CallExpression | NewExpression): readonly Node[] | undefined {
  const callee = node.getExpression().getText();
  if (Node.isCallExpression(node)) return PURE_CALLS.test(callee) ? node.getArguments() : undefined;
  return PURE_CLASSES.test(callee) && node.getArguments().length > 0 ? node.getArguments() : undefined;
}

const ARITHMETIC = /^([-+*/%]|\*\*|<<|>>|[&|^])$/;

function isAtom(node: Node, isConstantName: (name: string) => boolean): boolean {
  if (Node.isIdentifier(node))
    return /^(NaN|Infinity|undefined)$/.test(node.getText()) || isConstantName(node.getText());
  if (Node.isPropertyAccessExpression(node)) return /^(Math|Number)\.[A-Z_0-9]+$/.test(node.getText());
  return (
    isScalar(node) || Node.isNullLiteral(node) || Node.isRegularExpressionLiteral(node) || Node.isBigIntLiteral(node)
  );
}

function capturesOf(
  functions: readonly Unit[],
  isTop: (unit: Unit) => boolean,
  flow: Flow,
  { references }: FoundReferences,
): ReadonlyMap<Unit, readonly string[]> {
  const view = { reaching: new Map(flow.end), types: new Map<string, readonly Unit[]>() };
  return new Map(
    functions.map((unit) => {
      const { uses } = closure(unit.facts.later, view);
      const variables = [...uses].flatMap((name) => {
        const source = flow.end.get(name)?.[0];
        return source === undefined || isTop(source) || isFileName(name) ? [] : [{ name, index: source.index }];
      });
      const inside = [
        unit,
        ...[...uses].flatMap((name) => flow.end.get(name) ?? []).filter((each) => functions.includes(each)),
      ];
      const data = references.filter(
        ({ node, variable }) => variable === undefined && inside.some((each) => contains(each, node)),
      );
      const names = [
        ...data.map(({ name }) => name),
        ...variables.sort((a, b) => a.index - b.index).map(({ name }) => name),
      ];
      return [unit, [...new Set(names)]];
    }),
  );
}

/** True if `node` is a part of `unit`. */
export function contains(unit: Unit, node: Node): boolean {
  if (node.getSourceFile() !== unit.node.getSourceFile()) return false;
  return node.getPos() >= unit.node.getPos() && node.getEnd() <= unit.node.getEnd();
}
