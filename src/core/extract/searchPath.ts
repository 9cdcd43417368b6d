/** Where Python looks for modules, as the statements of a notebook change it. Folders are named from the workspace. */
import { posix } from "node:path";
import { assignmentsIn, calleeOf, callsIn, type Bindings } from "../python/calls";
import type { Statement } from "../python/program";
import { argumentAt, childOf, type SyntaxNode } from "../python/syntax";
import { constantText, type Lookup } from "../python/values";
import { inFolder, remembered } from "../python/workingFolder";
import { isChangeOfFolder } from "./references";

/** Folders at one point of a run. */
export interface Folders {
  readonly working: string;
  /** Those that are searched, in that order. */
  readonly searched: readonly string[];
}

/** What the statements make of the search path. */
export interface SearchPath {
  /** What is searched once a statement has run, by its place among the statements. */
  readonly folders: readonly Folders[];
  /** Statements that do nothing but add folders of the workspace. */
  readonly additions: ReadonlySet<Statement>;
}

/** A folder that a call adds. */
interface Added {
  readonly folder: string;
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
}

/** Follows what the statements add to `sys.path` by paths that can be worked out; a notebook's own folder is searched, too. */
export function searchPath(statements: readonly Statement[], folder: string, bindings: Bindings): SearchPath {
  const state: Searching = { bindings, values: new Map(), places: new Map(), working: folder, first: [], last: [] };
  const folders: Folders[] = [];
  const additions = new Set<Statement>();
  for (const statement of statements) {
    const added = /path|chdir|cwd/.test(statement.source) ? follow(statement, state) : [];
    if (added.length > 0 && added.every(isInside) && onlyAdds(statement, bindings)) additions.add(statement);
    folders.push({ working: state.working, searched: [...state.first, state.working, ...state.last] });
    for (const { left, right } of assignmentsIn(statement.node))
      if (left.type === "identifier") state.values.set(left.text, right);
  }
  return { folders, additions };
}

function follow({ node }: Statement, state: Searching): readonly Added[] {
  const found: Added[] = [];
  for (const call of callsIn(node)) {
    state.places.set(call, state.working);
    const moved = isChangeOfFolder(call, state.bindings) ? folderIn(argumentAt(call, 0, "path"), state) : undefined;
    if (moved !== undefined) state.working = moved;
    const added = additionOf(call, state);
    if (added === undefined) continue;
    if (added.first) state.first.unshift(added.folder);
    else state.last.push(added.folder);
    found.push(added);
  }
  return found;
}

/** `sys.path.append("..")`, `sys.path.insert(0, "..")` */
function additionOf(call: SyntaxNode, state: Searching): Added | undefined {
  const method = methodOfPath(call, state.bindings);
  if (method === undefined) return undefined;
  const folder = folderIn(argumentAt(call, method === "insert" ? 1 : 0, "object"), state);
  return folder === undefined ? undefined : { folder, first: method === "insert" };
}

function methodOfPath(call: SyntaxNode, bindings: Bindings): "append" | "insert" | undefined {
  const callee = calleeOf(call, bindings);
  if (callee.kind !== "library") return undefined;
  if (callee.qualified === "sys.path.append") return "append";
  return callee.qualified === "sys.path.insert" ? "insert" : undefined;
}

function folderIn(node: SyntaxNode | undefined, { working, values, places, bindings }: Searching): string | undefined {
  const lookup: Lookup = {
    named: (name) => values.get(name),
    folderAt: (call) => remembered(places.get(call) ?? working),
  };
  const text = node && constantText(node, lookup, bindings);
  return text === undefined ? undefined : posix.normalize(inFolder(working, text)).replace(/(?<=.)\/$/, "");
}

function isInside({ folder }: Added): boolean {
  return !/^([A-Za-z]:|[/\\~]|\.\.(\/|$))/.test(folder);
}

/** A call of `sys.path`, and `if folder not in sys.path:` around such. */
function onlyAdds({ node, source }: Statement, bindings: Bindings): boolean {
  const adds = ({ type, children: [value] }: SyntaxNode): boolean =>
    type === "expression_statement" && value?.type === "call" && methodOfPath(value, bindings) !== undefined;
  if (adds(node)) return true;
  const condition = node.type === "if_statement" ? childOf(node, "condition") : undefined;
  if (condition === undefined || childOf(node, "alternative") !== undefined) return false;
  const body = childOf(node, "consequence")?.children.filter(({ type }) => type !== "comment") ?? [];
  return /\bin sys\.path$/.test(source.slice(condition.start, condition.end)) && body.every(adds);
}
