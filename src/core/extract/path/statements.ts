/** Follows the statements of a slice up to the fit: how what they make comes of the raw rows. */
import { calleeOf, elementsOf, type Callee } from "../../python/calls";
import type { Change } from "../../python/effects";
import { has } from "../../python/knowledge";
import type { Statement } from "../../python/program";
import {
  argumentAt,
  argumentsOf,
  childOf,
  childrenOf,
  keywordOf,
  positionalsOf,
  rootName,
  type SyntaxNode,
} from "../../python/syntax";
import { followLoop } from "./loops";
import { renameAll } from "./rename";
import { rowsOf } from "./rowwise";
import { attributeName, blocked, lineOf, lost, standsAt, STATE, taken, type Way } from "./way";
import {
  columnTrail,
  extended,
  fit,
  hasRows,
  selected,
  trailOf,
  whole,
  type Line,
  type Table,
  type Trail,
  type Value,
} from "./values";

/** Follows one statement. `changes`: whose objects it changes, as far as it is known. */
export function follow(statement: Statement, changes: readonly Change[], way: Way): void {
  way.statement = statement;
  way.edits = [];
  run(statement.node, way);
  spoilChanged(changes, way);
}

function run(node: SyntaxNode, way: Way): void {
  const [first] = node.type === "expression_statement" ? node.children : [];
  const runner = RUNNERS[first?.type ?? node.type] ?? (first === undefined ? giveUp : NOTHING_DONE);
  runner(first ?? node, way);
}

type Runner = (node: SyntaxNode, way: Way) => void;

const NOTHING_DONE: Runner = () => undefined;

const RUNNERS: Readonly<Record<string, Runner>> = {
  assignment: assign,
  augmented_assignment: augment,
  call: runCall,
  delete_statement: runDelete,
  import_statement: NOTHING_DONE,
  import_from_statement: NOTHING_DONE,
  future_import_statement: NOTHING_DONE,
  function_definition: NOTHING_DONE,
  class_definition: NOTHING_DONE,
  decorated_definition: NOTHING_DONE,
  pass_statement: NOTHING_DONE,
  // It checks the rows that the notebook has.
  assert_statement: NOTHING_DONE,
  for_statement: (node, way) => {
    if (!followLoop(node, way, run)) giveUp(node, way);
  },
};

/** A table that is changed in a way that was not followed is not known any more. */
function spoilChanged(changes: readonly Change[], way: Way): void {
  for (const { name } of changes) {
    const value = way.variables.get(name);
    // What a list held before it was changed is not what it holds.
    if (value?.kind === "state" && value.texts !== undefined)
      way.variables.set(name, { kind: "state", isPlain: value.isPlain });
    for (const table of tablesOf(value)) {
      if (!way.touched.has(table)) spoil(table, way, `what it does to ${name} is not followed`);
    }
  }
}

function tablesOf(value: Value | undefined): readonly Table[] {
  if (value?.kind === "tuple") return value.items.flatMap(tablesOf);
  return value?.kind === "frame" ? [value.table] : [];
}

function spoil(table: Table, way: Way, reason: string): void {
  table.base = { from: [whole(table), blocked(way, way.statement.node, reason)] };
  table.columns = new Map();
  table.rows = selected();
}

/** A loop, a branch: what it binds, and every table that it may change, is not known behind it. */
function giveUp(node: SyntaxNode, way: Way): void {
  const { names } = way.statement;
  const kind = node.type.replace("_statement", "");
  const reason = `what the ${kind} makes of the rows is not followed`;
  const read = [...names.reads, ...names.late, ...names.stores].flatMap((name) => way.variables.get(name) ?? []);
  const from = read.filter(hasRows).map(trailOf);
  for (const table of read.flatMap(tablesOf)) {
    spoil(table, way, reason);
    way.touched.add(table);
  }
  for (const name of [...names.binds, ...names.mayBind])
    way.variables.set(name, from.length > 0 ? lost(way, node, reason, from) : STATE);
}

/** Gives names to values. What is bound comes to be by this line. */
function assign(node: SyntaxNode, way: Way): void {
  const right = childOf(node, "right");
  if (right === undefined) return;
  if (right.type === "assignment") {
    assign(right, way);
    const [first] = childrenOf(right, "left");
    const value = first === undefined ? STATE : way.evaluate(first, way);
    for (const left of childrenOf(node, "left")) bindAll(left, value, node, way);
    return;
  }
  const popped = poppedFrom(right, way);
  const value = popped ?? way.evaluate(right, way);
  for (const left of childrenOf(node, "left")) bindAll(left, value, right, way);
}

function bindAll(left: SyntaxNode, value: Value, right: SyntaxNode, way: Way): void {
  const targets = elementsOf(left);
  const line = lineOf(way, standsAt(way));
  if (targets.length === 1 && targets[0] === left) {
    bind({ target: left, source: right }, value, line, way);
    return;
  }
  const sources = sourcesOf(right, targets.length);
  targets.forEach((target, index) => {
    const source = sources[index];
    const item = itemOf(value, index, targets.length);
    const own = source === undefined || target.type !== "identifier" ? line : lineOf(way, source, target.text);
    const given = item ?? lost(way, right, "what is unpacked is not followed", [trailOf(value)]);
    bind({ target, source: source ?? right }, given, own, way);
  });
}

function itemOf(value: Value, index: number, count: number): Value | undefined {
  if (value.kind === "state") return STATE;
  return value.kind === "tuple" && value.items.length === count ? value.items[index] : undefined;
}

/** The expressions whose rows the targets get: `X, y = a, b`, `X_train, X_test = train_test_split(X)`. */
function sourcesOf(right: SyntaxNode, count: number): readonly SyntaxNode[] {
  if (right.type !== "call") return elementsOf(right);
  const given = positionalsOf(right);
  return given.length === 0
    ? []
    : Array.from({ length: count }, (_, at) => given[Math.floor((at * given.length) / count)] ?? right);
}

/** What gets a value, and the expression that gives it. */
interface Binding {
  readonly target: SyntaxNode;
  readonly source: SyntaxNode;
}

function bind({ target, source }: Binding, value: Value, line: Line, way: Way): void {
  const isList = value.kind === "tuple" && value.names !== undefined;
  if (target.type !== "identifier") store({ target, source }, value, line, way);
  else if (isList || (!hasRows(value) && value.kind !== "function")) way.variables.set(target.text, value);
  else way.variables.set(target.text, extended(value, { from: [], line }));
}

/** `df["age"] = …`, `df.age = …`, `df.loc[rows, "age"] = …` */
function store({ target, source }: Binding, value: Value, line: Line, way: Way): void {
  if (attributeName(target) === "columns" && value.kind === "state") {
    renameAll({ target, source }, value, line, way);
    return;
  }
  const place = placeOf(target, way);
  if (place === undefined) {
    noteItem(target, value, way);
    return;
  }
  const { table, names, from } = place;
  way.touched.add(table);
  const added: Trail = { from: [...from, ...stored(source, value, table, way), { from: [], line }] };
  if (names === undefined) {
    table.base = { from: [table.base, added] };
    return;
  }
  for (const name of names) {
    const before = place.isPart ? [columnTrail(table, name)] : [];
    table.columns.set(name, { from: [...before, added] });
  }
}

/** `encoders[c] = LabelEncoder()`, `parts["age"] = df["age"]` */
function noteItem(target: SyntaxNode, value: Value, way: Way): void {
  const owner = childOf(target, "value");
  if (owner === undefined) return;
  const held = way.variables.get(owner.text);
  if (held?.kind !== "state") return;
  const { className } = value.kind === "state" ? value : {};
  if (hasRows(value)) way.variables.set(owner.text, holding(owner, [value], way));
  else way.variables.set(owner.text, { ...STATE, isPlain: held.isPlain, ...(className && { itemClass: className }) });
}

/** `parts.append(df["age"])`: what holds rows is no state any more. */
function holdRows(owner: SyntaxNode, given: readonly SyntaxNode[], way: Way): void {
  if (way.variables.get(owner.text)?.kind !== "state") return;
  const values = given.map((one) => way.evaluate(one, way));
  if (values.some(hasRows)) way.variables.set(owner.text, holding(owner, values, way));
}

function holding(owner: SyntaxNode, values: readonly Value[], way: Way): Value {
  return lost(way, owner, `what ${owner.text} holds is not followed`, values.map(trailOf));
}

interface Place {
  readonly table: Table;
  /** The columns; absent where they are not known. */
  readonly names: readonly string[] | undefined;
  readonly from: readonly Trail[];
  /** True if only some rows are set. */
  readonly isPart: boolean;
}

function placeOf(target: SyntaxNode, way: Way): Place | undefined {
  const owner = childOf(target, "object") ?? childOf(target, "value") ?? target;
  const located = attributeName(owner) === "loc" ? childOf(owner, "object") : undefined;
  const value = way.evaluate(located ?? owner, way);
  if (value.kind !== "frame") {
    spoilRoot(target, way);
    return undefined;
  }
  const attribute = childOf(target, "attribute");
  if (attribute !== undefined) return attributePlace(attribute, value.table, way);
  const [columns, ...rows] = childrenOf(target, "subscript").toReversed();
  const isPlain = rows.length === (located === undefined ? 0 : 1);
  return columns !== undefined && isPlain
    ? itemPlace({ columns, rows: rows[0] }, value.table, way)
    : unsure(value.table, target, way);
}

interface Keys {
  readonly columns: SyntaxNode;
  /** Absent where all rows are set. */
  readonly rows: SyntaxNode | undefined;
}

function itemPlace({ columns, rows }: Keys, table: Table, way: Way): Place {
  const chosen = way.evaluate(columns, way);
  const names = chosen.kind === "state" ? chosen.texts : undefined;
  const where = rows === undefined ? [] : rowsAt(rows, table, way);
  return { table, names, from: [...taken(columns, chosen, way), ...where], isPart: rows !== undefined };
}

function attributePlace(attribute: SyntaxNode, table: Table, way: Way): Place {
  const isWhole = /^(columns|index|values)$/.test(attribute.text);
  return isWhole ? unsure(table, attribute, way) : { table, names: [attribute.text], from: [], isPart: false };
}

function unsure(table: Table, node: SyntaxNode, way: Way): Place {
  return { table, names: undefined, from: [blocked(way, node, "what is set there is not followed")], isPart: false };
}

/** The rows that are set: they must be chosen by what they hold. */
function rowsAt(rows: SyntaxNode, table: Table, way: Way): readonly Trail[] {
  if (rows.type === "slice" && rows.children.length === 0) return [];
  const chosen = way.evaluate(rows, way);
  const isByRow = chosen.kind === "series" && fit(chosen.rows, table.rows);
  return isByRow ? [chosen.trail] : [blocked(way, rows, "which rows are set does not follow from what they hold")];
}

/** What goes into a column: an entry a row of the same rows, or one value for all. */
function stored(source: SyntaxNode, value: Value, table: Table, way: Way): readonly Trail[] {
  const from = taken(source, value, way);
  if (value.kind === "state") {
    const isSaid = value.isSingle === true || value.isSized === true;
    return isSaid ? from : [...from, blocked(way, source, "whether it is one value for every row is not known")];
  }
  const rows = rowsOf([value]);
  return rows !== undefined && fit(rows, table.rows)
    ? from
    : [...from, blocked(way, source, "it has other rows than the table")];
}

function spoilRoot(target: SyntaxNode, way: Way): void {
  const name = rootName(target)?.text ?? "";
  const value = way.variables.get(name);
  for (const table of tablesOf(value)) spoil(table, way, `what is stored into ${name} is not followed`);
  if (value?.kind === "series")
    way.variables.set(name, lost(way, target, "what is stored there is not followed", [value.trail]));
}

function augment(node: SyntaxNode, way: Way): void {
  const [left, right] = [childOf(node, "left"), childOf(node, "right")];
  if (left === undefined || right === undefined) return;
  const whole = lineOf(way, standsAt(way));
  const before = way.evaluate(left, way);
  const value = way.evaluate(right, way);
  if (!hasRows(before) && !hasRows(value)) {
    if (left.type === "identifier") way.variables.set(left.text, { ...STATE });
    else store({ target: left, source: right }, lost(way, node, "what is added is not followed"), whole, way);
    return;
  }
  const [series] = [before, value].filter((one) => one.kind === "series");
  const from = [...taken(left, before, way), ...taken(right, value, way)];
  const made: Value =
    series === undefined
      ? lost(way, node, "a table that is changed in place is not followed", from)
      : { ...series, trail: { from } };
  bind({ target: left, source: right }, made, whole, way);
}

/** A call for its effect: what changes its table in place. */
function runCall(node: SyntaxNode, way: Way): void {
  const callee = calleeOf(node, way.knowledge);
  const isInPlace = keywordOf(node, "inplace")?.type === "true";
  if (callee.kind === "method" && isInPlace) changeInPlace(node, callee, way);
  else if (poppedFrom(node, way) === undefined) way.evaluate(node, way);
  if (callee.kind === "method" && has("growingMethods", callee.name)) holdRows(callee.object, argumentsOf(node), way);
}

function changeInPlace(node: SyntaxNode, { object }: Extract<Callee, { kind: "method" }>, way: Way): void {
  const owner = way.evaluate(object, way);
  const made = way.evaluate(node, way);
  if (owner.kind === "series") changeColumn(object, made, way);
  if (owner.kind !== "frame") return;
  const { table } = owner;
  way.touched.add(table);
  const isByPosition = way.edits.some(({ kept }) => kept?.form === "columns");
  if (made.kind !== "frame" || isByPosition) {
    const trail = isByPosition
      ? blocked(way, node, "columns are chosen in place by what the rows hold")
      : trailOf(made);
    table.base = { from: [whole(table), trail] };
    table.columns = new Map();
    return;
  }
  const isSelection = way.edits.some(({ text, start, end }) => text === "" && start === object.end && end === node.end);
  const line: Trail = { from: [], line: lineOf(way, standsAt(way)) };
  table.columns = made.table.columns;
  table.rows = made.table.rows;
  if (!isSelection) table.base = { from: [made.table.base, line] };
}

/** `df["age"].fillna(0, inplace=True)`: the same line does the same again. */
function changeColumn(object: SyntaxNode, made: Value, way: Way): void {
  const isSelection = way.edits.some(({ text, start }) => text === "" && start === object.end);
  const value = isSelection ? lost(way, object, "rows of one column are left out") : made;
  bind({ target: object, source: object }, value, lineOf(way, standsAt(way)), way);
}

/** `y = df.pop("price")`: rows to be scored may lack what is taken out. */
function poppedFrom(node: SyntaxNode, way: Way): Value | undefined {
  const callee = node.type === "call" ? calleeOf(node, way.knowledge) : undefined;
  if (callee?.kind !== "method" || callee.name !== "pop") return undefined;
  const name = argumentAt(node, 0, "item");
  const owner = name === undefined ? undefined : way.evaluate(callee.object, way);
  if (name === undefined || owner?.kind !== "frame") return undefined;
  return takeOut({ node, object: callee.object, name }, owner.table, way);
}

interface Taking {
  readonly node: SyntaxNode;
  readonly object: SyntaxNode;
  readonly name: SyntaxNode;
}

function takeOut({ node, object, name }: Taking, table: Table, way: Way): Value {
  const chosen = way.evaluate(name, way);
  const [text] = chosen.kind === "state" ? (chosen.texts ?? []) : [];
  way.touched.add(table);
  const trail = {
    from: [
      text === undefined ? whole(table) : columnTrail(table, text),
      blocked(way, node, "what is taken out of the table is not there"),
    ],
  };
  const value: Value = { kind: "series", trail, rows: table.rows };
  way.edits.push(
    { start: object.end, end: name.start, text: ".drop(columns=" },
    { start: name.end, end: node.end, text: ', inplace=True, errors="ignore")' },
  );
  if (text !== undefined) table.columns.delete(text);
  table.base = { from: [table.base, { from: [], line: lineOf(way, node) }] };
  return value;
}

/** `del df["price"]` takes a column out. */
function runDelete(node: SyntaxNode, way: Way): void {
  for (const target of node.children.flatMap(elementsOf)) {
    const [object, name] = [childOf(target, "value"), childOf(target, "subscript")];
    const owner = object === undefined ? undefined : way.evaluate(object, way);
    if (object !== undefined && name !== undefined && owner?.kind === "frame")
      takeOut({ node: target, object, name }, owner.table, way);
  }
}
