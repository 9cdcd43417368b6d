/** Where the slice reads outside data. A path that can be worked out becomes a field of `Data`. */
import { posix } from "node:path";
import type { Reference } from "../pipeline";
import type { Diagnostic } from "../report";
import { assignmentsIn, calleeOf, callsIn, type Bindings } from "../python/calls";
import { checkpointPath } from "../python/checkpoints";
import type { Knowledge } from "../python/effects";
import { fileAccess, isFile, writtenPath } from "../python/files";
import type { Flow } from "../python/flow";
import type { Statement } from "../python/program";
import { KIND } from "../python/kinds";
import { isWithin, nodesOf, positionalsOf, type SyntaxNode } from "../python/syntax";
import { constantText, givesPath, textStart, type Lookup } from "../python/values";
import { inFolder, remembered } from "../python/workingFolder";
import { alternativesIn } from "./branches";
import { isOwnBuffer } from "./buffers";
import { runsOnlyInColab } from "./colab";
import { freshName, identifier, isOwnField } from "./names";
import { folderUses, isTaken, writtenAsText } from "./folderUses";
import { makesItsTables } from "./ownDatabases";
import { isParameter, namesAround, sitesIn, variablesAround, type Site } from "./pathSites";
import { dependentIndexes } from "./target";
import { argumentEdit, expressionAt } from "./text";

/** A reference and the statement that it stands in. */
export interface FoundReference {
  readonly reference: Reference;
  readonly statement: Statement;
  /** True if the path is handed straight to the reader, so that a `Path` will do. */
  readonly direct: boolean;
  /** How the path is written into the text, where it does not just stand there. */
  readonly written?: (path: string) => string;
}

/** What the kept statements read, and a warning for each path that cannot be worked out. */
export interface References {
  readonly found: readonly FoundReference[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The statements that a path may depend on. */
interface Around {
  readonly kept: readonly Statement[];
  readonly flow: Flow;
  readonly knowledge: Knowledge;
}

/** The path that an expression of a statement gives, from the notebook's folder; `run` is the statement that has it read. */
type TextAt = (statement: Statement, path: SyntaxNode, run?: Statement) => string | undefined;

/** Finds the references of the kept statements. `taken` are names that a field of `Data` must not have. */
export function findReferences(
  kept: readonly Statement[],
  flow: Flow,
  knowledge: Knowledge,
  taken: ReadonlySet<string>,
): References {
  const open: Site[] = [];
  const names = new Map<string, { name: string; place: string }>();
  const around: Around = { kept, flow, knowledge };
  const found: FoundReference[] = [];
  const textAt: TextAt = (statement, path, run = statement) => {
    const text = constantText(path, lookupAt(statement, around), knowledge);
    return text === undefined ? undefined : inFolder(folderAt(run, around), text);
  };
  const written = writtenPaths(around, textAt);
  const sites = kept.flatMap((statement) => withAlternatives(sitesIn(statement, kept, knowledge), statement));
  const others = new Set([...taken, ...sites.flatMap(namesAround)]);
  const isOwn = ownDatabase(sites, around, textAt);
  for (const site of sites) {
    const { statement, path } = site;
    const text = textAt(statement, path, site.left?.statement);
    if (text === undefined || isWorkingFolder(text, site)) open.push(site);
    else if (!isContent(text) && !isWritten(text, site, written) && !isOwn(site) && !isSavedByFit(site, around))
      found.push(foundAt(text, site, named(text, names, others)));
  }
  const listings = found.filter(listsFiles).map(({ statement }) => statement.index);
  const listed = dependentIndexes(listings, flow);
  const isListed = ({ statement }: Site): boolean => listed.has(statement.index);
  const asked = [...found, ...questionsAbout(found, kept, knowledge, textAt)];
  const all = [...asked, ...usesOfFolders(asked, around, textAt)];
  const isOwnText = ({ statement, path }: Site): boolean =>
    isOwnBuffer(path, { named: lookupAt(statement, around).named, bindings: knowledge });
  const isKnown = (site: Site): boolean =>
    isParameter(site) || isListed(site) || isWithinOne(site, all) || isOwnText(site);
  return { found: all, diagnostics: distinct(open.filter((site) => !isKnown(site)).map(unresolved)) };
}

/** True if a path is written by a field. */
function isWithinOne({ statement, path }: Site, found: readonly FoundReference[]): boolean {
  return found.some((one) => one.statement === statement && isWithin(one.reference.literal, path));
}

function foundAt(
  path: string,
  site: Site,
  { name, place }: { readonly name: string; readonly place: string },
): FoundReference {
  const { reader, alternative, direct } = site;
  const { statement, line, literal, written } = placeOf(site, path);
  const reference = {
    name,
    kind: kindOf(path, site),
    path,
    place,
    reader,
    cell: statement.cell,
    line,
    literal,
    ...(alternative === undefined ? {} : { alternative }),
  };
  return { reference, statement, direct, ...(written === undefined ? {} : { written }) };
}

type Place = Pick<FoundReference, "statement" | "written"> & Pick<Reference, "line" | "literal">;

/** Where the path is written: in the place of the expression; or, for the default of a parameter, in the call that leaves it out. */
function placeOf({ statement, path, left, direct, asText }: Site, text: string): Place {
  const { line, start, end } = path;
  const isFolderText = asText && text.endsWith("/");
  const textOf = writtenAsText(isFolderText ? text : "");
  if (left === undefined)
    return { statement, line, literal: { start, end }, ...(isFolderText ? { written: textOf } : {}) };
  const { call, parameter } = left;
  const { source } = left.statement;
  const at = argumentEdit(call, "", source);
  // The parameter is of the type of its default.
  const takesPath = direct && !path.type.endsWith("string");
  const written = (field: string): string =>
    argumentEdit(call, `${parameter}=${takesPath ? field : textOf(field)}`, source).text;
  return { statement: left.statement, line: call.line, literal: { start: at.start, end: at.end }, written };
}

/** The other places that mean a folder which is listed: what lies in it is read where it is listed. */
function usesOfFolders(found: readonly FoundReference[], around: Around, textAt: TextAt): readonly FoundReference[] {
  const all = [...found];
  const isPath = (statement: Statement, path: SyntaxNode): boolean =>
    givesPath(path, lookupAt(statement, around), around.knowledge);
  for (const one of found) {
    const { reference, statement, written } = one;
    const expression = expressionAt(statement.node, reference.literal);
    if (reference.kind !== "directory" || expression === undefined || written !== undefined) continue;
    const listed = { statement, expression, path: reference.path };
    for (const { statement: user, line, literal, written } of folderUses(listed, { ...around, textAt, isPath })) {
      const others = all.flatMap((other) => (other.statement === user ? [other.reference.literal] : []));
      const isHidden = variablesAround(user.node, literal).includes(reference.name);
      if (isHidden || isTaken(literal, others)) continue;
      const { start, end } = literal;
      const use = { ...reference, cell: user.cell, line, literal: { start, end } };
      all.push({ reference: use, statement: user, direct: true, written });
    }
  }
  return all.slice(found.length);
}

function withAlternatives(sites: readonly Site[], { node, cell }: Statement): readonly Site[] {
  const paths = sites.map(({ path }) => path);
  const alternatives = alternativesIn(node, cell, paths);
  return sites.map((site) => {
    const alternative = alternatives.get(site.path);
    return alternative === undefined ? site : { ...site, alternative };
  });
}

/** `os.path.exists("a.csv")`, where `a.csv` is read: the question is about the same file, wherever it lies. */
function questionsAbout(
  found: readonly FoundReference[],
  kept: readonly Statement[],
  knowledge: Knowledge,
  textAt: TextAt,
): readonly FoundReference[] {
  return kept.flatMap((statement) =>
    callsIn(statement.node).flatMap((call): readonly FoundReference[] => {
      const path = questionPath(call, knowledge);
      const text = path === undefined ? undefined : textAt(statement, path);
      const known = found.find(({ reference }) => reference.path === text);
      if (path === undefined || known === undefined) return [];
      const literal = { start: path.start, end: path.end };
      const reference = { ...known.reference, cell: statement.cell, line: path.line, literal };
      return [{ reference, statement, direct: true }];
    }),
  );
}

/** The path in `os.path.exists(path)` and `Path(path).exists()`. */
function questionPath(call: SyntaxNode, knowledge: Knowledge): SyntaxNode | undefined {
  const callee = calleeOf(call, knowledge);
  if (callee.kind === "library") {
    return /^os\.path\.(exists|isfile|isdir)$/.test(callee.qualified) ? positionalsOf(call)[0] : undefined;
  }
  const isQuestion = callee.kind === "method" && /^(exists|is_file|is_dir)$/.test(callee.name);
  if (!isQuestion || callee.object.type !== "call") return undefined;
  const made = calleeOf(callee.object, knowledge);
  const [path, ...more] = positionalsOf(callee.object);
  return made.kind === "library" && made.qualified === "pathlib.Path" && more.length === 0 ? path : undefined;
}

/** True for what is read itself, as older versions of pandas do: `pd.read_html("<table>…")`. */
function isContent(text: string): boolean {
  return /^\s*[<{]|\n/.test(text);
}

/** `Path().glob("*.csv")`: the whole folder is more than is read. */
function isWorkingFolder(path: string, { reader }: Site): boolean {
  return reader.startsWith("pathlib.") && /^(\.?\/?)$/.test(path);
}

function kindOf(path: string, { reader, directory }: Site): Reference["kind"] {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) return "url";
  if (reader.startsWith("glob.")) return /[*?[]/.test(path) ? "pattern" : "file";
  return directory ? "directory" : "file";
}

/** What is read later may be among the files that a reference stands for: those of a folder, a pattern, an archive. */
function listsFiles({ reference: { kind, reader } }: FoundReference): boolean {
  return kind === "directory" || kind === "pattern" || /^(zipfile|tarfile)\./.test(reader);
}

/**
 * The one expression that a name stands for when a statement reads it, or when one reads it that was looked up before. A name that
 * means one thing here and another there stands for nothing; what only Colab would give it does not count.
 */
function lookupAt(statement: Statement, around: Around): Lookup {
  const { kept, flow } = around;
  const readers = new Set([statement.index]);
  const bound: Lookup["named"] = (name) => {
    const indexes = new Set([...readers].flatMap((reader) => [...(flow.binders[reader]?.get(name) ?? [])]));
    const binders = [...indexes].map((index) => {
      const binder = kept.find((one) => one.index === index);
      return { index, ...valuesOf(name, binder) };
    });
    const elsewhere = binders.filter(({ inColab, outside }) => inColab.length === 0 || outside.length > 0);
    const [binder, ...others] = elsewhere.length > 0 ? elsewhere : binders;
    const value = binder?.outside[0] ?? binder?.inColab[0];
    if (binder === undefined || value === undefined || others.length > 0) return undefined;
    readers.add(binder.index);
    return value;
  };
  const folderOf: Lookup["folderAt"] = (call) =>
    remembered(folderAt(kept.find(({ node }) => callsIn(node).includes(call)) ?? statement, around));
  return { named: bound, folderAt: folderOf };
}

/** What a statement assigns to a name: in branches that are taken in Colab only, and elsewhere. */
function valuesOf(
  name: string,
  statement: Statement | undefined,
): { readonly inColab: readonly SyntaxNode[]; readonly outside: readonly SyntaxNode[] } {
  if (statement === undefined) return { inColab: [], outside: [] };
  const values = assignmentsIn(statement.node).flatMap(({ left, right }) =>
    left.type === "identifier" && left.text === name ? [right] : [],
  );
  const inColab = values.filter((value) => runsOnlyInColab(value, statement));
  return { inColab, outside: values.filter((value) => !inColab.includes(value)) };
}

/** The folder that `os.chdir` calls above a statement lead to, from the notebook's. */
function folderAt(statement: Statement, around: Around): string {
  const { kept, knowledge } = around;
  let folder = "";
  for (const above of kept.filter(({ index }) => index < statement.index)) {
    for (const call of callsIn(above.node)) {
      const [target] = isChangeOfFolder(call, knowledge) && !runsOnlyInColab(call, above) ? positionalsOf(call) : [];
      const path = target === undefined ? undefined : constantText(target, lookupAt(above, around), knowledge);
      if (path !== undefined) folder = inFolder(folder, path);
    }
  }
  return folder;
}

/** True for `os.chdir(…)`, also as it stands for `%cd`. */
export function isChangeOfFolder(call: SyntaxNode, bindings: Bindings): boolean {
  const callee = calleeOf(call, bindings);
  return callee.kind === "library"
    ? callee.qualified === "os.chdir"
    : callee.kind === "method" && callee.name === "chdir";
}

/** True if a statement does nothing but change the folder: the paths of `Data` carry it, and a module should not. */
export function onlyChangesFolder({ node }: Statement, knowledge: Knowledge): boolean {
  const [value] = node.type === "expression_statement" ? node.children : [];
  return value?.type === "call" && isChangeOfFolder(value, knowledge);
}

/** What the slice writes itself: to read it again is no reference. */
interface Written {
  readonly files: ReadonlySet<string>;
  /** How the paths of other files begin, and the statements that write them. */
  readonly starts: readonly { readonly index: number; readonly start: string }[];
}

function writtenPaths(around: Around, textAt: TextAt): Written {
  const files = new Set<string>();
  const starts: { index: number; start: string }[] = [];
  const { kept, knowledge } = around;
  for (const statement of kept) {
    for (const call of nodesOf(statement.node, KIND.call)) {
      const callee = calleeOf(call, knowledge);
      const isWriter = fileAccess(call, callee, knowledge) === "writes";
      const path = isWriter ? writtenPath(call, callee) : checkpointPath(call);
      if (path === undefined) continue;
      const text = textAt(statement, path);
      const start = text === undefined ? textStart(path, lookupAt(statement, around), knowledge) : "";
      if (text !== undefined) files.add(posix.normalize(text));
      if (start === "") continue;
      starts.push({
        index: statement.index,
        start: `${posix.normalize(inFolder(folderAt(statement, around), start))}/`,
      });
    }
  }
  return { files, starts };
}

/** True for a file that is written, and for a folder that was filled above. */
function isWritten(path: string, { directory, statement }: Site, { files, starts }: Written): boolean {
  const name = posix.normalize(path);
  const folder = name.endsWith("/") ? name : `${name}/`;
  return (
    files.has(name) ||
    (directory && starts.some(({ index, start }) => index < statement.index && start.startsWith(folder)))
  );
}

/** True for a model that a fit above has saved to a file whose name cannot be seen. */
function isSavedByFit({ statement, reader }: Site, { kept, flow, knowledge }: Around): boolean {
  if (!/(^|\.)load_(model|weights)$/.test(reader)) return false;
  const needed = flow.dependencies[statement.index];
  return kept.some(
    ({ node, index }) =>
      [...(needed?.get(index) ?? [])].some(isFile) && callsIn(node).some((call) => knowledge.checkpoints.has(call)),
  );
}

/** True for the only database that the notebook opens, where it fills that itself. */
function ownDatabase(sites: readonly Site[], { kept, knowledge }: Around, textAt: TextAt): (site: Site) => boolean {
  const isDatabase = ({ reader }: Site): boolean => reader === "sqlite3.connect";
  const opened = sites.filter(isDatabase);
  const paths = new Set(opened.map(({ statement, path, left }) => textAt(statement, path, left?.statement)));
  const isOwn = paths.size === 1 && makesItsTables(kept, knowledge);
  return (site) => isOwn && isDatabase(site);
}

function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const first = new Map(diagnostics.map((one) => [`${one.cell}:${one.line}:${one.message}`, one]));
  return [...first.values()];
}

function unresolved({ statement, path, reader }: Site): Diagnostic {
  const text = statement.source.slice(path.start, path.end).replace(/\s+/g, " ").slice(0, 80);
  return {
    code: "data.unresolved",
    severity: "warning",
    cell: statement.cell,
    line: path.line,
    message: `${reader} reads ${text}, which is computed: this data is not part of the snapshot.`,
    hint: "Write the path as text, so that the data can be kept with the release.",
  };
}

function named(
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
export function safePlace(path: string): string {
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
