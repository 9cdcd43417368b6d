/** What the fields of references are called, and where their files lie in a snapshot. */
import { posix } from "node:path";
import { freshName, identifier, isOwnField } from "./names";
import type { FoundReference } from "./references";

/** The field of a path, and where it lies in a snapshot; of a pattern, the folder that all of its files lie in. */
export interface Named {
  readonly name: string;
  readonly place: string;
  readonly folder?: Folder;
}

/** A folder in the notebook, and its place. */
interface Folder {
  readonly path: string;
  readonly place: string;
}

/** The field of a path, or of a pattern of paths, and its place: the same for every reference to it. */
export function named(
  text: string,
  names: Map<string, Named>,
  taken: ReadonlySet<string>,
  isPattern: boolean,
): { name: string; place: string } {
  const known = names.get(text);
  if (known !== undefined) return known;
  const others = [...names.values()];
  const lying = isPattern ? placeOfPattern(text, others) : { place: placeOf(text, others) };
  const isTaken = (candidate: string): boolean =>
    taken.has(candidate) || isOwnField(candidate) || others.some(({ name }) => name === candidate);
  const { name: stem, ext } = posix.parse(lying.place);
  const said = /[^\W_]/.test(stem) ? stem : posix.basename(fixedFolder(lying.place)).replace(/^(data|input)$/, "");
  const extension = ext.slice(1);
  const base = identifier(said);
  const name = isTaken(base)
    ? freshName(identifier(`${said}_${extension === "" ? "path" : extension}`), isTaken)
    : base;
  const entry = { name, ...lying };
  names.set(text, entry);
  return entry;
}

function placeOf(text: string, others: readonly Named[]): string {
  return freshPlace(safePlace(text), (candidate) => others.some(({ place }) => place === candidate));
}

/** What a pattern asks of the names and folders below stays as it is: only the folder in front of that has another place. */
function placeOfPattern(text: string, others: readonly Named[]): Pick<Named, "place" | "folder"> {
  const pattern = text.replace(/\\/g, "/");
  const path = fixedFolder(pattern);
  const asked = pattern.slice(path.length).replace(/^\/+/, "");
  const isTaken = (candidate: string): boolean =>
    others.some(
      ({ place, folder }) =>
        place === posix.join(candidate, asked) || (folder?.place === candidate && folder.path !== path),
    );
  const isAbove = /^(\.[./]*)?$/.test(path);
  const first = isAbove ? "" : safePlace(path);
  const place = isTaken(first) ? freshName(isAbove ? "data" : first, isTaken) : first;
  return { place: posix.join(place, asked), folder: { path, place } };
}

/** The folder in front of what a pattern leaves open: `a/b` of `a/b/*_c/d.csv`. */
function fixedFolder(pattern: string): string {
  return /^(?:[^*?[]*\/)?/.exec(pattern)?.[0].replace(/(?<=.)\/+$/, "") ?? "";
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
