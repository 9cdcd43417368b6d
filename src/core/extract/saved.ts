/** What a notebook writes to files: its results where it has no model, and what belongs to the model where it has one. */
import { posix } from "node:path";
import { calleeOf, callsIn, type Callee } from "../python/calls";
import { has } from "../python/knowledge";
import type { Statement } from "../python/program";
import { nameFacts } from "../python/scope";
import { argumentsOf, childOf, positionalsOf, type SyntaxNode } from "../python/syntax";
import { literalText } from "../python/values";
import { variableValue, type Value } from "./metrics";
import { identifier } from "./names";
import { dependsOn, type Analysed, type Candidate } from "./target";
import { preprocessorsIn, trainsInside } from "./trainers";

/** The tables and objects that a notebook saves, each by its last name. */
export function savedValues({ statements, knowledge }: Analysed): readonly Value[] {
  const found = statements.flatMap((statement) =>
    callsIn(statement.node).flatMap((call) =>
      savedBy(call, calleeOf(call, knowledge)).flatMap((saved) => valueOf(saved, call, statement) ?? []),
    ),
  );
  return [...new Map(found.map((value) => [value.name, value])).values()];
}

/** Of what a notebook saves: what its model predicted, and the scalers and encoders that its model's data went through. */
export function savedWith(model: Candidate, analysed: Analysed): readonly Value[] {
  const { statements, knowledge, flow } = analysed;
  const above = dependsOn(flow, model.statement.index);
  const needed = statements.filter(({ index }) => above.has(index)).map(({ node }) => node);
  const preprocessors = preprocessorsIn(needed, knowledge);
  return savedValues(analysed).filter(({ name, statement }) => {
    const isPredicted = dependsOn(flow, statement.index).has(model.statement.index);
    return name !== model.name && (isPredicted || preprocessors.has(name));
  });
}

/** Where the model stays inside of a function: what the last call that trains gives, or the object whose method it is. */
export function trainedResults({ statements, knowledge }: Analysed): readonly Value[] {
  for (const statement of [...statements].reverse()) {
    const call = callsIn(statement.node).find((one) => trainsInside(one, knowledge));
    if (call === undefined) continue;
    const callee = calleeOf(call, knowledge);
    const root = callee.kind === "method" && callee.root !== undefined ? [callee.root] : [];
    const names = statement.names.binds.size > 0 ? [...statement.names.binds] : root;
    if (names.length > 0) return names.map((name) => variableValue(name, statement));
  }
  return [];
}

/** The expressions whose values a call writes to a file. */
function savedBy(call: SyntaxNode, callee: Callee): readonly SyntaxNode[] {
  if (callee.kind === "method") return has("frameWriters", callee.name) ? [callee.object] : [];
  if (callee.kind !== "library") return [];
  // `np.savez(path, a, b=c)` names the file first, `json.dump(value, file)` the value.
  if (/^numpy\.savez(_compressed)?$/.test(callee.qualified)) {
    return argumentsOf(call)
      .slice(1)
      .map((one) => childOf(one, "value") ?? one);
  }
  if (!/(^|\.)(dump|save|savetxt)$/.test(callee.qualified)) return [];
  const index = callee.qualified.startsWith("numpy.") ? 1 : 0;
  return positionalsOf(call).slice(index, index + 1);
}

/** A variable, or an expression that gets the name of the file that it is written to. */
function valueOf(saved: SyntaxNode, call: SyntaxNode, statement: Statement): Value | undefined {
  const { reads } = nameFacts(saved);
  if (reads.size === 0) return undefined;
  if (saved.type === "identifier") return variableValue(saved.text, statement);
  const path = positionalsOf(call)[0];
  const file = path === undefined ? undefined : literalText(path);
  if (file === undefined || statement.node.type !== "expression_statement") return undefined;
  return { name: identifier(posix.parse(file).name), kind: "value", statement, expression: saved };
}
