/** Where Python looks for modules, as the statements of a notebook change it. Folders are named from the workspace. */
import { posix } from "node:path";
import { assignmentsIn, calleeOf, callsIn, type Bindings } from "../python/calls";
import type { Statement } from "../python/program";
import { argumentAt, calledName, childOf, positionalsOf, type SyntaxNode } from "../python/syntax";
import { constantText, textEnd, type Lookup } from "../python/values";
import { inFolder, isChangeOfFolder, remembered } from "../python/workingFolder";

/** Folders at one point of a run. */
export interface Folders {
  readonly working: string;
  /** Those that are searched, in that order. */
  readonly searched: readonly string[];
  /** Those that may be searched, too, where a path is added that cannot be worked out: folders above the notebook's, nearest first. */
  readonly guessed: readonly string[];
  /** True where a folder is searched, too, that is none of the workspace, or cannot be worked out. */
  readonly leaves: boolean;
}

/** What the statements make of the search path. */
export interface SearchPath {
  /** What is searched once a statement has run, by its place among the statements. */
  readonly folders: readonly Folders[];
  /** Statements that do nothing but add folders of the workspace. */
  readonly additions: ReadonlySet<Statement>;
  /** Statements that do nothing but add folders that cannot be worked out. */
  readonly guesses: ReadonlySet<Statement>;
  /** Statements that only change the folder, and not from the one in which the notebook is run. */
  readonly passed: ReadonlySet<Statement>;
}

/** A folder that a call adds, or the end of its path, where no more is known. */
interface Added {
  readonly folder: string | undefined;
  readonly end: string;
  readonly first: boolean;
}

interface Searching {
  readonly bindings: Bindings;
  readonly values: Map<string, SyntaxNode>;
  /** The working folders that calls found. */
  readonly places: Map<SyntaxNode, string>;
  working: string;
  readonly first: string[];
  readonly last: string[];
  readonly guessed: string[];
  leaves: boolean;
}

/** Follows what the statements add to `sys.path`; a notebook's own folder is searched, too. */
export function searchPath(statements: readonly Statement[], folder: string, bindings: Bindings): SearchPath {
  const state: Searching = {
    bindings,
    values: new Map(),
    places: new Map(),
    working: folder,
    first: [],
    last: [],
    guessed: [],
    leaves: false,
  };
  const folders: Folders[] = [];
  const additions = new Set<Statement>();
  const guesses = new Set<Statement>();
  const passed = new Set<Statement>();
  for (const statement of statements) {
    const isElsewhere = isPassed(statement, state);
    if (isElsewhere) passed.add(statement);
    const added = isElsewhere ? [] : follow(statement, state);
    state.leaves ||= !added.every(isInside);
    if (added.length > 0 && onlyAdds(statement, bindings)) noteAdding(statement, added, { additions, guesses });
    const { working, first, last, guessed, leaves } = state;
    folders.push({ working, searched: [...first, working, ...last], guessed: [...guessed], leaves });
    for (const { left, right } of assignmentsIn(statement.node))
      if (left.type === "identifier") state.values.set(left.text, right);
  }
  return { folders, additions, guesses, passed };
}

function noteAdding(
  statement: Statement,
  added: readonly Added[],
  { additions, guesses }: Readonly<Record<"additions" | "guesses", Set<Statement>>>,
): void {
  if (added.every(isInside)) additions.add(statement);
  if (added.every(isUnknown)) guesses.add(statement);
}

function follow({ node, source }: Statement, state: Searching): readonly Added[] {
  if (!/path|chdir|cwd/.test(source)) return [];
  const found: Added[] = [];
  for (const call of callsIn(node)) {
    state.places.set(call, state.working);
    const moved = isChangeOfFolder(call, state.bindings) ? folderIn(argumentAt(call, 0, "path"), state) : undefined;
    if (moved !== undefined) state.working = moved;
    const added = additionOf(call, state);
    if (added === undefined) continue;
    if (added.folder === undefined) state.guessed.push(...foldersAbove(state.working, added.end));
    else if (added.first) state.first.unshift(added.folder);
    else state.last.push(added.folder);
    found.push(added);
  }
  return found;
}

/** `if os.path.basename(os.getcwd()) == "course": os.chdir("lesson")`, in a notebook that lies in `lesson`. */
function isPassed({ node, source }: Statement, { working, bindings }: Searching): boolean {
  const condition = node.type === "if_statement" ? childOf(node, "condition") : undefined;
  if (condition === undefined || childOf(node, "alternative") !== undefined) return false;
  const here = IN_FOLDER.exec(source.slice(condition.start, condition.end))?.[1];
  const isElsewhere = here !== undefined && !/^\.*$/.test(working) && posix.basename(working) !== here;
  return isElsewhere && bodyOf(node).every((one) => isCall(one, (call) => isChangeOfFolder(call, bindings)));
}

/** What asks for the name of the working folder, and that name. */
const IN_FOLDER =
  /^(?:(?:os\.)?(?:path\.)?basename\((?:os\.)?getcwd\(\)\)|(?:pathlib\.)?Path\.cwd\(\)\.name) *== *["']([^"']+)["']$/;

/** `sys.path.append("..")`, `sys.path.insert(0, "..")` */
function additionOf(call: SyntaxNode, state: Searching): Added | undefined {
  const method = methodOfPath(call, state.bindings);
  if (method === undefined) return undefined;
  const argument = argumentAt(call, method === "insert" ? 1 : 0, "object");
  return { folder: folderIn(argument, state), end: endIn(argument, state), first: method === "insert" };
}

/** `src` of `root / "src"`, wherever `root` is; empty where nothing is known. */
function endIn(node: SyntaxNode | undefined, state: Searching, depth = 0): string {
  if (node === undefined || depth > MAX_STEPS) return "";
  if (node.type === "identifier") return endIn(state.values.get(node.text), state, depth + 1);
  const [inner, ...others] = node.type === "call" ? positionalsOf(node) : [];
  if (inner !== undefined && others.length === 0 && SAME_PLACE.test(calledName(node)))
    return endIn(inner, state, depth + 1);
  return textEnd(node, lookupIn(state), state.bindings);
}

const MAX_STEPS = 8;
/** Calls that give the path that they are given. */
const SAME_PLACE = /^(str|fspath|abspath|realpath)$/;

/** Where a path that ends so may lie: in a folder, or above it. */
export function foldersAbove(folder: string, end: string): readonly string[] {
  if (/^\.\.(\/|$)/.test(folder) || posix.isAbsolute(folder)) return [];
  const above = folder === "." ? [] : foldersAbove(posix.dirname(folder), end);
  return [posix.join(folder, end), ...above];
}

function methodOfPath(call: SyntaxNode, bindings: Bindings): "append" | "insert" | undefined {
  const callee = calleeOf(call, bindings);
  if (callee.kind !== "library") return undefined;
  if (callee.qualified === "sys.path.append") return "append";
  return callee.qualified === "sys.path.insert" ? "insert" : undefined;
}

function folderIn(node: SyntaxNode | undefined, state: Searching): string | undefined {
  const text = node && constantText(node, lookupIn(state), state.bindings);
  return text === undefined ? undefined : posix.normalize(inFolder(state.working, text)).replace(/(?<=.)\/$/, "");
}

function lookupIn({ working, values, places }: Searching): Lookup {
  return {
    named: (name) => values.get(name),
    folderAt: (call) => remembered(places.get(call) ?? working),
  };
}

function isUnknown({ folder }: Added): boolean {
  return folder === undefined;
}

function isInside({ folder }: Added): boolean {
  return folder !== undefined && !/^([A-Za-z]:|[/\\~]|\.\.(\/|$))/.test(folder);
}

/** A call of `sys.path`, and `if folder not in sys.path:` around such. */
function onlyAdds({ node, source }: Statement, bindings: Bindings): boolean {
  const adds = (one: SyntaxNode): boolean => isCall(one, (call) => methodOfPath(call, bindings) !== undefined);
  if (adds(node)) return true;
  const condition = node.type === "if_statement" ? childOf(node, "condition") : undefined;
  if (condition === undefined || childOf(node, "alternative") !== undefined) return false;
  return /\bin sys\.path$/.test(source.slice(condition.start, condition.end)) && bodyOf(node).every(adds);
}

/** The statements that an `if` runs. */
function bodyOf(fork: SyntaxNode): readonly SyntaxNode[] {
  return childOf(fork, "consequence")?.children.filter(({ type }) => type !== "comment") ?? [];
}

/** True for a statement that is nothing but a call which `accepts` holds for. */
function isCall({ type, children: [value] }: SyntaxNode, accepts: (call: SyntaxNode) => boolean): boolean {
  return type === "expression_statement" && value?.type === "call" && accepts(value);
}
