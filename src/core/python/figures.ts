/** pyplot's current figure as state that statements share: which calls begin one, draw, end it or set how figures look. */
import type { Bindings, Callee } from "./calls";
import { has, liesIn } from "./knowledge";
import { KIND } from "./kinds";
import { remembered } from "./memory";
import { childOf, dottedName, keywordOf, nodesOf, positionalsOf, type SyntaxNode } from "./syntax";

/** pyplot's current figure: the flow follows it as it follows variables. */
export const FIGURE = "<figure>";

/** How figures look: `sns.set_style("whitegrid")`, `plt.rcParams[…] = …`. */
export const LOOKS = "<looks>";

/** A picture that is written to a file which nothing reads. */
export const PICTURE = "<picture>";

/** True for a resource that only figures are made of. */
export function isOfFigures(resource: string): boolean {
  return resource === FIGURE || resource === LOOKS || resource === PICTURE;
}

/** True for what writes a figure to a file, where figures do not count and nothing reads pictures: then the file is no other's. */
export function savesPicture(callee: Callee, bindings: Bindings): boolean {
  const isSaved =
    (callee.kind === "method" || callee.kind === "library") && /^(savefig|write_image)$/.test(callee.name);
  return isSaved && bindings.figures !== true && !readsPictures(bindings);
}

const reading = new WeakMap<Bindings["statements"], boolean>();

function readsPictures({ statements }: Bindings): boolean {
  const reads = (call: SyntaxNode): boolean => PICTURE_READER.test(dottedName(childOf(call, "function") ?? call) ?? "");
  return remembered(reading, statements, () => statements.some(({ node }) => nodesOf(node, KIND.call).some(reads)));
}

/** `cv2.imread`, `Image.open`, and what reads a folder of pictures. */
const PICTURE_READER =
  /(^|\.)(imread|Image\.open|load_img|flow_from_\w+|image_dataset_from_directory|ImageFolder|ImageDataLoaders.*|decode_\w+)$/;

/** What a call does to the current figure. */
export type FigureRole = "begins" | "draws" | "ends" | "saves" | "styles";

/** What a call does to the current figure, as far as names tell; nothing where figures do not count. */
export function figureRole(
  call: SyntaxNode,
  callee: Callee,
  { figures }: Pick<Bindings, "figures">,
): FigureRole | undefined {
  if (figures !== true) return undefined;
  if (callee.kind === "method") return drawsByMethod(callee) ? "draws" : undefined;
  return callee.kind === "library" && callee.qualified.includes(".") ? libraryRole(call, callee) : undefined;
}

function libraryRole(
  call: SyntaxNode,
  { qualified, name }: Extract<Callee, { kind: "library" }>,
): FigureRole | undefined {
  const own = isPyplot(qualified) ? PYPLOT[name] : undefined;
  if (own !== undefined) return own;
  if (isStyle(qualified, name)) return "styles";
  if (!isDrawing(qualified, name)) return undefined;
  return has("figureBeginners", name) && !isChosenAgain(call, name) ? "begins" : "draws";
}

const PYPLOT: Readonly<Record<string, FigureRole>> = { show: "ends", close: "ends", savefig: "saves" };

/** True for a call that draws, or says how the axes look, whether figures count or not. */
export function drawsInFigure(call: SyntaxNode, callee: Callee): boolean {
  return /^(begins|draws)$/.test(figureRole(call, callee, FIGURES_COUNT) ?? "");
}

const FIGURES_COUNT = { figures: true } as const;

/** True for pyplot and for what has its names, too. */
export function isPyplot(qualified: string): boolean {
  return /^(matplotlib\.(pyplot|pylab)|pylab)(\.|$)/.test(qualified);
}

/** True for what makes figures that are no pyplot's: each is an object of its own. */
export function makesFigure(callee: Callee, { figures }: Bindings): boolean {
  return figures === true && callee.kind === "library" && liesIn("figureObjects", callee.qualified);
}

/** `df.plot()`, `df.plot.kde()`; what is only shown is drawn already. */
function drawsByMethod({ name, object }: Extract<Callee, { kind: "method" }>): boolean {
  return (has("figureMethods", name) && name !== "show") || childOf(object, "attribute")?.text === "plot";
}

/** `matplotlib.rcParams.update(…)`, `plt.style.use(…)`, `sns.set()` */
function isStyle(qualified: string, name: string): boolean {
  return has("figureStyles", name) && /^(matplotlib|pylab|seaborn|sns)\./.test(qualified);
}

function isDrawing(qualified: string, name: string): boolean {
  if (liesIn("figureObjects", qualified) || has("figureHelpers", name)) return false;
  // `plt.cm.jet(0.5)`, `plt.Rectangle(…)`: values that a drawing is given.
  if (isPyplot(qualified) && (/^[A-Z]/.test(name) || qualified.includes(".cm."))) return false;
  return liesIn("figureModules", qualified) || /^(draw|plot)|plot$|^(dendrogram|imshow)$/.test(name);
}

/** `plt.figure(1)` may be one that is there. */
function isChosenAgain(call: SyntaxNode, name: string): boolean {
  return name === "figure" && (positionalsOf(call).length > 0 || keywordOf(call, "num") !== undefined);
}

/** The axes or the figure that a call is told to draw in, where it is told by name. */
export function axesArgument(call: SyntaxNode): SyntaxNode | undefined {
  return keywordOf(call, "ax") ?? keywordOf(call, "axes");
}
