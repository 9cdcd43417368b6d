/** What a call changes by what the objects are that it calls or is given: names alone do not tell it. */
import { boundByGlobal, type Callee } from "./calls";
import { storesItself } from "./collector";
import { fileAccess, readPath, writtenPath } from "./files";
import { argumentThings, liveThings, thingsOf, type Scene } from "./objects";
import { isConstructor } from "./constructors";
import { union } from "./sets";
import { argumentsOf, childOf, keywordOf, type SyntaxNode } from "./syntax";
import { canChange, isSymbol, NOTHING, type Thing } from "./things";

/** The things that a call may change, with all that they hold. */
export function touchedBy(call: SyntaxNode, callee: Callee, scene: Scene): ReadonlySet<Thing> {
  return union(actedOn(call, scene), generatorsOf(call, callee, scene), givenReceiver(callee, scene));
}

/** What changes because the call calls, or is given, a function that changes things. */
function actedOn(call: SyntaxNode, scene: Scene): ReadonlySet<Thing> {
  const target = childOf(call, "function");
  if (target === undefined) return NOTHING;
  const given = new Set<Thing>();
  for (const argument of argumentsOf(call)) for (const thing of argumentThings(argument, scene)) given.add(thing);
  const called = target.type === "attribute" ? heldBy(childOf(target, "object"), scene) : thingsOf(target, scene);
  const actors = [...union(given, called)].filter(({ acts }) => acts !== undefined);
  if (actors.length === 0) return NOTHING;
  // What a function of the notebook does to the arguments of a plain call is known better.
  const isPlain = scene.knowledge.functions.has(target.text) && actors.every((actor) => !given.has(actor));
  const changed = isPlain ? actors.filter(({ holds }) => holds.size > 0) : [...actors, ...given];
  const globals = actors.flatMap(({ acts = [] }) => acts);
  return new Set([...changed, ...globals.flatMap((name) => globalThings(name, scene))]);
}

/** What changes where a function changes what a variable stands for: a number does not, unless the variable gets another one. */
function globalThings(name: string, { knowledge, variables }: Scene): readonly Thing[] {
  const isBound = boundByGlobal(knowledge).has(name);
  return [...(variables.get(name) ?? NOTHING)].filter((thing) => isBound || canChange(thing));
}

/** What an object holds may be called by its methods. What a layer calls is given tensors only. */
function heldBy(object: SyntaxNode | undefined, scene: Scene): ReadonlySet<Thing> {
  const all = new Set(object === undefined ? NOTHING : thingsOf(withoutMember(object, scene), scene));
  for (const { holds } of all) for (const held of holds.keys()) if (!isSymbol(held)) all.add(held);
  return all;
}

/** `rows` of the `rows.write` in `rows.write.mode("append")`: what has methods of its own is no method that changes `rows`. */
function withoutMember(node: SyntaxNode, { knowledge }: Scene): SyntaxNode {
  const name = node.type === "attribute" ? childOf(node, "attribute")?.text : undefined;
  const isOne = name !== undefined && knowledge.library.has("mutatingMethods", name);
  return (isOne ? childOf(node, "object") : undefined) ?? node;
}

/** `train_test_split(rows, random_state=rng)`: the generators that a call is given, and draws from. */
function generatorsOf(call: SyntaxNode, callee: Callee, scene: Scene): ReadonlySet<Thing> {
  // What is made with one keeps it, and draws when it is used.
  if (isConstructor(callee)) return NOTHING;
  const given = liveThings(call, scene).filter(({ live }) => live);
  return given.length === 0 ? NOTHING : new Set(given);
}

/** `table().append(row)`: what a call gives, where a method changes it. */
function givenReceiver(callee: Callee, scene: Scene): ReadonlySet<Thing> {
  if (callee.kind !== "method" || callee.object.type !== "call") return NOTHING;
  const { knowledge } = scene;
  const changes = knowledge.library.has("mutatingMethods", callee.name) || storesItself(callee, knowledge);
  return changes ? thingsOf(callee.object, scene) : NOTHING;
}

/** `pd.read_csv(file)`, `pickle.dump(model, file)`, `print(row, file=file)`: an opened file that a call goes on in. */
export function handlesOf(call: SyntaxNode, callee: Callee, { knowledge, variables }: Scene): ReadonlySet<Thing> {
  const named = pathOf(call, callee, fileAccess(call, callee, knowledge));
  if (named?.type !== "identifier") return NOTHING;
  return new Set([...(variables.get(named.text) ?? NOTHING)].filter(({ file }) => file !== undefined));
}

function pathOf(call: SyntaxNode, callee: Callee, access: ReturnType<typeof fileAccess>): SyntaxNode | undefined {
  const path =
    access === undefined ? undefined : access === "reads" ? readPath(call, callee) : writtenPath(call, callee);
  return path ?? keywordOf(call, "file") ?? keywordOf(call, "buf");
}
