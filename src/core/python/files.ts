/** Files as state that statements share: which of them two paths may name, as far as the paths are known. */
import { posix } from "node:path";
import { assignmentsIn, calleeOf, type Bindings, type Callee } from "./calls";
import { checkpointPath, outputFolder } from "./checkpoints";
import { filePath } from "./kaggleFolder";
import { folderPosition, has } from "./knowledge";
import { endingOf, isNamedReader, looksLikeData, readsOneFile } from "./likelyReaders";
import { remembered } from "./memory";
import { sparkAccess, writtenBySpark } from "./sparkFiles";
import { argumentAt, argumentsOf, childOf, positionalsOf, walk, type SyntaxNode } from "./syntax";
import { constantText, textEnd, textStart, type Lookup } from "./values";

/**
 * A file or a folder of which nothing is known. A known end follows: `<file>.csv`, and `<file>/a.csv` where it is the whole name; a
 * known start stands before a star: `<file>models/*.pkl`.
 */
const ANY_FILE = "<file>";
const ANY_FOLDER = "<folder>";

/** The places that files are moved to, and the files that are moved or deleted; what is known of their paths follows. */
const MOVED = "<moved";
const TAKEN = "<taken";

/** What lies in a folder that is listed: its path, or the pattern that its files fit. */
const LISTED = "<files:";

/** All resources that something is known of. */
type Known = ReadonlyMap<string, unknown>;

/**
 * The resources that a statement sets, where those of `above` are set before. A file that it moves and that nothing above wrote is
 * one of the user's, and lies where it went to: the move is no part of a pipeline.
 */
export function lasting(sets: ReadonlySet<string>, above: Known): readonly string[] {
  const all = [...sets];
  const isOwn = all.some((one) => one.startsWith(TAKEN) && isWritten(fileIn(one), above));
  return all.flatMap((one) => (one.startsWith(MOVED) ? (isOwn ? [fileIn(one)] : []) : [one]));
}

/** True if what was done to `known` matters to what uses `used`: that a file was deleted, where one of `all` is the writing of it. */
export function concerns(known: string, used: string, all: Known): boolean {
  if (!known.startsWith(TAKEN)) return mayBeSame(known, used);
  return mayBeSame(fileIn(known), used) && isWritten(fileIn(known), all);
}

/** The file that a resource is about; of other resources these themselves. */
export function fileIn(resource: string): string {
  return resource.replace(/^<(moved|taken)/, "<file");
}

/** True for a file of which something is known, if it is one that is written, and no folder that is made. */
function isWritten(file: string, all: Known): boolean {
  const isWriting = (one: string): boolean =>
    isFile(one) && one !== ANY_FILE && !all.has(one.replace("<file", "<folder"));
  return file !== ANY_FILE && [...all.keys()].some((one) => isWriting(one) && mayBeSame(one, file));
}

/** True if two resources are one, or may be: files whose paths are not wholly known, and have the same end. */
export function mayBeSame(one: string, other: string): boolean {
  if (one === other) return true;
  if (isFolder(one) && isFolder(other)) return one === ANY_FOLDER || other === ANY_FOLDER;
  return isFile(one) && isFile(other) && mayBeOneFile(one, other);
}

function mayBeOneFile(one: string, other: string): boolean {
  const [listed] = [one, other].filter((each) => each.startsWith(LISTED));
  if (listed !== undefined) return liesIn(listed === one ? other : one, listed);
  if (isExactFile(one) && isExactFile(other)) return pathOf(one) === pathOf(other);
  return haveOneEnd(endOf(one), endOf(other)) && inOneFolder(foldersIn(one), foldersIn(other));
}

/** True for a file whose path begins in a folder that is listed, and that has the end which its pattern asks for. */
function liesIn(file: string, listed: string): boolean {
  if (file.startsWith(LISTED)) return false;
  const [, folder = "", , end = ""] =
    /^(.*?)([^/]*[*?[](?:.*[*?\]])?([^/]*))?$/.exec(listed.slice(LISTED.length, -1)) ?? [];
  const path = isExactFile(file) ? pathOf(file) : startOf(file);
  const isBelow = folder === "" || folder === "." ? !posix.isAbsolute(path) : path.startsWith(posix.join(folder, "/"));
  return path !== "" && isBelow && haveOneEnd(endOf(file), end);
}

function haveOneEnd(one: string, other: string): boolean {
  return one.endsWith(other) || other.endsWith(one);
}

/** False for files whose known folders differ; from another working folder a path may begin deeper. */
function inOneFolder(folders: readonly string[], others: readonly string[]): boolean {
  const [last, other] = [folders.at(-1), others.at(-1)];
  return last === undefined || other === undefined || others.includes(last) || folders.includes(other);
}

/** The folders that a path names: of one that is not wholly known, those of its start. */
function foldersIn(resource: string): readonly string[] {
  const path = isExactFile(resource) ? pathOf(resource) : startOf(resource);
  return path
    .split("/")
    .slice(0, -1)
    .filter((part) => !/^\.*$/.test(part));
}

/** True for the resources of files and folders, be they made, moved or taken away. */
export function isOfFiles(resource: string): boolean {
  return /^<(file|folder|moved|taken|paths)/.test(resource);
}

/** True for the resource of a file, be it one of which nothing is known. */
export function isFile(resource: string): boolean {
  return resource.startsWith("<file");
}

/** True for the resource of a folder that is made. */
export function isFolder(resource: string): boolean {
  return resource.startsWith("<folder");
}

/** True for the resource of a file whose path is wholly known. */
export function isExactFile(resource: string): boolean {
  return resource.startsWith("<file:");
}

/** NumPy adds an ending of its own to the name that it is told to save to. */
function pathOf(exact: string): string {
  return exact.slice("<file:".length, -1).replace(/\.np[yz]$/, "");
}

function endOf(resource: string): string {
  if (isExactFile(resource)) return `/${posix.basename(pathOf(resource))}`;
  return resource.slice(Math.max(ANY_FILE.length, resource.indexOf("*") + 1)).replace(/\.np[yz]$/, "");
}

function startOf(resource: string): string {
  return resource.slice(ANY_FILE.length, Math.max(ANY_FILE.length, resource.indexOf("*")));
}

/** The file that an expression names. */
export function fileResource(path: SyntaxNode | undefined, knowledge: Bindings): string {
  if (path === undefined) return ANY_FILE;
  const lookup: Lookup = { named: (_, read) => knowledge.texts.get(read) };
  const text = constantText(knowledge.texts.get(path) ?? path, lookup, knowledge);
  if (text !== undefined) return `<file:${filePath(text)}>`;
  const [start, end] = [textStart(path, lookup, knowledge), textEnd(path, lookup, knowledge)];
  const begin = start === "" || start.includes("*") ? "" : `${posix.normalize(start)}*`;
  return ANY_FILE + begin + end.slice(Math.max(0, end.lastIndexOf("/")));
}

/** The files that a fit saves its model to; of those whose names it makes up as it goes along, the ending is known. */
export function checkpointFiles(fit: SyntaxNode, knowledge: Bindings): readonly string[] {
  const paths = knowledge.checkpoints.get(fit) ?? [];
  return paths.map((path) => withoutCounters(fileResource(path, knowledge)));
}

/** Of a file whose name is made up as it is written, `w-{epoch}.h5`, the ending is known. */
function withoutCounters(resource: string): string {
  return resource.replace(/^<file:.*\{.*\}.*?(\.\w+)?>$/, "<file>$1");
}

/** The files that a call saves a model to, be it while it is fitted. */
export function savedModels(call: SyntaxNode, callee: Callee, knowledge: Bindings): readonly string[] {
  const isSaver =
    (callee.kind === "library" && knowledge.library.liesIn("modelSavers", callee.qualified)) ||
    (callee.kind === "method" && (has("modelSaveMethods", callee.name) || has("pretrainedSavers", callee.name)));
  const paths = [isSaver ? writtenPath(call, callee) : undefined, checkpointPath(call), outputFolder(call)];
  const written = paths.flatMap((path) => (path === undefined ? [] : [fileResource(path, knowledge)]));
  return [...written.map(withoutCounters), ...checkpointFiles(call, knowledge)];
}

/** What a call does to files. */
interface FileResources {
  readonly sets: readonly string[];
  readonly uses: readonly string[];
}

/** What is known around a call. */
interface Around {
  /** True for a name that stands for a file which is opened in the same statement. */
  readonly opened: (name: string) => boolean;
  readonly knowledge: Bindings;
}

/** The files that a call reads or writes, and the folders that it needs or makes. */
export function fileResources(
  access: "reads" | "writes",
  call: SyntaxNode,
  callee: Callee,
  around: Around,
): FileResources {
  const path = access === "reads" ? readPath(call, callee) : writtenPath(call, callee);
  const isHere = isOpened(path, around);
  if (access === "reads")
    return { sets: [], uses: ["<cwd>", ...(isHere ? [] : readFiles(path, callee, around.knowledge))] };
  if (isHere) return { sets: [], uses: [] };
  return callee.kind === "library" && has("removeFunctions", callee.qualified)
    ? { sets: [fileResource(path, around.knowledge).replace("<file", TAKEN)], uses: [] }
    : writtenResources(call, callee, path, around.knowledge);
}

/** The file or the folder that is written, and what has to be there for it. */
function writtenResources(
  call: SyntaxNode,
  callee: Callee,
  path: SyntaxNode | undefined,
  knowledge: Bindings,
): FileResources {
  const file = fileResource(path, knowledge);
  if (makesFolder(callee)) return { sets: foldersMade(file, path), uses: [] };
  const folders = isExactFile(file) ? foldersOf(file) : [ANY_FOLDER];
  if (callee.kind !== "library" || !has("copyFunctions", callee.qualified)) return { sets: [file], uses: folders };
  const source = fileResource(argumentAt(call, 0, "src"), knowledge);
  const isMove = has("moveFunctions", callee.qualified);
  const sets = isMove ? [file.replace("<file", MOVED), source.replace("<file", TAKEN)] : [file];
  return { sets, uses: [...folders, source] };
}

/** Of an empty folder nothing can be read; but what has a name may be given to what writes into it unseen. */
function foldersMade(file: string, path: SyntaxNode | undefined): readonly string[] {
  if (!isExactFile(file)) return [ANY_FOLDER];
  const folder = file.replace("<file:", "<folder:");
  return path?.type === "string" ? [folder] : [folder, file];
}

/** Of a folder that is listed, all that may lie in it is read. */
function readFiles(path: SyntaxNode | undefined, callee: Callee, knowledge: Bindings): readonly string[] {
  const file = fileResource(path, knowledge);
  if (!readsFolder(callee)) return [file];
  return isExactFile(file) ? [file, file.replace("<file:", LISTED)] : [ANY_FILE];
}

/** True for what lists a folder, or reads all that lies in it. */
export function readsFolder(callee: Callee): boolean {
  if (callee.kind === "library" && has("directoryReaders", callee.qualified)) return true;
  return folderArgument(callee) !== undefined;
}

/** The position of the folder that `ImageFolder(root)` and `generator.flow_from_directory(folder)` read. */
function folderArgument(callee: Callee): number | undefined {
  return callee.kind === "library" || callee.kind === "method" ? folderPosition(callee.name) : undefined;
}

/** The folders that a file lies in, and the one that it may be: what is copied goes into one. */
function foldersOf(file: string): readonly string[] {
  const parts = file.slice("<file:".length, -1).split("/");
  return parts.map((_, index) => `<folder:${parts.slice(0, index + 1).join("/")}>`);
}

/** True for a file that is opened on the spot, `pickle.load(open("a.pkl", "rb"))`: opening it says which. */
function isOpened(path: SyntaxNode | undefined, { opened, knowledge }: Around): boolean {
  if (path?.type === "identifier") return opened(path.text);
  return path?.type === "call" && isOpen(path, knowledge);
}

function isOpen(call: SyntaxNode, knowledge: Bindings): boolean {
  const callee = calleeOf(call, knowledge);
  return callee.kind === "library" && callee.qualified === "open";
}

/** Whether a call reads or writes a file. */
export function fileAccess(call: SyntaxNode, callee: Callee, bindings: Bindings): "reads" | "writes" | undefined {
  return isFetched(call, callee, bindings) ? undefined : accessBy(call, callee, bindings);
}

function accessBy(call: SyntaxNode, callee: Callee, bindings: Bindings): "reads" | "writes" | undefined {
  if (callee.kind === "method") {
    const isWritten = callee.name === "open" && opensToWrite(call, callee);
    return isWritten ? "writes" : methodAccess(call, callee.name);
  }
  if (callee.kind !== "library") return undefined;
  if (bindings.library.liesIn("writerFunctions", callee.qualified)) return "writes";
  if (/(^|\.)open$/.test(callee.qualified) && opensToWrite(call, callee)) return "writes";
  return readsPath(call, callee, bindings) || isClassLoad(callee.qualified) ? "reads" : undefined;
}

/** `AutoModel.from_pretrained(folder)` */
export function isPretrainedLoad(name: string): boolean {
  return has("pretrainedLoads", name);
}

/** `from_pretrained("google/electra")`: what is no folder of this machine, or may be none, has a name on the web. */
function isFetched(call: SyntaxNode, callee: Callee, knowledge: Bindings): boolean {
  if ((callee.kind !== "library" && callee.kind !== "method") || !isPretrainedLoad(callee.name)) return false;
  const path = readPath(call, callee);
  if (path === undefined) return true;
  return !LOCAL_FOLDER.test(knownText(path, knowledge) ?? textStart(path, lookupOf(knowledge), knowledge));
}

/** The same where the name on the web is known. */
export function isOnWeb(call: SyntaxNode, callee: Callee, knowledge: Bindings): boolean {
  const path = isFetched(call, callee, knowledge) ? readPath(call, callee) : undefined;
  return path !== undefined && knownText(path, knowledge) !== undefined;
}

function knownText(path: SyntaxNode, knowledge: Bindings): string | undefined {
  return constantText(knowledge.texts.get(path) ?? path, lookupOf(knowledge), knowledge);
}

function lookupOf({ texts }: Bindings): Lookup {
  return { named: (_, read) => texts.get(read) };
}

/** Names on the web are of two parts at most. */
const LOCAL_FOLDER = /^(~|\.{0,2}\/)|[^/:]\/[^/]+\/./;

/** The table that a method writes: `rows` of `rows.to_csv(path)`, of `rows.write.parquet(path)`. */
export function writtenTable(call: SyntaxNode, callee: Callee): SyntaxNode | undefined {
  if (callee.kind !== "method") return undefined;
  return has("frameWriters", callee.name) ? callee.object : writtenBySpark(call);
}

/** `Doc2Vec.load("d2v.model")`: a class makes an object of the file that its `save` wrote. */
export function isClassLoad(qualified: string): boolean {
  const [owner = "", name = ""] = qualified.split(".").slice(-2);
  return /^[A-Z]/.test(owner) && has("loadMethods", name);
}

/** What takes a table or a path, reads where it is given a text. */
function readsPath(call: SyntaxNode, callee: Extract<Callee, { kind: "library" }>, bindings: Bindings): boolean {
  const reader = bindings.library.readerOf(callee.qualified);
  if (reader === undefined) return readsFolder(callee) || isLikelyReader(call, callee.qualified, bindings);
  return reader.orRows !== true || positionalsOf(call)[0]?.type === "string";
}

function isLikelyReader(call: SyntaxNode, qualified: string, bindings: Bindings): boolean {
  if (!isNamedReader(qualified, bindings.library)) return false;
  const file = fileResource(pathArgument(call), bindings);
  const path = isExactFile(file) ? pathOf(file) : endOf(file);
  return looksLikeData(path) || (readsOneFile(qualified) && endingOf(path) !== undefined);
}

function methodAccess(call: SyntaxNode, name: string): "reads" | "writes" | undefined {
  const bySpark = sparkAccess(call);
  if (bySpark !== undefined) return bySpark;
  if (has("pathReaders", name) || folderPosition(name) !== undefined) return "reads";
  // `model.load_weights("w.h5")`
  if (has("loadMethods", name) && pathArgument(call) !== undefined) return "reads";
  return has("writers", name) || has("pathWriters", name) ? "writes" : undefined;
}

/**
 * Of what opens a file to write it, or a database, the file that it is; empty for a buffer, and for a file that is read. `undefined`
 * for what opens none.
 */
export function openedFile(call: SyntaxNode, callee: Callee, knowledge: Bindings): string | undefined {
  if (callee.kind === "library") {
    if (has("bufferClasses", callee.qualified)) return "";
    if (!has("handleFunctions", callee.qualified)) return undefined;
    const isWritten = callee.qualified === "sqlite3.connect" || opensToWrite(call, callee);
    return isWritten ? fileResource(pathArgument(call), knowledge) : "";
  }
  if (callee.kind !== "method" || callee.name !== "open") return undefined;
  const file = fileResource(callee.object, knowledge);
  if (!isExactFile(file)) return undefined;
  return opensToWrite(call, callee) ? file : "";
}

/** True for `open(path, "w")` and `path.open("w")`, whose file may be written. */
function opensToWrite(call: SyntaxNode, callee: Callee): boolean {
  const mode = argumentAt(call, callee.kind === "method" ? 0 : 1, "mode");
  return /[wax+]/.test(mode?.children.map(({ text }) => text).join("") ?? "");
}

/** The names that stand for files that a `with` in a node opens. */
export function openedIn(node: SyntaxNode, knowledge: Bindings): ReadonlySet<string> {
  const opened = new Set<string>();
  for (const { type, children } of walk(node)) {
    const [value, target] = children;
    const name = target?.children[0];
    if (type !== "as_pattern" || value?.type !== "call" || name?.type !== "identifier") continue;
    if (isOpen(value, knowledge)) opened.add(name.text);
  }
  return opened;
}

const handles = new WeakMap<NonNullable<Bindings["statements"]>, ReadonlySet<string>>();

/** The variables of a notebook that stand for files which it opens, and for nothing else: `file = open("a.pkl", "wb")`. */
export function openedAbove(knowledge: Bindings): ReadonlySet<string> {
  return remembered(handles, knowledge.statements, () => {
    const [opened, others] = [new Set<string>(), new Set<string>()];
    for (const { node, names } of knowledge.statements) {
      const [assignment] = node.type === "expression_statement" ? assignmentsIn(node) : [];
      const isOpening = assignment?.right.type === "call" && isOpen(assignment.right, knowledge);
      for (const name of [...names.binds, ...names.mayBind]) (isOpening ? opened : others).add(name);
    }
    return new Set([...opened].filter((name) => !others.has(name)));
  });
}

/** True for what makes a folder. */
export function makesFolder(callee: Callee): boolean {
  if (callee.kind === "method") return callee.name === "mkdir";
  return callee.kind === "library" && /^os\.(mkdir|makedirs)$/.test(callee.qualified);
}

/** The argument of a reader or a writer that names the file. */
export function pathArgument(call: SyntaxNode): SyntaxNode | undefined {
  return positionalsOf(call)[0] ?? namedPath(call);
}

function namedPath(
  call: SyntaxNode,
  keywords: "pathKeywords" | "folderKeywords" = "pathKeywords",
): SyntaxNode | undefined {
  const named = argumentsOf(call).find(
    (argument) => argument.type === "keyword_argument" && has(keywords, childOf(argument, "name")?.text ?? ""),
  );
  return named === undefined ? undefined : childOf(named, "value");
}

/** The expression that gives the path of what a reader reads: for `Path("a.txt").read_text()` its object. */
export function readPath(call: SyntaxNode, callee: Callee): SyntaxNode | undefined {
  const position = folderArgument(callee);
  if (position !== undefined) return folderPath(call, position);
  return callee.kind === "method" && has("pathReaders", callee.name) ? callee.object : pathArgument(call);
}

/** `directory=None` says that the paths are whole. */
function folderPath(call: SyntaxNode, position: number): SyntaxNode | undefined {
  const path = positionalsOf(call)[position] ?? namedPath(call, "folderKeywords");
  return path?.type === "none" ? undefined : path;
}

/** The expression that gives the path of what a writer writes: of a copy, where it goes. */
export function writtenPath(call: SyntaxNode, callee: Callee): SyntaxNode | undefined {
  if (callee.kind === "method" && (callee.name === "open" || has("pathWriters", callee.name))) return callee.object;
  if (callee.kind !== "library") return pathArgument(call);
  if (has("copyFunctions", callee.qualified)) return argumentAt(call, 1, "dst");
  return has("valueFirstWriters", callee.qualified) ? (positionalsOf(call)[1] ?? namedPath(call)) : pathArgument(call);
}
