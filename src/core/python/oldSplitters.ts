/** Splitters of sklearn.cross_validation, which were the splits themselves. */
import type { Edit } from "./edits";
import { insert, keyOf, put, splitLast, without, type OldName, type Text } from "./oldEdits";
import { argumentsOf, childOf, childrenOf, keywordOf, positionalsOf, type SyntaxNode } from "./syntax";

/** How a splitter of sklearn.cross_validation is asked today for the splits that it was. */
interface Splitter {
  /** `data` is the number of rows, or the labels. */
  readonly split: (data: string) => string;
  /** Its arguments behind the number of splits, which take their names only. */
  readonly settings: readonly string[];
}

const ROWS = (data: string): string => `range(${data})`;
const LABELS = (data: string): string => `${data}, ${data}`;
const SHUFFLED = ["shuffle", "random_state"] as const;
const SIZED = ["test_size", "train_size", "random_state"] as const;
/** The splitters by their names, which today's have, too. */
export const SPLITTERS = new Map<string, Splitter>([
  ["KFold", { split: ROWS, settings: SHUFFLED }],
  ["ShuffleSplit", { split: ROWS, settings: SIZED }],
  ["StratifiedKFold", { split: LABELS, settings: SHUFFLED }],
  ["StratifiedShuffleSplit", { split: LABELS, settings: SIZED }],
]);

/** `KFold(len(X), n_folds=5)` of sklearn.cross_validation was the splits themselves, and took the rows first. */
export function splitOnce(call: SyntaxNode, text: Text, validators: ReadonlySet<string>): readonly OldName[] {
  const target = childOf(call, "function");
  const called = target === undefined ? "" : splitLast(text(target))[1];
  const splitter = SPLITTERS.get(called);
  const [data, folds, ...rest] = positionalsOf(call);
  if (splitter === undefined || data === undefined) return [];
  if (folds !== undefined && /^(true|false|float)$/.test(folds.type))
    return [splitLater(called, [folds, ...rest], splitter)];
  const count =
    folds === undefined ? countedBy(call).map((name) => put("n_splits", name)) : [insert("n_splits=", folds.start)];
  if (count.length === 0 && !validators.has(called)) return [];
  const edits = [
    insert("list(", call.start),
    ...(count.length > 0 ? [without(0, argumentsOf(call), text), ...count] : [put(defaultSplits(splitter), data)]),
    ...namedAs(splitter.settings, rest),
    ...uselessSeed(called, call, text),
    insert(`.split(${splitter.split(text(data).replace(/\s+/g, " "))}))`, call.end),
  ];
  return [{ line: call.line, old: `${called}(n)`, now: `${called}().split()`, edits }];
}

/** How many splits it were where nothing said how many. */
function defaultSplits({ settings }: Splitter): string {
  return `n_splits=${settings === SIZED ? 10 : 3}`;
}

/** The numbers of splits that a call gives by name. */
function countedBy(call: SyntaxNode): readonly SyntaxNode[] {
  return argumentsOf(call).flatMap((one) => (/^n_(folds|iter)$/.test(keyOf(one)) ? childrenOf(one, "name") : []));
}

/** `KFold(5, True, 1)` of the first sklearn.model_selection: the splitter of today, whose settings had no names yet. */
function splitLater(
  called: string,
  [first, ...rest]: readonly [SyntaxNode, ...SyntaxNode[]],
  { settings }: Splitter,
): OldName {
  const [name = ""] = settings;
  const value = first.text;
  return {
    line: first.line,
    old: `${called}(n, ${value})`,
    now: `${called}(n, ${name}=${value})`,
    edits: namedAs(settings, [first, ...rest]),
  };
}

function namedAs(names: readonly string[], values: readonly SyntaxNode[]): readonly Edit[] {
  return values.map(({ start }, index) => insert(`${names[index] ?? "random_state"}=`, start));
}

/** A seed meant nothing where nothing is shuffled, and is refused today. */
function uselessSeed(called: string, call: SyntaxNode, text: Text): readonly Edit[] {
  const shuffle = keywordOf(call, "shuffle");
  if (!called.endsWith("KFold") || (shuffle !== undefined && text(shuffle) !== "False")) return [];
  const rest = argumentsOf(call).slice(1);
  const index = rest.findIndex((one) => keyOf(one) === "random_state");
  return index < 0 ? [] : [without(index, rest, text)];
}
