/** The numbers of a `classification_report` that a notebook only prints, where nothing else measures its model. */
import { calleeOf, callsIn } from "../python/calls";
import type { Knowledge } from "../python/effects";
import type { Edit } from "../python/edits";
import { measuredForm } from "../python/knowledge";
import type { Statement } from "../python/program";
import { argumentsOf, keywordOf, type SyntaxNode } from "../python/syntax";
import type { Value } from "./pipelineValues";

/** Entries that every report has: that of the accuracy is missing where rows have several labels. */
const ENTRIES: readonly (readonly [name: string, keys: readonly string[]])[] = [
  ["f1_macro", ["macro avg", "f1-score"]],
  ["f1_weighted", ["weighted avg", "f1-score"]],
];

/** What the last of these statements that prints a report shows. */
export function reportedBy(statements: readonly Statement[], knowledge: Knowledge): readonly Value[] {
  const printed = statements.flatMap((statement) => {
    if (statement.node.type !== "expression_statement") return [];
    return callsIn(statement.node)
      .filter((call) => isText(call, knowledge))
      .map((expression) => ({ statement, expression }));
  });
  const last = printed.at(-1);
  if (last === undefined) return [];
  return ENTRIES.map(([name, report]) => ({ ...last, name, kind: "metric", report }));
}

function isText(call: SyntaxNode, knowledge: Knowledge): boolean {
  const callee = calleeOf(call, knowledge);
  const isReport = callee.kind === "library" && measuredForm(callee.name) === "report";
  return isReport && keywordOf(call, "output_dict") === undefined && argumentsOf(call).length > 0;
}

/** The edits that make of a printed report the entry under `keys`. */
export function entryEdits(call: SyntaxNode, keys: readonly string[]): readonly Edit[] {
  const last = argumentsOf(call).at(-1)?.end ?? call.end - 1;
  return [
    { start: last, end: last, text: ", output_dict=True" },
    { start: call.end, end: call.end, text: keysText(keys) },
  ];
}

/** What stands between brackets: a text, or the number of an element. */
export type Key = string | number;

/** The text that looks up an entry of a dictionary, and of those in it. */
export function keysText(keys: readonly Key[]): string {
  return keys.map((key) => `[${JSON.stringify(key)}]`).join("");
}
