/**
 * Variables that are looked up by a text: `globals()[f"model_{kind}"]`. A step of the module has variables of its own, which no
 * `globals()` sees: so the names that the text may give are written there, `{"model_a": model_a}[f"model_{kind}"]`.
 */
import type { Edit } from "../python/edits";
import { KIND } from "../python/kinds";
import { withEdits, type Program, type Statement } from "../python/program";
import { childOf, isWithin, nodesOf, positionalsOf, walk, type ParsePython, type SyntaxNode } from "../python/syntax";
import { literalText } from "../python/values";
import { isNamespace, namesMadeIn, withNamesMade } from "./namesMade";
import { variablesAround } from "./pathSites";

/** The program with the names that are made by texts, or looked up by texts, of which something is known. */
export function withNamesByText(read: Program, parse: ParsePython): Program {
  const program = withNamesMade(read, parse);
  const { statements } = program;
  const asking = statements.filter(({ node, source }) => LOOKS_UP.test(source.slice(node.start, node.end)));
  const made = asking.flatMap(({ node }) => namesMadeIn(node)).map(({ key }) => key);
  const placed = asking.flatMap((statement) =>
    editsIn(statement, { statements, made }).map((edit) => ({ statement, edit })),
  );
  return withEdits(program, placed, parse);
}

const LOOKS_UP = /\b(globals|locals|vars)\(\)|\beval\(|__name__\]/;

/** A place where a variable is looked up: what is replaced by a dictionary, and the text that gives the name. */
interface LookUp {
  readonly place: SyntaxNode;
  readonly key: SyntaxNode;
  /** True if the key is a part of what is replaced. */
  readonly isWhole: boolean;
}

/** The places in a node where variables of the notebook are looked up by a text; what is evaluated may be no name. */
export function lookUpsIn(node: SyntaxNode): readonly LookUp[] {
  const texts = nodesOf(node, KIND.string);
  const found = walk(node).flatMap((one) => subscriptLookUp(one) ?? methodLookUp(one) ?? calledLookUp(one) ?? []);
  return found.filter(({ place }) => !texts.some((text) => isWithin(place, text)));
}

/** `globals()[name]` */
function subscriptLookUp(node: SyntaxNode): LookUp | undefined {
  const [place, key] = node.type === "subscript" ? [childOf(node, "value"), childOf(node, "subscript")] : [];
  return key !== undefined && isNamespace(place) ? { place, key, isWhole: false } : undefined;
}

/** `globals().get(name)` */
function methodLookUp(call: SyntaxNode): LookUp | undefined {
  const target = call.type === "call" ? childOf(call, "function") : undefined;
  if (target?.type !== "attribute" || childOf(target, "attribute")?.text !== "get") return undefined;
  const [place, [key]] = [childOf(target, "object"), positionalsOf(call)];
  return key !== undefined && isNamespace(place) ? { place, key, isWhole: false } : undefined;
}

/** `eval(name)`, `getattr(sys.modules[__name__], name)` */
function calledLookUp(call: SyntaxNode): LookUp | undefined {
  if (call.type !== "call") return undefined;
  const [first, second, ...others] = positionalsOf(call);
  const key = isEval(call) ? first : isThisModule(first) ? second : undefined;
  const isCalled = isEval(call) ? second === undefined : childOf(call, "function")?.text === "getattr";
  return key !== undefined && isCalled && others.length === 0 ? { place: call, key, isWhole: true } : undefined;
}

/** `eval(text)` */
export function isEval(call: SyntaxNode): boolean {
  return childOf(call, "function")?.text === "eval";
}

/** `sys.modules[__name__]` */
function isThisModule(node: SyntaxNode | undefined): boolean {
  return node?.type === "subscript" && childOf(node, "subscript")?.text === "__name__";
}

/** The notebook that names are looked up in, and the texts of those that are made as it runs. */
interface Around {
  readonly statements: readonly Statement[];
  readonly made: readonly SyntaxNode[];
}

function editsIn(statement: Statement, { statements, made }: Around): readonly Edit[] {
  const { node, source } = statement;
  return lookUpsIn(node).flatMap(({ place, key, isWhole }) => {
    const names = mayBeMade(key, made) ? [] : namesFor(key, statement, statements);
    const own = variablesAround(node, place);
    // In a function, these are its own.
    const isOwn = /^(locals|vars)$/.test(childOf(place, "function")?.text ?? "") && own.length > 0;
    if (names.length === 0 || names.length > MOST || isOwn || names.some((name) => own.includes(name))) return [];
    const table = `{${names.map((name) => `"${name}": ${name}`).join(", ")}}`;
    const text = isWhole ? `${table}[${source.slice(key.start, key.end)}]` : table;
    return [{ start: place.start, end: place.end, text }];
  });
}

/**
 * True if what a text names may be what another one makes: that is no name which is seen here. Where both are open, none is told from
 * another; a text of which nothing is known makes names that nothing else does.
 */
function mayBeMade(key: SyntaxNode, made: readonly SyntaxNode[]): boolean {
  const name = literalText(key);
  if (name === undefined) return made.length > 0;
  return made.map(partsOf).some((parts) => isPartlyKnown(parts) && patternOf(parts).test(name));
}

/** More names than that are no series of variables. */
const MOST = 60;

/** The names that a text may give, of those that are bound when it is looked up. */
function namesFor(key: SyntaxNode, statement: Statement, statements: readonly Statement[]): readonly string[] {
  const parts = partsOf(key);
  if (!isPartlyKnown(parts)) return [];
  const pattern = patternOf(parts);
  const bound = new Set<string>();
  for (const { names, node } of statements.slice(0, usedAt(statement, statements))) {
    for (const name of names.binds) if (pattern.test(name)) bound.add(name);
    if (node.type === "delete_statement") for (const { text } of nodesOf(node, KIND.identifier)) bound.delete(text);
  }
  return [...bound];
}

/** True if something is known of a text that gives a name. */
function isPartlyKnown(parts: readonly (string | undefined)[]): boolean {
  return parts.some((part) => part !== undefined && part !== "") && parts.every((part) => /^\w*$/.test(part ?? ""));
}

function patternOf(parts: readonly (string | undefined)[]): RegExp {
  return new RegExp(`^${parts.map((part) => part ?? "\\w+").join("")}$`);
}

/** The index of the statement itself or, of a function, of the first one that uses it. */
function usedAt({ index, node, names }: Statement, statements: readonly Statement[]): number {
  if (!/^(function|class|decorated)_definition$/.test(node.type)) return index;
  const [name = ""] = names.binds;
  return statements.find((one) => one.index > index && one.names.reads.has(name))?.index ?? index;
}

/** The parts of a text, as far as they are known: `model_` and one that is not of `f"model_{kind}"`. */
function partsOf(node: SyntaxNode): readonly (string | undefined)[] {
  if (node.type === "parenthesized_expression" || node.type === "concatenated_string")
    return node.children.flatMap(partsOf);
  if (node.type === "string")
    return node.children.flatMap((child): readonly (string | undefined)[] => {
      if (child.type === "string_content") return [child.text];
      return child.type === "interpolation" ? [undefined] : [];
    });
  const operator = childOf(node, "operator")?.text;
  const [left, right] = [childOf(node, "left"), childOf(node, "right")];
  if (left === undefined || right === undefined) return [undefined];
  if (operator === "+") return [...partsOf(left), ...partsOf(right)];
  return operator === "%" && left.type === "string" ? partsOf(left).flatMap(filledIn) : [undefined];
}

/** `model_%s` */
function filledIn(part: string | undefined): readonly (string | undefined)[] {
  return part === undefined
    ? [part]
    : part.split(/%[sd]/).flatMap((text, index) => (index === 0 ? [text] : [undefined, text]));
}
