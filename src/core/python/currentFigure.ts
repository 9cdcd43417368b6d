/** The current figure of a run: statements begin it, draw in it, and the end of a cell takes it away. */
import type { Dependency } from "./dependencies";
import { drawingOf, type Drawing } from "./drawing";
import { FIGURE } from "./figures";
import { forget, remember, variableOf, type State } from "./flowState";
import { canvasOf } from "./objects";
import type { Statement } from "./program";
import { newThing } from "./things";

/** Makes the figure that a statement begins; or what it draws or takes depends on all that is drawn in the one that is there. */
export function beginDrawing(
  { node, index }: Statement,
  state: State,
  { needed, binders }: { readonly needed: Dependency; readonly binders: Map<string, ReadonlySet<number>> },
): Drawing | undefined {
  if (state.knowledge.figures !== true) return undefined;
  const drawing = drawingOf(node, canvasOf(state));
  if (drawing.begins !== undefined) state.figures.set(index, drawing.begins);
  if (drawing.begins === "new" || drawing.begins === "unnamed") {
    state.binders.set(FIGURE, new Set([index]));
    state.variables.set(FIGURE, new Set([newThing({ form: "figure" })]));
    remember(FIGURE, state);
  } else if (drawing.uses) {
    const figure = variableOf(FIGURE, state);
    needed.variable(FIGURE, figure);
    binders.set(FIGURE, figure.binders);
  }
  return drawing;
}

/** From here on there is no current figure. */
export function endFigure(state: State): void {
  if (!state.variables.has(FIGURE)) return;
  forget(FIGURE, state);
  remember(FIGURE, state);
}
