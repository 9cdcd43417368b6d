/** Where the kept statements use a folder that they list: all of it has to lie where it is listed. */
import { posix } from "node:path";
import { calleeOf } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { KIND } from "../python/kinds";
import type { Statement } from "../python/program";
import { mayBindName } from "../python/scope";
import { childOf, nodesOf, positionalsOf, type SyntaxNode } from "../python/syntax";
import { joinsPaths } from "../python/values";
import { variableNodes } from "./text";

/** A folder that a statement lists: the expression that gives it, and its path. */
export interface ListedFolder {
  readonly statement: Statement;
  readonly expression: SyntaxNode;
  readonly path: string;
}

type Stretch = Pick<SyntaxNode, "start" | "end">;

/** A stretch of a statement's text that stands for the folder, and how a field is written there. */
export interface FolderUse {
  readonly statement: Statement;
  readonly line: number;
  readonly literal: Stretch;
  readonly written: (field: string) => string;
}

/** What the uses of a folder are looked for in. */
export interface FolderScene {
  readonly kept: readonly Statement[];
  readonly knowledge: Knowledge;
  /** The path that an expression of a statement gives. */
  readonly textAt: (statement: Statement, path: SyntaxNode) => string | undefined;
  /** True for an expression that gives a `Path`. */
  readonly isPath: (statement: Statement, path: SyntaxNode) => boolean;
}

/** `os.path.join(folder, name)`, `folder + name`, `f"data/{name}"`, where `folder` or `data` is listed. */
export function folderUses({ statement, expression, path }: ListedFolder, scene: FolderScene): readonly FolderUse[] {
  const isFolder = (text: string | undefined): text is string => text !== undefined && plain(text) === plain(path);
  const read = nodesOf(expression, KIND.identifier);
  const held = new Map(
    read.flatMap((one) => {
      const text = scene.textAt(statement, one);
      return isFolder(text) ? [[one.text, { text, isPath: scene.isPath(statement, one) }] as const] : [];
    }),
  );
  return scene.kept.flatMap((one) => {
    const named = [...held].flatMap(([name, folder]) => namedUses(one, name, folder, scene));
    const heads = headUses(one, isFolder, scene);
    return [...named, ...heads.filter(({ literal }) => !named.some((other) => overlap(other.literal, literal)))];
  });
}

function plain(path: string): string {
  return posix.normalize(path).replace(/(.)\/$/, "$1");
}

function overlap(one: Stretch, other: Stretch): boolean {
  return one.start < other.end && other.start < one.end;
}

type IsFolder = (text: string | undefined) => text is string;

/** What a variable that holds the folder is where the folder is listed. */
interface HeldFolder {
  readonly text: string;
  readonly isPath: boolean;
}

/** The places that read the variable which holds the folder. */
function namedUses(statement: Statement, name: string, held: HeldFolder, scene: FolderScene): readonly FolderUse[] {
  const { kept, textAt, isPath, knowledge } = scene;
  const { text } = held;
  if (mayBindName(statement.names, name)) return [];
  // A function may be defined before it.
  const isOnly = kept.filter(({ names }) => mayBindName(names, name) || names.lateBinds.has(name)).length === 1;
  return variableNodes(statement.node, name).flatMap(({ node, parent }): readonly FolderUse[] => {
    if (!isOnly && textAt(statement, node) !== text) return [];
    const use = { statement, line: node.line };
    const takesPath = (isOnly ? held.isPath : isPath(statement, node)) || isJoined(statement, node, knowledge);
    if (takesPath) return [{ ...use, literal: node, written: (field) => field }];
    if (parent?.type !== "interpolation") return [{ ...use, literal: node, written: writtenAsText(text) }];
    const written = (field: string): string => (text.endsWith("/") ? `{${field}}/` : `{${field}}`);
    return parent.children.length === 1 ? [{ ...use, literal: parent, written }] : [];
  });
}

/** True for an argument of `os.path.join` or `Path`, which take paths. */
function isJoined({ node }: Statement, argument: SyntaxNode, knowledge: Knowledge): boolean {
  return nodesOf(node, KIND.call).some((call) => positionalsOf(call).includes(argument) && joins(call, knowledge));
}

function joins(call: SyntaxNode, knowledge: Knowledge): boolean {
  return joinsPaths(calleeOf(call, knowledge));
}

/** How a field is written where a text is taken: what one that ends in a slash is put before is a name in the folder. */
export function writtenAsText(text: string): FolderUse["written"] {
  return (field) => (text.endsWith("/") ? `f"{${field}}/"` : `str(${field})`);
}

/** The beginnings of paths that are put together of the folder and what is computed. */
function headUses(statement: Statement, isFolder: IsFolder, scene: FolderScene): readonly FolderUse[] {
  const kinds = KIND.call | KIND.binary_operator | KIND.string;
  return nodesOf(statement.node, kinds).flatMap((node) => {
    const found = HEADS[node.type]?.(node, (part) => textOf(part, statement, scene), isFolder, scene);
    // A path that is known as a whole has a field of its own.
    const isBeginning = found !== undefined && scene.textAt(statement, node) === undefined;
    return isBeginning ? [{ statement, line: node.line, ...found }] : [];
  });
}

function textOf(part: SyntaxNode | undefined, statement: Statement, { textAt }: FolderScene): string | undefined {
  return part === undefined ? undefined : textAt(statement, part);
}

type Head = (
  node: SyntaxNode,
  textOf: (part: SyntaxNode | undefined) => string | undefined,
  isFolder: IsFolder,
  scene: FolderScene,
) => Pick<FolderUse, "literal" | "written"> | undefined;

const HEADS: Readonly<Record<string, Head>> = { call: headOfCall, binary_operator: headOfOperator, string: headOfText };

/** `os.path.join("data", "raw", name)` */
function headOfCall(...[call, textOf, isFolder, { knowledge }]: Parameters<Head>): ReturnType<Head> {
  if (!joins(call, knowledge)) return undefined;
  const parts = positionalsOf(call);
  const texts = parts.map(textOf);
  const known = texts.slice(0, texts.includes(undefined) ? texts.indexOf(undefined) : texts.length);
  const count = known.findIndex((_, index) => isFolder(posix.join(...known.slice(0, index + 1).map(String))));
  const [first, last] = [parts[0], parts[count]];
  if (first === undefined || last === undefined) return undefined;
  return { literal: { start: first.start, end: last.end }, written: (field) => field };
}

/** `"data/" + name`, `Path("data") / name` */
function headOfOperator(...[node, textOf, isFolder]: Parameters<Head>): ReturnType<Head> {
  const left = childOf(node, "left");
  const text = textOf(left);
  const operator = childOf(node, "operator")?.text;
  if (left === undefined || !isFolder(text)) return undefined;
  if (operator === "/") return { literal: left, written: (field) => field };
  return operator === "+" && text.endsWith("/") ? { literal: left, written: writtenAsText(text) } : undefined;
}

/** `f"data/{name}"` */
function headOfText(...[node, , isFolder]: Parameters<Head>): ReturnType<Head> {
  const [opening, content, ...rest] = node.children;
  if (content?.type !== "string_content" || !/f/i.test(opening?.text ?? "") || rest.length < 2) return undefined;
  const end = content.text.lastIndexOf("/");
  const head = content.text.slice(0, Math.max(end, 0));
  if (!isFolder(head) || head.includes("\\") || content.text.length !== content.end - content.start) return undefined;
  const literal = { start: content.start, end: content.start + head.length };
  return { literal, written: (field) => `{${field}}` };
}

/** True if a stretch is part of another reference's path. */
export function isTaken(literal: Stretch, others: readonly Stretch[]): boolean {
  return others.some((other) => overlap(literal, other));
}
