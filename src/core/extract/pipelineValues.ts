/** The values that a pipeline gives besides its model: what each is called, and the text that gives it. */
import { edited, type Edit } from "../python/edits";
import type { Statement } from "../python/program";
import type { SyntaxNode } from "../python/syntax";
import type { Measure } from "./measures";
import { freshName } from "./names";
import { entryEdits, keysText, type Key } from "./reports";

/** A value that the pipeline gives besides the model. */
export interface Value {
  /** The notebook's name of it, or one made from the function that computes it. */
  readonly name: string;
  readonly kind: "metric" | "value";
  readonly statement: Statement;
  /** The expression that gives it where the notebook assigns it to no name: it stands in a print, or last in a cell. */
  readonly expression: SyntaxNode | undefined;
  /** The entry of a dictionary that it is, where it is one: `result["mae"]`, `results["svm"]["mae"]`. */
  readonly entry?: { readonly variable: string; readonly keys: readonly Key[] };
  /** The list that it is taken of, where a loop gathers scores and the notebook gives none of them. */
  readonly gathered?: Gathered;
  /** The name of pyplot, where it is pyplot's current figure. */
  readonly current?: string;
  /** The keys of the entry that it is of the report that `expression` prints. */
  readonly report?: readonly string[];
  /** The keys of the entry that it is of the dictionary or the list that `expression` gives. */
  readonly part?: readonly Key[];
  /** Tells it from a later one of the same text, or of the same variable, which `expression` is then. */
  readonly mark?: number;
  /** True for a table that is changed below: it is given as it is right after the statement. */
  readonly isCopied?: boolean;
}

/** A list of scores, and what of it is the model's. */
export interface Gathered {
  readonly list: string;
  readonly takes: "mean" | "last";
}

/** What a variable holds right after a statement, as a value of the pipeline. */
export function variableValue(name: string, statement: Statement): Value {
  return { name, kind: "value", statement, expression: undefined };
}

/** True for a value that a variable of its name holds. */
export function isVariable({ expression, entry, gathered, current }: Value): boolean {
  return (expression ?? entry ?? gathered ?? current) === undefined;
}

/** The source text that gives a value right after its statement. */
export function valueText(value: Value): string {
  const { name, statement, expression, entry, gathered, current } = value;
  if (current !== undefined) return `${current}.gcf()`;
  if (gathered !== undefined) return gatheredText(gathered);
  if (entry !== undefined) return `${entry.variable}${keysText(entry.keys)}`;
  return expression === undefined ? name : edited(statement.source, expression, partEdits(expression, value));
}

/** The edits that make of an expression the entry that a value is of what it gives, or a copy. */
export function partEdits(
  expression: SyntaxNode,
  { report, part, isCopied }: Pick<Value, "report" | "part" | "isCopied">,
): readonly Edit[] {
  if (report !== undefined) return entryEdits(expression, report);
  if (isCopied === true) return [{ start: expression.end, end: expression.end, text: ".copy()" }];
  return part === undefined ? [] : [{ start: expression.end, end: expression.end, text: keysText(part) }];
}

function gatheredText({ list, takes }: Gathered): string {
  return takes === "mean" ? `sum(${list}) / len(${list})` : `${list}[-1]`;
}

/** What may be a dictionary is given as it is. */
export function kindOf(measure: Measure | undefined): Value["kind"] {
  return measure?.kind === "number" && measure.isUnsure === true ? "value" : "metric";
}

/** True for a number that the notebook gives a name, be it only until that is bound again. */
function isNamed(value: Value): boolean {
  return isVariable(value) || (value.mark !== undefined && value.expression?.type === "identifier");
}

/** Values with one name each: a later one of the same variable replaces it, a made-up name gets a number. */
export function distinctNames(values: readonly Value[], taken: ReadonlySet<string>): readonly Value[] {
  const named = values.filter(isVariable);
  const byName = new Map(named.map((value) => [value.name, value]));
  const texts = new Set(
    values
      .filter(isNamed)
      .map(({ statement: { node, source } }) => source.slice(node.start, node.end).replace(/^[^=]*=\s*/, "")),
  );
  const others = values.filter((one) => !isVariable(one));
  const latest = new Map(others.map((value) => [`${value.mark ?? ""} ${valueText(value)}`, value]));
  const isEarlier = ({ mark }: Value): number => (mark === undefined ? 0 : 1);
  for (const value of [...latest.values()].sort((a, b) => isEarlier(a) - isEarlier(b))) {
    // What was computed and named already is only shown once more.
    if (value.mark === undefined && texts.has(valueText(value))) continue;
    const name = freshName(value.name, (candidate) => byName.has(candidate) || taken.has(candidate));
    byName.set(name, { ...value, name });
  }
  return [...byName.values()].sort((a, b) => a.statement.index - b.statement.index);
}
