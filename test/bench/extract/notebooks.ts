import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";

/** The notebooks of a folder, each code once. */
export interface Found {
  readonly folder: string;
  /** From the folder, with forward slashes; in the order of their digests, so that kinds and sizes are mixed. */
  readonly paths: readonly string[];
  /** Notebooks whose code another one has. */
  readonly duplicates: number;
}

/** The notebooks below a folder, or the one that is named. */
export function findNotebooks(place: string): Found {
  if (statSync(place).isFile()) return { folder: dirname(place), paths: [basename(place)], duplicates: 0 };
  const all = readdirSync(place, { recursive: true, encoding: "utf8" })
    .map((name) => name.split(sep).join("/"))
    .filter((name) => name.endsWith(".ipynb") && !name.split("/").includes(".ipynb_checkpoints"))
    .filter((name) => statSync(join(place, name)).isFile())
    .sort();
  const seen = new Set<string>();
  const paths = all.filter((name) => {
    const key = codeOf(readFileSync(join(place, name)));
    return !seen.has(key) && seen.add(key);
  });
  paths.sort((a, b) => (digest(a) < digest(b) ? -1 : 1));
  return { folder: place, paths, duplicates: all.length - paths.length };
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Digest of a notebook's code; of its bytes where it cannot be read. */
function codeOf(bytes: Buffer): string {
  const hash = createHash("sha256");
  try {
    const notebook = JSON.parse(bytes.toString("utf8"));
    const cells: readonly { cell_type?: string; source?: string | readonly string[] }[] = notebook.cells;
    const code = cells.flatMap(({ cell_type, source = "" }) => (cell_type === "code" ? [source].flat().join("") : []));
    return hash.update(JSON.stringify(code)).digest("hex");
  } catch {
    return hash.update(bytes).digest("hex"); // no JSON, or another format: the extraction will say which
  }
}
