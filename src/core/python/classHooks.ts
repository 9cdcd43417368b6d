/** Classes that note what is made of them: their objects, by the constructor; the classes that inherit from them. */
import { assignmentsIn, elementsOf, type Bindings } from "./calls";
import { KIND } from "./kinds";
import type { Library } from "./knowledge";
import {
  argumentsOf,
  calledName,
  childOf,
  findNode,
  methodsIn,
  nodesOf,
  parameterNames,
  rootName,
  type SyntaxNode,
} from "./syntax";

/** True if making an object of a class changes the class by way of the object: `self.all.append(self)`, `type(self).made += 1`. */
export function changesItself(definition: SyntaxNode, library: Library): boolean {
  const shared = sharedAttributes(definition);
  return methodsIn(definition).some((method) => {
    const name = nameOf(method) ?? "";
    const [self] = /^__(init|new|post_init)__$/.test(name) ? parameterNames(method) : [];
    if (self === undefined) return false;
    const own = new Set(assignedTo(self, method));
    const isShared = (attribute: string): boolean => shared.has(attribute) && !own.has(attribute);
    const isClass = (part: SyntaxNode): boolean =>
      name === "__new__" ? part.text === self : isClassOf(part, self) || isAttributeOf(part, self, isShared);
    return (
      changedParts(method, library).some((part) => innerParts(part).some(isClass)) ||
      findNode(method, (node) => storesIntoType(node, self)) !== undefined
    );
  });
}

/** What all objects of a class share, if it can change: `all = []` in the body of the class. */
function sharedAttributes(definition: SyntaxNode): ReadonlySet<string> {
  const assigned = assignmentsIn(childOf(definition, "body") ?? definition);
  const changing = assigned.filter(({ right }) => /^(list|dictionary|set|call)$|_comprehension$/.test(right.type));
  return new Set(changing.map(({ left }) => left.text));
}

/** The attributes that a method gives its object: `all` of `self.all = []`. */
function assignedTo(self: string, method: SyntaxNode): readonly string[] {
  const targets = nodesOf(method, KIND.assignment).flatMap((one) => {
    const left = childOf(one, "left");
    return left === undefined ? [] : elementsOf(left);
  });
  const own = targets.filter((target) => isAttributeOf(target, self, () => true));
  return own.map((target) => childOf(target, "attribute")?.text ?? "");
}

/** What a function stores into, or calls a changing method of. */
function changedParts(method: SyntaxNode, library: Library): readonly SyntaxNode[] {
  const stored = nodesOf(method, KIND.assignment | KIND.augmented_assignment).flatMap((one) => {
    const left = childOf(one, "left");
    if (left === undefined) return [];
    const container = (target: SyntaxNode): SyntaxNode | undefined =>
      one.type === "augmented_assignment" ? target : (childOf(target, "object") ?? childOf(target, "value"));
    return elementsOf(left).flatMap((target) => container(target) ?? []);
  });
  const grown = nodesOf(method, KIND.call)
    .filter((call) => library.has("mutatingMethods", calledName(call)))
    .flatMap((call) => childOf(childOf(call, "function") ?? call, "object") ?? []);
  return [...stored, ...grown];
}

/** `type(self).made = 1`, which the grammar takes for the alias of a type. */
function storesIntoType({ type, children }: SyntaxNode, self: string): boolean {
  const [target] = type === "type_alias_statement" ? (children[0]?.children ?? []) : [];
  return target !== undefined && rootName(target)?.text === self;
}

/** `self.all[0]`, `self.all` and `self` */
function innerParts(part: SyntaxNode): readonly SyntaxNode[] {
  const inner = childOf(part, "object") ?? childOf(part, "value") ?? childOf(part, "function");
  return inner === undefined ? [part] : [part, ...innerParts(inner)];
}

/** `type(self)`, `self.__class__` */
function isClassOf(node: SyntaxNode, self: string): boolean {
  if (node.type === "call") return calledName(node) === "type" && argumentsOf(node)[0]?.text === self;
  return isAttributeOf(node, self, (name) => name === "__class__");
}

function isAttributeOf(node: SyntaxNode, object: string, accepts: (name: string) => boolean): boolean {
  return childOf(node, "object")?.text === object && accepts(childOf(node, "attribute")?.text ?? "");
}

function nameOf(definition: SyntaxNode): string | undefined {
  return childOf(definition, "name")?.text;
}

/** The names of the classes that a class inherits from, as it is written. */
export function basesOf(definition: SyntaxNode): readonly string[] {
  return (childOf(definition, "superclasses")?.children ?? []).flatMap(({ type, text }) =>
    type === "identifier" ? [text] : [],
  );
}

/** The notebook's classes that are told of it when a class is defined: those with `__init_subclass__`, and metaclasses. */
export function toldOf(definition: SyntaxNode, { definitions }: Bindings): readonly string[] {
  const told = new Set<string>();
  const above = [definition];
  const passed = new Set<string>();
  for (const one of above) {
    for (const name of metaclassesOf(one)) if (definitions.has(name)) told.add(name);
    for (const name of basesOf(one).filter((base) => !passed.has(base))) {
      passed.add(name);
      const base = definitions.get(name)?.at(-1);
      if (base?.type !== "class_definition") continue;
      above.push(base);
      if (nodesOf(base, KIND.function_definition).some((method) => nameOf(method) === "__init_subclass__"))
        told.add(name);
    }
  }
  return [...told];
}

/** `Meta` of `class A(metaclass=Meta)` */
function metaclassesOf(definition: SyntaxNode): readonly string[] {
  const keywords = (childOf(definition, "superclasses")?.children ?? []).filter(
    (one) => one.type === "keyword_argument" && nameOf(one) === "metaclass",
  );
  return keywords.flatMap((one) => childOf(one, "value")?.text ?? []);
}
