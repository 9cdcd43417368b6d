/** New names of all columns. */
import { childOf, type SyntaxNode } from "../../python/syntax";
import { freeNames } from "./functions";
import { keep, keptText, taken, type Way } from "./way";
import { whole, type Line, type State } from "./values";

/** `df.columns = names`: rows to be scored may lack columns, so that each gets its new name by its old one. */
export function renameAll(
  { target, source }: { readonly target: SyntaxNode; readonly source: SyntaxNode },
  names: State,
  line: Line,
  way: Way,
): void {
  const object = childOf(target, "object") ?? target;
  const owner = way.evaluate(object, way);
  if (owner.kind !== "frame") return;
  const { table } = owner;
  way.touched.add(table);
  const from = isOfEachName(source, object, way) ? [] : byOldNames(source, object, names, way);
  table.base = { from: [whole(table, way.labels), ...from, { from: [], line }] };
  table.columns = new Map();
}

function byOldNames(source: SyntaxNode, object: SyntaxNode, names: State, way: Way): ReturnType<typeof taken> {
  const from = taken(source, names, way);
  const kept = keep(way, object, "columns");
  const before = `${object.text}.columns.map(dict(zip(${keptText(way, kept)}, `;
  way.edits.push(
    { start: source.start, end: source.start, text: before, kept },
    { start: source.end, end: source.end, text: ")))" },
  );
  return from;
}

/** `df.columns.str.strip()`, `[c.lower() for c in df.columns]`: each name by itself, whichever there are. */
function isOfEachName(source: SyntaxNode, object: SyntaxNode, { statement, isTop }: Way): boolean {
  const textOf = ({ start, end }: SyntaxNode): string => statement.source.slice(start, end);
  const own = `${object.text}.columns`;
  if (source.type === "call")
    return textOf(source).startsWith(`${own}.str.`) && [...freeNames(source)].every((name) => name === object.text);
  const [body, clause, ...others] = source.children;
  const [left, right] = clause === undefined ? [] : [childOf(clause, "left"), childOf(clause, "right")];
  if (source.type !== "list_comprehension" || body === undefined || left === undefined || right === undefined)
    return false;
  const isAlone = [...freeNames(body)].every((name) => name === left.text || isTop(name));
  return others.length === 0 && textOf(right) === own && isAlone;
}
