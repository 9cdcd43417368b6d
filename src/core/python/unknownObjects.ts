/** Classes and functions of which nothing is known: what they do, nobody can tell. */
import { assignmentsIn, calleeOf, type Callee } from "./calls";
import type { Knowledge } from "./effects";
import { isConstructor } from "./constructors";
import { isLoaded } from "./loading";
import { isStandardModule } from "./standardLibrary";
import { remembered } from "./memory";
import { type SyntaxNode } from "./syntax";

const holders = new WeakMap<Knowledge, ReadonlySet<string>>();

/** True for `Cleaner()`, and for a variable that holds such, where the class comes of a library that is not known at all. */
export function isOfUnknownClass(object: SyntaxNode, knowledge: Knowledge): boolean {
  if (object.type === "call") return makesUnknown(object, knowledge);
  return object.type === "identifier" && holdersIn(knowledge).has(object.text);
}

function holdersIn(knowledge: Knowledge): ReadonlySet<string> {
  return remembered(holders, knowledge, () => {
    const assigned = knowledge.statements.flatMap(({ node }) => assignmentsIn(node));
    const made = assigned.filter(({ left, right }) => left.type === "identifier" && makesUnknown(right, knowledge));
    return new Set(made.map(({ left }) => left.text));
  });
}

function makesUnknown(value: SyntaxNode, knowledge: Knowledge): boolean {
  const callee = value.type === "call" ? calleeOf(value, knowledge) : undefined;
  return callee !== undefined && isUnknown(callee, knowledge);
}

function isUnknown(callee: Callee, knowledge: Knowledge): boolean {
  return callee.kind === "library" && isConstructor(callee) && isOfUnknownLibrary(callee.qualified, knowledge);
}

function isOfUnknownLibrary(qualified: string, knowledge: Knowledge): boolean {
  if (!qualified.includes(".") || isStandardModule(qualified)) return false;
  return !knowledge.library.knows(qualified) && !isLoaded(qualified, knowledge);
}

/** True for `helpers.train_model(net, rows)`, whose name alone tells that it changes what it is given, and not in vain. */
export function trainsUnseen(qualified: string, knowledge: Knowledge): boolean {
  const name = qualified.replace(/^.*\./, "");
  const isTraining = /^(pre_?train|train|fit|learn|fine_?tune)(_|$)/.test(name) && !/split|data|load|plot/.test(name);
  return isTraining && isOfUnknownLibrary(qualified, knowledge);
}
