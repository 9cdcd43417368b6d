/**
 * Names that libraries removed, and what they are called today. What is put in their place also works with the libraries of the
 * last five years, so that a notebook which pins its packages runs as before. The names are data, in `oldNames.json`.
 */
import { boostersAround, boostersIn, type BoostersAround } from "./boosters";
import { knownTables, type KnownTables } from "./knownTables";
import { appended, joinedColumns } from "./oldAppends";
import { attributeCalled, insert, keyOf, put, renamed, splitLast, without, type OldName, type Text } from "./oldEdits";
import table from "./oldNames.json";
import { splitOnce, SPLITTERS } from "./oldSplitters";
import { oldTraining, setBefore, TRAINING_WORDS } from "./oldTraining";
import {
  argumentsOf,
  childOf,
  childrenOf,
  findNode,
  keywordOf,
  positionalsOf,
  walk,
  type ParsePython,
  type SyntaxNode,
} from "./syntax";

const modules = new Map<string, string>(Object.entries(table.modules));
const attributes = new Map<string, string>(Object.entries(table.attributes));
const attributeNames = new Set([...attributes.keys()].map((name) => splitLast(name)[1]));
const methods = new Map<string, string>(Object.entries(table.methods));
const calls = new Map<string, string>(Object.entries(table.calls));
const keywords = new Map<string, string>(Object.entries(table.keywords));
const values = new Map<string, string>(Object.entries(table.values));
const fills = new Map<string, string>(Object.entries(table.fills));

/** What the rest of the notebook tells of its names. */
export interface NamesAround extends BoostersAround {
  /** Functions and methods that it defines itself. */
  readonly own: ReadonlySet<string>;
  /** What it imports of sklearn.cross_validation. */
  readonly validators: ReadonlySet<string>;
  /** Variables that are a row of a table. */
  readonly rows: ReadonlySet<string>;
  /** Variables that may be tables. */
  readonly tables: ReadonlySet<string>;
  /** Variables that are tables or columns, and nothing else. */
  readonly known: KnownTables;
  /** What it calls pandas. */
  readonly pandas: string | undefined;
}

/** What the cells of a notebook define, assign, and import. */
export function namesAround(sources: readonly string[], parse: ParsePython): NamesAround {
  const found = (pattern: RegExp): readonly string[] =>
    sources.flatMap((source) => Array.from(source.matchAll(pattern), ([, name = ""]) => name));
  const vague = new Set(found(VAGUE));
  const pandas = found(PANDAS).at(-1);
  const appends = pandas !== undefined && sources.some((source) => source.includes(".append("));
  const roots = appends ? sources.map((source) => parse(source).root) : [];
  return {
    ...boostersAround(sources),
    own: new Set(found(DEFINED)),
    validators: new Set(found(VALIDATORS).flatMap((names) => names.match(/\w+/g) ?? [])),
    rows: new Set(found(ROW)),
    tables: new Set(found(ASSIGNED).filter((name) => !vague.has(name))),
    known: knownTables(roots, pandas ?? ""),
    pandas,
  };
}

const DEFINED = /\bdef\s+(\w+)/g;
const VALIDATORS = /\bfrom\s+sklearn\.cross_validation\s+import\s+(\([\w\s,]*\)|[\w \t,]*)/g;
const ROW = /\b(\w+)\s*=\s*(?:\{|dict\(|\w+\.Series\()/g;
const ASSIGNED = /^[ \t]*(\w+)[ \t]*=[^=]/gm;
/** `total = sales.sum()`, `first = sales.loc[0]`: a row or a number of a table. */
const VAGUE =
  /^[ \t]*(\w+)[ \t]*=(?:[ \t]*\[|[^=\n]*\.(?:sum|mean|median|mode|std|var|min|max|count|nunique|quantile|agg|aggregate|apply|loc|iloc|squeeze|describe)\b)/gm;
const PANDAS = /\bimport\s+pandas\s+as\s+(\w+)/g;

/** The old names in a cell, and in what is handed to them. Methods that the notebook defines itself are its own. */
export function oldNames(root: SyntaxNode, source: string, around: NamesAround): readonly OldName[] {
  if (!WORDS.test(source)) return [];
  const text: Text = ({ start, end }) => source.slice(start, end);
  const boostersAt = boostersIn(root, text, around);
  return walk(root).flatMap((node) => {
    const isOwn = node.type === "call" && around.own.has(attributeCalled(node)?.text ?? "");
    const find = isOwn ? undefined : FINDERS[node.type];
    const isCall = /^(call|expression_statement)$/.test(node.type);
    return find?.(node, text, isCall ? { ...around, boosters: boostersAt(node) } : around) ?? [];
  });
}

type Finder = (node: SyntaxNode, text: Text, around: NamesAround) => readonly OldName[];

const FINDERS: Readonly<Record<string, Finder>> = {
  import_from_statement: importedFrom,
  aliased_import: (node, text) => (childOf(node, "name") === undefined ? [] : importedAs(node, text)),
  attribute: (node, text) => {
    const week = weekOf(node);
    if (week !== undefined) return [week];
    const isKnown = attributeNames.has(childOf(node, "attribute")?.text ?? "");
    const now = isKnown ? attributes.get(text(node)) : undefined;
    return now === undefined ? [] : [renamed(node, text(node), now)];
  },
  subscript: indexed,
  expression_statement: setBefore,
  assignment: ({ children }, text, around) => joinedColumns(children.slice(-1), text, around),
  call: (node, text, around) => [
    ...calledMethod(node),
    ...renamedKeywords(node, text),
    ...renamedValues(node, text),
    ...filled(node, text),
    ...sorted(node),
    ...splitOnce(node, text, around.validators),
    ...appended(node, text, around),
    ...joinedColumns(argumentsOf(node), text, around),
    ...plainAxis(node),
    ...rootedError(node, text),
    ...oldTraining(node, text, around),
  ],
};

/** `dates.dt.week` */
function weekOf(node: SyntaxNode): OldName | undefined {
  const [object, name] = [childOf(node, "object"), childOf(node, "attribute")];
  const isOfDates = object?.type === "attribute" && childOf(object, "attribute")?.text === "dt";
  if (!isOfDates || name === undefined || !/^week(ofyear)?$/.test(name.text)) return undefined;
  return renamed(name, `.dt.${name.text}`, ".dt.isocalendar().week", "isocalendar().week");
}

/** `from sklearn.cross_validation import …`, `from sklearn import cross_validation`, `from sklearn.externals import joblib` */
function importedFrom(node: SyntaxNode, text: Text): readonly OldName[] {
  const module = childOf(node, "module_name");
  if (module === undefined) return [];
  const now = modules.get(text(module));
  if (now !== undefined) return [renamed(module, text(module), now)];
  const names = childrenOf(node, "name");
  const moved = names.flatMap((name) => {
    const plain = name.type === "aliased_import" ? childOf(name, "name") : name;
    const old = plain === undefined ? "" : `${text(module)}.${text(plain)}`;
    const to = modules.get(old);
    return to === undefined || plain === undefined ? [] : [{ name, plain, old, to }];
  });
  return moved.flatMap(({ name, plain, old, to }) => {
    const [parent, last] = splitLast(to);
    const isAliased = name.type === "aliased_import";
    if (parent === text(module)) {
      const alias = isAliased || last === text(plain) ? last : `${last} as ${text(plain)}`;
      return [renamed(plain, old, to, alias)];
    }
    // `from sklearn.externals import joblib`: the statement is another one, or two.
    const rest = names.filter((other) => other !== name).map(text);
    if (rest.length > 0 && (moved.length > 1 || text(node).includes("\n"))) return [];
    const others = rest.length === 0 ? "" : `from ${text(module)} import ${rest.join(", ")}; `;
    const alias = isAliased ? text(childOf(name, "alias") ?? plain) : text(plain);
    return [renamed(node, old, to, `${others}${importing(to, alias)}`)];
  });
}

/** What lies in a module is imported from there. */
function importing(name: string, alias: string): string {
  const [parent, last] = splitLast(name);
  const as = alias === last ? "" : ` as ${alias}`;
  return parent === "" ? `import ${name}${as}` : `from ${parent} import ${last}${as}`;
}

/** `import sklearn.cross_validation as cv` */
function importedAs(node: SyntaxNode, text: Text): readonly OldName[] {
  const name = childOf(node, "name");
  const now = name === undefined || !text(name).includes(".") ? undefined : modules.get(text(name));
  return name === undefined || now === undefined ? [] : [renamed(name, text(name), now)];
}

/** `df.as_matrix()`: only without arguments is it the same; `sampler.fit_sample(X, y)` is with them. */
function calledMethod(call: SyntaxNode): readonly OldName[] {
  const name = attributeCalled(call);
  const other = calls.get(name?.text ?? "");
  if (name !== undefined && other !== undefined) return [renamed(name, `.${name.text}()`, `.${other}()`, other)];
  const now = name === undefined ? undefined : methods.get(name.text);
  if (name === undefined || now === undefined || argumentsOf(call).length > 0) return [];
  return [renamed(name, `.${name.text}()`, `.${now}()`, now)];
}

/** `sns.pairplot(df, size=3)` */
function renamedKeywords(call: SyntaxNode, text: Text): readonly OldName[] {
  const target = childOf(call, "function");
  const called = target === undefined ? "" : splitLast(text(target))[1];
  return argumentsOf(call).flatMap((argument) => {
    const name = argument.type === "keyword_argument" ? childOf(argument, "name") : undefined;
    const now = name === undefined ? undefined : keywords.get(`${called}.${name.text}`);
    return name === undefined || now === undefined ? [] : [renamed(name, `${called}(${name.text}=)`, now)];
  });
}

/** `RandomForestClassifier(max_features="auto")`: another value of the argument, or none, where the default is meant. */
function renamedValues(call: SyntaxNode, text: Text): readonly OldName[] {
  const target = childOf(call, "function");
  const called = target === undefined ? "" : splitLast(text(target))[1];
  return argumentsOf(call).flatMap((argument, index, all) => {
    const isPlain = argument.type === "keyword_argument" || argument.type === "string";
    const written = isPlain ? text(argument).replace(/\s/g, "").replace(/"/g, "'") : "";
    const now = values.get(`${called}(${written})`);
    if (now === undefined) return [];
    const old = `${called}(${written})`;
    if (now !== "") return [renamed(argument, old, `${called}(${now})`, now)];
    return [{ line: argument.line, old, now: `${called}()`, edits: [without(index, all, text)] }];
  });
}

/** `df.fillna(method="ffill")` */
function filled(call: SyntaxNode, text: Text): readonly OldName[] {
  const name = attributeCalled(call);
  const all = argumentsOf(call);
  const index = all.findIndex((one) => keyOf(one) === "method");
  const argument = all[index];
  const value = argument === undefined ? undefined : childOf(argument, "value");
  const method = value === undefined ? undefined : fills.get(text(value).replace(/^(["'])(.*)\1$/, "$2"));
  if (name?.text !== "fillna" || argument === undefined || method === undefined || positionalsOf(call).length > 0)
    return [];
  const edits = [put(method, name), without(index, all, text)];
  return [{ line: name.line, old: "fillna(method=)", now: `${method}()`, edits }];
}

/** `df.sort("x")`, `df.sort(columns="x")`: a list takes neither. */
function sorted(call: SyntaxNode): readonly OldName[] {
  const name = attributeCalled(call);
  if (name?.text !== "sort") return [];
  const columns = keywordOf(call, "columns");
  if (columns === undefined && positionalsOf(call)[0]?.type !== "string") return [];
  const argument = argumentsOf(call).find((one) => childOf(one, "value") === columns);
  const by = columns === undefined || argument === undefined ? undefined : childOf(argument, "name");
  const edits = [put("sort_values", name), ...(by === undefined ? [] : [put("by", by)])];
  return [{ line: name.line, old: ".sort()", now: ".sort_values()", edits }];
}

/** Names of which one stands wherever an old name does. */
const WORDS = new RegExp(
  `\\b(${[
    ...[...modules.keys()].map((name) => splitLast(name)[1]),
    ...attributeNames,
    ...methods.keys(),
    ...calls.keys(),
    ...[...keywords.keys(), ...values.keys()].map((name) => /^\w+/.exec(name)?.[0] ?? name),
    ...SPLITTERS.keys(),
    ...TRAINING_WORDS,
    ...["fillna", "sort", "ix", "drop", "mean_squared_error", "week", "weekofyear", "append"],
  ].join("|")})\\b`,
);

/** `df.ix[rows, "x"]`: by labels, as `loc`, unless columns are given by their place; then by that, as `iloc`, of all rows. */
function indexed(node: SyntaxNode): readonly OldName[] {
  const value = childOf(node, "value");
  const name = value?.type === "attribute" ? childOf(value, "attribute") : undefined;
  const now = name?.text === "ix" ? indexerFor(childrenOf(node, "subscript")) : undefined;
  return name === undefined || now === undefined ? [] : [renamed(name, ".ix", `.${now}`, now)];
}

function indexerFor([rows, columns]: readonly SyntaxNode[]): "loc" | "iloc" | undefined {
  if (columns === undefined || findNode(columns, ({ type }) => type === "integer") === undefined) return "loc";
  const areAll = rows?.type === "slice" && rows.children.length === 0;
  return areAll && arePlaces(columns) ? "iloc" : undefined;
}

/** Places that are the same whether columns have names or numbers: `2`, `[1, 2]`. Of a stretch of numbers the last one is in it. */
function arePlaces({ type, children }: SyntaxNode): boolean {
  if (type === "list") return children.every(arePlaces);
  return type === "integer" || (type === "unary_operator" && children.some((one) => one.type === "integer"));
}

/** `df.drop("x", 1)`: pandas takes the axis by its name only. */
function plainAxis(call: SyntaxNode): readonly OldName[] {
  const target = childOf(call, "function");
  const [, axis, ...others] = positionalsOf(call);
  const isDrop = target?.type === "attribute" && childOf(target, "attribute")?.text === "drop";
  if (!isDrop || axis === undefined || others.length > 0 || !/^[01]$/.test(axis.text)) return [];
  return [renamed(axis, `drop(…, ${axis.text})`, `drop(…, axis=${axis.text})`, `axis=${axis.text}`)];
}

/** `mean_squared_error(…, squared=False)`: the root of the error. */
function rootedError(call: SyntaxNode, text: Text): readonly OldName[] {
  const target = childOf(call, "function");
  const [before, last] = argumentsOf(call).slice(-2);
  if (target === undefined || !/(^|\.)mean_squared_error$/.test(text(target)) || argumentsOf(call).length < 3)
    return [];
  if (before === undefined || last === undefined || text(last).replace(/\s/g, "") !== "squared=False") return [];
  const { start, end, line } = call;
  const lines = text({ start: before.end, end }).replace(/[^\n]/g, "");
  // Today the error is a number of Python's, which has no `round` of its own.
  const rounds = /^\.round\(/.exec(text({ start: end, end: end + 7 }))?.[0].length ?? 0;
  const edits =
    rounds > 0
      ? [insert("round(", start), put(`${lines}) ** 0.5, `, { start: before.end, end: end + rounds })]
      : [insert("(", start), put(`${lines}) ** 0.5)`, { start: before.end, end })];
  return [{ line, old: "squared=False", now: "mean_squared_error(…) ** 0.5", edits }];
}
