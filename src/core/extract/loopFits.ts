/** Scalers and encoders of which a loop fits one in every turn: in the collection that keeps them, or by the column that each is for. */
import { assignmentsIn, calleeOf, callsIn, constructedClass, elementsOf } from "../python/calls";
import type { Knowledge } from "../python/effects";
import type { Statement } from "../python/program";
import { mayBindName } from "../python/scope";
import {
  argumentsOf,
  calledName,
  childOf,
  childrenOf,
  findNode,
  isWithin,
  rootName,
  walk,
  type SyntaxNode,
} from "../python/syntax";
import { storesIn } from "./stores";
import { preprocessorsIn } from "./trainers";
import { isAlone } from "./path/loops";
import type { Turn } from "./path/values";

/** What a loop fits in each of its turns. */
export interface LoopFit {
  /** The name of one of them in the loop, or of the collection. */
  readonly name: string;
  readonly node: SyntaxNode;
  readonly statement: Statement;
  /** Where nothing collects them. */
  readonly turn?: Turn;
  /** The names that those in a collection have in the loop. */
  readonly members: readonly string[];
}

/** The fits in some statements, be it of one in each turn of a loop, that no variable alone holds behind its statement. */
export function loopFits(statements: readonly Statement[], knowledge: Knowledge): readonly LoopFit[] {
  const nodes = statements.map(({ node }) => node);
  const held = { preparing: preprocessorsIn(nodes, knowledge), collections: preparingCollections(nodes, knowledge) };
  return statements.flatMap((statement) => fitsOf(statement, held, knowledge));
}

/** The variables that hold scalers and encoders, and those that hold several. */
interface Held {
  readonly preparing: ReadonlySet<string>;
  readonly collections: ReadonlySet<string>;
}

function fitsOf(statement: Statement, { preparing, collections }: Held, knowledge: Knowledge): readonly LoopFit[] {
  const fitted = fittedIn(statement.node, knowledge);
  const own = fitted.filter(({ object }) => object.type === "identifier" && preparing.has(object.text));
  const kept = collected(statement, { own, fitted, collections }, knowledge);
  const members = new Set(kept.flatMap((one) => one.members));
  const alone = new Map(own.filter(({ object }) => !members.has(object.text)).map((one) => [one.object.text, one]));
  return [...kept, ...[...alone.values()].flatMap((one) => byColumn(one, statement))];
}

/** The lists and dictionaries that are made of scalers and encoders: `{c: LabelEncoder() for c in columns}`, `defaultdict(LabelEncoder)`. */
function preparingCollections(nodes: readonly SyntaxNode[], knowledge: Knowledge): ReadonlySet<string> {
  const made = nodes.flatMap(assignmentsIn).flatMap(({ left, right }) => {
    const isMade = (one: SyntaxNode): boolean => isPreparing(one, knowledge) || isPreparingClass(one, knowledge);
    const isWhole = left.type === "identifier" && COLLECTION.test(calledName(right) || right.type);
    return isWhole && findNode(right, isMade) !== undefined ? [left.text] : [];
  });
  return new Set(made);
}

const COLLECTION = /^((list|dictionary)(_comprehension)?|defaultdict)$/;

/** True for what makes a scaler or an encoder, be it a fitted one; not for what such a one makes of rows. */
function isPreparing(node: SyntaxNode, knowledge: Knowledge): boolean {
  const callee = node.type === "call" ? calleeOf(node, knowledge) : undefined;
  if (callee === undefined || (callee.kind === "method" && callee.name !== "fit")) return false;
  return knowledge.library.isPreprocessor(constructedClass(node, knowledge) ?? "");
}

function isPreparingClass({ type, text }: SyntaxNode, { library }: Knowledge): boolean {
  return type === "identifier" && library.isPreprocessor(text);
}

/** A call that fits, and what it fits. */
interface Fitted {
  readonly call: SyntaxNode;
  readonly object: SyntaxNode;
}

function fittedIn(node: SyntaxNode, knowledge: Knowledge): readonly Fitted[] {
  return callsIn(node).flatMap((call) => {
    const callee = calleeOf(call, knowledge);
    return callee.kind === "method" && /^(partial_)?fit/.test(callee.name) ? [{ call, object: callee.object }] : [];
  });
}

interface Found {
  readonly own: readonly Fitted[];
  readonly fitted: readonly Fitted[];
  readonly collections: ReadonlySet<string>;
}

/** The collections from outside of the loop into which it puts what it fits, or of which it fits one in each turn. */
function collected(
  statement: Statement,
  { own, fitted, collections }: Found,
  knowledge: Knowledge,
): readonly LoopFit[] {
  const names = new Set(own.map(({ object }) => object.text));
  const given = storesIn(statement.node, knowledge).flatMap(({ collection, value }) => {
    if (names.has(value.text)) return [{ collection, members: [value.text] }];
    return isPreparing(value, knowledge) ? [{ collection, members: [] }] : [];
  });
  const inPlace = fitted.flatMap(({ object }) => {
    const collection = object.type === "subscript" ? rootName(object) : undefined;
    return collection !== undefined && collections.has(collection.text) ? [{ collection, members: [] }] : [];
  });
  const found = new Map<string, LoopFit>();
  for (const { collection, members } of [...given, ...inPlace]) {
    if (mayBindName(statement.names, collection.text)) continue;
    const known = found.get(collection.text)?.members ?? [];
    const all = [...known, ...members];
    found.set(collection.text, { name: collection.text, node: collection, statement, members: all });
  }
  return [...found.values()];
}

/** What is fitted on the column that the loop is at, `df[column]`. */
function byColumn({ call, object }: Fitted, statement: Statement): readonly LoopFit[] {
  const left = childOf(statement.node, "left");
  const counted = left === undefined ? undefined : elementsOf(left).at(-1);
  if (statement.node.type !== "for_statement" || counted?.type !== "identifier") return [];
  const at = plainStatements(statement.node).find((one) => isWithin(call, one));
  if (at === undefined || !isAlone(at, statement.source) || !isOfColumn(call, counted.text)) return [];
  return [{ name: object.text, node: object, statement, turn: { at, variable: counted.text }, members: [] }];
}

/** The plain statements of a loop's body, and of the branches in it. */
function plainStatements(node: SyntaxNode): readonly SyntaxNode[] {
  const bodies = [...childrenOf(node, "body"), ...childrenOf(node, "consequence"), ...childrenOf(node, "alternative")];
  return bodies.flatMap((one): readonly SyntaxNode[] => {
    if (one.type !== "block") return plainStatements(one);
    return one.children.flatMap((child) => {
      if (child.type === "if_statement") return plainStatements(child);
      return child.type === "expression_statement" ? [child] : [];
    });
  });
}

function isOfColumn(fit: SyntaxNode, variable: string): boolean {
  const subscripts = argumentsOf(fit)
    .flatMap((one) => walk(one))
    .filter(({ type }) => type === "subscript");
  return subscripts.some((one) => {
    const index = one.children.filter(({ field }) => field !== "value");
    return index.some((key) => elementsOf(key).some(({ text }) => text === variable));
  });
}
