/** What goes out of the code once its paths are fields of `Data`. */
import { calleeOf, callsIn } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { KIND } from "../python/kinds";
import { inRunOrder, type Statement } from "../python/program";
import { nameFacts } from "../python/scope";
import { asText, type SyntaxNode } from "../python/syntax";
import { onlyChangesFolder } from "../python/workingFolder";
import type { References } from "./references";
import { described, type Slice } from "./slice";
import { expressionAt } from "./text";

/** A change of the folder is part of the paths in `Data`; what only such a change needs goes with it. */
export function withoutMoves({ kept, causes }: Slice, knowledge: Knowledge): Pick<Slice, "kept" | "dropped"> {
  const moves = new Set(kept.filter((one) => onlyChangesFolder(one, knowledge)).map(({ index }) => index));
  const gone = new Set(moves);
  const isForMove = ({ index }: Statement): boolean => {
    const cause = causes.get(index);
    return cause?.kind === "needed" && gone.has(cause.by);
  };
  for (let before = -1; before < gone.size;) {
    before = gone.size;
    const staying = kept.filter(({ index }) => !gone.has(index));
    const used = new Set(staying.flatMap(({ names }) => [...names.reads, ...names.late]));
    for (const one of staying)
      if (isForMove(one) && onlyNames(one, knowledge) && [...one.names.binds].every((name) => !used.has(name)))
        gone.add(one.index);
  }
  const dropped = kept.filter(({ index }) => gone.has(index));
  return {
    kept: kept.filter(({ index }) => !gone.has(index)),
    dropped: dropped.map((one) => described(one, reasonFor(one, moves))),
  };
}

function reasonFor({ index, names: { imports } }: Statement, moves: ReadonlySet<number>): string {
  if (moves.has(index)) return "the paths in Data begin there";
  return imports.length > 0 ? "nothing that is kept uses the import" : "only a change of the folder needs it";
}

/** True for an import, and for a statement that gives a name to a path. */
function onlyNames({ node, names: { imports } }: Statement, knowledge: Knowledge): boolean {
  const isPath = (call: SyntaxNode): boolean => {
    const callee = calleeOf(call, knowledge);
    return callee.kind === "library" && /^(os\.getcwd$|os\.path\.|pathlib\.)/.test(callee.qualified);
  };
  const isAssignment = node.type === "expression_statement" && node.children[0]?.type === "assignment";
  return imports.length > 0 || (isAssignment && callsIn(node).every(isPath));
}

/** The statements as they read once the paths are fields of `Data`; `undefined` if no path is made of variables. */
export function withoutPaths(
  statements: readonly Statement[],
  { found }: References,
): readonly Statement[] | undefined {
  const masks: SyntaxNode[][] = [];
  for (const { statement, reference } of found) {
    const path = expressionAt(statement.node, reference.literal);
    if (path !== undefined && readsNames(path)) (masks[statement.index] ??= []).push(path);
  }
  if (masks.length === 0) return undefined;
  return inRunOrder(
    statements.map((statement, index): Statement => {
      const masked = masks[index] ?? [];
      if (masked.length === 0) return statement;
      return {
        ...statement,
        paths: masked,
        names: nameFacts(statement.node, new Set([...masked, ...statement.shown])),
      };
    }),
  );
}

/** What is known once the paths are fields of `Data`: which file a reader reads, whichever way its path is made. */
export function withKnownPaths(knowledge: Knowledge, { found }: References): Knowledge {
  const texts = new Map(knowledge.texts);
  for (const { statement, reference } of found) {
    const path = reference.kind === "file" ? expressionAt(statement.node, reference.literal) : undefined;
    if (path !== undefined && readsNames(path)) texts.set(path, asText(path, reference.path));
  }
  return { ...knowledge, texts };
}

function readsNames(node: SyntaxNode): boolean {
  return (node.inside & KIND.identifier) !== 0;
}
