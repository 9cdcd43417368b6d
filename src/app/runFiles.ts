import { join, posix, relative, sep } from "node:path";
import { SlipwayError } from "../core/errors";
import type { Host } from "../core/host";
import type { Cell, Notebook } from "../core/notebook/notebook";
import { readNotebook } from "../core/notebook/read";
import { runFinding, runLines, splitAt, type RunLine } from "../core/notebook/runs";
import type { Diagnostic } from "../core/report";

/** Largest file that is followed, in bytes, and how many of them: enough for helpers. */
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_FILES = 64;

interface Following {
  readonly workspace: string;
  /** Folder of the notebook, from the workspace: the kernel's working folder. */
  readonly folder: string;
  readonly language: Notebook["language"];
  readonly files: Host["files"];
  readonly diagnostics: Diagnostic[];
  cells: number;
  opened: number;
}

/**
 * Puts the code of the files that a notebook runs (`%run`) in the place of those lines. Its cells are counted on behind the notebook's
 * last one. What lies outside of the workspace is not followed; that, and all else that is not, is said.
 */
export async function followRuns(
  notebook: Notebook,
  workspace: string,
  { files }: Pick<Host, "files">,
): Promise<Notebook> {
  if (notebook.language !== "python") return notebook;
  const following: Following = {
    workspace,
    folder: posix.dirname(notebook.path),
    language: notebook.language,
    files,
    diagnostics: [],
    cells: notebook.cells.length,
    opened: 0,
  };
  const cells = await expand(notebook.cells, [notebook.path], following);
  return { ...notebook, cells, findings: following.diagnostics };
}

/** The cells with those that they run. `chain` are the files that are being followed, the notebook first. */
async function expand(
  cells: readonly Cell[],
  chain: readonly string[],
  following: Following,
): Promise<readonly Cell[]> {
  const expanded: Cell[] = [];
  for (const cell of cells) {
    let rest = cell;
    for (const run of runLines(cell)) {
      const found = await follow(run, chain, following);
      const outcome = typeof found === "string" ? found : found.map(({ number }) => number);
      if (chain.length === 1) following.diagnostics.push(runFinding(cell.number, run, outcome));
      if (typeof found === "string") continue;
      const [above, below] = splitAt(rest, run.line);
      expanded.push(...(above === undefined ? [] : [above]), ...found);
      rest = below;
    }
    expanded.push(rest);
  }
  return expanded;
}

/** The code cells of the file that a line runs, or why it is not followed. */
async function follow(run: RunLine, chain: readonly string[], following: Following): Promise<readonly Cell[] | string> {
  if (run.path === undefined) return "its path is computed, or it is handed arguments";
  const path = await findFile(run.path, following);
  if (path === undefined) return "there is no such file in the workspace";
  if (chain.includes(path)) return "it runs itself";
  if (++following.opened > MAX_FILES) return `more than ${MAX_FILES} files are run`;
  const other = await open(path, following);
  if (typeof other === "string") return other;
  const cells = other.cells
    .filter(({ kind }) => kind === "code")
    .map((cell): Cell => {
      const origin = { file: path, cell: cell.number };
      return { ...cell, origin, number: ++following.cells, executionCount: undefined, tags: [], outputs: [] };
    });
  return expand(cells, [...chain, path], following);
}

/** The file as IPython finds it, from the workspace; `undefined` if it is not there, or outside. */
async function findFile(named: string, { workspace, folder, files }: Following): Promise<string | undefined> {
  if (/^([/\\~]|[A-Za-z]:|\w+:\/\/)/.test(named)) return undefined;
  const root = await files.realPath(workspace);
  for (const ending of /\.(py|ipynb|ipy)$/.test(named) ? [""] : [".py", ".ipynb"]) {
    const path = posix.join(folder, named.replaceAll("\\", "/") + ending);
    const real = path.startsWith("../") ? undefined : await files.realPath(join(workspace, path));
    if (root === undefined || real === undefined) continue;
    const inside = relative(root, real);
    if (inside !== "" && inside !== ".." && !inside.startsWith(`..${sep}`)) return path;
  }
  return undefined;
}

async function open(path: string, { workspace, language, files }: Following): Promise<Notebook | string> {
  const full = join(workspace, path);
  const stat = await files.stat(full);
  if (stat?.kind !== "file") return "it is no file";
  if (stat.size > MAX_BYTES) return `it is larger than ${MAX_BYTES / 1024 / 1024} MB`;
  try {
    const other = readNotebook(path, (await files.read(full)) ?? new Uint8Array());
    return other.language === language ? other : "it is written in another language";
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    return error.message.replace(/\.$/, "");
  }
}
