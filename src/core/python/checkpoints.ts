/** Files that a model is saved to while it is fitted, by what the fit is told: `model.fit(X, y, callbacks=[ModelCheckpoint(path)])`. */
import { KIND } from "./kinds";
import { calledName, childOf, keywordOf, nodesOf, positionalsOf, type SyntaxNode } from "./syntax";

/** By the call that fits, the expressions that give the paths. */
export type Checkpoints = ReadonlyMap<SyntaxNode, readonly SyntaxNode[]>;

/** Looks for them in statements, in the order in which these run. */
export function checkpointsOf(statements: readonly { readonly node: SyntaxNode }[]): Checkpoints {
  const found = new Map<SyntaxNode, readonly SyntaxNode[]>();
  const held = new Map<string, SyntaxNode>();
  for (const { node } of statements) {
    hold(node, held);
    for (const call of nodesOf(node, KIND.call)) {
      const callbacks = keywordOf(call, "callbacks");
      const paths = callbacks === undefined ? [] : checkpointsIn(callbacks, held, DEPTH);
      if (paths.length > 0) found.set(call, paths);
    }
  }
  return found;
}

/** Notes what the variables of a statement hold, and what its functions make: `callbacks=[keep("best")]`. */
function hold(node: SyntaxNode, held: Map<string, SyntaxNode>): void {
  for (const { children } of nodesOf(node, KIND.assignment)) {
    const [left] = children;
    const right = children.at(-1);
    if (left?.type === "identifier" && right !== undefined) held.set(left.text, right);
  }
  for (const definition of nodesOf(node, KIND.function_definition)) {
    const name = childOf(definition, "name")?.text;
    if (name !== undefined && nodesOf(definition, KIND.call).some(checkpointPath)) held.set(name, definition);
  }
}

/** A list of variables, each of which holds a callback: nobody nests deeper. */
const DEPTH = 3;

function checkpointsIn(node: SyntaxNode, held: ReadonlyMap<string, SyntaxNode>, depth: number): readonly SyntaxNode[] {
  const made = nodesOf(node, KIND.call).flatMap((call) => checkpointPath(call) ?? []);
  if (depth === 0) return made;
  const called = nodesOf(node, KIND.call).flatMap((call) => childOf(call, "function") ?? []);
  const read = [...nodesOf(node, KIND.identifier, KIND.call), ...called];
  const names = read.flatMap(({ text }) => held.get(text) ?? []);
  return [...made, ...names.flatMap((value) => checkpointsIn(value, held, depth - 1))];
}

/** `folder` of `TrainingArguments(output_dir=folder)` */
export function outputFolder(call: SyntaxNode): SyntaxNode | undefined {
  const named = keywordOf(call, "output_dir");
  return named ?? (calledName(call).endsWith("TrainingArguments") ? positionalsOf(call)[0] : undefined);
}

/** `path` of `ModelCheckpoint(path)` */
export function checkpointPath(call: SyntaxNode): SyntaxNode | undefined {
  if (calledName(call) !== "ModelCheckpoint") return undefined;
  return keywordOf(call, "filepath") ?? positionalsOf(call)[0];
}
