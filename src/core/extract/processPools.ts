/** What is handed to other processes has to be pickled: classes and functions then stand at the top of the module, or it fails. */
import { calleeOf } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { KIND } from "../python/kinds";
import { has } from "../python/knowledge";
import type { Statement } from "../python/program";
import { childOf, keywordOf, nodesOf, type SyntaxNode } from "../python/syntax";
import type { Diagnostic } from "../report";
import type { Plan } from "./plan";

/** True for a statement in which, or in a function of which, something is handed to other processes. */
export function startsProcesses({ node, source }: Statement, knowledge: Knowledge): boolean {
  if (!/Pool|Process|workers/.test(source.slice(node.start, node.end))) return false;
  return nodesOf(node, KIND.call).some((call) => isStart(call, knowledge));
}

/** `Pool(4)`, `get_context("spawn").Pool()`, `differential_evolution(loss, bounds, workers=4)`. joblib pickles what is local, too. */
function isStart(call: SyntaxNode, knowledge: Knowledge): boolean {
  const callee = calleeOf(call, knowledge);
  if (callee.kind === "method") return callee.name === "Pool";
  if (callee.kind !== "library") return false;
  const workers = callee.qualified.startsWith("scipy.optimize.") ? keywordOf(call, "workers") : undefined;
  return has("processStarters", callee.qualified) || (workers !== undefined && workers.text !== "1");
}

/** Says of what stays inside of a step, and is named where processes are started, that it cannot be handed to them. */
export function localWork({ items }: Plan, kept: readonly Statement[], knowledge: Knowledge): readonly Diagnostic[] {
  const starting = kept.filter((one) => startsProcesses(one, knowledge));
  const isNamed = (name: string): boolean =>
    starting.some(({ names }) => names.reads.has(name) || names.late.has(name));
  const computed = new Set(items.flatMap(({ binds, mayBind }) => [...binds, ...mayBind]));
  const said = new Set<string>();
  return items.flatMap(({ node, statement: { cell, line, names } }) => {
    const name = /^(class|function)_definition$/.test(node.type) ? childOf(node, "name")?.text : undefined;
    if (name === undefined || said.has(name) || !isNamed(name)) return [];
    said.add(name);
    const read = [...names.reads, ...names.late].filter((one) => computed.has(one) && one !== name).sort();
    const why = read.length === 0 ? "" : ` because it reads ${[...new Set(read)].join(", ")}`;
    return [
      {
        code: "notebook.local-process",
        severity: "warning",
        cell,
        line,
        message: `${name} stays inside of a step${why}, and other processes find only what stands at the top of the module: handing it, or an object of it, to one of them may fail.`,
        hint: `Hand ${name} what it reads as arguments.`,
      } as const,
    ];
  });
}
