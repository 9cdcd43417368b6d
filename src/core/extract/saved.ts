/** What a notebook writes to files: its results where it has no model, and what belongs to the model where it has one. */
import { posix } from "node:path";
import { assignmentsIn, calleeOf, callsIn, type Callee } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { writtenTable } from "../python/files";
import { mayBindName, nameFacts } from "../python/scope";
import {
  argumentsOf,
  calledName,
  childOf,
  findNode,
  keywordOf,
  positionalsOf,
  walk,
  type SyntaxNode,
} from "../python/syntax";
import { literalText } from "../python/values";
import { namesOf, type Statement } from "../python/program";
import { variableValue, type Value } from "./pipelineValues";
import { freshName, identifier } from "./names";
import { namesLacking } from "./lacking";
import { partsOf, savesItself } from "./savers";
import type { Candidate } from "./fits";
import { dependentIndexes, dependsOn, type Analysed } from "./target";
import { preprocessorsIn } from "./trainers";

/**
 * The tables and objects that a notebook saves: each variable as it is saved last, an expression, and a table that is another one when
 * it is saved again, by its file's name.
 */
export function savedValues(analysed: Analysed): readonly Value[] {
  const { statements, knowledge } = analysed;
  const taken = namesOf(statements);
  const values = new Map<string, Value>();
  const saves = statements.flatMap((statement) =>
    callsIn(statement.node).flatMap((call) =>
      savedBy(call, calleeOf(call, knowledge), knowledge).map((saved) => ({ saved, call, statement })),
    ),
  );
  const seen = saves.filter(isSeenOutside);
  for (const one of seen) {
    const { saved, call, statement } = one;
    const file = fileOf(saved, call, { statement, statements });
    // `style.save(figure, "a.png")`
    if (DOCUMENT.test(file ?? "") && isPlainSave(call)) continue;
    const isEarlier = becomesAnother(one, seen, analysed);
    const variable = isEarlier ? undefined : variableSaved(one);
    if (variable !== undefined) values.set(variable, variableValue(variable, statement));
    if (variable !== undefined || !canBeTakenAfter(saved, call, statement)) continue;
    const name = namedBy(file, saved, (known) => taken.has(known) || values.has(known));
    values.set(name, { name, kind: "value", statement, expression: saved, ...(isEarlier && { isCopied: true }) });
  }
  return [...values.values()];
}

/** The variable that is saved; of `rows[["id", "y"]].to_csv(path)` in a block that makes `rows`, that one: it has more columns. */
function variableSaved({ saved, call, statement }: Save): string | undefined {
  if (saved.type === "identifier") return saved.text;
  const table = saved.type === "subscript" && calledName(call).startsWith("to_") ? childOf(saved, "value") : undefined;
  const isOfBlock = table?.type === "identifier" && mayBindName(statement.names, table.text);
  return isOfBlock ? table.text : undefined;
}

/** The name of a file, as that of a value; where only its ending is seen, that of the variable. */
function namedBy(file = "saved", saved: SyntaxNode, isTaken: (name: string) => boolean): string {
  const { name, ext } = posix.parse(file);
  const isNamed = ext !== "" || !name.startsWith(".");
  return freshName(isNamed || saved.type !== "identifier" ? identifier(name) : saved.text, isTaken);
}

/** A value that a call saves. */
interface Save {
  readonly saved: SyntaxNode;
  readonly call: SyntaxNode;
  readonly statement: Statement;
}

/**
 * True for a table of pandas that the notebook changes, or binds its name anew, before it saves it once more; not for one that needs
 * what nothing defines.
 */
function becomesAnother({ saved, call, statement }: Save, saves: readonly Save[], analysed: Analysed): boolean {
  const { flow } = analysed;
  if (!calledName(call).startsWith("to_") || saved.type !== "identifier") return false;
  const madeBy = (index: number): string => [...flow.behind(index, [saved.text]).keys()].sort().join();
  const again = saves.find((one) => one.saved.text === saved.text && one.statement.index > statement.index);
  if (again === undefined || madeBy(again.statement.index) === madeBy(statement.index)) return false;
  return namesLacking([...dependsOn(flow, statement.index), statement.index], analysed).length === 0;
}

/**
 * The models that a notebook saves by methods of their own, of whatever library: `model.save("w2v.bin")`; and those that it hands to
 * what exports models. Pictures and documents, which are saved in the same way, are none, nor is what goes to a file whose name cannot
 * be seen.
 */
export function savedModels({ statements, knowledge }: Analysed): readonly Value[] {
  const values = new Map<string, Value>();
  for (const statement of statements) {
    for (const call of callsIn(statement.node)) {
      const callee = calleeOf(call, knowledge);
      const model = exported(call, callee, knowledge) ?? savedItself(call, callee, { statement, statements });
      if (model === undefined || knowledge.imports.has(model.text)) continue;
      if (isSeenOutside({ saved: model, statement })) values.set(model.text, variableValue(model.text, statement));
    }
  }
  return [...values.values()];
}

/** `model` of `tf.lite.TFLiteConverter.from_keras_model(model)` */
function exported(call: SyntaxNode, callee: Callee, { library }: Knowledge): SyntaxNode | undefined {
  const [model] = positionalsOf(call);
  const isExport = callee.kind === "library" && library.liesIn("modelSavers", callee.qualified);
  return isExport && model?.type === "identifier" ? model : undefined;
}

function savedItself(call: SyntaxNode, callee: Callee, place: Place): SyntaxNode | undefined {
  const isOther = isDrawn(call) || writtenTable(call, callee) !== undefined;
  const model = isOther ? undefined : savesItself(callee);
  const file = model && fileOf(model, call, place);
  return file !== undefined && !DOCUMENT.test(file) ? model : undefined;
}

/** `animation.save(name, fps=9)` */
function isDrawn(call: SyntaxNode): boolean {
  return ["dpi", "fps", "writer"].some((name) => keywordOf(call, name) !== undefined);
}

/** True for a function that is only called so, which may save anything. */
function isPlainSave(call: SyntaxNode): boolean {
  return calledName(call) === "save";
}

const DOCUMENT = /\.(png|jpe?g|gif|bmp|tiff?|webp|svg|pdf|eps|mp4|html?|xlsx?|docx?|pptx?|txt|md)$/i;

/** False for what only a comprehension or a lambda has a name for. */
export function isSeenOutside({ saved, statement: { names } }: { saved: SyntaxNode; statement: Statement }): boolean {
  const read = [...nameFacts(saved).reads];
  return read.length > 0 && read.every((one) => names.reads.has(one) || mayBindName(names, one));
}

function findDump({ node }: Statement, saved: SyntaxNode, knowledge: Knowledge): boolean {
  return callsIn(node).some((call) => {
    const callee = calleeOf(call, knowledge);
    return callee.kind === "library" && callee.name === "dump" && positionalsOf(call).includes(saved);
  });
}

/** Of what a notebook saves: what its model predicted, and the scalers and encoders that its model's data went through. */
export function savedWith(model: Candidate, analysed: Analysed): readonly Value[] {
  const { statements, knowledge, flow } = analysed;
  const above = dependsOn(flow, model.statement.index);
  const below = dependentIndexes([model.statement.index], flow);
  const needed = statements.filter(({ index }) => above.has(index)).map(({ node }) => node);
  const preprocessors = preprocessorsIn(needed, knowledge);
  return savedValues(analysed).filter(({ name, statement, expression }) => {
    const isPredicted = statement.index !== model.statement.index && below.has(statement.index);
    // What is gathered only to be written down, `json.dump({"mae": mae}, file)`, is there by itself.
    const isGathered = expression !== undefined && findDump(statement, expression, knowledge);
    return name !== model.name && !isGathered && (isPredicted || preprocessors.has(name));
  });
}

/** What a notebook that calls no `fit` by itself fits last on its way to transform data. */
export function transformers({ statements, knowledge }: Analysed): readonly Value[] {
  const found = statements.flatMap((statement) =>
    callsIn(statement.node).flatMap((call) => {
      const callee = calleeOf(call, knowledge);
      const fits = callee.kind === "method" && callee.name === "fit_transform" && callee.object.type === "identifier";
      return fits && isSeenOutside({ saved: callee.object, statement })
        ? [variableValue(callee.object.text, statement)]
        : [];
    }),
  );
  return found.slice(-1);
}

/** The expressions whose values a call writes to a file. */
function savedBy(call: SyntaxNode, callee: Callee, { library }: Knowledge): readonly SyntaxNode[] {
  if (callee.kind !== "library") return [writtenTable(call, callee)].filter((one) => one !== undefined);
  // `np.savez(path, a, b=c)` names the file first, `json.dump(value, file)` the value.
  if (/^numpy\.savez(_compressed)?$/.test(callee.qualified)) {
    return argumentsOf(call)
      .slice(1)
      .map((one) => childOf(one, "value") ?? one);
  }
  if (!/(^|\.)(dump|save|savetxt)$/.test(callee.qualified)) return [];
  const index = callee.qualified.startsWith("numpy.") ? 1 : 0;
  const saved = positionalsOf(call).slice(index, index + 1);
  const parts = library.liesIn("modelSavers", callee.qualified) ? saved.flatMap(partsOf) : [];
  const areNames = parts.length > 0 && parts.every(({ type }) => type === "identifier");
  return areNames ? parts : saved;
}

/** True for what a statement, be it one in a `with`, saves, if it means the same right after the whole statement. */
export function canBeTakenAfter(saved: SyntaxNode, call: SyntaxNode, { node, names }: Statement): boolean {
  const { reads } = nameFacts(saved);
  const isOwn = [...reads].some((name) => mayBindName(names, name));
  return !isOwn && statementsOf(node).some((one) => findNode(one, (inner) => inner === call) !== undefined);
}

/** The expressions that are statements: of a `with`, those of its block. */
function statementsOf(node: SyntaxNode): readonly SyntaxNode[] {
  if (node.type === "expression_statement") return [node];
  const body = node.type === "with_statement" ? childOf(node, "body") : undefined;
  return (body?.children ?? []).flatMap(statementsOf);
}

interface Place {
  readonly statement: Statement;
  readonly statements: readonly Statement[];
}

const FILE_KEYWORD = /path|buf|file|writer|^(f|fp|fname)$/;

/** The file that a call writes to, as far as its name can be seen. */
export function fileOf(saved: SyntaxNode | undefined, call: SyntaxNode, place: Place): string | undefined {
  for (const argument of argumentsOf(call)) {
    const name = childOf(argument, "name")?.text;
    const value = argument.type === "keyword_argument" ? childOf(argument, "value") : argument;
    if (value === undefined || value === saved || (name !== undefined && !FILE_KEYWORD.test(name))) continue;
    const file = fileIn(value, place);
    if (file !== undefined) return file;
  }
  return undefined;
}

/** The last part of a path: of `open(FOLDER / "a.json", "w")`, of `f"{folder}/a.json"`, of the name that stands for such. */
function fileIn(node: SyntaxNode | undefined, place: Place, depth = 0): string | undefined {
  if (node === undefined || depth > 8) return undefined;
  const again = (inner: SyntaxNode | undefined): string | undefined => fileIn(inner, place, depth + 1);
  if (node.type === "string") return literalText(node) ?? node.children.findLast(isContent)?.text;
  if (node.type === "identifier") return again(meaningOf(node.text, place));
  if (node.type !== "call") return again(node.children.at(-1));
  return again(node.children.flatMap(({ children }) => children).find(isObject)) ?? again(positionalsOf(node)[0]);
}

function isObject({ field }: SyntaxNode): boolean {
  return field === "object";
}

function isContent({ type }: SyntaxNode): boolean {
  return type === "string_content";
}

/** What a name stands for: what a `with` around it opens, or what was assigned to it last. */
function meaningOf(name: string, { statement, statements }: Place): SyntaxNode | undefined {
  const opened = walk(statement.node).find(
    ({ type, children }) => type === "as_pattern" && children[1]?.children[0]?.text === name,
  );
  if (opened !== undefined) return opened.children[0];
  const above = statements.filter(({ index }) => index < statement.index);
  return above.flatMap(({ node }) => assignmentsIn(node)).findLast(({ left }) => left.text === name)?.right;
}
