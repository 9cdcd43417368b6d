/** Questions about files that are read: whether they are there. */
import { calleeOf, callsIn } from "../python/calls";
import type { Knowledge } from "../python/effects";
import type { Statement } from "../python/program";
import { positionalsOf, type SyntaxNode } from "../python/syntax";
import type { TextAt } from "./pathTexts";
import type { FoundReference } from "./references";

/** `os.path.exists("a.csv")`, where `a.csv` is read: the question is about the same file, wherever it lies. */
export function questionsAbout(
  found: readonly FoundReference[],
  kept: readonly Statement[],
  knowledge: Knowledge,
  textAt: TextAt,
): readonly FoundReference[] {
  return kept.flatMap((statement) =>
    callsIn(statement.node).flatMap((call): readonly FoundReference[] => {
      const path = questionPath(call, knowledge);
      const text = path === undefined ? undefined : textAt(statement, path);
      const known = found.find(({ reference }) => reference.path === text);
      if (path === undefined || known === undefined) return [];
      const literal = { start: path.start, end: path.end };
      const reference = { ...known.reference, cell: statement.cell, line: path.line, literal };
      return [{ reference, statement, direct: true }];
    }),
  );
}

/** The path in `os.path.exists(path)` and `Path(path).exists()`. */
function questionPath(call: SyntaxNode, knowledge: Knowledge): SyntaxNode | undefined {
  const callee = calleeOf(call, knowledge);
  if (callee.kind === "library") {
    return /^os\.path\.(exists|isfile|isdir)$/.test(callee.qualified) ? positionalsOf(call)[0] : undefined;
  }
  const isQuestion = callee.kind === "method" && /^(exists|is_file|is_dir)$/.test(callee.name);
  if (!isQuestion || callee.object.type !== "call") return undefined;
  const made = calleeOf(callee.object, knowledge);
  const [path, ...more] = positionalsOf(callee.object);
  return made.kind === "library" && made.qualified === "pathlib.Path" && more.length === 0 ? path : undefined;
}
