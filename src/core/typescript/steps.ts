/** Groups the items into steps, named by what they do. */
import { Node, SyntaxKind } from "ts-morph";
import type { Flow } from "./flow";
import { camelCase, isIdentifier, pascalCase } from "./names";
import { contains, type Item, type Plan } from "./plan";
import { isReserved } from "./reserved";
import type { Goal } from "./targets";
import type { Unit } from "./units";

/** What a step does, where it can be told. */
export type Role = "load" | "prepare" | "split" | "train" | "evaluate";

/** A step before its border is known. */
export interface Group {
  readonly name: string;
  readonly role: Role | undefined;
  readonly items: readonly Item[];
}

const ORDER: readonly Role[] = ["load", "prepare", "split", "train", "evaluate"];
const LONG_NAMES: Readonly<Record<Role, string>> = {
  load: "loadData",
  prepare: "prepareData",
  split: "splitData",
  train: "trainModel",
  evaluate: "evaluateModel",
};
const SPLIT_NAME =
  /^([xy]|features|labels|inputs|targets)?_?(train|test|validation|val|holdout)(ing|Set|Data|Rows|[XY]|$)/i;
const FITTING = /(fit|train|leastSquares|regress|optimi[sz]e)/i;

/** The steps of a plan; `taken` are names that no step may have. */
export function groupItems(
  plan: Plan,
  goals: readonly Goal[],
  flow: Flow,
  taken: ReadonlySet<string>,
): readonly Group[] {
  const hasModel = goals.some(({ kind }) => kind === "model");
  const roles = ordered(specificRoles(plan, goals), plan.items, hasModel);
  const drafts: { label: string; role: Role | undefined; items: Item[] }[] = [];
  for (const [index, item] of plan.items.entries()) {
    const role = roles[index];
    const label = item.unit.cell.step ?? role ?? item.unit.cell.heading ?? "";
    const last = drafts.at(-1);
    if (last?.label === label) last.items.push(item);
    else drafts.push({ label, role: item.unit.cell.step === undefined ? role : undefined, items: [item] });
  }
  const names = new Set(taken);
  return joined(drafts, plan, flow).map((draft) => {
    const name = stepName(draft, names);
    names.add(name);
    return { name, role: draft.role, items: draft.items };
  });
}

interface Draft {
  readonly label: string;
  readonly role: Role | undefined;
  readonly items: readonly Item[];
}

/** A function that assigns to a variable must stay beside it: all that touch either go into one step. */
function joined(drafts: readonly Draft[], plan: Plan, flow: Flow): readonly Draft[] {
  const result = [...drafts];
  for (const { unit } of plan.items) {
    if (unit.kind !== "function" && unit.kind !== "class") continue;
    const names = new Set([...unit.facts.declares, ...unit.facts.later.assigns]);
    const touches = (draft: Draft) =>
      draft.items.some(({ unit: other }) =>
        [...names].some((name) => flow.needs[other.index]?.has(name) === true || other.facts.declares.has(name)),
      );
    const first = result.findIndex(touches);
    const last = result.findLastIndex(touches);
    const [head] = result.slice(first, first + 1);
    if (head === undefined || first === last) continue;
    const items = result.slice(first, last + 1).flatMap((draft) => draft.items);
    result.splice(first, last - first + 1, { ...head, items });
  }
  return result;
}

/** What each item certainly does. */
function specificRoles(plan: Plan, goals: readonly Goal[]): readonly (Role | undefined)[] {
  const model = goals.find(({ kind }) => kind === "model")?.name;
  const metrics = new Set(goals.filter(({ kind }) => kind === "metric").map(({ name }) => name));
  const roles: (Role | undefined)[] = [];
  for (const item of plan.items) roles.push(specificRole(item, { plan, model, metrics, before: roles }));
  return roles;
}

interface RoleContext {
  readonly plan: Plan;
  readonly model: string | undefined;
  readonly metrics: ReadonlySet<string>;
  readonly before: readonly (Role | undefined)[];
}

function specificRole(item: Item, context: RoleContext): Role | undefined {
  const { plan, model, metrics, before } = context;
  const defined = [...item.unit.facts.defines];
  if (item.goal !== undefined || defined.some((name) => metrics.has(name))) return "evaluate";
  if (trains(item, model)) return "train";
  if (defined.some((name) => SPLIT_NAME.test(name))) return "split";
  if (reads(item, plan)) return "load";
  if (before.includes("train") && item.needs.has(model ?? "")) return "evaluate";
  return continuesLoad(item, context) ? "load" : undefined;
}

function trains({ unit, writes }: Item, model: string | undefined): boolean {
  if (model === undefined) return false;
  return writes.has(model) || unit.facts.now.changes.has(model) || fits(unit);
}

/** True right after a load, under the same heading. */
function continuesLoad({ unit }: Item, { plan, before }: RoleContext): boolean {
  const heading = plan.items[before.length - 1]?.unit.cell.heading;
  return before.at(-1) === "load" && heading !== undefined && heading === unit.cell.heading;
}

function fits(unit: Unit): boolean {
  const initializer = unit.declaration?.getInitializer();
  const call = Node.isAwaitExpression(initializer) ? initializer.getExpression() : initializer;
  return Node.isCallExpression(call) && FITTING.test(call.getExpression().getText()) && !/split/i.test(call.getText());
}

/** True if an item reads data, itself or through a function that it calls. */
function reads({ unit, needs }: Item, { references, captures }: Plan): boolean {
  const functions = [...needs.values()].flat().filter((each) => captures.has(each));
  const calls = [
    unit,
    ...functions.filter((each) => [...each.facts.declares].some((name) => unit.facts.now.uses.has(name))),
  ];
  return references.references.some(({ node, name, variable }) =>
    calls.some((each) => contains(each, node) || (variable !== undefined && each.facts.now.uses.has(name))),
  );
}

/** Gives the other items a role, so that the steps stand in the order of a pipeline. */
function ordered(
  roles: readonly (Role | undefined)[],
  items: readonly Item[],
  hasModel: boolean,
): readonly (Role | undefined)[] {
  const firstTrain = roles.indexOf("train");
  const lastSplit = roles.lastIndexOf("split");
  const general = (index: number): Role => {
    if (firstTrain >= 0 && index > firstTrain) return "evaluate";
    return lastSplit >= 0 && index > lastSplit ? "train" : "prepare";
  };
  let rank = 0;
  return roles.map((role, index) => {
    const cell = items[index]?.unit.cell.number;
    const next = roles.find((each, at) => at > index && each !== undefined && items[at]?.unit.cell.number === cell);
    const own = role ?? (next === "load" ? undefined : next) ?? (hasModel ? general(index) : undefined);
    if (own === undefined) return undefined;
    rank = Math.max(rank, ORDER.indexOf(own));
    return ORDER[rank];
  });
}

const LONGEST_NAME = 30;

/** By role, else by heading or directive, else by the main variable. */
function stepName({ label, role, items }: Draft, taken: ReadonlySet<string>): string {
  const main = [...(items.at(-1)?.unit.facts.defines ?? [])].at(-1) ?? label;
  const heading = camelCase(label);
  const isName = isIdentifier(heading) && heading.length <= LONGEST_NAME;
  const preferred = role === undefined ? (isName ? [heading] : []) : [role, LONG_NAMES[role]];
  const isFree = (name: string) => !taken.has(name) && name !== "run" && !isReserved(name);
  const candidates = [...preferred, `make${pascalCase(main)}`];
  const [fallback = "step"] = candidates;
  const free = candidates.find(isFree);
  if (free !== undefined) return free;
  let number = 2;
  while (!isFree(`${fallback}${number}`)) number += 1;
  return `${fallback}${number}`;
}

/** True if a unit's own code waits, outside of the functions in it. */
export function waits(node: Node): boolean {
  const all = [
    ...node.getDescendantsOfKind(SyntaxKind.AwaitExpression),
    ...node.getDescendantsOfKind(SyntaxKind.ForOfStatement),
  ];
  return all.some((each) => {
    if (Node.isForOfStatement(each) && !each.isAwaited()) return false;
    const owner = each.getFirstAncestor(
      (above) =>
        Node.isFunctionLikeDeclaration(above) || Node.isFunctionExpression(above) || Node.isArrowFunction(above),
    );
    return owner === undefined || owner.getPos() < node.getPos();
  });
}
