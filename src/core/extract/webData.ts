/** Kept code that gets data of other machines: what it gets is no part of the snapshot. */
import { calleeOf, lastName } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { KIND } from "../python/kinds";
import { liesIn } from "../python/knowledge";
import type { Statement } from "../python/program";
import { childOf, dottedName, keywordOf, nodesOf, positionalsOf, type SyntaxNode } from "../python/syntax";
import { literalText } from "../python/values";
import type { Diagnostic } from "../report";

/** A warning for each kept statement, or function, that gets data of the web or of a database. */
export function webFindings(kept: readonly Statement[], knowledge: Knowledge): readonly Diagnostic[] {
  return kept.flatMap(({ node, cell }) => {
    for (const call of nodesOf(node, KIND.call)) {
      const callee = calleeOf(call, knowledge);
      const source = callee.kind === "library" ? sourceOf(call, callee.qualified) : undefined;
      if (callee.kind === "library" && source !== undefined)
        return [webFinding(called(call, callee.qualified), source, cell, call.line)];
    }
    return [];
  });
}

/** A function as the notebook writes it; of one that is imported by its name, with its library. */
function called(call: SyntaxNode, qualified: string): string {
  const written = dottedName(childOf(call, "function") ?? call) ?? qualified;
  return written.includes(".") ? written : `${qualified.split(".")[0] ?? ""}.${lastName(qualified)}`;
}

/** What a call does to get its data, and what it gets; `undefined` where it gets none. */
function sourceOf(call: SyntaxNode, qualified: string): readonly [string, string] | undefined {
  if (liesIn("webFunctions", qualified)) return ["asks the web whenever the module runs", "what it is answered"];
  if (liesIn("databases", qualified)) return ["asks a database whenever the module runs", "what it is answered"];
  const fetches = liesIn("dataFetchers", qualified) ? !readsFiles(call, qualified) : downloads(call, qualified);
  return fetches ? ["gets its data from the web where it was not run before", "what it gets"] : undefined;
}

/** `load_dataset("csv", data_files=…)`, of Hugging Face's datasets */
function readsFiles(call: SyntaxNode, qualified: string): boolean {
  const [first] = positionalsOf(call);
  const kind = first === undefined ? undefined : literalText(first);
  return qualified === "datasets.load_dataset" && /^(csv|json|parquet|text|arrow|imagefolder)$/.test(kind ?? "");
}

/** `torchvision.datasets.MNIST("data", download=True)` */
function downloads(call: SyntaxNode, qualified: string): boolean {
  return qualified.startsWith("torchvision.datasets.") && keywordOf(call, "download")?.text === "True";
}

function webFinding(name: string, [does, what]: readonly [string, string], cell: number, line: number): Diagnostic {
  return {
    code: "data.web",
    severity: "warning",
    cell,
    line,
    message: `${name} ${does}: ${what} is not part of the snapshot.`,
    hint: "Save the answer to a file in a notebook of its own, and read that file.",
  };
}
