/** What statements draw by the objects that they use: an unseeded forest draws whenever it is fitted. */
import { calleeOf, callsIn } from "./calls";
import { onlyShows } from "./collector";
import { has } from "./knowledge";
import { KIND } from "./kinds";
import type { Scene } from "./objects";
import type { Statement } from "./program";
import { childOf, nodesOf, type SyntaxNode } from "./syntax";
import { NOTHING } from "./things";

const NONE: ReadonlySet<string> = new Set();

/** The generators that the objects draw from that a statement uses. */
export function drawnByObjects({ node, names }: Statement, { knowledge, variables }: Scene): ReadonlySet<string> {
  let all: Set<string> | undefined;
  for (const name of names.reads) {
    const streams = [...(variables.get(name) ?? NOTHING)].flatMap(({ draws }) => draws);
    if (streams.length === 0 || isOnlyLookedAt(name, node)) continue;
    for (const stream of streams) all = (all ?? new Set<string>()).add(stream);
  }
  return all === undefined || callsIn(node).every((call) => onlyShows(calleeOf(call, knowledge), knowledge))
    ? NONE
    : all;
}

/** True if a statement reads no more of an object than what a fit left there: `pd.Series(forest.feature_importances_).plot()`. */
function isOnlyLookedAt(name: string, node: SyntaxNode): boolean {
  const looks = nodesOf(node, KIND.attribute).filter((one) => {
    const part = childOf(one, "attribute")?.text ?? "";
    return (has("fittedAttributes", part) || DESCRIBES.test(part)) && isNamed(childOf(one, "object"), name);
  });
  return looks.length > 0 && looks.length === nodesOf(node, KIND.identifier).filter((one) => isNamed(one, name)).length;
}

/** Methods that tell what an object is made of. */
const DESCRIBES = /^(count_params|get_config|get_params|get_weights|summary)$/;

function isNamed(node: SyntaxNode | undefined, name: string): boolean {
  return node?.type === "identifier" && node.text === name;
}
