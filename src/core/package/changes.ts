/** What makes one release differ from another: three digests, kept as annotations of the package's manifest. */
import { canonicalJson, digestOf, isDigest, type Digest } from "../digest";
import type { GeneratedFile } from "../pipeline";

/** What a release is made from. */
export const CHANGES = ["code", "data", "environment"] as const;

/** One of the things that can change between two releases. */
export type Change = (typeof CHANGES)[number];

/** Digests of what a release is made from, all known without running or installing anything. */
export type Fingerprint = Readonly<Record<Change, Digest>>;

/** Which cell a line came from is no part of what it does: a new plot moves the cells after it. */
const CELL_COMMENTS = / *(?:#|\/\/) cells? [0-9]+(?:(?:, | and )[0-9]+)*$/gm;

/** A module's text with those of the user's own modules beside it: what counts as the code of a pipeline. */
export function codeText(module: string, others: readonly GeneratedFile[]): string {
  const sorted = [...others].sort((a, b) => (a.path < b.path ? -1 : 1));
  return [module, ...sorted.map(({ path, text }) => `# ${path}\n${text}`)].join("\n");
}

/** What a fingerprint is taken of. */
export interface Ingredients {
  /** The text of all code, as `codeText` gives it. */
  readonly code: string;
  /** Every file that the module reads, by its path in the snapshot. */
  readonly data: readonly { readonly path: string; readonly digest: Digest }[];
  /** The packages that are asked for (not what they pull in), in any order. */
  readonly requirements: readonly string[];
  /** The language's version as far as it matters: `python 3.11`. */
  readonly runtime: string;
}

/** The fingerprint of `ingredients`: the same whatever the order, the folder or the clock. */
export function fingerprintOf({ code, data, requirements, runtime }: Ingredients): Fingerprint {
  const files = data.map(({ path, digest }) => [path, digest] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    code: digestOf(code.replace(CELL_COMMENTS, "")),
    data: digestOf(canonicalJson(files)),
    environment: digestOf(canonicalJson({ requirements: [...requirements].sort(), runtime })),
  };
}

/** The manifest's annotations that keep a fingerprint. */
export function fingerprintAnnotations(fingerprint: Fingerprint): Readonly<Record<string, string>> {
  return Object.fromEntries(CHANGES.map((change) => [annotationOf(change), fingerprint[change]]));
}

/** What changed since the release with these annotations: everything, if there is no release. */
export function changesSince(
  release: Readonly<Record<string, string>> | undefined,
  now: Fingerprint,
): readonly Change[] {
  return CHANGES.filter((change) => {
    const then = release?.[annotationOf(change)];
    return then === undefined || !isDigest(then) || then !== now[change];
  });
}

function annotationOf(change: Change): string {
  return `dev.slipway.${change}.digest`;
}
