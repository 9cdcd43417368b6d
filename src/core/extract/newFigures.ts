/** Figures that the notebook begins by drawing where it has none: below each cell it closes all. In the module one may still be open. */
import type { Knowledge } from "../python/effects";
import type { Flow } from "../python/flow";
import type { ImportedName } from "../python/imports";
import type { Item } from "./plan";

const PYPLOT = "matplotlib.pyplot";

/** What is known where a figure is begun. */
interface Around {
  readonly flow: Flow;
  readonly knowledge: Knowledge;
}

/** The item, with all figures closed above it where it draws in none that is there. */
export function withFigure(item: Item, { flow, knowledge }: Around): Item {
  const { statement, node, reads, edits } = item;
  if (flow.figures.get(statement.index) !== "unnamed") return item;
  const name = pyplotName(knowledge);
  const begin = { start: node.start, end: node.start, text: `${name}.close("all")\n    ` };
  return { ...item, reads: new Set([...reads, name]), edits: [begin, ...edits] };
}

/** The import of pyplot, where figures are begun and nothing that is kept imports it. */
export function pyplotFor(
  items: readonly Item[],
  imported: readonly ImportedName[],
  { flow, knowledge }: Around,
): readonly ImportedName[] {
  const name = pyplotName(knowledge);
  const begins = items.some(
    ({ statement, assign }) => assign === undefined && flow.figures.get(statement.index) === "unnamed",
  );
  const isThere = imported.some(({ local }) => local === name);
  return begins && !isThere ? [{ local: name, qualified: PYPLOT, statement: `import ${PYPLOT} as ${name}` }] : [];
}

/** What the notebook calls pyplot. */
function pyplotName({ imports }: Knowledge): string {
  const [name] = [...imports].find(([, qualified]) => qualified === PYPLOT) ?? [];
  return name ?? "plt";
}
