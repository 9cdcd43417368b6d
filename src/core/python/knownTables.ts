/** Variables that hold a table or a column of pandas wherever the notebook assigns them, and nothing else. */
import { KIND } from "./kinds";
import { argumentsOf, childOf, childrenOf, nodesOf, parameterNames, type SyntaxNode } from "./syntax";

/** What of pandas a value is. */
export type TableKind = "table" | "column";

/** The variables of which it is known, by name. */
export type KnownTables = ReadonlyMap<string, TableKind>;

/** What is known of the variables of a notebook's cells, where pandas is called so. */
export function knownTables(roots: readonly SyntaxNode[], pandas: string): KnownTables {
  const given = valuesGiven(roots);
  const known = new Map<string, TableKind>();
  for (let before = -1; before < known.size;) {
    before = known.size;
    for (const [name, values] of given) {
      const kind = known.has(name) ? undefined : kindOfAll(name, values, known, pandas);
      if (kind !== undefined) known.set(name, kind);
    }
  }
  return known;
}

/** What each variable is assigned; nothing of those that a loop, a function or an unpacking binds as well. */
function valuesGiven(roots: readonly SyntaxNode[]): ReadonlyMap<string, readonly SyntaxNode[]> {
  const given = new Map<string, SyntaxNode[]>();
  const others = new Set<string>();
  for (const node of roots.flatMap((root) => nodesOf(root, BINDING))) {
    const [left, right] = [childOf(node, "left"), childOf(node, "right")];
    const isPlain = node.type === "assignment" && left?.type === "identifier" && right !== undefined;
    if (isPlain) given.set(left.text, [...(given.get(left.text) ?? []), right]);
    else for (const name of boundOtherwise(node, left)) others.add(name);
  }
  for (const name of others) given.delete(name);
  return given;
}

/** The parameters of a function, what counts the turns of a loop, what an unpacking binds. */
function boundOtherwise(node: SyntaxNode, left: SyntaxNode | undefined): readonly string[] {
  if (left === undefined) return parameterNames(node);
  return /^(attribute|subscript)$/.test(left.type) ? [] : nodesOf(left, KIND.identifier).map(({ text }) => text);
}

const BINDING =
  KIND.assignment | KIND.augmented_assignment | KIND.for_statement | KIND.for_in_clause | KIND.function_definition;

/** The kind of all that a variable is assigned, where at least one of them is no part of itself: `t = t.append(rows)`. */
function kindOfAll(
  name: string,
  values: readonly SyntaxNode[],
  known: KnownTables,
  pandas: string,
): TableKind | undefined {
  const sure = values.flatMap((value) => tableKind(value, known, pandas) ?? []);
  const [kind] = sure;
  if (kind === undefined) return undefined;
  const itself = new Map([...known, [name, kind]]);
  return values.every((value) => tableKind(value, itself, pandas) === kind) ? kind : undefined;
}

/** What an expression is known to be. */
export function tableKind(node: SyntaxNode, known: KnownTables, pandas: string): TableKind | undefined {
  if (node.type === "identifier") return known.get(node.text);
  if (node.type === "parenthesized_expression") {
    const [inner] = node.children;
    return inner && tableKind(inner, known, pandas);
  }
  if (node.type === "subscript") return partKind(node, known, pandas);
  return node.type === "call" ? kindOfCall(node, known, pandas) : undefined;
}

const MADE = /^(read_(csv|excel|feather|fwf|json|parquet|pickle|stata|table)|DataFrame|get_dummies|merge)$/;
/** Methods that give what they are called of, with other rows or columns. */
const KEEPING =
  /^(append|assign|astype|copy|drop|drop_duplicates|dropna|fillna|head|merge|query|rename|replace|reset_index|sample|set_index|sort_index|sort_values|tail)$/;

function kindOfCall(call: SyntaxNode, known: KnownTables, pandas: string): TableKind | undefined {
  const called = childOf(call, "function");
  const object = called?.type === "attribute" ? childOf(called, "object") : undefined;
  if (called === undefined || object === undefined) return undefined;
  const name = childOf(called, "attribute")?.text ?? "";
  if (object.text === pandas) return kindMade(name, argumentsOf(call), known, pandas);
  return KEEPING.test(name) ? keptKind(name, tableKind(object, known, pandas)) : undefined;
}

/** `column.reset_index()` is a table. */
function keptKind(method: string, kind: TableKind | undefined): TableKind | undefined {
  return kind === "column" && method === "reset_index" ? undefined : kind;
}

/** What a function of pandas gives. Of some files it reads several tables, or one after the other. */
function kindMade(
  name: string,
  given: readonly SyntaxNode[],
  known: KnownTables,
  pandas: string,
): TableKind | undefined {
  if (name === "Series") return "column";
  if (name === "concat") return areTables(given, known, pandas) ? "table" : undefined;
  const isOne = !given.some((one) => /^(chunksize|iterator|sheet_name|squeeze)$/.test(keyword(one)));
  return MADE.test(name) && isOne ? "table" : undefined;
}

/** `[first, second]`, of tables alone */
function areTables([list, ...others]: readonly SyntaxNode[], known: KnownTables, pandas: string): boolean {
  const isList = list?.type === "list" && list.children.length > 0 && others.every((one) => keyword(one) !== "axis");
  return isList && list.children.every((one) => tableKind(one, known, pandas) === "table");
}

function keyword(argument: SyntaxNode): string {
  return childOf(argument, "name")?.text ?? "";
}

/** `t["a"]` is a column; `t[:10]`, `t[t.a > 3]`, `t[["a", "b"]]`, `t.iloc[:10]` are tables as `t` is one. */
function partKind(node: SyntaxNode, known: KnownTables, pandas: string): TableKind | undefined {
  const [value, [key, ...others]] = [childOf(node, "value"), childrenOf(node, "subscript")];
  if (value === undefined || key === undefined || others.length > 0) return undefined;
  if (choosesSeveral(key)) return tableKind(placedIn(value), known, pandas);
  return key.type === "string" && tableKind(value, known, pandas) === "table" ? "column" : undefined;
}

/** `t` of `t.iloc` */
function placedIn(value: SyntaxNode): SyntaxNode {
  const isPlace = value.type === "attribute" && /^i?loc$/.test(childOf(value, "attribute")?.text ?? "");
  return (isPlace ? childOf(value, "object") : undefined) ?? value;
}

/** True for a key that chooses several rows or columns. */
function choosesSeveral(key: SyntaxNode): boolean {
  const isBoth = key.type === "binary_operator" && /^[&|]$/.test(childOf(key, "operator")?.text ?? "");
  return isBoth || /^(slice|list|comparison_operator)$/.test(key.type);
}
