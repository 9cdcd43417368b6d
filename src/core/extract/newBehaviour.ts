/** Kept code that today's libraries run, and to another end than those that the notebook was written for. */
import { assignmentsIn } from "../python/calls";
import {
  argumentAt,
  calledName,
  childOf,
  childrenOf,
  isWithin,
  keywordOf,
  nodesOf,
  positionalsOf,
  type SyntaxNode,
} from "../python/syntax";
import type { Notebook } from "../notebook/notebook";
import type { Knowledge } from "../python/effects";
import { KIND } from "../python/kinds";
import type { Statement } from "../python/program";
import { literalText } from "../python/values";
import type { Diagnostic } from "../report";
import { ageOf, leftToLibrary } from "./newDefaults";
import { lateTypes, type LateTypes } from "./types";
import { FRAME } from "./typing/text";

/**
 * What pandas 3 does differently: it copies on write, and texts are no objects (https://pandas.pydata.org, "What's new in 3.0.0"). The
 * first place of each is told, with how many more there are.
 */
export function newBehaviour(
  kept: readonly Statement[],
  notebook: Notebook,
  knowledge: Knowledge,
): readonly Diagnostic[] {
  const types = lateTypes(knowledge);
  const changed = kept.flatMap((statement) => {
    types.pass(statement.node);
    return [
      ...nodesOf(statement.node, KIND.call).flatMap((call) => changedInPlace(call, types, statement)),
      ...assignmentsIn(statement.node).flatMap(({ left }) => storedInColumn(left, types, statement)),
    ];
  });
  const compared = kept.flatMap((statement) => [
    ...nodesOf(statement.node, KIND.comparison_operator).flatMap((one) => comparedWithObject(one, statement)),
    ...nodesOf(statement.node, KIND.call).flatMap((call) => askedForObject(call, statement)),
  ]);
  const encoders = encodersIn(kept);
  const encoded = kept.flatMap((statement) =>
    nodesOf(statement.node, KIND.assignment).flatMap((one) => encodedInPlace(one, encoders, statement)),
  );
  const patterns = kept.flatMap((statement) =>
    nodesOf(statement.node, KIND.call).flatMap((call) => patternForText(call, statement)),
  );
  return [changed, compared, encoded, patterns, ...withOtherDefaults(kept, notebook, knowledge)].flatMap(finding);
}

/** Calls that leave something to the library, one list for each thing that is said of them. */
function withOtherDefaults(
  kept: readonly Statement[],
  notebook: Notebook,
  knowledge: Knowledge,
): readonly (readonly Changed[])[] {
  const age = ageOf(notebook);
  const left = kept.flatMap((statement) =>
    nodesOf(statement.node, KIND.call).flatMap((call) =>
      leftToLibrary(call, knowledge, age).flatMap((said) => told(call, statement, said)),
    ),
  );
  return [...new Set(left.map(({ message }) => message))].map((one) => left.filter(({ message }) => message === one));
}

/** What no text to be replaced looks like: classes of characters, repeated ones, alternatives. */
const PATTERN = /\\[dDwWsSbB.()[\]$*+?|\\]|\[[^\]]+\]|\(\?|[.\w)][*+]|\w\|\w/;

/** `df["x"].str.replace(r"\s+", " ")`: a pattern is text to pandas 2. */
function patternForText(call: SyntaxNode, statement: Statement): readonly Changed[] {
  const strings = childOf(childOf(call, "function") ?? call, "object");
  const isColumn = strings !== undefined && childOf(strings, "attribute")?.text === "str";
  const pattern = literalText(argumentAt(call, 0, "pat") ?? call);
  if (!isColumn || calledName(call) !== "replace" || pattern === undefined || !PATTERN.test(pattern)) return [];
  if (keywordOf(call, "regex") !== undefined) return [];
  return told(call, statement, {
    message: `${textIn(statement, strings)}.replace takes ${JSON.stringify(pattern)} for a pattern with pandas up to 1, and for the text itself with pandas 2`,
    instead: "Write regex=True",
  });
}

interface Changed extends Pick<Diagnostic, "cell" | "line" | "message"> {
  readonly instead: string;
}

function textIn({ source }: Statement, { start, end }: SyntaxNode): string {
  return source.slice(start, end);
}

const CHANGES_VALUES = /^(fillna|ffill|bfill|replace|clip|interpolate|mask|where)$/;

/** `df["x"].fillna(0, inplace=True)`: the column that is changed is no part of the table any more. */
function changedInPlace(call: SyntaxNode, types: LateTypes, statement: Statement): readonly Changed[] {
  const column = childOf(childOf(call, "function") ?? call, "object");
  const inPlace = keywordOf(call, "inplace");
  if (column === undefined || inPlace?.text !== "True" || !CHANGES_VALUES.test(calledName(call))) return [];
  if (!isColumn(column, types)) return [];
  const changed = `${textIn(statement, column)}.${calledName(call)}`;
  return told(call, statement, {
    message: `${changed}(inplace=True) changes its table with pandas up to 2, and nothing with pandas 3`,
    instead: `Write ${textIn(statement, column)} = ${changed}(…)`,
  });
}

/** `df["x"][2] = 1`, `df["x"].loc[2] = 1`: the same. */
function storedInColumn(left: SyntaxNode, types: LateTypes, statement: Statement): readonly Changed[] {
  const held = left.type === "subscript" ? childOf(left, "value") : undefined;
  if (held === undefined || !holdsColumn(held, types)) return [];
  return told(left, statement, {
    message: `${textIn(statement, left)} = … changes its table with pandas up to 2, and nothing with pandas 3`,
    instead: "Write df.loc[rows, column] = …",
  });
}

/** `df["x"]`, `df["x"].loc`; without an indexer, what is taken by a text may be a part of anything else than a table. */
function holdsColumn(node: SyntaxNode, types: LateTypes): boolean {
  const isIndexer = /^i?(loc|at)$/.test(childOf(node, "attribute")?.text ?? "");
  const column = isIndexer ? childOf(node, "object") : node;
  if (column === undefined || !isColumn(column, types)) return false;
  const table = childOf(column, "value") ?? childOf(column, "object");
  return isIndexer || (table !== undefined && types.typeOf(table) === FRAME);
}

function isColumn(node: SyntaxNode, types: LateTypes): boolean {
  const table = childOf(node, node.type === "subscript" ? "value" : "object");
  if (table?.type !== "identifier") return false;
  const type = types.typeOf(table);
  if (node.type === "attribute") return type === FRAME;
  const key = childOf(node, "subscript");
  return (
    key !== undefined && (type === undefined ? literalText(key) !== undefined : type === FRAME && isName(key, types))
  );
}

/** `df["x"]`, and `df[name]` in a loop over the columns; of what may be a list, that would be one of its tables. */
function isName(key: SyntaxNode, types: LateTypes): boolean {
  if (literalText(key) !== undefined) return true;
  return key.type === "identifier" && /^(str)?$/.test(types.typeOf(key) ?? "");
}

/** `df.dtypes == "object"`, `df["x"].dtype == object`, `df["x"].dtype.name in ["object"]`; its `kind` is what it was. */
function comparedWithObject(node: SyntaxNode, statement: Statement): readonly Changed[] {
  const objects = node.children.map(objectOf).filter((one) => one !== undefined);
  const compared = node.children.flatMap(({ type, children }) => (LISTED.test(type) ? children : []));
  const isObject = [...node.children, ...compared].some((one) =>
    objects.some((object) => object.test(textIn(statement, one))),
  );
  return isObject ? takenForObjects(node, statement) : [];
}

const LISTED = /^(list|set|tuple)$/;

/** How objects are written where a dtype is compared, or its name; `undefined` for anything else. */
function objectOf(node: SyntaxNode): RegExp | undefined {
  if (isDtype(node)) return /^(object|np\.object_?|["'](object|O)["'])$/;
  return namedBy(node).some(isDtype) ? /^["']object["']$/ : undefined;
}

/** `df.dtypes`, `df["x"].dtype` */
function isDtype(node: SyntaxNode): boolean {
  return /^dtypes?$/.test(childOf(node, "attribute")?.text ?? "");
}

/** What `x.name` and `str(x)` give the name of. */
function namedBy(node: SyntaxNode): readonly SyntaxNode[] {
  if (node.type === "call") return childOf(node, "function")?.text === "str" ? positionalsOf(node) : [];
  return childOf(node, "attribute")?.text === "name" ? childrenOf(node, "object") : [];
}

/** `is_object_dtype(df["x"])` */
function askedForObject(call: SyntaxNode, statement: Statement): readonly Changed[] {
  return calledName(call) === "is_object_dtype" ? takenForObjects(call, statement) : [];
}

function takenForObjects(node: SyntaxNode, statement: Statement): readonly Changed[] {
  const message = `${textIn(statement, node)} takes columns of text for objects with pandas up to 2, and not with pandas 3`;
  return told(node, statement, { message, instead: 'Take columns of text with select_dtypes("object")' });
}

const ENCODES_TEXT = /^(LabelEncoder|OrdinalEncoder)$/;

/** The variables that hold what makes numbers of texts. */
function encodersIn(kept: readonly Statement[]): ReadonlySet<string> {
  const held = kept
    .flatMap(({ node }) => nodesOf(node, KIND.assignment))
    .filter(({ children }) => isEncoder(children.at(-1)));
  return new Set(held.flatMap((one) => childOf(one, "left")?.text ?? []));
}

function isEncoder(node: SyntaxNode | undefined): boolean {
  return node?.type === "call" && ENCODES_TEXT.test(calledName(node));
}

/** `X.iloc[:, 0] = LabelEncoder().fit_transform(X.iloc[:, 0])`: a column of text stays one. */
function encodedInPlace(node: SyntaxNode, encoders: ReadonlySet<string>, statement: Statement): readonly Changed[] {
  const [left, right] = [childOf(node, "left"), childOf(node, "right")];
  const column = left?.type === "subscript" ? textIn(statement, left) : "";
  const instead = boundAnew(column);
  if (instead === undefined || right === undefined || encodedBy(right, encoders, statement) !== column) return [];
  const message = `${column} takes numbers for its text with pandas up to 2, and raises a TypeError with pandas 3`;
  return told(node, statement, { message, instead: `Write ${instead} = …` });
}

/** The column that an encoder makes numbers of. */
function encodedBy(call: SyntaxNode, encoders: ReadonlySet<string>, statement: Statement): string | undefined {
  if (call.type !== "call" || !/^(fit_)?transform$/.test(calledName(call))) return undefined;
  const encoder = childOf(childOf(call, "function") ?? call, "object");
  const [given] = positionalsOf(call);
  if (given === undefined || !(isEncoder(encoder) || encoders.has(encoder?.text ?? ""))) return undefined;
  return textIn(statement, given).replace(/\.values$/, "");
}

/** `X[X.columns[0]]` for `X.iloc[:, 0]`, `X["a"]` for `X.loc[:, "a"]` */
function boundAnew(column: string): string | undefined {
  const [, table = "", indexer, key = ""] = /^(\w+)\.(i?loc)\[\s*:\s*,\s*([^[\](),:]+)\]$/.exec(column) ?? [];
  if (indexer === undefined) return undefined;
  return indexer === "loc" ? `${table}[${key}]` : `${table}[${table}.columns[${key}]]`;
}

/** Nothing of what is only shown. */
function told(
  node: SyntaxNode,
  { cell, shown }: Statement,
  said: Pick<Changed, "message" | "instead">,
): readonly Changed[] {
  return shown.some((one) => isWithin(node, one)) ? [] : [{ cell, line: node.line, ...said }];
}

function finding([first, ...more]: readonly Changed[]): readonly Diagnostic[] {
  if (first === undefined) return [];
  const { cell, line, message, instead } = first;
  const others =
    more.length === 0 ? "" : ` So ${more.length === 1 ? "does one more line" : `do ${more.length} more lines`}.`;
  return [
    {
      code: "notebook.new-behaviour",
      severity: "warning",
      cell,
      line,
      message: `${message}.${others}`,
      hint: `${instead}, or take the packages of the notebook's day: asOf in slipway.yaml.`,
    },
  ];
}
