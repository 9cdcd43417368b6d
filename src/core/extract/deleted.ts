/** Models that the loop that fits them deletes in the end: the notebook is taken without that, so that the last one is there behind it. */
import { elementsOf } from "../python/calls";
import type { Edit } from "../python/edits";
import { DEFINITION, KIND } from "../python/kinds";
import { withEdits, type Program, type Statement } from "../python/program";
import { nodesOf, type ParsePython, type SyntaxNode } from "../python/syntax";
import { deletedFits, findFits, type Candidate } from "./fits";
import { chooseModel, type Analysed } from "./target";

/** A program, and what is known of it. */
export interface Known {
  readonly program: Program;
  readonly analysed: Analysed;
}

/** How a program is looked at, and once more where its text is another one. */
export interface Looking {
  /** With `figures`, what draws figures counts. */
  readonly analyse: (program: Program, figures?: true) => Analysed;
  readonly parse: ParsePython;
  /** The variable that the user asks for. */
  readonly wanted: string | undefined;
}

/** The program in which no statement that fits the model deletes it, be it the one that the user asked for. */
export function withLastModel(program: Program, { analyse, wanted, parse }: Looking): Known {
  const analysed = analyse(program);
  const kept = deletedModels(analysed, wanted).reduce((found, model) => withoutDeletes(found, model, parse), program);
  return kept === program ? { program, analysed } : { program: kept, analysed: analyse(kept) };
}

/** The model that was chosen, if its own statement deletes it; all that are deleted where there is no other one. */
function deletedModels(analysed: Analysed, wanted: string | undefined): readonly Candidate[] {
  if (!analysed.statements.some(({ node }) => nodesOf(node, KIND.delete_statement, DEFINITION).length > 0)) return [];
  const { library } = analysed.knowledge;
  const models = deletedFits(analysed).filter(({ className = "" }) => !library.isPreprocessor(className));
  if (wanted !== undefined) return [...findFits(analysed), ...models].filter(({ name }) => name === wanted);
  return chooseModel(analysed)?.candidates.slice(0, 1) ?? models;
}

function withoutDeletes(program: Program, { name, statement: { cell, line } }: Candidate, parse: ParsePython): Program {
  const statement = program.statements.find((one) => one.cell === cell && one.line === line);
  const edits = statement === undefined ? [] : deletesOf(name, statement);
  if (statement === undefined) return program;
  const placed = edits.map((edit) => ({ statement, edit }));
  return withEdits(program, placed, parse);
}

/** Edits that take a name out of the `del` statements in a block, and leave the place of everything else as it is. */
function deletesOf(name: string, { node, source }: Statement): readonly Edit[] {
  if (node.type === "delete_statement") return [];
  return nodesOf(node, KIND.delete_statement, DEFINITION).flatMap((statement): readonly Edit[] => {
    const targets = statement.children.flatMap(elementsOf);
    const isOne = ({ type, text, children: [inner] }: SyntaxNode): boolean =>
      (type === "parenthesized_expression" ? inner?.text : text) === name;
    if (targets.every(isOne)) return [blank(source, statement, "pass")];
    return targets.flatMap((target, index) => {
      const [before, next] = [targets[index - 1], targets[index + 1]];
      if (!isOne(target)) return [];
      const start = next === undefined ? (before ?? target).end : target.start;
      return [blank(source, { start, end: next?.start ?? target.end })];
    });
  });
}

/** Spaces in place of a part of a text, so that everything else stays where it is. */
function blank(source: string, { start, end }: Pick<Edit, "start" | "end">, text = ""): Edit {
  const rest = source.slice(start + text.length, end).replace(/[^\n\\]/g, " ");
  return { start, end, text: text + rest };
}
