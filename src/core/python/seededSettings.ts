/** Settings that hold a seed: `Forest(**params)`, where `params` is always a dictionary with one. */
import { assignmentOf, type Assignment, type Bindings } from "./calls";
import { KIND } from "./kinds";
import { remembered } from "./memory";
import { argumentsOf, calledName, childOf, keywordOf, nodesOf, positionalsOf, type SyntaxNode } from "./syntax";
import { literalText } from "./values";

const SEED_KEYWORDS = ["random_state", "seed"];

/** True for a keyword by which a call is given a seed of its own. */
export function isSeedKeyword(name: string): boolean {
  return SEED_KEYWORDS.includes(name);
}

/** True for a call that is given a seed by its keyword: the first of them counts. */
export function hasOwnSeed(call: SyntaxNode): boolean {
  const [seed] = SEED_KEYWORDS.flatMap((keyword) => keywordOf(call, keyword) ?? []);
  return seed !== undefined && seed.type !== "none";
}

/** True for a call that is given a dictionary of settings with a seed. */
export function isSeededBySettings(call: SyntaxNode, { statements }: Bindings): boolean {
  const settings = new Settings(statements);
  return splatsIn(argumentsOf(call)).some((given) => settings.haveSeed(given));
}

function splatsIn(nodes: readonly SyntaxNode[]): readonly SyntaxNode[] {
  return nodes.flatMap(({ type, children: [given] }) => (type === "dictionary_splat" && given ? [given] : []));
}

/** What stands in dictionaries. What a name stands for is not followed in order: it has a seed if all do that it is given. */
class Settings {
  private readonly asked = new Set<SyntaxNode>();

  constructor(private readonly statements: Bindings["statements"]) {}

  haveSeed(node: SyntaxNode): boolean {
    // `params = {**params, "max_depth": 3}`: what was asked before tells.
    if (this.asked.has(node)) return true;
    this.asked.add(node);
    if (this.entriesOf(node).some((one) => this.isSeed(one))) return true;
    if (this.isGivenSeed(node)) return true;
    const held = this.heldBy(node);
    return held.length > 0 && held.every((one) => this.haveSeed(one));
  }

  /** `"random_state": seed`, `seed=0`, `**base` */
  private isSeed(entry: SyntaxNode): boolean {
    const value = childOf(entry, "value");
    if (value !== undefined) return isSeedKeyword(keyOf(entry)) && value.type !== "none";
    return splatsIn([entry]).some((given) => this.haveSeed(given));
  }

  /** `{"max_depth": 4, "random_state": 0}`, `dict(max_depth=4, random_state=0)` */
  private entriesOf(node: SyntaxNode): readonly SyntaxNode[] {
    if (node.type === "dictionary") return node.children;
    return node.type === "call" && calledName(node) === "dict" ? argumentsOf(node) : [];
  }

  /** `params["random_state"] = 0`, `params.update(random_state=0)` */
  private isGivenSeed(node: SyntaxNode): boolean {
    if (node.type !== "identifier") return false;
    const isStored = this.assigned().some(({ left, right }) => {
      const key = left.type === "subscript" ? childOf(left, "subscript") : undefined;
      const isOf = childOf(left, "value")?.text === node.text;
      return isOf && key !== undefined && isSeedKeyword(literalText(key) ?? "") && right.type !== "none";
    });
    return isStored || this.updates(node.text).some((entry) => this.isSeed(entry));
  }

  private updates(name: string): readonly SyntaxNode[] {
    const calls = this.statements.flatMap(({ node }) => nodesOf(node, KIND.call));
    return calls.flatMap((call) => {
      const target = childOf(call, "function");
      const isUpdate = calledName(call) === "update" && target && childOf(target, "object")?.text === name;
      return isUpdate === true ? argumentsOf(call).flatMap((one) => [one, ...this.entriesOf(one)]) : [];
    });
  }

  /** All that an expression may stand for: what its variable, its attribute or its key is given. */
  private heldBy(node: SyntaxNode): readonly SyntaxNode[] {
    if (node.type === "identifier") return this.given(({ type, text }) => type === "identifier" && text === node.text);
    if (node.type === "attribute") return this.attributes(childOf(node, "attribute")?.text ?? "");
    if (node.type === "subscript") return this.keyed(node);
    return node.type === "call" ? copiedBy(node) : [];
  }

  /** `CFG.params`: of a class or of an object, by its name. */
  private attributes(name: string): readonly SyntaxNode[] {
    const isNamed = (left: SyntaxNode): boolean =>
      left.type === "attribute" && childOf(left, "attribute")?.text === name;
    const inClasses = this.statements
      .flatMap(({ node }) => nodesOf(node, KIND.class_definition))
      .flatMap((one) => childOf(one, "body")?.children ?? [])
      .flatMap(({ type, children: [inner] }) => (type === "expression_statement" && inner ? [inner] : []));
    const own = inClasses.flatMap((one) => (one.type === "assignment" ? (assignmentOf(one) ?? []) : []));
    return [...own.flatMap(({ left, right }) => (left.text === name ? [right] : [])), ...this.given(isNamed)];
  }

  /** `CFG["params"]` */
  private keyed(node: SyntaxNode): readonly SyntaxNode[] {
    const [holder, key] = [childOf(node, "value"), childOf(node, "subscript")];
    const name = key && literalText(key);
    const holders = holder?.type === "identifier" || holder?.type === "attribute" ? this.heldBy(holder) : [];
    const found = holders.map((one) => this.entriesOf(one).find((entry) => keyOf(entry) === name));
    const values = found.flatMap((entry) => (entry && childOf(entry, "value")) ?? []);
    return name === undefined || values.length < holders.length ? [] : values;
  }

  private given(accepts: (left: SyntaxNode) => boolean): readonly SyntaxNode[] {
    return this.assigned().flatMap(({ left, right }) => (accepts(left) ? [right] : []));
  }

  private assigned(): readonly Assignment[] {
    return remembered(assignments, this.statements, () =>
      this.statements.flatMap(({ node }) => nodesOf(node, KIND.assignment).flatMap((one) => assignmentOf(one) ?? [])),
    );
  }
}

const assignments = new WeakMap<Bindings["statements"], readonly Assignment[]>();

/** The key of an entry of a dictionary, or the name of a keyword argument. */
function keyOf(entry: SyntaxNode): string {
  return childOf(entry, "name")?.text ?? literalText(childOf(entry, "key") ?? entry) ?? "";
}

/** `params` of `params.copy()`, `deepcopy(params)` and `dict(params, max_depth=3)`. */
function copiedBy(call: SyntaxNode): readonly SyntaxNode[] {
  if (!/^(copy|deepcopy|dict)$/.test(calledName(call))) return [];
  const given = positionalsOf(call).slice(0, 1);
  const target = childOf(call, "function");
  const object = target && childOf(target, "object");
  return given.length > 0 || object === undefined ? given : [object];
}
