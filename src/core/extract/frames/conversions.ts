/** Which columns of files become numbers, whatever they hold. */
import { qualifiedName } from "../../python/calls";
import { argumentsOf } from "../../python/syntax";
import { argument, type Invocation } from "./invocation";
import { unknown } from "./machine";
import type { Column, Unknown, Value } from "./values";

/** `pd.to_numeric(df["age"], errors="coerce")` */
export function toNumeric(call: Invocation, qualified: string): Unknown {
  const { machine, node } = call;
  noteNumbers(argument(call, 0, "arg"), call);
  return unknown(machine, `what ${qualified} gives is not followed`, node);
}

/** `df[["age", "size"]].apply(pd.to_numeric, errors="coerce")` */
export function noteApplied(object: Value, call: Invocation): void {
  const [given] = call.name === "apply" ? argumentsOf(call.node) : [];
  if (given === undefined) return;
  if (qualifiedName(given, call.machine.knowledge) === "pandas.to_numeric") noteNumbers(object, call);
}

function noteNumbers(value: Value | undefined, { machine }: Invocation): void {
  for (const { source } of columnsOf(value)) if (source !== undefined) machine.toNumbers.add(source);
}

function columnsOf(value: Value | undefined): readonly Column[] {
  if (value?.kind === "series") return [value.column];
  return value?.kind === "frame" ? value.columns : [];
}
