/** What a notebook attaches to its functions and classes, or to those of libraries: `Cleaner.run = run`, `@size.register`. */
import { assignmentsIn, qualifiedName, type Bindings } from "./calls";
import { KIND } from "./kinds";
import { has } from "./knowledge";
import type { Statement } from "./program";
import { NodeMemory, remembered } from "./memory";
import {
  argumentsOf,
  calledName,
  childOf,
  decoratorsOf,
  decoratorTarget,
  nodesOf,
  positionalsOf,
  rootName,
  writtenText,
  type SyntaxNode,
} from "./syntax";

/** A statement that attaches a function or a class to a name. */
export interface Attachment {
  /** The variable that it is reached from: `pd` of `pd.DataFrame.clean = clean`. */
  readonly root: string;
  /** The attribute that it becomes; `undefined` for what is registered. */
  readonly attribute: string | undefined;
  /** What is attached; the definition, where a decorator does it. */
  readonly value: SyntaxNode;
}

/** What a statement attaches, if that is all that it does. */
export function attachmentOf({ node }: Pick<Statement, "node">): Attachment | undefined {
  if (node.type === "decorated_definition") return decorated(node);
  if (node.type !== "expression_statement") return undefined;
  const assigned = assignmentsIn(node);
  const [first] = assigned;
  if (first !== undefined) return assigned.length === 1 ? stored(first.left, first.right) : undefined;
  const [call] = node.children;
  return call?.type === "call" ? called(call) : undefined;
}

/** `@size.register`, `@size.register(int)` */
function decorated(node: SyntaxNode): Attachment | undefined {
  const [found] = decoratorsOf(node).flatMap((decorator) => {
    const target = decoratorTarget(decorator);
    const root = target?.type === "attribute" ? rootName(target) : undefined;
    return root === undefined ? [] : [root.text];
  });
  return found === undefined ? undefined : { root: found, attribute: undefined, value: node };
}

/** `Cleaner.run = run` */
function stored(left: SyntaxNode, value: SyntaxNode): Attachment | undefined {
  const root = left.type === "attribute" ? rootName(left) : undefined;
  return root && { root: root.text, attribute: childOf(left, "attribute")?.text, value };
}

/** `setattr(Cleaner, "run", run)`, `size.register(int, run)` */
function called(call: SyntaxNode): Attachment | undefined {
  return calledName(call) === "setattr" ? set(positionalsOf(call)) : registered(call);
}

function set([object, name, value]: readonly SyntaxNode[]): Attachment | undefined {
  const root = object && rootName(object);
  const attribute = writtenText(name);
  return root && attribute && value ? { root: root.text, attribute, value } : undefined;
}

/** `size.register(int, run)`, `size.register(int)(run)`, `pd.api.extensions.register_dataframe_accessor("geo")(Geo)` */
function registered(call: SyntaxNode): Attachment | undefined {
  const target = childOf(call, "function");
  const inner = target?.type === "call" ? target : call;
  const method = childOf(inner, "function");
  const root = method?.type === "attribute" ? rootName(method) : undefined;
  const name = calledName(inner);
  if (root === undefined || (name !== "register" && !has("attachingFunctions", name))) return undefined;
  const attribute = name === "register" ? undefined : writtenText(argumentsOf(inner)[0]);
  return { root: root.text, attribute, value: call };
}

/** The state that objects of a library's class have an attribute of this name because the notebook attached it. */
export function attachedResource(name: string): string {
  return `${ATTACHED}${name}>`;
}

const ATTACHED = "<attached:";

/** The names of the attributes that are attached, among the state that a statement sets or needs. */
export function attachedNames(resources: Iterable<string>): readonly string[] {
  return [...resources].flatMap((one) => (one.startsWith(ATTACHED) ? [one.slice(ATTACHED.length, -1)] : []));
}

/** The names of the attributes that a statement gives to classes and modules of libraries. */
export function attachedToLibraries(statement: Pick<Statement, "node">, bindings: Bindings): readonly string[] {
  const found = attachmentOf(statement);
  const isOfLibrary = found !== undefined && bindings.imports.has(found.root) && !LITERAL.test(found.value.type);
  return [
    ...(isOfLibrary && found.attribute !== undefined ? [found.attribute] : []),
    ...registeredNames(statement.node, bindings),
  ];
}

/** Settings are no attributes of objects. */
const LITERAL = /^(integer|float|string|true|false|none|unary_operator|list|tuple|dictionary)$/;

/** `@pd.api.extensions.register_dataframe_accessor("geo")`; what is told no name takes that of the function. */
function registeredNames(node: SyntaxNode, bindings: Bindings): readonly string[] {
  const definition = childOf(node, "definition");
  const name = definition && childOf(definition, "name")?.text;
  return decoratorsOf(node).flatMap((one) => {
    const call = one.type === "call" ? one : undefined;
    const qualified = qualifiedName(decoratorTarget(one) ?? one, bindings);
    if (qualified === undefined || !has("attachingFunctions", qualified.slice(qualified.lastIndexOf(".") + 1)))
      return [];
    return (call && writtenText(argumentsOf(call)[0])) ?? name ?? [];
  });
}

const attributes = new NodeMemory<ReadonlySet<string>>();

/** The names of all attributes in a node, also in the functions that it defines. */
export function attributesIn(node: SyntaxNode): ReadonlySet<string> {
  return remembered(attributes, node, () => {
    return new Set(nodesOf(node, KIND.attribute).map((one) => childOf(one, "attribute")?.text ?? ""));
  });
}
