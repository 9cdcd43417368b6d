/** What a notebook attaches to its functions and classes, or to those of libraries: `Cleaner.run = run`, `@size.register`. */
import { assignmentsIn } from "../python/calls";
import type { Statement } from "../python/program";
import { calledName, childOf, positionalsOf, rootName, type SyntaxNode } from "../python/syntax";

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
  const decorators = node.children.filter(({ type }) => type === "decorator");
  const [found] = decorators.flatMap(({ children: [expression] }) => {
    const target = expression?.type === "call" ? childOf(expression, "function") : expression;
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
  const attribute = name?.children.find(({ type }) => type === "string_content")?.text;
  return root && attribute && value ? { root: root.text, attribute, value } : undefined;
}

/** `size.register(int, run)`, `size.register(int)(run)` */
function registered(call: SyntaxNode): Attachment | undefined {
  const target = childOf(call, "function");
  const method = target?.type === "call" ? childOf(target, "function") : target;
  if (method?.type !== "attribute" || childOf(method, "attribute")?.text !== "register") return undefined;
  const root = rootName(method);
  return root && { root: root.text, attribute: undefined, value: call };
}
