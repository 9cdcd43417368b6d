/** What a statement puts into lists, dictionaries and objects. */
import { assignmentsIn, calleeOf, callsIn, type Callee } from "./calls";
import { storesItself } from "./collector";
import { addLate, type State } from "./flowState";
import { has } from "./knowledge";
import { lookedUpBy } from "./late";
import { argumentThings, thingsOf, type Scene } from "./objects";
import type { Statement } from "./program";
import { argumentsOf, childOf, rootName, type SyntaxNode } from "./syntax";
import { canChange, holdOne, type Thing } from "./things";

/** `combine.append(train)`, `models["rf"] = rf`: the container holds one thing more. */
export function growContainers({ node }: Statement, state: State, inside: Scene): void {
  for (const call of callsIn(node)) {
    const callee = calleeOf(call, state.knowledge);
    if (callee.kind !== "method" || !grows(callee, state)) continue;
    hold(thingsOf(callee.object, inside), argumentsOf(call), inside);
    keepLate(callee.object, argumentsOf(call), state);
  }
  for (const { left, right } of assignmentsIn(node)) {
    const container = containerOf(left);
    if (container?.type === "identifier" && !isLabels(left)) hold(thingsOf(container, inside), [right], inside);
    if (container !== undefined) keepLate(container, [right], state);
  }
}

/** What an assignment stores into: `frames` of `frames["a"] = …`, `box` of `box.frame = …`. */
function containerOf(target: SyntaxNode): SyntaxNode | undefined {
  if (target.type === "subscript") return childOf(target, "value");
  return target.type === "attribute" ? childOf(target, "object") : undefined;
}

/** `rows.append(row)`; and a method of the notebook's own that stores into its object. */
function grows(callee: Extract<Callee, { kind: "method" }>, { knowledge }: State): boolean {
  return has("growingMethods", callee.name) || storesItself(callee, knowledge);
}

/** `df.columns = names`: labels are copied. */
function isLabels(target: SyntaxNode): boolean {
  return target.type === "attribute" && has("labelAttributes", childOf(target, "attribute")?.text ?? "");
}

/** `ops["log"] = lambda s: np.log(s)`, `steps.append(clean)`: what the function looks up, its container looks up. */
function keepLate(container: SyntaxNode, values: readonly SyntaxNode[], state: State): void {
  const late = values.flatMap((value) => [...lookedUpBy(value, state)]);
  const root = rootName(container)?.text;
  if (root !== undefined) addLate(root, late, state);
}

/** A value that no variable stands for and that holds nothing can only be reached through its container: it is left out. */
function hold(containers: ReadonlySet<Thing>, values: readonly SyntaxNode[], scene: Scene): void {
  const things = values
    .flatMap((value) => [...argumentThings(value, scene)])
    .filter((thing) => canChange(thing) && (thing.named || thing.holds.size > 0));
  for (const container of containers)
    for (const thing of things) if (thing !== container) holdOne(container, thing, scene);
}
