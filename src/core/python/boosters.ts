/** Which variables of a notebook are boosters of LightGBM or XGBoost, at each place: a function's own variables are its own. */
import { assignmentOf } from "./calls";
import { KIND } from "./kinds";
import type { Text } from "./oldEdits";
import { isWithin, nodesOf, type SyntaxNode } from "./syntax";

/** What a notebook calls LightGBM, and which of its variables are boosters, by the names of their classes. */
export interface BoostersAround {
  readonly lightgbm: string | undefined;
  readonly boosters: ReadonlyMap<string, string>;
}

/** What the cells of a notebook import and assign. What only a function assigns counts where nothing else does. */
export function boostersAround(sources: readonly string[]): BoostersAround {
  const found = (pattern: RegExp, from: readonly string[]) => from.flatMap((source) => [...source.matchAll(pattern)]);
  const assigned = [...found(BOOSTER, sources), ...found(BOOSTER, sources.map(outsideFunctions))];
  return {
    lightgbm: found(LIGHTGBM, sources).at(-1)?.[1],
    boosters: new Map(assigned.map(([, name = "", className = ""]) => [name, className])),
  };
}

const LIGHTGBM = /\bimport\s+lightgbm\s+as\s+(\w+)/g;
const BOOSTER = /\b(\w+)\s*=\s*(?:\w+\.)?((?:LGBM|XGB)\w+)\(/g;

/** What a fit of a booster is told, and few others are. */
const TRAINS = /\b(early_stopping_rounds|eval_(set|metric|names))\b/;

/** The lines of a cell that stand in no function. */
function outsideFunctions(source: string): string {
  let inside: number | undefined;
  const lines = source.split("\n").filter((line) => {
    const indent = line.search(/\S/);
    if (indent < 0 || (inside !== undefined && indent > inside)) return false;
    inside = /^\s*(async\s+)?def\b/.test(line) ? indent : undefined;
    return inside === undefined;
  });
  return lines.join("\n");
}

/** An assignment in a cell; of one to a booster, the name of the class. */
interface Bound {
  readonly name: string;
  readonly className: string | undefined;
  readonly start: number;
  /** The function that it stands in. */
  readonly scope: SyntaxNode | undefined;
}

/** Tells what is known at a place of a cell: the last assignment above it in its own function goes before those elsewhere. */
export function boostersIn(
  root: SyntaxNode,
  text: Text,
  { boosters }: BoostersAround,
): (node: SyntaxNode) => ReadonlyMap<string, string> {
  if (boosters.size === 0 || !TRAINS.test(text(root))) return () => boosters;
  const functions = nodesOf(root, KIND.function_definition);
  const scopeOf = (node: SyntaxNode): SyntaxNode | undefined => functions.findLast((one) => isWithin(node, one));
  const bound = nodesOf(root, KIND.assignment).flatMap((node) => boundBy(node, text, scopeOf(node)));
  return (node) => {
    const scope = scopeOf(node);
    const known = new Map(boosters);
    for (const { name, className } of bound.filter((one) => one.scope === scope && one.start < node.start)) {
      if (className === undefined) known.delete(name);
      else known.set(name, className);
    }
    return known;
  };
}

/** What some other function makes may be one. */
function boundBy(node: SyntaxNode, text: Text, scope: SyntaxNode | undefined): readonly Bound[] {
  const { left, right } = assignmentOf(node) ?? {};
  if (left?.type !== "identifier" || right?.type !== "call") return [];
  const [, className = ""] = /^(?:\w+\.)*([A-Z]\w*)\(/.exec(text(right)) ?? [];
  if (className === "") return [];
  const isBooster = /^(LGBM|XGB)/.test(className);
  return [{ name: left.text, className: isBooster ? className : undefined, start: node.start, scope }];
}
