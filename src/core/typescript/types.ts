import { Node, TypeFormatFlags, type Type } from "ts-morph";
import { pascalCase, propertyName } from "./names";
import type { Unit } from "./units";

/** Writes down the types that the compiler found; shapes without a name become interfaces. */
export interface TypeWriter {
  /** The type of variable `name`, which `unit` declares. */
  textOf(name: string, unit: Unit): string;
  /** The type of an expression. */
  textOfNode(node: Node, name: string): string;
  /** The interfaces that were made so far, in the order in which they were needed. */
  interfaces(): readonly string[];
}

const FLAGS = TypeFormatFlags.NoTruncation | TypeFormatFlags.UseSingleQuotesForStringLiteralType;

/** `taken`: names that no interface may have; the writer adds its own. */
export function createTypeWriter(taken: Set<string>): TypeWriter {
  const shapes = new Map<string, string>();
  const texts: string[] = [];

  const shapeName = (type: Type, node: Node, name: string): string => {
    const body = type
      .getProperties()
      .map((property) => {
        const optional = property.isOptional() ? "?" : "";
        const own = property.getTypeAtLocation(node);
        return `${propertyName(property.getName())}${optional}: ${typeText(own, node, property.getName())};`;
      })
      .join("\n");
    const known = shapes.get(body);
    if (known !== undefined) return known;
    const unique = freeName(pascalCase(name), taken);
    taken.add(unique);
    shapes.set(body, unique);
    texts.push(`export interface ${unique} {\n${body}\n}`);
    return unique;
  };

  const typeText = (type: Type, node: Node, name: string): string => {
    const wide = type.getBaseTypeOfLiteralType();
    if (type.getAliasSymbol() !== undefined) return type.getText(node, FLAGS);
    if (isShape(wide)) return shapeName(wide, node, name);
    const element = wide.getArrayElementType();
    if (element !== undefined && isShape(element)) return `${shapeName(element, node, singular(name))}[]`;
    return wide.getText(node, FLAGS).replace(/^(\w+)<(\w+), ArrayBufferLike>$/, "$1");
  };

  return {
    textOf: (name, unit) => {
      const node = bindingNode(unit, name);
      return typeText(node.getType(), node, name);
    },
    textOfNode: (node, name) => typeText(node.getType(), node, name),
    interfaces: () => texts,
  };
}

function bindingNode(unit: Unit, name: string): Node {
  const binding = unit.declaration?.getNameNode() ?? unit.node;
  if (Node.isIdentifier(binding)) return binding;
  const found = binding
    .getDescendants()
    .find((each) => Node.isIdentifier(each) && each.getText() === name && !isPropertyName(each));
  return found ?? binding;
}

function isPropertyName(node: Node): boolean {
  const parent = node.getParent();
  return Node.isBindingElement(parent) && parent.getPropertyNameNode() === node;
}

/** An object type that somebody wrote as a literal, or that the compiler found, without a name. */
function isShape(type: Type): boolean {
  return (
    type.isObject() &&
    type.isAnonymous() &&
    type.getAliasSymbol() === undefined &&
    ["__object", "__type"].includes(type.getSymbol()?.getName() ?? "") &&
    type.getCallSignatures().length === 0 &&
    type.getConstructSignatures().length === 0 &&
    type.getProperties().length > 0
  );
}

function singular(name: string): string {
  return /[^s]s$/.test(name) ? name.slice(0, -1) : `${name}Item`;
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  let unique = `${name}Shape`;
  for (let number = 2; taken.has(unique); number += 1) unique = `${name}Shape${number}`;
  return unique;
}
