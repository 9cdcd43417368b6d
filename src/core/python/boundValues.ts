/** What the names that a statement binds stand for. */
import { assignmentsIn, callsIn, elementsOf, type Assignment } from "./calls";
import { KIND } from "./kinds";
import { callableThing, classThing, thingsOf, type Scene } from "./objects";
import type { Statement } from "./program";
import { union } from "./sets";
import { NodeMemory, remembered } from "./memory";
import { childOf, nodesOf, type SyntaxNode } from "./syntax";
import { newThing, NOTHING, partOf, type Thing } from "./things";

/** What the flow looks at in the text of a statement: a notebook is followed several times. */
interface Shape {
  readonly isBlock: boolean;
  /** The functions and classes that it defines, but for those inside of others. */
  readonly definitions: readonly SyntaxNode[];
  /** The targets of `for` loops, with what they run over. */
  readonly loops: readonly Assignment[];
  /** `x += y` may change the object that x stands for and keep it: a list, an array. */
  readonly augmented: readonly string[];
  readonly called: ReadonlySet<string>;
}

const shapes = new NodeMemory<Shape>();

/** What the flow looks at in a statement; worked out once. */
export function shapeOf(node: SyntaxNode): Shape {
  return remembered(shapes, node, () => {
    const nodes = (kinds: number): readonly SyntaxNode[] => nodesOf(node, kinds, KIND.function_definition);
    return {
      isBlock: /^(for|while|if|try|with|match)_/.test(node.type),
      definitions: definitionsIn(node),
      loops: nodes(KIND.for_statement | KIND.for_in_clause).flatMap(loopOf),
      augmented: nodes(KIND.augmented_assignment).flatMap((inner) => {
        const left = childOf(inner, "left");
        return left?.type === "identifier" ? [left.text] : [];
      }),
      called: new Set(callsIn(node).flatMap((call) => childOf(call, "function")?.text ?? [])),
    };
  });
}

function definitionsIn(node: SyntaxNode): readonly SyntaxNode[] {
  const kinds = KIND.function_definition | KIND.class_definition;
  if ((node.inside & kinds) === 0) return [];
  return (node.kind & kinds) === 0 ? node.children.flatMap(definitionsIn) : [node];
}

function loopOf(node: SyntaxNode): readonly Assignment[] {
  const [left, right] = [childOf(node, "left"), childOf(node, "right")];
  return left === undefined || right === undefined ? [] : [{ left, right }];
}

/** What each name may stand for. */
export type Values = Map<string, ReadonlySet<Thing>>;

/** What each name that a statement binds may stand for afterwards, as far as an expression shows it. */
export function boundValues({ node, names }: Pick<Statement, "node" | "names">, scene: Scene): Values {
  const values: Values = new Map();
  const { isBlock, loops, definitions, augmented } = shapeOf(node);
  const assignments = assignmentsIn(node);
  const bind = (around: Scene): void => {
    for (const { left, right } of loops) bindElements(left, thingsOf(right, around), values);
    // `a = b = []`: one object for both.
    const made = new Map<SyntaxNode, ReadonlySet<Thing>>();
    const things = (value: SyntaxNode): ReadonlySet<Thing> => {
      const known = made.get(value) ?? thingsOf(value, around);
      made.set(value, known);
      return known;
    };
    for (const { left, right } of assignments) bindValues(left, right, values, things);
  };
  if (isBlock && loops.length + assignments.length > 1) {
    // Inside of a block one name leads to the next, and a loop's end to its beginning: `for pair in pairs: model = pair[1]`.
    // What it binds before it looks it up was nothing else there.
    const above = (name: string): ReadonlySet<Thing> => (names.reads.has(name) ? thingsNamed(name, scene) : NOTHING);
    const get = (name: string): ReadonlySet<Thing> => union(above(name), values.get(name) ?? NOTHING);
    const inside: Scene = { ...scene, variables: { get } };
    bind(inside);
    bind(inside);
  } else bind(scene);
  for (const one of definitions) merge(values, childOf(one, "name")?.text ?? "", new Set([definedThing(one, scene)]));
  for (const name of augmented) merge(values, name, new Set([...thingsNamed(name, scene), newThing()]));
  return values;
}

function thingsNamed(name: string, { variables }: Scene): ReadonlySet<Thing> {
  return variables.get(name) ?? NOTHING;
}

/** A function or a class as a value. */
function definedThing(definition: SyntaxNode, scene: Scene): Thing {
  return definition.type === "function_definition" ? callableThing(definition, scene) : classThing(definition, scene);
}

type ThingsOf = (value: SyntaxNode) => ReadonlySet<Thing>;

function bindValues(left: SyntaxNode, right: SyntaxNode, values: Values, things: ThingsOf): void {
  const targets = elementsOf(left);
  const sources = elementsOf(right);
  const isStarred = targets.some(({ type }) => type === "list_splat_pattern");
  if (targets.length > 1 && targets.length === sources.length && !isStarred) {
    targets.forEach((target, index) => {
      const source = sources[index];
      if (source !== undefined) bindValues(target, source, values, things);
    });
  } else if (left.type === "identifier") {
    merge(values, left.text, things(right));
  } else if (targets.length > 1) {
    bindElements(left, things(right), values);
  }
}

function bindElements(left: SyntaxNode, container: ReadonlySet<Thing>, values: Values): void {
  const parts = partOf(container);
  // `for i, frame in enumerate(frames)`: what is unpacked is a part of a part.
  const things = left.type === "identifier" ? parts : union(parts, partOf(parts));
  for (const { text } of nodesOf(left, KIND.identifier)) merge(values, text, things);
}

function merge(values: Values, name: string, things: ReadonlySet<Thing>): void {
  values.set(name, union(values.get(name) ?? NOTHING, things));
}
