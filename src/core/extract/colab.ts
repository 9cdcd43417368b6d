/** Which parts of a statement run in Google Colab only, where no pipeline runs. */
import { nameFacts } from "../python/scope";
import type { Statement } from "../python/program";
import { KIND } from "../python/kinds";
import { catchesErrors, childOf, isWithin, nodesOf, walk, type SyntaxNode } from "../python/syntax";

/** True for what stands in a branch that is taken in Colab only. */
export function runsOnlyInColab(node: SyntaxNode, statement: Statement): boolean {
  return colabOnly(statement).some((part) => isWithin(node, part));
}

function colabOnly({ node, source }: Statement): readonly SyntaxNode[] {
  if (!/colab/i.test(source)) return [];
  return walk(node).flatMap((fork) => {
    if (fork.type === "if_statement") return branchesInColab(fork, source);
    return catchesErrors(fork) ? behindImport(fork) : [];
  });
}

/** Of an `if`, the branches that need Colab: `if "google.colab" in sys.modules:`, the `else` of `if not IN_COLAB:`. */
function branchesInColab(fork: SyntaxNode, source: string): readonly SyntaxNode[] {
  const clauses = [fork, ...fork.children.filter(({ type }) => type === "elif_clause")];
  const asked = clauses.map((clause) => ({ clause, colab: asksForColab(childOf(clause, "condition"), source) }));
  const taken = asked.flatMap(({ clause, colab }) => (colab === true ? (childOf(clause, "consequence") ?? []) : []));
  const isElseInColab = asked.some(({ colab }) => colab === false);
  return [...taken, ...fork.children.filter(({ type }) => isElseInColab && type === "else_clause")];
}

/** True for a condition that holds in Colab, false for one that holds elsewhere; `undefined` for one that asks for more. */
function asksForColab(condition: SyntaxNode | undefined, source: string): boolean | undefined {
  if (condition === undefined) return undefined;
  const { type, children, start, end } = condition;
  if (type === "parenthesized_expression") return asksForColab(children[0], source);
  if (type === "not_operator") {
    const asked = asksForColab(childOf(condition, "argument"), source);
    return asked === undefined ? undefined : !asked;
  }
  const text = source.slice(start, end);
  if (!/^(identifier|attribute|call|comparison_operator)$/.test(type) || !/colab/i.test(text)) return undefined;
  if (type !== "comparison_operator") return true;
  const denies = children.some((one) => /^(not in|!=|is not)$/.test(source.slice(one.start, one.end)));
  return denies === children.some((one) => /^(false|none)$/.test(one.type));
}

/** `try: from google.colab import drive`: what follows in the body runs where the import succeeds. */
function behindImport(fork: SyntaxNode): readonly SyntaxNode[] {
  const body = childOf(fork, "body");
  const imported = nodesOf(body ?? fork, KIND.import_statement | KIND.import_from_statement).find(importsColab);
  if (body === undefined || imported === undefined) return [];
  return fork.children
    .flatMap((part) => (part === body ? body.children : part.type === "else_clause" ? [part] : []))
    .filter(({ start }) => start >= imported.end);
}

function importsColab(node: SyntaxNode): boolean {
  return nameFacts(node).imports.some(({ statement }) => /\bgoogle\.colab\b/.test(statement));
}
