/** Loops on the way from raw rows to a prediction: through columns, and through tables. */
import { calleeOf } from "../../python/calls";
import { asName, childOf, childrenOf, positionalsOf, type SyntaxNode } from "../../python/syntax";
import { keep, keptText, keepValue, lineOf, type Way } from "./way";
import type { Turn, Value } from "./values";

/** Follows one statement of a loop's body. */
type Follow = (node: SyntaxNode, way: Way) => void;

/** A loop whose body is a row of plain statements, and of branches that are. */
interface Loop {
  readonly variable: string;
  readonly over: SyntaxNode;
  readonly body: SyntaxNode;
  /** `tqdm(over)`, which shows how far it is. */
  readonly bar?: SyntaxNode;
}

/** Follows a loop; false if it is none that can be followed. */
export function followLoop(node: SyntaxNode, way: Way, follow: Follow): boolean {
  const loop = way.turn === undefined ? plainLoop(node, way) : undefined;
  if (loop === undefined) return false;
  way.edits = loop.bar === undefined ? [] : withoutBar(loop.bar, loop.over);
  const over = way.evaluate(loop.over, way);
  if (over.kind === "tuple") return throughTables(loop, over, way, follow);
  return over.kind === "series" || over.kind === "groups" ? false : throughColumns(loop, over, way, follow);
}

function plainLoop(node: SyntaxNode, way: Way): Loop | undefined {
  const [left, over, body] = [childOf(node, "left"), childOf(node, "right"), childOf(node, "body")];
  if (left?.type !== "identifier" || over === undefined || body === undefined) return undefined;
  if (!isPlainBody(body, node, way) || childOf(node, "alternative") !== undefined) return undefined;
  const inBar = isProgressBar(over, way) ? positionalsOf(over)[0] : undefined;
  return { variable: left.text, body, ...(inBar === undefined ? { over } : { over: inBar, bar: over }) };
}

function isProgressBar(node: SyntaxNode, { knowledge }: Way): boolean {
  const callee = node.type === "call" ? calleeOf(node, knowledge) : undefined;
  return callee?.kind === "library" && /^(tqdm|fastprogress|rich\.progress)\./.test(callee.qualified);
}

function withoutBar(bar: SyntaxNode, over: SyntaxNode): Way["edits"] {
  return [
    { start: bar.start, end: over.start, text: "" },
    { start: over.end, end: bar.end, text: "" },
  ];
}

function statementsOf(body: SyntaxNode): readonly SyntaxNode[] {
  return body.children.filter(({ type }) => type !== "comment");
}

function isPlainBody(body: SyntaxNode, head: SyntaxNode, way: Way): boolean {
  return statementsOf(body).every((one) => {
    if (one.type === "if_statement")
      return head.type === "for_statement" && branchesOf(one).every((branch) => isPlainBody(branch, one, way));
    return (
      one.line > head.line &&
      /^(expression|pass|delete)_statement$/.test(one.type) &&
      isAlone(one, way.statement.source)
    );
  });
}

/** What an `if` may do, whichever way it goes. */
function branchesOf(node: SyntaxNode): readonly SyntaxNode[] {
  const others = childrenOf(node, "alternative").flatMap(
    (one) => childOf(one, "consequence") ?? childOf(one, "body") ?? [],
  );
  return [...childrenOf(node, "consequence"), ...others];
}

/** True if nothing else stands on the lines of a statement: others can be put above and below it. */
export function isAlone({ start, end }: SyntaxNode, source: string): boolean {
  const before = source.slice(source.lastIndexOf("\n", start - 1) + 1, start);
  return before.trim() === "" && /^[ \t]*(#|\r?\n|$)/.test(source.slice(end, end + 200));
}

/** `for c in ["age", "size"]: df[c] = …`: all columns at once, for none is told from the others. */
function throughColumns(loop: Loop, over: Exclude<Value, { kind: "tuple" }>, way: Way, follow: Follow): boolean {
  const names = over.kind === "state" ? over.texts : undefined;
  if (over.kind === "state" ? over.isSized === true || over.isSingle === true : over.kind !== "frame") return false;
  if (over.kind === "frame") keepColumns(loop.over, way);
  else if (over.kind === "state" && !over.isPlain) keepValue(way, loop.over);
  const columns = { over: lineOf(way, loop.over), without: withoutLabels(names, way) };
  const texts = names === undefined ? {} : { texts: names.filter((name) => !way.labels.has(name)) };
  way.variables.set(loop.variable, { kind: "state", isPlain: true, isSingle: true, ...texts });
  followBody(loop, { variable: loop.variable, columns }, way, follow);
  return true;
}

/** A loop through a table goes through the names of its columns. */
function keepColumns(node: SyntaxNode, way: Way): void {
  const kept = keep(way, node, "columns");
  way.edits = [{ start: node.start, end: node.end, text: keptText(way, kept), kept }];
}

function withoutLabels(names: readonly string[] | undefined, { labels }: Way): readonly string[] {
  return [...labels].filter((label) => names === undefined || names.includes(label));
}

/** `for df in [train, test]: df["age"] = …`: each table by its own name. */
function throughTables(
  loop: Loop,
  { items, names = [] }: Extract<Value, { kind: "tuple" }>,
  way: Way,
  follow: Follow,
): boolean {
  if (names.length === 0) return false;
  items.forEach((table, index) => {
    way.variables.set(loop.variable, table);
    followBody(loop, { variable: loop.variable, table: { index, name: names[index] ?? "" } }, way, follow);
  });
  return true;
}

function followBody({ body }: Loop, turn: Omit<Turn, "at">, way: Way, follow: Follow): void {
  for (const at of statementsOf(body)) {
    if (at.type === "if_statement" && turn.columns !== undefined) followBranches(at, turn, way, follow);
    else followAt(at, turn, way, follow);
  }
  way.turn = undefined;
}

/** Which way a column went in the training, it goes again. */
function followBranches(node: SyntaxNode, turn: Omit<Turn, "at">, way: Way, follow: Follow): void {
  for (const branch of branchesOf(node)) {
    const [first, ...others] = statementsOf(branch);
    if (first === undefined) continue;
    const among = keep({ ...way, turn: { ...turn, at: first } }, asName(first, turn.variable), "turns");
    for (const at of [first, ...others]) followAt(at, { ...turn, among }, way, follow);
  }
}

function followAt(at: SyntaxNode, turn: Omit<Turn, "at">, way: Way, follow: Follow): void {
  way.edits = [];
  way.turn = { ...turn, at };
  follow(at, way);
}
