/**
 * Names that libraries removed, and what they are called today. What is put in their place also works with the libraries of the
 * last five years, so that a notebook which pins its packages runs as before. The names are data, in `oldNames.json`.
 */
import type { Edit } from "./edits";
import table from "./oldNames.json";
import { argumentsOf, childOf, childrenOf, positionalsOf, walk, type SyntaxNode } from "./syntax";

/** A place in a cell's text where an old name stands, and what is read instead. */
export interface OldName {
  readonly line: number;
  /** The old name and the new one, as people know them. */
  readonly old: string;
  readonly now: string;
  /** What makes the new one of the old one; lines stay where they are. */
  readonly edits: readonly Edit[];
}

const modules = new Map<string, string>(Object.entries(table.modules));
const attributes = new Map<string, string>(Object.entries(table.attributes));
const methods = new Map<string, string>(Object.entries(table.methods));
const keywords = new Map<string, string>(Object.entries(table.keywords));

/** The old names in a cell, and in what is handed to them. */
export function oldNames(root: SyntaxNode, source: string): readonly OldName[] {
  const text = (node: SyntaxNode): string => source.slice(node.start, node.end);
  return [...walk(root)].flatMap((node) => FINDERS[node.type]?.(node, text) ?? []);
}

type Text = (node: SyntaxNode) => string;
type Finder = (node: SyntaxNode, text: Text) => readonly OldName[];

const FINDERS: Readonly<Record<string, Finder>> = {
  import_from_statement: importedFrom,
  aliased_import: (node, text) => (childOf(node, "name") === undefined ? [] : importedAs(node, text)),
  attribute: (node, text) => {
    const now = attributes.get(text(node));
    return now === undefined ? [] : [renamed(node, text(node), now)];
  },
  call: (node, text) => [
    ...calledMethod(node),
    ...renamedKeywords(node, text),
    ...plainAxis(node),
    ...rootedError(node, text),
  ],
};

/** A node that reads otherwise; `text`, where that is not what people know the new name by. */
function renamed({ start, end, line }: SyntaxNode, old: string, now: string, text = now): OldName {
  return { line, old, now, edits: [{ start, end, text }] };
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
    // `from sklearn.externals import joblib`: of one name alone, the statement is another one.
    if (names.length > 1) return [];
    const alias = isAliased ? ` as ${text(childOf(name, "alias") ?? plain)}` : "";
    return [renamed(node, old, to, `import ${to}${alias}`)];
  });
}

function splitLast(dotted: string): readonly [string, string] {
  const at = dotted.lastIndexOf(".");
  return [dotted.slice(0, Math.max(at, 0)), dotted.slice(at + 1)];
}

/** `import sklearn.cross_validation as cv` */
function importedAs(node: SyntaxNode, text: Text): readonly OldName[] {
  const name = childOf(node, "name");
  const now = name === undefined || !text(name).includes(".") ? undefined : modules.get(text(name));
  return name === undefined || now === undefined ? [] : [renamed(name, text(name), now)];
}

/** `df.as_matrix()`: only without arguments is it the same. */
function calledMethod(call: SyntaxNode): readonly OldName[] {
  const target = childOf(call, "function");
  const name = target?.type === "attribute" ? childOf(target, "attribute") : undefined;
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
  const lines = text({ ...call, start: before.end }).replace(/[^\n]/g, "");
  const edits = [
    { start, end: start, text: "(" },
    { start: before.end, end, text: `${lines}) ** 0.5)` },
  ];
  return [{ line, old: "squared=False", now: "mean_squared_error(…) ** 0.5", edits }];
}
