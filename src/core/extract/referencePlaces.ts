/** What the fields of references are called, and where their files lie in a snapshot. */
import { posix } from "node:path";
import { freshName, identifier, isOwnField } from "./names";
import type { FoundReference } from "./references";

/** The field of a path, and its place: the same for every reference to it. */
export function named(
  text: string,
  names: Map<string, { name: string; place: string }>,
  taken: ReadonlySet<string>,
): { name: string; place: string } {
  const known = names.get(text);
  if (known !== undefined) return known;
  const others = [...names.values()];
  const place = freshPlace(safePlace(text), (candidate) => others.some((other) => other.place === candidate));
  const isTaken = (candidate: string): boolean =>
    taken.has(candidate) || isOwnField(candidate) || others.some(({ name }) => name === candidate);
  const { name: stem, ext } = posix.parse(place);
  const extension = ext.slice(1);
  const base = identifier(stem);
  const name = isTaken(base)
    ? freshName(identifier(`${stem}_${extension === "" ? "path" : extension}`), isTaken)
    : base;
  const entry = { name, place };
  names.set(text, entry);
  return entry;
}

/** Where a reference lies in a snapshot: relative, below the folder, the same for every machine. */
function safePlace(path: string): string {
  const clean = path
    .replace(/\\/g, "/")
    .replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, (scheme) => (scheme === "" ? "" : "/"))
    .replace(/[?#].*$/, "");
  const isRooted = /^([A-Za-z]:)?\//.test(clean) || clean.startsWith("~");
  const parts = clean.split("/").filter((part) => part !== "" && part !== "." && part !== ".." && part !== "~");
  if (isRooted) return `data/${parts.at(-1) ?? "file"}`;
  return parts.length === 0 ? "data" : parts.join("/");
}

function freshPlace(place: string, isTaken: (candidate: string) => boolean): string {
  const { dir, name, ext } = posix.parse(place);
  const stem = freshName(posix.join(dir, name), (candidate) => isTaken(candidate + ext));
  return stem + ext;
}

/**
 * Folders, from that of the pipeline, below which the data lies in its places: a release's is the pipeline's own, the workspace's
 * is the notebook's or, for `../data/x.csv`, one above it.
 */
export function dataFolders(
  references: readonly FoundReference[],
  notebook: string,
  folder: string,
): readonly string[] {
  const folders = references.flatMap(({ reference: { path, place } }) => {
    const real = posix.join(posix.dirname(notebook), path);
    return real === place || real.endsWith(`/${place}`) ? [real.slice(0, -place.length)] : [];
  });
  return [...new Set(folders.map((one) => posix.relative(folder, one) || "."))];
}
