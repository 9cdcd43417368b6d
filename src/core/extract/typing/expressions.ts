/** The types of expressions, as far as the text shows them: literals, readers, constructors, what libraries are known to give. */
import { qualifiedName } from "../../python/calls";
import { childOf, type SyntaxNode } from "../../python/syntax";
import { literalType } from "../../python/values";
import { callType } from "./calls";
import { typeOfField, type Context, type Found } from "./context";
import { ownAttributeType } from "./functions";
import { attributeTypeIn, hasMember } from "./library";
import { binaryType, comparisonType, operatorsOf } from "./operators";
import { LOCATOR, partsOfType, restOf, subscriptType } from "./subscripts";
import {
  classOf,
  eachMember,
  elementOf,
  FRAME,
  generic,
  listOf,
  NONE,
  NOTHING,
  SERIES,
  tupleOf,
  unionOf,
  UNKNOWN,
} from "./text";

type Inferrer = (node: SyntaxNode, context: Context) => Found;

/** The type that an expression has; `undefined` if the text does not show it. */
export function typeOf(node: SyntaxNode, context: Context): Found {
  const edit = context.edits?.get(node.start);
  const written = edit?.end === node.end ? editedType(edit.text, context) : undefined;
  if (written !== undefined) return written;
  const inferrer = INFERRERS[node.type];
  return inferrer === undefined ? literalType(node) : inferrer(node, context);
}

/** A literal that became a setting or a path has the type of that: `seed`, `str(prices)`. */
function editedType(text: string, { types }: Context): Found {
  const type = text.startsWith("str(") ? "str" : types.get(text);
  return type === UNKNOWN ? undefined : type;
}

const ofElements: Inferrer = (node, context) => {
  const elements = withoutComments(node);
  if (elements.some(({ type }) => type.endsWith("splat"))) return undefined;
  return tupleOf(elements.map((one) => typeOf(one, context)));
};

const INFERRERS: Readonly<Record<string, Inferrer>> = {
  none: () => NONE,
  identifier: (node, { types }) => {
    const type = types.get(node.text);
    return type === UNKNOWN ? undefined : type;
  },
  attribute: attributeType,
  subscript: subscriptType,
  call: callType,
  parenthesized_expression: (node, context) => {
    const [inner] = withoutComments(node);
    return inner && typeOf(inner, context);
  },
  named_expression: (node, context) => typeOfField(node, "value", context),
  list: (node, context) => listOf(elementsType(node, context)),
  set: (node, context) => generic("set", [elementsType(node, context)]),
  tuple: ofElements,
  expression_list: ofElements,
  dictionary: dictionaryType,
  list_comprehension: (node, context) => listOf(typeOfField(node, "body", inClauses(node, context))),
  set_comprehension: (node, context) => generic("set", [typeOfField(node, "body", inClauses(node, context))]),
  generator_expression: (node, context) =>
    generic("collections.abc.Iterator", [typeOfField(node, "body", inClauses(node, context))]),
  dictionary_comprehension: (node, context) => {
    const pair = childOf(node, "body");
    const inner = inClauses(node, context);
    return pair && generic("dict", [typeOfField(pair, "key", inner), typeOfField(pair, "value", inner)]);
  },
  binary_operator: (node, context) =>
    binaryType(operatorsOf(node)[0] ?? "", typeOfField(node, "left", context), typeOfField(node, "right", context)),
  comparison_operator: (node, context) => {
    const operands = withoutComments(node).filter(({ field }) => field?.startsWith("operator") !== true);
    return comparisonType(
      operatorsOf(node),
      operands.map((one) => typeOf(one, context)),
    );
  },
  boolean_operator: (node, context) =>
    unionOf([typeOfField(node, "left", context), typeOfField(node, "right", context)]),
  not_operator: () => "bool",
  unary_operator: (node, context) => literalType(node) ?? signed(typeOfField(node, "argument", context)),
  conditional_expression: (node, context) => {
    const [body, , otherwise] = withoutComments(node);
    return unionOf([body && typeOf(body, context), otherwise && typeOf(otherwise, context)]);
  },
};

function withoutComments({ children }: SyntaxNode): readonly SyntaxNode[] {
  return children.filter(({ type }) => type !== "comment");
}

/** `-x`, `~mask` */
function signed(type: Found): Found {
  return type === "bool" ? "int" : type;
}

/** What all elements are, of an empty list nothing yet. */
function elementsType(node: SyntaxNode, context: Context): Found {
  const elements = withoutComments(node);
  return elements.length === 0 ? NOTHING : unionOf(elements.map((one) => typeOf(one, context)));
}

function dictionaryType(node: SyntaxNode, context: Context): Found {
  const pairs = withoutComments(node);
  if (pairs.length === 0) return generic("dict", [NOTHING, NOTHING]);
  const all = (field: string): Found => unionOf(pairs.map((pair) => typeOfField(pair, field, context)));
  return generic("dict", [all("key"), all("value")]);
}

/** The context of a comprehension's body: its own variables hide those of the same names. */
function inClauses(node: SyntaxNode, context: Context): Context {
  const inner = { ...context, types: new Map(context.types) };
  for (const clause of node.children) {
    const [left, right] = [childOf(clause, "left"), childOf(clause, "right")];
    if (clause.type !== "for_in_clause" || left === undefined || right === undefined) continue;
    bindTarget(left, eachMember(typeOf(right, inner), elementOf), inner);
  }
  return inner;
}

/** Gives the names of a target their types; what a value is taken apart into, each its own. */
export function bindTarget(target: SyntaxNode, type: Found, context: Context): void {
  if (target.type === "identifier") {
    context.types.set(target.text, type === undefined || classOf(type) === LOCATOR ? UNKNOWN : type);
  } else if (target.type === "list_splat_pattern") {
    for (const inner of target.children) bindTarget(inner, restOf(type), context);
  } else if (/^(pattern_list|tuple_pattern|list_pattern)$/.test(target.type)) bindParts(target, type, context);
}

function bindParts(target: SyntaxNode, type: Found, context: Context): void {
  const targets = withoutComments(target);
  const isStarred = targets.some(({ type: kind }) => kind === "list_splat_pattern");
  const parts = isStarred ? [] : partsOfType(type, targets.length);
  targets.forEach((one, index) => {
    bindTarget(one, parts[index], context);
  });
}

function attributeType(node: SyntaxNode, context: Context): Found {
  const object = childOf(node, "object");
  const name = childOf(node, "attribute")?.text ?? "";
  if (object === undefined || qualifiedName(node, context.knowledge) !== undefined) return undefined;
  return eachMember(typeOf(object, context), (member) =>
    context.knowledge.definitions.has(member) ? ownAttributeType(member, name, context) : memberAttribute(member, name),
  );
}

function memberAttribute(type: string, name: string): Found {
  const owner = classOf(type);
  if ((owner === FRAME || owner === SERIES) && /^i?loc$/.test(name)) return generic(LOCATOR, [type]);
  // What is no attribute of a table is a column of it.
  const isColumn = owner === FRAME && !hasMember(FRAME, name) && !name.startsWith("_");
  return attributeTypeIn(type, name) ?? (isColumn ? SERIES : undefined);
}
