/** Groups the items into steps, named by what they do. */
import { Node, SyntaxKind } from "ts-morph";
import type { Flow } from "./flow";
import { camelCase, isIdentifier, pascalCase } from "./names";
import { contains, type Item, type Plan } from "./plan";
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

type Draft = { readonly label: string; readonly role: Role | undefined; readonly items: readonly Item[] };

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

function specificRole(item: Item, { plan, model, metrics, before }: RoleContext): Role | undefined {
  const { unit } = item;
  const defined = [...unit.facts.defines];
  if (item.goal !== undefined || defined.some((name) => metrics.has(name))) return "evaluate";
  if (model !== undefined && (item.writes.has(model) || unit.facts.now.changes.has(model) || fits(unit)))
    return "train";
  if (defined.some((name) => SPLIT_NAME.test(name))) return "split";
  if (reads(item, plan)) return "load";
  const trained = before.includes("train");
  if (trained && model !== undefined && item.needs.has(model)) return "evaluate";
  const last = plan.items[before.length - 1];
  const continuesLoad = before.at(-1) === "load" && last?.unit.cell.heading !== undefined;
  return continuesLoad && last.unit.cell.heading === unit.cell.heading ? "load" : undefined;
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
  let rank = 0;
  return roles.map((role, index) => {
    const cell = items[index]?.unit.cell.number;
    const next = roles.find((each, at) => at > index && each !== undefined && items[at]?.unit.cell.number === cell);
    const general =
      firstTrain < 0 || index < firstTrain ? (lastSplit >= 0 && index > lastSplit ? "train" : "prepare") : "evaluate";
    const own = role ?? (next === "load" ? undefined : next) ?? (hasModel ? general : undefined);
    if (own === undefined) return undefined;
    rank = Math.max(rank, ORDER.indexOf(own));
    return ORDER[rank];
  });
}

function stepName({ label, role, items }: Draft, taken: ReadonlySet<string>): string {
  const last = [...(items.at(-1)?.unit.facts.defines ?? [])].at(-1);
  const heading = camelCase(label);
  const candidates = [
    ...(role === undefined
      ? isIdentifier(heading) && heading.length <= 30
        ? [heading]
        : []
      : [role, LONG_NAMES[role]]),
    `make${pascalCase(last ?? label)}`,
  ];
  const name = candidates.find((each) => !taken.has(each)) ?? candidates[0] ?? "step";
  let unique = name;
  for (let number = 2; taken.has(unique) || RESERVED.has(unique); number += 1) unique = `${name}${number}`;
  return unique;
}

const RESERVED = new Set([
  "run",
  "default",
  "delete",
  "export",
  "import",
  "new",
  "return",
  "function",
  "class",
  "switch",
  "test",
]);

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
