/** Cells that wait at their top level, as a kernel lets them: a step that holds one is a coroutine. */
import { KIND } from "../python/kinds";
import { nodesOf, walk } from "../python/syntax";
import type { Item } from "./plan";

/** True for `await` and `async for`, `async with`, that are in no function of their own. */
export function waits({ node, statement: { source } }: Item): boolean {
  const functions = nodesOf(node, KIND.function_definition | KIND.lambda);
  return walk(node).some(({ type, start, end }) => {
    const isWaiting = type === "await" || (WAITING.test(type) && source.startsWith("async ", start));
    return isWaiting && !functions.some((one) => one.start <= start && end <= one.end);
  });
}

const WAITING = /^(for_statement|with_statement|for_in_clause)$/;
