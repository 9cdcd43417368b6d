/** Rows of the test set below those of the training set: what prepares both prepares each of them. */
import { keywordOf, positionalsOf, type SyntaxNode } from "../../python/syntax";
import { isOn, type Call } from "./call";
import { copied, numbered, type Value } from "./values";
import type { Way } from "./way";

/** `pd.concat([train, test])` as the training set alone, which the rows to be scored are like; `undefined` for other tables. */
export function trainAlone(call: Call, way: Way): Value | undefined {
  const train = trainOf(call.node, way);
  const [given] = call.values;
  const table = given?.kind === "tuple" ? given.items[0] : undefined;
  if (train === undefined || table?.kind !== "frame") return undefined;
  const isNumbered = isOn(call, "ignore_index");
  way.edits.push(
    { start: call.node.start, end: train.start, text: "" },
    { start: train.end, end: call.node.end, text: isNumbered ? ".reset_index(drop=True)" : "" },
  );
  const copy = copied(table.table);
  return { kind: "frame", table: isNumbered ? { ...copy, rows: numbered(copy.rows) } : copy };
}

/** The first table of a list, if it is by its name for training, and all others are for testing. */
function trainOf(node: SyntaxNode, { statement: { source } }: Way): SyntaxNode | undefined {
  const [list] = positionalsOf(node);
  const [first, ...others] = list?.children ?? [];
  const isOf = (set: RegExp, one: SyntaxNode): boolean => set.test(source.slice(one.start, one.end));
  const areSets = first !== undefined && isOf(/train/i, first) && others.every((one) => isOf(/test/i, one));
  const isPlain = ["axis", "join", "keys"].every((name) => keywordOf(node, name) === undefined);
  return areSets && isPlain && others.length > 0 ? first : undefined;
}
