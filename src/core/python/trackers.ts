/** What only reports of a run to those who look on: `wandb.log(…)`, `writer.add_scalar(…)`, `run["score"] = score`. */
import { assignmentOf, calleeOf, elementsOf, qualifiedName, type Bindings, type Callee } from "./calls";
import { KIND } from "./kinds";
import { has, isReportMethod, liesIn, startedState } from "./knowledge";
import { remembered } from "./memory";
import { childOf, isWithin, nodesOf, parameterNames, walk, type SyntaxNode } from "./syntax";

/** True for a call that leaves all as it is but the record of the run. */
export function isReport(callee: Callee, bindings: Bindings): boolean {
  if (callee.kind === "library") {
    const { qualified } = callee;
    return liesIn("reportFunctions", qualified) && !isReadBack(qualified, bindings) && !isMerged(qualified, bindings);
  }
  return callee.kind === "method" && isReportMethod(callee.name) && isRecord(callee.object, bindings);
}

/** True for a part of the record of a run, or of an object that keeps it, which is assigned: nothing of it is read again. */
export function isReported(target: SyntaxNode, bindings: Bindings): boolean {
  if (target.type !== "subscript" && target.type !== "attribute") return false;
  const of = childOf(target, target.type === "subscript" ? "value" : "object");
  if (of === undefined) return false;
  return liesIn("reportFunctions", qualifiedName(of, bindings) ?? "") || isRecord(of, bindings);
}

/** `run`, `run["train/loss"]`, `run.summary`: what a run was set up with is no part of it. */
function isRecord(node: SyntaxNode, bindings: Bindings): boolean {
  if (node.type === "identifier") return reporters(bindings).has(node.text);
  const inner = childOf(node, node.type === "subscript" ? "value" : "object");
  const isPart = node.type === "subscript" || childOf(node, "attribute")?.text === "summary";
  return isPart && inner !== undefined && isRecord(inner, bindings);
}

/** `wandb.config.update(…)`, where the notebook reads a `config`. */
function isReadBack(qualified: string, { statements }: Bindings): boolean {
  const [held, method] = qualified.split(".").slice(-2);
  if (method !== "update") return false;
  const attributes = statements.flatMap(({ node }) => nodesOf(node, KIND.attribute));
  const all = attributes.filter((one) => nameOf(one) === held);
  const updated = attributes.filter((one) => nameOf(one) === method && nameOf(childOf(one, "object")) === held);
  return all.length > updated.length;
}

const merging = new WeakMap<Bindings["statements"], boolean>();

/** `tf.summary.scalar("loss", loss)` of TensorFlow 1, where `tf.summary.merge_all()` gives all of these to be run: it is a part of the graph. */
function isMerged(qualified: string, { statements }: Bindings): boolean {
  if (!/\.summary\.\w+$/.test(qualified)) return false;
  return remembered(merging, statements, () =>
    statements.some(({ node }) =>
      nodesOf(node, KIND.attribute).some(
        (one) => /^merge(_all)?$/.test(nameOf(one) ?? "") && nameOf(childOf(one, "object")) === "summary",
      ),
    ),
  );
}

function nameOf(node: SyntaxNode | undefined): string | undefined {
  return node && childOf(node, "attribute")?.text;
}

const found = new WeakMap<Bindings["statements"], ReadonlySet<string>>();

/** The variables that hold nothing but what reports are made to. */
function reporters(bindings: Bindings): ReadonlySet<string> {
  return remembered(found, bindings.statements, () => {
    const [made, others] = [new Set<string>(), new Set<string>()];
    for (const { node } of bindings.statements) {
      const definitions = nodesOf(node, KIND.function_definition | KIND.lambda);
      addAll(others, definitions.flatMap(parameterNames));
      for (const { left, right } of boundIn(node)) {
        const names = elementsOf(left).flatMap(({ type, text }) => (type === "identifier" ? [text] : []));
        const to = right?.type === "call" && makesReporter(right, bindings) ? made : others;
        addAll(to, names);
      }
    }
    return new Set([...made].filter((name) => !others.has(name)));
  });
}

function addAll(to: Set<string>, names: readonly string[]): void {
  for (const name of names) to.add(name);
}

function makesReporter(call: SyntaxNode, bindings: Bindings): boolean {
  const callee = calleeOf(call, bindings);
  return callee.kind === "library" && has("reporterMakers", callee.qualified);
}

/** What is bound in a node, also in the functions in it, by an assignment, by a loop or by a `with`. */
function boundIn(node: SyntaxNode): readonly { readonly left: SyntaxNode; readonly right?: SyntaxNode }[] {
  const assigned = nodesOf(node, KIND.assignment).flatMap((one) => assignmentOf(one) ?? []);
  const others = walk(node).filter(({ type }) => BINDS.test(type));
  const targets = others.flatMap((one) => childOf(one, "left") ?? childOf(one, "alias")?.children ?? []);
  return [...assigned, ...targets.map((left) => ({ left }))];
}

const BINDS = /^(for_statement|for_in_clause|as_pattern)$/;

/** The packages whose state a node reads: `wandb` of `wandb.config.rate`, which `wandb.init` set up. */
export function statesRead(node: SyntaxNode, shown: readonly SyntaxNode[], bindings: Bindings): readonly string[] {
  return nodesOf(node, KIND.attribute)
    .filter((one) => !shown.some((other) => isWithin(one, other)))
    .flatMap((one) => startedState(qualifiedName(one, bindings) ?? "") ?? []);
}
