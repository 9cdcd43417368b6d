/** What other models than the one that is shipped give: their predictions, and the columns and metrics made of these alone. */
import { assignmentsIn, calleeOf, callsIn } from "../python/calls";
import type { Knowledge } from "../python/effects";
import type { Statement } from "../python/program";
import { isFile } from "../python/files";
import { KIND } from "../python/kinds";
import { isStream } from "../python/random";
import { mayBindName, nameFacts } from "../python/scope";
import { childOf, childrenOf, nodesOf, type SyntaxNode } from "../python/syntax";
import { literalText } from "../python/values";
import { findFits, type Candidate } from "./fits";
import { isMadeAnew } from "./loops";
import { keyOf } from "./measuring";
import { savedNames } from "./savers";
import { dependentIndexes, dependentsOf, dependsOn, type Analysed } from "./target";

/** Whose a value is: the model's, as far as is known; that of other models only; that of the model with others; or that of none. */
type Origin = "own" | "other" | "shared" | "plain";

/** Tells whose an expression of a statement is. */
export type WhoseIs = (node: SyntaxNode, statement: Statement) => Origin;

/** True for an expression of a statement that is not the model's. */
type IsOfOthers = (node: SyntaxNode, statement: Statement) => boolean;

/** The names and columns that an expression reads. */
interface Leaf {
  readonly name: string;
  readonly column?: string;
}

interface Search extends Pick<Analysed, "flow" | "knowledge" | "statements"> {
  /** The statements that depend on the model. */
  readonly ofModel: ReadonlySet<number>;
  /** Variables that hold another model behind a statement, by its index. */
  readonly fitted: ReadonlyMap<number, ReadonlySet<string>>;
  /** The statement of the model, if it saves one of the models that it fits. */
  readonly choosing: number | undefined;
  /** What each plain assignment writes to. */
  readonly targets: Map<number, Leaf>;
  /** Whose it is what those assignments and fits give that depend on another model. */
  readonly given: Map<number, Origin>;
}

/** Tells apart what is of other models, where `ofModel` are the statements that depend on the model. */
export function findOthers(analysed: Analysed, model: Candidate, ofModel: Iterable<Statement>): WhoseIs {
  const fitted = otherFits(analysed, model);
  const choosing = choosesSaved(model, analysed.knowledge) ? model.statement.index : undefined;
  if (fitted.size === 0 && choosing === undefined) return () => "own";
  const { flow, knowledge, statements } = analysed;
  const own = new Set([...ofModel].map(({ index }) => index));
  const search: Search = {
    flow,
    knowledge,
    statements,
    choosing,
    ofModel: own,
    fitted,
    targets: new Map(),
    given: new Map(),
  };
  const ofOthers = new Set(dependentsOf([...fitted.keys(), ...(choosing === undefined ? [] : [choosing])], analysed));
  for (const statement of statements) note(statement, ofOthers.has(statement), search);
  return (node, statement) => originOf(node, statement, search);
}

/** Tells what has something in it of what the statements below the model give its name to, where these do not depend on it. */
export function findNamesakes(
  { statements, flow }: Analysed,
  { name, statement }: Candidate,
  ofModel: ReadonlySet<Statement>,
): IsOfOthers {
  const others = statements.filter(
    (one) => one.index > statement.index && mayBindName(one.names, name) && !ofModel.has(one),
  );
  if (others.length === 0) return () => false;
  const ofOthers = dependentIndexes(
    others.map(({ index }) => index),
    flow,
  );
  return (node, { index: at }) => {
    const { reads, late } = nameFacts(node);
    return [...flow.behind(at, new Set([...reads, ...late])).keys()].some((index) => ofOthers.has(index));
  };
}

/** Fits that the model is not made of. */
function otherFits(analysed: Analysed, { statement }: Candidate): ReadonlyMap<number, ReadonlySet<string>> {
  const needed = dependsOn(analysed.flow, statement.index);
  const found = new Map<number, Set<string>>();
  for (const { name, className, statement: one } of findFits(analysed)) {
    const isPart = one === statement || needed.has(one.index);
    if (isPart || one.node.type !== "expression_statement") continue;
    if (!analysed.knowledge.library.isPreprocessor(className ?? ""))
      found.set(one.index, (found.get(one.index) ?? new Set()).add(name));
  }
  return found;
}

function note(statement: Statement, isOfOthers: boolean, search: Search): void {
  const { node, index } = statement;
  const target = written(node, search.knowledge);
  if (target !== undefined) search.targets.set(index, target);
  const isFit = search.fitted.has(index);
  const source = isFit ? node : target?.right;
  if (source === undefined || !isOfOthers) return;
  const origin = originOf(source, statement, search);
  search.given.set(index, isFit && origin === "plain" ? "other" : origin);
}

/** `prediction = …`, `table["forest"] = …`: what a plain assignment writes, and where to. A function of the notebook may write more. */
function written(node: SyntaxNode, knowledge: Knowledge): (Leaf & { readonly right: SyntaxNode }) | undefined {
  const [assigned, ...others] = /^(expression|with)_statement$/.test(node.type) ? assignmentsIn(node) : [];
  const isPlain = callsIn(node).every((call) => calleeOf(call, knowledge).kind !== "notebook");
  if (assigned === undefined || others.length > 0 || !isPlain) return undefined;
  const { left, right } = assigned;
  if (left.type === "identifier") return { name: left.text, right };
  const [table, column] = left.type === "subscript" ? [childOf(left, "value"), keyOf(left)] : [];
  return table?.type === "identifier" && column !== undefined ? { name: table.text, column, right } : undefined;
}

function originOf(node: SyntaxNode, statement: Statement, search: Search): Origin {
  const unseen = unseenIn(statement, search);
  if (unseen.includes("own")) return "own";
  const origins = [
    ...leavesOf(node).map((leaf) => originOfLeaf(leaf, statement, search)),
    ...filesOf(statement, search).map((index) => savedBy(index, search)),
    ...unseen,
  ];
  return origins.includes("own") && origins.includes("other") ? "shared" : strongest(origins);
}

const STRENGTH: readonly Origin[] = ["shared", "own", "other"];

/** Which of them counts, where it is not known which of several values is meant. */
function strongest(origins: readonly Origin[]): Origin {
  return STRENGTH.find((one) => origins.includes(one)) ?? "plain";
}

/** Whose it is what a statement has of the model by names that are not in it: what it calls looks them up, or holds the same objects. */
function unseenIn({ index, names }: Statement, search: Search): readonly Origin[] {
  const isUnseen = (name: string): boolean =>
    !names.reads.has(name) && !names.late.has(name) && !isStream(name) && !isFile(name);
  return [...(search.flow.dependencies[index] ?? [])].flatMap(([other, why]) =>
    search.ofModel.has(other) ? [...why].filter(isUnseen).map((name) => originBy(other, name, search)) : [],
  );
}

/** The statements that have something of the model and write files which a statement reads. */
function filesOf({ index }: Statement, { flow, ofModel }: Search): readonly number[] {
  const above = [...(flow.dependencies[index] ?? [])];
  return above.flatMap(([other, why]) => (ofModel.has(other) && [...why].some(isFile) ? [other] : []));
}

/** Whose it is what a statement writes to a file. */
function savedBy(index: number, search: Search): Origin {
  const statement = search.statements[index];
  if (statement === undefined) return "plain";
  if (index === search.choosing) return "shared";
  const origin = originOf(statement.node, statement, search);
  return search.fitted.has(index) && origin === "plain" ? "other" : origin;
}

/** True for a loop that makes a model in each turn and saves those that are better than the ones before. */
function choosesSaved(model: Candidate, knowledge: Knowledge): boolean {
  const choices = isMadeAnew(model, knowledge) ? nodesOf(model.statement.node, KIND.if_statement) : [];
  return choices.some((choice) => savedNames(choice, knowledge).includes(model.name));
}

function originOfLeaf({ name, column }: Leaf, { index }: Statement, search: Search): Origin {
  const makers = [...(search.flow.dependencies[index] ?? [])].flatMap(([maker, why]) => (why.has(name) ? [maker] : []));
  const whose = (some: readonly number[]): Origin => strongest(some.map((maker) => originBy(maker, name, search)));
  if (column === undefined) return whose(makers);
  const columnBy = (maker: number): string | undefined => {
    const target = search.targets.get(maker);
    return target?.name === name ? target.column : undefined;
  };
  const rest = whose(makers.filter((maker) => columnBy(maker) === undefined));
  const writers = makers.filter((maker) => columnBy(maker) === column);
  return rest === "own" || writers.length === 0 ? rest : whose([Math.max(...writers)]);
}

/** Whose it is what a statement makes of a variable. */
function originBy(maker: number, name: string, { ofModel, fitted, targets, given }: Search): Origin {
  const isSeen = fitted.get(maker)?.has(name) === true || targets.get(maker)?.name === name;
  const otherwise = ofModel.has(maker) ? "own" : "plain";
  return isSeen ? (given.get(maker) ?? otherwise) : otherwise;
}

/** Attributes that give all of a table. */
const WHOLE = /^(values|array|data|T|i?loc|i?at|ix)$/;

/** What an expression reads: `table["a"]` and `table.a` are columns, other names are read as a whole. */
function leavesOf(node: SyntaxNode): readonly Leaf[] {
  if (node.type === "identifier") return [{ name: node.text }];
  const columns = columnsOf(node);
  if (columns.length > 0) return columns;
  const inner = node.children.filter(({ field }) => field !== "attribute");
  const values = node.type === "keyword_argument" ? childrenOf(node, "value") : inner;
  return values.flatMap((child) => (child.field === "function" ? calledLeaves(child) : leavesOf(child)));
}

/** `table.mean()` reads all of the table. */
function calledLeaves(target: SyntaxNode): readonly Leaf[] {
  return leavesOf((target.type === "attribute" ? childOf(target, "object") : undefined) ?? target);
}

function columnsOf(node: SyntaxNode): readonly Leaf[] {
  const table = childOf(node, node.type === "attribute" ? "object" : "value");
  if (table?.type !== "identifier") return [];
  return namedColumns(node).map((column) => ({ name: table.text, column }));
}

function namedColumns(node: SyntaxNode): readonly string[] {
  if (node.type === "attribute") {
    const name = childOf(node, "attribute")?.text;
    return name === undefined || WHOLE.test(name) ? [] : [name];
  }
  const [key, ...others] = node.type === "subscript" ? childrenOf(node, "subscript") : [];
  if (key === undefined || others.length > 0) return [];
  const keys = key.type === "list" ? key.children.filter(({ type }) => type !== "comment") : [key];
  const texts = keys.flatMap((one) => literalText(one) ?? []);
  return texts.length === keys.length ? texts : [];
}
