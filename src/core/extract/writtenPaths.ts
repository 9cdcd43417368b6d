/** What the slice writes itself: to read it again is no reference. */
import { posix } from "node:path";
import { calleeOf, callsIn } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { checkpointPath } from "../python/checkpoints";
import { fileAccess, fileResource, isExactFile, isFile, makesFolder, writtenPath } from "../python/files";
import { filePath } from "../python/kaggleFolder";
import { KIND } from "../python/kinds";
import type { Statement } from "../python/program";
import { argumentAt, calledName, childOf, isWithin, nodesOf, parameterNames, type SyntaxNode } from "../python/syntax";
import { textStart } from "../python/values";
import { inFolder } from "../python/workingFolder";
import { makesItsTables } from "./ownDatabases";
import { defaultOf, type Site } from "./pathSites";
import { folderAt, lookupAt, type Around, type TextAt } from "./pathTexts";

/** The paths that the slice writes. */
interface Written {
  readonly files: ReadonlySet<string>;
  /** The paths again, how those of other files begin, and the statements that write them. */
  readonly starts: readonly { readonly index: number; readonly start: string }[];
  /** The files as far as they are known. */
  readonly known: ReadonlySet<string>;
}

/** The paths of what the kept statements write. */
export function writtenPaths(around: Around, textAt: TextAt): Written {
  const files = new Set<string>();
  const starts: { index: number; start: string }[] = [];
  const known = new Set<string>();
  const { kept, knowledge } = around;
  const places = kept.flatMap((statement) => pathsWritten(statement, knowledge)).flatMap((one) => placesOf(one, kept));
  for (const { statement, path } of places) {
    known.add(fileResource(path, knowledge));
    const text = textAt(statement, path);
    const start = text ?? textStart(path, lookupAt(statement, around), knowledge);
    if (text !== undefined) files.add(filePath(text));
    if (start === "") continue;
    starts.push({
      index: statement.index,
      start: `${posix.normalize(inFolder(folderAt(statement, around), start))}/`,
    });
  }
  return { files, starts, known };
}

interface Place {
  readonly statement: Statement;
  readonly path: SyntaxNode;
}

/** The paths that a statement, or a function that it defines, writes. */
function pathsWritten(statement: Statement, knowledge: Knowledge): readonly Place[] {
  return nodesOf(statement.node, KIND.call).flatMap((call) => {
    const callee = calleeOf(call, knowledge);
    const isWriter = fileAccess(call, callee, knowledge) === "writes" && !makesFolder(callee);
    const path = isWriter ? writtenPath(call, callee) : checkpointPath(call);
    return path === undefined ? [] : [{ statement, path }];
  });
}

/** Functions that hand a path on to each other may do so in a circle. */
const MAX_CALLS = 4;

/** Where a path stands as it is: that of a parameter in the calls of its function, or as its default. */
function placesOf(place: Place, kept: readonly Statement[], depth = 0): readonly Place[] {
  const { statement, path } = place;
  const definition = path.type === "identifier" ? functionAround(path, statement) : undefined;
  const parameters = definition === undefined ? [] : parameterNames(definition);
  const index = parameters.indexOf(path.text);
  if (definition === undefined || index < 0 || depth === MAX_CALLS) return [place];
  const position = /^(self|cls)$/.test(parameters[0] ?? "") ? index - 1 : index;
  const value = defaultOf(definition, path.text);
  const name = childOf(definition, "name")?.text;
  return kept.flatMap((one) =>
    nodesOf(one.node, KIND.call)
      .filter((call) => calledName(call) === name)
      .flatMap((call) => {
        const argument = argumentAt(call, position, path.text);
        if (argument !== undefined) return placesOf({ statement: one, path: argument }, kept, depth + 1);
        return value === undefined ? [] : [{ statement, path: value }];
      }),
  );
}

/** The innermost function that a node stands in. */
function functionAround(inner: SyntaxNode, { node }: Statement): SyntaxNode | undefined {
  return nodesOf(node, KIND.function_definition).findLast((one) => isWithin(inner, one));
}

/** True for a file that is written, and for a folder that was filled above. */
export function isWritten(path: string, { directory, statement }: Site, { files, starts }: Written): boolean {
  const name = filePath(path);
  const folder = name.endsWith("/") ? name : `${name}/`;
  return (
    files.has(name) ||
    (directory && starts.some(({ index, start }) => index < statement.index && start.startsWith(folder)))
  );
}

/** True for a path that is computed, if a file that is written has its start and its end: `f"fold_{k}.pt"`; or is computed alike. */
export function mayBeWritten({ path }: Site, { known }: Written, { knowledge }: Around): boolean {
  const file = fileResource(path, knowledge);
  // `f"{name}.pkl"`, written and read.
  if (/\.\w+$/.test(file) && known.has(file)) return true;
  const [, start = "", end = ""] = /^<file>(.+)\*(.+)$/.exec(file) ?? [];
  if (start === "" || end === "") return false;
  const isOne = (name: string): boolean =>
    name.length >= start.length + end.length && name.startsWith(start) && name.endsWith(end);
  return [...known].some((one) => one === file || (isExactFile(one) && isOne(one.slice("<file:".length, -1))));
}

/** True for a model that a fit above has saved to a file whose name cannot be seen. */
export function isSavedByFit({ statement, reader }: Site, { kept, flow, knowledge }: Around): boolean {
  if (!/(^|\.)load_(model|weights)$/.test(reader)) return false;
  const needed = flow.dependencies[statement.index];
  return kept.some(
    ({ node, index }) =>
      [...(needed?.get(index) ?? [])].some(isFile) && callsIn(node).some((call) => knowledge.checkpoints.has(call)),
  );
}

/** True for the only database that the notebook opens, where it fills that itself. */
export function ownDatabase(
  sites: readonly Site[],
  { kept, knowledge }: Around,
  textAt: TextAt,
): (site: Site) => boolean {
  const isDatabase = ({ reader }: Site): boolean => reader === "sqlite3.connect";
  const opened = sites.filter(isDatabase);
  const paths = new Set(opened.map(({ statement, path, left }) => textAt(statement, path, left?.statement)));
  const isOwn = paths.size === 1 && makesItsTables(kept, knowledge);
  return (site) => isOwn && isDatabase(site);
}
