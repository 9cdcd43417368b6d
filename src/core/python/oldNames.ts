/**
 * Names that libraries removed, and what they are called today. What is put in their place also works with the libraries of the
 * last five years, so that a notebook which pins its packages runs as before. The names are data, in `oldNames.json`.
 */
import table from "./oldNames.json";
import { argumentsOf, childOf, childrenOf, positionalsOf, walk, type SyntaxNode } from "./syntax";

/** A place in a cell's text where an old name stands, and what is read instead. */
export interface OldName {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly text: string;
  /** The old name and the new one, as people know them. */
  readonly old: string;
  readonly now: string;
}

const modules = new Map<string, string>(Object.entries(table.modules));
const attributes = new Map<string, string>(Object.entries(table.attributes));
const methods = new Map<string, string>(Object.entries(table.methods));
const keywords = new Map<string, string>(Object.entries(table.keywords));

/** The old names in a cell; none of them lies in another one. */
export function oldNames(root: SyntaxNode, source: string): readonly OldName[] {
  const text = (node: SyntaxNode): string => source.slice(node.start, node.end);
  return [...walk(root)].flatMap((node) => FINDERS[node.type]?.(node, text) ?? []);
}

/** The text with today's names. Lines stay where they are. */
export function withNewNames(source: string, found: readonly OldName[]): string {
  let text = source;
  for (const { start, end, text: now } of [...found].sort((a, b) => b.start - a.start))
    text = text.slice(0, start) + now + text.slice(end);
  return text;
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

function renamed(node: SyntaxNode, old: string, now: string): OldName {
  return { start: node.start, end: node.end, line: node.line, text: now, old, now };
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
      return [{ ...renamed(plain, old, to), text: alias }];
    }
    // `from sklearn.externals import joblib`: of one name alone, the statement is another one.
    if (names.length > 1) return [];
    return [
      {
        ...renamed(node, old, to),
        text: `import ${to}${isAliased ? ` as ${text(childOf(name, "alias") ?? plain)}` : ""}`,
      },
    ];
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
  return [renamed(name, `.${name.text}()`, `.${now}()`)].map((one) => ({ ...one, text: now }));
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
  return [{ ...renamed(axis, `drop(…, ${axis.text})`, `drop(…, axis=${axis.text})`), text: `axis=${axis.text}` }];
}

/** `mean_squared_error(…, squared=False)`: the root of the error. */
function rootedError(call: SyntaxNode, text: Text): readonly OldName[] {
  const target = childOf(call, "function");
  const last = argumentsOf(call).at(-1);
  if (target === undefined || !/(^|\.)mean_squared_error$/.test(text(target)) || last === undefined) return [];
  if (text(last).replace(/\s/g, "") !== "squared=False" || argumentsOf(call).length < 3) return [];
  const whole = text(call);
  const kept = whole.slice(0, last.start - call.start).replace(/,\s*$/, "");
  const lines = whole.split("\n").length - kept.split("\n").length;
  const now = "mean_squared_error(…) ** 0.5";
  return [{ ...renamed(call, "squared=False", now), text: `(${kept}${"\n".repeat(lines)}) ** 0.5)` }];
}
