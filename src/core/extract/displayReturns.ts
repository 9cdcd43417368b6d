/** Functions of the notebook that give back what is only looked at: a figure, a video, a piece of HTML. */
import { assignmentsIn, calleeOf, elementsOf } from "../python/calls";
import { onlyShows } from "../python/collector";
import { homeOf, type Knowledge } from "../python/effects";
import { childOf, rootName, type SyntaxNode } from "../python/syntax";
import { givesValue, returnsOf } from "./returns";

/** What a function gives back: anything, only what is looked at, or nothing. */
export type Gives = "something" | "display" | "nothing";

/** Tells what a function gives back. */
export function givenBack(definition: SyntaxNode, knowledge: Knowledge): Gives {
  if (!givesValue(definition)) return "nothing";
  return givesDisplay(definition, knowledge) ? "display" : "something";
}

/** True for a call of a function of the notebook that gives nothing but what is looked at. */
export function callsForDisplay(call: SyntaxNode, knowledge: Knowledge): boolean {
  const callee = calleeOf(call, knowledge);
  const definition = callee.kind === "notebook" ? knowledge.definitions.get(callee.name)?.at(-1) : undefined;
  return (
    callee.kind === "notebook" && definition !== undefined && givesDisplay(definition, homeOf(callee.name, knowledge))
  );
}

function givesDisplay(definition: SyntaxNode, knowledge: Knowledge): boolean {
  const body = childOf(definition, "body");
  if (definition.type !== "function_definition" || body === undefined) return false;
  const figures = figuresIn(body, knowledge);
  const isShown = (node: SyntaxNode): boolean => isDisplay(node, knowledge) || figures.has(rootName(node)?.text ?? "");
  const given = returnsOf(body).flatMap(({ children }) => children.flatMap(elementsOf));
  return given.length > 0 && given.every(isShown);
}

/** `fig` and `ax` of `fig, ax = plt.subplots()`, `video` of `video = HTML(…)` */
function figuresIn(body: SyntaxNode, knowledge: Knowledge): ReadonlySet<string> {
  const shown = assignmentsIn(body).filter(({ right }) => isDisplay(right, knowledge));
  return new Set(shown.flatMap(({ left }) => elementsOf(left).map(({ text }) => text)));
}

function isDisplay(node: SyntaxNode, knowledge: Knowledge): boolean {
  return node.type === "call" && onlyShows(calleeOf(node, knowledge), knowledge);
}
