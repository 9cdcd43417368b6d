import { posix } from "node:path";
import { calleeOf, qualifiedName, type Bindings, type Callee } from "./calls";
import { childOf, childrenOf, positionalsOf, type SyntaxNode } from "./syntax";

/** What an expression depends on besides its own text. */
export interface Lookup {
  /** Gives the expression that a name stands for where it is read, if there is just one. */
  readonly named: (name: string, read: SyntaxNode) => SyntaxNode | undefined;
  /** Gives the working folder that a call of `os.getcwd` finds. Absent: it never changes. */
  readonly folderAt?: (call: SyntaxNode) => string;
}

/** Text of a string literal without interpolation; escapes that paths use are resolved. */
export function literalText(node: SyntaxNode): string | undefined {
  if (node.type === "concatenated_string") return joined(node.children.map(literalText));
  if (node.type !== "string" || node.children.some(({ type }) => type === "interpolation")) return undefined;
  const raw = /^[^"']*r/i.test(node.children[0]?.text ?? "");
  const text = node.children.map((child) => (child.type === "string_content" ? contentText(child, raw) : "")).join("");
  return text;
}

function contentText({ text }: SyntaxNode, raw: boolean): string {
  return raw ? text : unescape(text);
}

function unescape(text: string): string {
  return text.replace(/\\(\\|'|")/g, "$1");
}

function joined(parts: readonly (string | undefined)[], separator = ""): string | undefined {
  return parts.some((part) => part === undefined) ? undefined : parts.join(separator);
}

/**
 * The text that an expression is known to give: literals, `+`, f-strings, `os.path.join`, `Path(…).parent / "x"` and names that
 * stand for such. `undefined` if it is computed otherwise.
 */
export function constantText(node: SyntaxNode, lookup: Lookup, bindings: Bindings, depth = 0): string | undefined {
  if (depth > 8) return undefined;
  const again = (inner: SyntaxNode | undefined): string | undefined =>
    inner === undefined ? undefined : constantText(inner, lookup, bindings, depth + 1);
  switch (node.type) {
    case "string":
    case "concatenated_string":
      return literalText(node) ?? formattedText(node, again);
    case "identifier":
      return again(lookup.named(node.text, node));
    case "parenthesized_expression":
      return again(node.children[0]);
    default:
      return COMPUTED[node.type]?.(node, again, { bindings, lookup });
  }
}

/** True for an expression that gives a `Path`, and no text. */
export function givesPath(node: SyntaxNode, lookup: Lookup, bindings: Bindings, depth = 0): boolean {
  const value = node.type === "identifier" && depth < 8 ? lookup.named(node.text, node) : undefined;
  if (value !== undefined) return givesPath(value, lookup, bindings, depth + 1);
  if (node.type === "binary_operator") return childOf(node, "operator")?.text === "/";
  if (node.type === "call") return makesPath(calleeOf(node, bindings));
  return isParent(node);
}

/** `path.parent`, `path.parents[1]` */
function isParent(node: SyntaxNode): boolean {
  const part = node.type === "subscript" ? childOf(node, "value") : node;
  return part !== undefined && /^parents?$/.test(childOf(part, "attribute")?.text ?? "");
}

function makesPath(callee: Callee): boolean {
  if (callee.kind === "method") return /^(absolute|expanduser|joinpath|resolve)$/.test(callee.name);
  return callee.kind === "library" && callee.qualified.startsWith("pathlib.");
}

/** How the text of an expression ends, as far as that is known: of `folder + "a.csv"` the file; empty where nothing is known. */
export function textEnd(node: SyntaxNode, lookup: Lookup, bindings: Bindings): string {
  const whole = constantText(node, lookup, bindings);
  if (whole !== undefined) return whole;
  const again = (inner: SyntaxNode | undefined): string =>
    inner === undefined ? "" : textEnd(inner, lookup, bindings);
  if (node.type === "string") return endOfParts(node.children.filter(({ type }) => !/^string_(start|end)$/.test(type)));
  if (node.type === "parenthesized_expression") return again(node.children[0]);
  if (node.type === "binary_operator") return endOfOperator(node, again, lookup, bindings);
  const callee = node.type === "call" ? calleeOf(node, bindings) : undefined;
  if (callee?.kind !== "library" || !/^(os\.path\.join|pathlib\.(Pure)?Path)$/.test(callee.qualified)) return "";
  return asName(positionalsOf(node).at(-1), again, lookup, bindings);
}

/** How the text of an expression begins, as far as that is known: of `folder + name` the folder; empty where nothing is known. */
export function textStart(node: SyntaxNode, lookup: Lookup, bindings: Bindings, depth = 0): string {
  const whole = constantText(node, lookup, bindings);
  if (whole !== undefined || depth > 8) return whole ?? "";
  const again = (inner: SyntaxNode | undefined): string =>
    inner === undefined ? "" : textStart(inner, lookup, bindings, depth + 1);
  if (node.type === "identifier") return again(lookup.named(node.text, node));
  if (node.type === "string") return startOfParts(node, again);
  if (node.type !== "call") return again(childOf(node, "left"));
  return joinsPaths(calleeOf(node, bindings)) ? again(positionalsOf(node)[0]) : "";
}

function startOfParts({ children }: SyntaxNode, again: End): string {
  const [, first] = children;
  if (first?.type === "interpolation") return again(childOf(first, "expression"));
  return first?.type === "string_content" ? contentText(first, false) : "";
}

/** True for `os.path.join` and `Path`. */
export function joinsPaths(callee: Callee): boolean {
  return callee.kind === "library" && /^(os\.path\.join|pathlib\.(Pure)?Path)$/.test(callee.qualified);
}

function endOfParts(parts: readonly SyntaxNode[]): string {
  const last = parts.findLastIndex(({ type }) => type === "interpolation");
  return parts
    .slice(last + 1)
    .map((part) => contentText(part, false))
    .join("");
}

type End = (node: SyntaxNode | undefined) => string;

function endOfOperator(node: SyntaxNode, again: End, lookup: Lookup, bindings: Bindings): string {
  const [left, right] = [childOf(node, "left"), childOf(node, "right")];
  const operator = childOf(node, "operator")?.text;
  if (operator === "/") return asName(right, again, lookup, bindings);
  if (operator === "%") return left?.type === "string" ? behindPlaceholder(literalText(left) ?? "") : "";
  if (operator !== "+" || right === undefined) return "";
  const end = constantText(right, lookup, bindings);
  return end === undefined ? again(right) : again(left) + end;
}

/** Of `"%s/a.csv" % folder` what stands behind the last placeholder. */
function behindPlaceholder(text: string): string {
  return /(?:%[^%a-zA-Z]*[a-zA-Z]|%%)([^%]*)$/.exec(text)?.[1] ?? "";
}

/** The last part of a path that is joined begins a name. */
function asName(part: SyntaxNode | undefined, again: End, lookup: Lookup, bindings: Bindings): string {
  if (part === undefined || part.type === "list_splat") return "";
  return constantText(part, lookup, bindings) === undefined ? again(part) : `/${again(part)}`;
}

interface Around {
  readonly bindings: Bindings;
  readonly lookup: Lookup;
}

const COMPUTED: Readonly<Record<string, (node: SyntaxNode, again: Again, around: Around) => string | undefined>> = {
  binary_operator: operatorText,
  attribute: attributeText,
  call: callText,
  subscript: parentText,
};

type Again = (node: SyntaxNode | undefined) => string | undefined;

function formattedText(node: SyntaxNode, again: Again): string | undefined {
  if (node.type !== "string") return undefined;
  return joined(
    node.children.map((child) => {
      if (child.type === "interpolation") return again(childOf(child, "expression"));
      return child.type === "string_content" ? contentText(child, false) : "";
    }),
  );
}

function operatorText(node: SyntaxNode, again: Again): string | undefined {
  const sides = [again(childOf(node, "left")), again(childOf(node, "right"))];
  const operator = childOf(node, "operator")?.text;
  if (operator === "+") return joined(sides);
  return operator === "/"
    ? joined(
        sides.map((side) => side?.replace(/\/$/, "")),
        "/",
      )
    : undefined;
}

/** `os.pardir`, and `Path("data").parent` */
function attributeText(node: SyntaxNode, again: Again, { bindings }: Around): string | undefined {
  if (qualifiedName(node, bindings) === "os.pardir") return "..";
  return childOf(node, "attribute")?.text === "parent" ? above(again(childOf(node, "object"))) : undefined;
}

/** `Path.cwd().parents[1]` */
function parentText(node: SyntaxNode, again: Again): string | undefined {
  const value = childOf(node, "value");
  const steps = Number(childOf(node, "subscript")?.text);
  const isOfParents = value?.type === "attribute" && childOf(value, "attribute")?.text === "parents";
  if (!isOfParents || !Number.isInteger(steps) || steps < 0 || steps > 99) return undefined;
  const path = again(childOf(value, "object"));
  return path === undefined ? undefined : posix.join(path, ...Array<string>(steps + 1).fill(".."));
}

function above(path: string | undefined): string | undefined {
  return path === undefined ? undefined : posix.join(path, "..");
}

function callText(node: SyntaxNode, again: Again, { bindings, lookup }: Around): string | undefined {
  const callee = calleeOf(node, bindings);
  const parts = (): (string | undefined)[] => positionalsOf(node).map((part) => again(part)?.replace(/\/$/, ""));
  if (callee.kind === "method") return methodText(callee, again, parts);
  if (callee.kind !== "library") return undefined;
  if (givesFolder(node, callee.qualified)) return lookup.folderAt?.(node) ?? ".";
  if (callee.qualified === "os.path.dirname") return above(again(positionalsOf(node)[0]));
  if (/^(os\.path\.join|pathlib\.(Pure)?Path)$/.test(callee.qualified)) return joined(parts(), "/");
  return /^(os\.path\.(abspath|normpath|realpath|expanduser)|str|os\.fspath)$/.test(callee.qualified)
    ? again(positionalsOf(node)[0])
    : undefined;
}

/** `os.getcwd()`, `os.path.abspath("")` */
function givesFolder(node: SyntaxNode, qualified: string): boolean {
  if (/^(os\.getcwd|pathlib\.Path\.cwd)$/.test(qualified)) return true;
  const [path] = positionalsOf(node);
  return /^os\.path\.(abspath|realpath)$/.test(qualified) && path !== undefined && literalText(path) === "";
}

/** What methods of a path give: `Path("data").resolve()`, `folder.joinpath("raw", "a.csv")` */
function methodText(
  { name, object }: Extract<Callee, { kind: "method" }>,
  again: Again,
  parts: () => (string | undefined)[],
): string | undefined {
  if (name === "joinpath") return joined([again(object)?.replace(/\/$/, ""), ...parts()], "/");
  return /^(absolute|as_posix|expanduser|resolve)$/.test(name) ? again(object) : undefined;
}

/** True if a node is a literal made of literals: nothing in it is looked up or computed. */
export function isLiteral(node: SyntaxNode): boolean {
  if (["integer", "float", "true", "false", "none"].includes(node.type)) return true;
  if (node.type === "string") return literalText(node) !== undefined;
  if (node.type === "unary_operator") return /^(integer|float)$/.test(childOf(node, "argument")?.type ?? "");
  return ["list", "tuple", "set", "dictionary", "pair", "concatenated_string", "parenthesized_expression"].includes(
    node.type,
  )
    ? node.children.every((child) => child.type === "comment" || isLiteral(child))
    : false;
}

/** True for an expression whose value nothing can change: a number, a text, a tuple of these. */
export function isImmutable({ type, children }: SyntaxNode): boolean {
  if (IMMUTABLE.has(type)) return true;
  return IMMUTABLE_OF_PARTS.has(type) && children.every((one) => IMMUTABLE_PARTS.has(one.type) || isImmutable(one));
}

const IMMUTABLE = new Set(
  "integer float true false none string concatenated_string comparison_operator not_operator".split(" "),
);

const IMMUTABLE_OF_PARTS = new Set(["tuple", "expression_list", "unary_operator"]);
const IMMUTABLE_PARTS = new Set(["comment", "+", "-", "~"]);

const SIMPLE_TYPES: Readonly<Record<string, string>> = {
  integer: "int",
  float: "float",
  true: "bool",
  false: "bool",
  string: "str",
  concatenated_string: "str",
};

/** The type of a literal as an annotation; `undefined` where its elements differ or it is empty. */
export function literalType(node: SyntaxNode): string | undefined {
  if (node.type === "unary_operator") return literalType(childOf(node, "argument") ?? node);
  const values = node.children.filter(({ type }) => type !== "comment");
  if (node.type === "parenthesized_expression") return commonType(values);
  return node.type === "dictionary"
    ? dictionaryType(values)
    : (collectionType(node.type, values) ?? SIMPLE_TYPES[node.type]);
}

function dictionaryType(pairs: readonly SyntaxNode[]): string | undefined {
  const keys = commonType(pairs.map((pair) => childOf(pair, "key")));
  const values = commonType(pairs.map((pair) => childOf(pair, "value")));
  return keys === undefined || values === undefined ? undefined : `dict[${keys}, ${values}]`;
}

function collectionType(type: string, values: readonly SyntaxNode[]): string | undefined {
  const element = /^(list|tuple|set)$/.test(type) ? commonType(values) : undefined;
  if (element === undefined) return undefined;
  return type === "tuple" ? `tuple[${element}, ...]` : `${type}[${element}]`;
}

function commonType(nodes: readonly (SyntaxNode | undefined)[]): string | undefined {
  const types = new Set(nodes.map((node) => (node === undefined ? undefined : literalType(node))));
  if (types.size === 2 && types.has("int") && types.has("float")) return "float";
  return types.size === 1 ? [...types][0] : undefined;
}

/** The key of a pair in a dictionary. */
export function keyIn(pair: SyntaxNode): string | undefined {
  const key = childOf(pair, "key");
  return key === undefined ? undefined : literalText(key);
}

/** The text that stands in the brackets, if it is just one. */
export function keyOf(subscript: SyntaxNode): string | undefined {
  const [key, ...others] = childrenOf(subscript, "subscript");
  return key === undefined || others.length > 0 ? undefined : literalText(key);
}
