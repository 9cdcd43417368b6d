import type { Gate } from "../core/report";
import { table } from "./format";
import type { Colors } from "./terminal";

const MARKS = { passed: "✓", failed: "✗", skipped: "-" } as const;

/** The gates that failed, as `describeGates` has them; nothing if none did. */
export function describeFailed(gates: readonly Gate[], colors: Colors): string {
  return describeGates(
    gates.filter(({ status }) => status === "failed"),
    colors,
  );
}

/** One line a gate; a failed one says what to do, with the rows that explain it. */
export function describeGates(gates: readonly Gate[], colors: Colors): string {
  const rows = table(
    gates.map(({ status, title, measured, threshold }) => [MARKS[status], title, measured, threshold]),
  );
  return rows
    .split("\n")
    .flatMap((row, index) => {
      const gate = gates[index];
      return gate?.status === "failed" ? [colors.red(row), ...explain(gate)] : [row];
    })
    .join("\n");
}

function explain({ message, details = [] }: Gate): readonly string[] {
  const failed = details.filter(({ ok }) => !ok).map(({ subject, value }) => `    ${subject}: ${value}`);
  return [`  ${message}`, ...failed];
}
