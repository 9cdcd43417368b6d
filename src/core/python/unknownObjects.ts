/** Objects of classes of which nothing is known: what their methods do, nobody can tell. */
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
  if (callee.kind !== "library" || !isConstructor(callee) || !callee.qualified.includes(".")) return false;
  const { qualified } = callee;
  return !isStandardModule(qualified) && !knowledge.library.knows(qualified) && !isLoaded(qualified, knowledge);
}
