/** Kept code that begins with weights that others trained: it gets them from the web, once for each machine. */
import { calleeOf, type Callee } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { isOnWeb } from "../python/files";
import { KIND } from "../python/kinds";
import { liesIn } from "../python/knowledge";
import type { Statement } from "../python/program";
import { keywordOf, nodesOf, positionalsOf, type SyntaxNode } from "../python/syntax";
import { literalText } from "../python/values";
import type { Diagnostic } from "../report";

/** Says so of the first one. The weights have a name, by which everybody gets the same: that is no warning. */
export function weightsFindings(kept: readonly Statement[], knowledge: Knowledge): readonly Diagnostic[] {
  for (const { node, cell } of kept)
    for (const call of nodesOf(node, KIND.call)) {
      const callee = calleeOf(call, knowledge);
      if (fetchesWeights(call, callee, knowledge)) return [finding(callee, cell, call.line)];
    }
  return [];
}

function fetchesWeights(call: SyntaxNode, callee: Callee, knowledge: Knowledge): boolean {
  if (isOnWeb(call, callee, knowledge)) return true;
  if (callee.kind !== "library") return false;
  if (liesIn("weightFetchers", callee.qualified)) return isNamed(positionalsOf(call)[0]);
  const weights = keywordOf(call, "weights");
  if (/(^|\.)keras\.applications\./.test(callee.qualified))
    return /^[A-Z]/.test(callee.name) && (weights === undefined || isNamed(weights));
  return /^(torchvision\.models|timm)\./.test(callee.qualified) && isPretrained(call, weights);
}

/** `resnet18(pretrained=True)`, `resnet18(weights="DEFAULT")` */
function isPretrained(call: SyntaxNode, weights: SyntaxNode | undefined): boolean {
  return keywordOf(call, "pretrained")?.type === "true" || (weights !== undefined && weights.type !== "none");
}

/** True for a text that names weights and is no path: `imagenet`, an address. */
function isNamed(node: SyntaxNode | undefined): boolean {
  const text = node === undefined ? undefined : literalText(node);
  return text !== undefined && (/^https?:/.test(text) || !/^[~./]|\.(h5|hdf5|keras|pth?|weights)$/.test(text));
}

function finding(callee: Callee, cell: number, line: number): Diagnostic {
  const name = callee.kind === "unknown" ? "This" : callee.name;
  return {
    code: "data.web",
    severity: "info",
    cell,
    line,
    message: `${name} gets its weights from the web where it was not run before: they are not part of the snapshot.`,
    hint: "Save them to a folder once, and load them from there.",
  };
}
