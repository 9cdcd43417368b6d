/** What is known of the objects that libraries make: what they keep of what they are given, and what they may do to it. */
import type { Callee } from "./calls";
import { functionGiven } from "./collector";
import { isConstructor } from "./constructors";
import type { Knowledge } from "./effects";
import { has, liesIn } from "./knowledge";
import { isStream } from "./random";
import { isInput, isNetwork, networkParts } from "./symbols";
import { argumentsOf, childOf, type SyntaxNode } from "./syntax";
import { partOf, type Form, type Reach, type Thing } from "./things";

/** `KerasClassifier(model=build)`: what the functions draw from that an object is made with, and calls when it is used. */
export function drawnByGiven(call: SyntaxNode, callee: Callee, knowledge: Knowledge): readonly string[] {
  if (!isConstructor(callee)) return [];
  return argumentsOf(call).flatMap((argument) => {
    const given = functionGiven(childOf(argument, "value") ?? argument, knowledge);
    return given === undefined ? [] : [...given.sets, ...given.makesDrawing].filter(isStream);
  });
}

/** What an object of a library holds of the things that it keeps. */
export function heldBy(callee: Callee, kept: readonly Thing[]): readonly Thing[] {
  if (!isConstructor(callee)) return kept;
  const held = keptByEstimator(kept);
  return isNetwork(callee) ? networkParts(held) : held;
}

/** What a library's function or class puts into what it gives. A plot shows its data and leaves it as it is. */
export function gatheredBy(callee: Callee, given: readonly Thing[], { library }: Knowledge): readonly Thing[] {
  if (callee.kind !== "library" || library.liesIn("displayModules", callee.qualified)) return [];
  if (COPIES.test(callee.name)) return [...partOf(new Set(given))];
  return has("collectingFunctions", callee.name) || isConstructor(callee) ? given : [];
}

/** What gives the elements of what it is given. */
const COPIES = /^(iter|list|reversed|set|sorted|tuple|cycle|islice|deque|tqdm|tqdm_notebook|track|progress_bar)$/;

/** What an object of a library may change later. It leaves lists of column names and settings as they are. */
function keptByEstimator(given: readonly Thing[], passed = new Set<Thing>()): readonly Thing[] {
  return given.flatMap((thing) => {
    const { form, named, holds } = thing;
    if (form === "value" || form === "data" || form === "symbol" || (form === "display" && named)) return [thing];
    if (holds.size === 0 || passed.has(thing)) return [];
    passed.add(thing);
    return keptByEstimator([...holds.keys()], passed);
  });
}

/** What is known of the value that a library gives. */
export function formGiven(callee: Callee, { library }: Knowledge): Form {
  if (callee.kind !== "library") return "value";
  if (isInput(callee)) return "symbol";
  if (has("immutableFunctions", callee.qualified)) return "immutable";
  if (isGenerator(callee) || /^[A-Z]/.test(callee.name)) return "value";
  const isTable = library.readerOf(callee.qualified)?.type !== undefined;
  return isTable || liesIn("dataModules", callee.qualified) ? "data" : "value";
}

/** True for a class that fits copies of the models which it is given, and leaves these as they are. */
export function fitsCopies(callee: Callee, { library }: Knowledge): boolean {
  return (
    callee.kind === "library" &&
    library.liesIn("cloningModules", callee.qualified) &&
    !has("fittingHolders", callee.name)
  );
}

/** Most estimators fit copies of those that they are made with; a generator of random numbers, they use as it is. */
export function reachOf(callee: Callee, live: boolean, knowledge: Knowledge): Reach {
  if (callee.kind !== "library") return "all";
  if (!live && fitsCopies(callee, knowledge)) return "none";
  return isConstructor(callee) && !has("plainHolders", callee.name) ? "parts" : "all";
}

/** True for a call that makes a generator of random numbers. */
export function isGenerator(callee: Callee): boolean {
  return callee.kind === "library" && has("deterministicRandom", callee.qualified);
}

/** True for a call that makes an object of an imported class, and calls none. */
export function isMade(callee: Callee): boolean {
  return isConstructor(callee) && callee.kind === "library" && callee.qualified.includes(".");
}
