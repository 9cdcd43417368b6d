/** Where the slice reads outside data. A path that can be worked out becomes a field of `Data`. */
import type { Reference } from "../pipeline";
import type { Knowledge } from "../python/effects";
import type { Flow } from "../python/flow";
import { endingOf, looksLikeData } from "../python/likelyReaders";
import type { Statement } from "../python/program";
import { isWithin, type SyntaxNode } from "../python/syntax";
import { givesPath, textEnd } from "../python/values";
import type { Diagnostic } from "../report";
import { alternativesIn } from "./branches";
import { isOwnBuffer } from "./buffers";
import { questionsAbout } from "./fileQuestions";
import { folderUses, isTaken, writtenAsText } from "./folderUses";
import { isParameter, namesAround, sitesIn, variablesAround, type Site } from "./pathSites";
import { lookupAt, textsAt, type Around, type TextAt } from "./pathTexts";
import { named, type Named } from "./referencePlaces";
import { dependentIndexes } from "./target";
import { argumentEdit, expressionAt } from "./text";
import { notOwnLoad } from "./ownLoads";
import { isSavedByFit, isWritten, mayBeWritten, ownDatabase, writtenPaths } from "./writtenPaths";

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

/** Finds the references of the kept statements. `taken` are names that a field of `Data` must not have. */
export function findReferences(
  kept: readonly Statement[],
  flow: Flow,
  knowledge: Knowledge,
  taken: ReadonlySet<string>,
): References {
  const open: Site[] = [];
  const names = new Map<string, Named>();
  const around: Around = { kept, flow, knowledge };
  const found: FoundReference[] = [];
  const textAt = textsAt(around);
  const written = writtenPaths(around, textAt);
  const isRead = notOwnLoad(around, textAt);
  const sites = kept.flatMap((statement) =>
    withAlternatives(sitesIn(statement, kept, knowledge).filter(isRead), statement),
  );
  const others = new Set([...taken, ...sites.flatMap(namesAround)]);
  const isOwn = ownDatabase(sites, around, textAt);
  for (const site of sites) {
    const { statement, path } = site;
    const text = textAt(statement, path, site.left?.statement);
    if (text === undefined || isWorkingFolder(text, site)) open.push(site);
    else if (!isContent(text) && !isWritten(text, site, written) && !isOwn(site) && !isSavedByFit(site, around))
      found.push(foundAt(text, site, named(text, names, others, kindOf(text, site) === "pattern")));
  }
  const listings = found.filter(listsFiles).map((one) => ({
    ...one.reference,
    below: dependentIndexes([one.statement.index], flow),
  }));
  const isListed = (site: Site): boolean =>
    listings.some((one) => one.below.has(site.statement.index) && mayBeListed(site, one, around));
  const asked = [...found, ...questionsAbout(found, kept, knowledge, textAt)];
  const all = [...asked, ...usesOfFolders(asked, around, textAt)];
  const isOwnText = ({ statement, path }: Site): boolean =>
    isOwnBuffer(path, { named: lookupAt(statement, around).named, bindings: knowledge });
  const isKnown = (site: Site): boolean =>
    isParameter(site) ||
    mayBeWritten(site, written, around) ||
    isListed(site) ||
    isWithinOne(site, all) ||
    isOwnText(site);
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

/** True for what is read itself, as older versions of pandas do: `pd.read_html("<table>…")`. */
function isContent(text: string): boolean {
  return /^\s*[<{]|\n/.test(text);
}

/** `Path().glob("*.csv")`: the whole folder is more than is read. */
function isWorkingFolder(path: string, { reader }: Site): boolean {
  return reader.startsWith("pathlib.") && /^(\.?\/?)$/.test(path);
}

function kindOf(path: string, { reader, directory, ownLoad }: Site): Reference["kind"] {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) return "url";
  if (reader.startsWith("glob.")) return /[*?[]/.test(path) ? "pattern" : "file";
  // `from_pretrained` takes a folder, or a file in it.
  return directory && !(ownLoad === true && looksLikeData(path)) ? "directory" : "file";
}

/** What is read later may be among the files that a reference stands for: those of a folder, a pattern, an archive. */
function listsFiles({ reference: { kind, reader } }: FoundReference): boolean {
  return kind === "directory" || kind === "pattern" || /^(zipfile|tarfile)\./.test(reader);
}

/** False for a file beside those that a pattern lists: `Path(found[0]).parent / "labels.csv"` has another end. What has none may be a folder. */
function mayBeListed({ statement, path }: Site, { kind, path: pattern }: Reference, around: Around): boolean {
  if (kind !== "pattern" || endingOf(pattern) === undefined) return true;
  const lookup = lookupAt(statement, around);
  const end = textEnd(lookup.named(path.text, path) ?? path, lookup, around.knowledge);
  const listed = /[^*?\]]*$/.exec(pattern)?.[0] ?? "";
  return end.endsWith(listed) || listed.endsWith(end);
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
