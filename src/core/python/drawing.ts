/** What statements draw, and in which figure, as far as the objects tell it that they draw with. */
import { calleeOf, callsIn, type Callee } from "./calls";
import type { Knowledge } from "./effects";
import { axesArgument, FIGURE, figureRole, makesFigure, type FigureRole } from "./figures";
import { has } from "./knowledge";
import { argumentsOf, childOf, type SyntaxNode } from "./syntax";
import { isFigure, NOTHING, type Thing } from "./things";

/** What is known where a call draws. */
export interface Canvas {
  readonly knowledge: Knowledge;
  /** pyplot's current figure. */
  readonly current: ReadonlySet<Thing>;
  /** What an expression may stand for. */
  readonly things: (node: SyntaxNode) => ReadonlySet<Thing>;
}

/** How a figure begins: as a new one of pyplot, by drawing where pyplot has none, or as an object of its own. */
export type Beginning = "new" | "unnamed" | "object";

/** What a statement does to pyplot's current figure. */
export interface Drawing {
  /** Set if it makes a figure before it draws. */
  readonly begins: Beginning | undefined;
  /** True if it goes on with the figure that is there, or takes it. */
  readonly uses: boolean;
  /** True if it leaves none. */
  readonly ends: boolean;
}

/** What a statement does to the current figure. */
export function drawingOf(node: SyntaxNode, canvas: Canvas): Drawing {
  const found = callsIn(node).flatMap((call) => roleIn(call, canvas) ?? []);
  const [first] = found;
  const isThere = canvas.current.size > 0;
  const uses = isThere && (first === "draws" || first === "saves");
  return { begins: uses ? undefined : beginningOf(node, first, canvas), uses, ends: found.at(-1) === "ends" };
}

function beginningOf(node: SyntaxNode, first: FigureRole | undefined, { knowledge }: Canvas): Beginning | undefined {
  if (first === "begins") return "new";
  if (first === "draws") return "unnamed";
  return callsIn(node).some((call) => makesFigure(calleeOf(call, knowledge), knowledge)) ? "object" : undefined;
}

/** What a call does to the current figure: nothing, where it draws in one that it is given, or is a method of. */
function roleIn(call: SyntaxNode, canvas: Canvas): FigureRole | undefined {
  const callee = calleeOf(call, canvas.knowledge);
  const role = isOwnDrawing(callee, canvas) ? "draws" : figureRole(call, callee, canvas.knowledge);
  if (role === "styles") return undefined;
  return role === "draws" && toldFigures(call, callee, canvas).length > 0 ? undefined : role;
}

/** The figures that a call draws in: those that it is told to, else the current one. */
export function drawnBy(call: SyntaxNode, callee: Callee, canvas: Canvas): ReadonlySet<Thing> {
  const { knowledge, current } = canvas;
  if (knowledge.figures !== true || isShowing(callee)) return NOTHING;
  const told = toldFigures(call, callee, canvas);
  if (isOwnDrawing(callee, canvas)) return new Set([...told, ...current]);
  if (told.length > 0) return new Set(told);
  return /^(draws|begins)$/.test(figureRole(call, callee, knowledge) ?? "") ? current : NOTHING;
}

/** `fig.savefig("a.png")`, `fig.show()` */
function isShowing(callee: Callee): boolean {
  return callee.kind === "method" && (callee.name === "show" || has("writers", callee.name));
}

/** True for a function of the notebook that draws in the current figure. */
function isOwnDrawing(callee: Callee, { knowledge }: Canvas): boolean {
  return callee.kind === "notebook" && knowledge.functions.get(callee.name)?.sets.has(FIGURE) === true;
}

/** The figure whose method is called, and those that a call is given to draw in. */
function toldFigures(call: SyntaxNode, callee: Callee, { things }: Canvas): readonly Thing[] {
  const object = callee.kind === "method" ? callee.object : undefined;
  const axes = axesArgument(call);
  const takesAll = callee.kind === "notebook" || (callee.kind === "method" && callee.name === "add_to");
  const given = takesAll ? argumentsOf(call).map((one) => childOf(one, "value") ?? one) : [];
  return [object, axes, ...given].flatMap((node) => (node === undefined ? [] : [...things(node)].filter(isFigure)));
}
