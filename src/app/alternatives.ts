/** Data of which a notebook reads one or the other: what cannot be had is left out where the rest is there. */
import { SlipwayError } from "../core/errors";
import type { Reference } from "../core/pipeline";
import type { Diagnostic } from "../core/report";
import { shownUrl } from "../core/snapshot/url";

/** A reference that has an alternative, and why it cannot be had. */
export interface Failure {
  readonly reference: Reference;
  readonly error: SlipwayError;
}

/** Does what a reference needs. Where it has an alternative, a failure of the data is noted; any other error is thrown. */
export async function attempt<T>(
  reference: Reference,
  failures: Failure[],
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const isOfData = error instanceof SlipwayError && error.kind === "input";
    if (reference.alternative === undefined || !isOfData) throw error;
    failures.push({ reference, error });
    return undefined;
  }
}

/** A warning for each failure beside a branch that is whole; throws the first failure beside which none is. */
export function leftOut(references: readonly Reference[], failures: readonly Failure[]): readonly Diagnostic[] {
  const failed = new Set(failures.map(({ reference }) => branchOf(reference)));
  const isReplaced = ({ alternative }: Reference): boolean =>
    references.some((other) => other.alternative?.group === alternative?.group && !failed.has(branchOf(other)));
  return failures.map(({ reference, error }) => {
    if (!isReplaced(reference)) throw error;
    const { reader, path, kind, cell, line } = reference;
    const shown = kind === "url" ? shownUrl(path) : path;
    return {
      code: "data.left-out",
      severity: "warning",
      cell,
      line,
      message: `${reader} reads ${shown} as a fallback, which cannot be had and is left out of the snapshot: ${error.message}`,
      hint: "What the other branch reads is there.",
    };
  });
}

function branchOf({ alternative }: Reference): string {
  return `${alternative?.group ?? ""} ${alternative?.branch ?? ""}`;
}
