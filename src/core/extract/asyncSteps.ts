/** Cells that wait at their top level, as a kernel lets them: a step that holds one is a coroutine. */
import { KIND } from "../python/kinds";
import { isWithin, nodesOf, walk } from "../python/syntax";
import type { Item } from "./plan";

/** True for the items of a step that waits. */
export function isCoroutine(items: readonly Item[]): boolean {
  return items.some(waits);
}

/** True for `await` and `async for`, `async with`, that are in no function of their own. */
function waits({ node, statement: { source } }: Item): boolean {
  if (!/\b(await|async)\b/.test(source)) return false;
  const functions = nodesOf(node, KIND.function_definition | KIND.lambda);
  return walk(node).some((one) => {
    const isWaiting = one.type === "await" || (WAITING.test(one.type) && source.startsWith("async ", one.start));
    return isWaiting && !functions.some((inner) => isWithin(one, inner));
  });
}

const WAITING = /^(for_statement|with_statement|for_in_clause)$/;
