/** The modules that lie in a workspace, as Python's path finder takes them, or by their paths. */
import { join, relative, resolve } from "node:path";
import { SlipwayError } from "../core/errors";
import type { FindModule, FoundModule } from "../core/extract/localModules";
import type { Host } from "../core/host";
import type { FindFile } from "../core/typescript/localFiles";
import { workspacePath } from "./workspace";

/** Largest module that goes with a pipeline, in bytes. */
const MAX_BYTES = 16 * 1024 * 1024;

/** The names that a folder holds. */
interface Listing {
  readonly names: ReadonlySet<string>;
  /** Those of compiled modules. */
  readonly compiled: readonly string[];
}

interface Finder {
  readonly workspace: string;
  readonly files: Host["files"];
  readonly lists: Map<string, Promise<Listing>>;
}

/** Finds the modules of a workspace. Each folder is listed once, when it is first asked for. */
export function moduleFinder(workspace: string, { files }: Pick<Host, "files">): FindModule {
  const finder: Finder = { workspace, files, lists: new Map() };
  return (folder, name) => findModule(resolve(workspace, folder), name, finder);
}

/** Opens files of a workspace by their paths from it. */
export function fileFinder(workspace: string, { files }: Pick<Host, "files">): FindFile {
  const finder: Finder = { workspace, files, lists: new Map() };
  return async (path) => {
    const file = resolve(workspace, path);
    return (await files.stat(file))?.kind === "file" ? open(file, "module", finder) : undefined;
  };
}

/** In this order: a package, a compiled module, a module, a folder without `__init__.py`. */
async function findModule(folder: string, name: string, finder: Finder): ReturnType<FindModule> {
  const { names, compiled: others } = await listingOf(folder, finder);
  const inside = names.has(name) ? (await listingOf(join(folder, name), finder)).names : new Set();
  if (inside.has("__init__.py")) return open(join(folder, name, "__init__.py"), "package", finder);
  const compiled = others.find((one) => one.startsWith(`${name}.`));
  if (compiled !== undefined) {
    const why = `${workspacePath(finder.workspace, join(folder, compiled))} is compiled, so it runs on some machines only`;
    return { kind: "refused", why, hint: "Install it as a package." };
  }
  if (names.has(`${name}.py`)) return open(join(folder, `${name}.py`), "module", finder);
  if (inside.size > 0) return { kind: "folder" };
  const other = `${name}.py`.toLowerCase();
  const lookalike = [...names].find((one) => one.toLowerCase() === other);
  if (lookalike === undefined) return undefined;
  return { kind: "lookalike", path: workspacePath(finder.workspace, join(folder, lookalike)) };
}

function listingOf(folder: string, { files, lists }: Finder): Promise<Listing> {
  const known = lists.get(folder);
  if (known !== undefined) return known;
  const listing = files
    .list(folder)
    .catch((error: unknown): readonly string[] => {
      if (error instanceof SlipwayError) return []; // no folder, or one that may not be read: Python passes it by
      throw error;
    })
    .then((names) => ({ names: new Set(names), compiled: names.filter((one) => /\.(so|pyd)$/.test(one)) }));
  lists.set(folder, listing);
  return listing;
}

async function open(file: string, kind: "module" | "package", { workspace, files }: Finder): Promise<FoundModule> {
  const path = workspacePath(workspace, file);
  const refused = (why: string, hint: string): FoundModule => ({ kind: "refused", why: `${path} ${why}`, hint });
  const [root = "", real = ""] = await Promise.all([workspace, file].map((one) => files.realPath(one)));
  if (/^\.\.([\\/]|$)/.test(relative(root, real)) || real === "") {
    return refused("lies outside of the workspace", "Open the folder that holds both, or install it as a package.");
  }
  const stat = await files.stat(file);
  if (stat?.kind !== "file") return refused("is no file", "Make it one.");
  if (stat.size > MAX_BYTES) return refused(`is larger than ${MAX_BYTES / 1024 / 1024} MB`, "Keep the data in a file.");
  const text = (await files.readText(file)) ?? "";
  return text.includes("\uFFFD") ? refused("is not UTF-8", "Save it as UTF-8.") : { kind, path, text };
}
