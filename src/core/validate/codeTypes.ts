import type { TypeProblem } from "../host";
import type { Gate } from "../report";

/** What a type checker said of the module. */
export interface TypesMeasurement {
  /** `pyright`, `deno check`. */
  readonly checker: string;
  /** File name of the module. */
  readonly file: string;
  readonly problems: readonly TypeProblem[];
  readonly seconds: number;
  /** Places of signatures that are `Any`, in words: the checker rejects what is known of them. */
  readonly open?: readonly string[];
}

const MAX_DETAILS = 20;

function leftOpen(places: readonly string[], checker: string): string {
  if (places.length === 0) return "";
  return ` Left open, as ${checker} rejects what is known of them: ${places.join(", ")}.`;
}

/** Whether the module type-checks; warnings do not count. */
export function codeTypes({ checker, file, problems, seconds, open = [] }: TypesMeasurement): Gate {
  const errors = problems.filter(({ severity }) => severity === "error");
  const details = errors.slice(0, MAX_DETAILS).map(({ line, message, rule }) => ({
    subject: `${file}:${line}`,
    value: rule === undefined ? message : `${message} (${rule})`,
    ok: false,
  }));
  return {
    id: "code.types",
    title: "The module type-checks",
    status: errors.length === 0 ? "passed" : "failed",
    measured: `${errors.length} type error${errors.length === 1 ? "" : "s"} (${checker})`,
    threshold: "0 type errors",
    message:
      errors.length === 0
        ? `Every function says what it takes and gives, and keeps to it.${leftOpen(open, checker)}`
        : `Line ${errors[0]?.line ?? 0} of ${file}: ${errors[0]?.message ?? ""}. Mend the code that the line came from, or the annotation in the module.`,
    seconds,
    ...(details.length > 0 && { details }),
  };
}
