import type { Statement } from "../python/program";
import { importsOf } from "../python/imports";
import { DEFINITION, KIND } from "../python/kinds";
import { nameFacts } from "../python/scope";
import { nodesOf, type SyntaxNode } from "../python/syntax";

/**
 * Blocks without the imports that only repeat one above: `if colab: import numpy as np`. In a step such a name would be a variable
 * of the step, which has no value where the block is passed by.
 */
export function withoutRepeatedImports(statements: readonly Statement[]): readonly Statement[] {
  const imported = new Map<string, string>();
  return statements.map((statement) => {
    const { node, names, shown } = statement;
    const repeated = isImport(node) ? [] : importsInside(node).filter((one) => repeats(one, imported));
    const left = repeated.length === 0 ? names : nameFacts(node, new Set([...shown, ...repeated]));
    for (const name of [...left.binds, ...left.mayBind, ...left.deletes]) imported.delete(name);
    if (isImport(node)) for (const { local, qualified } of names.imports) imported.set(local, qualified);
    return repeated.length === 0 ? statement : { ...statement, shown: [...shown, ...repeated], names: left };
  });
}

const IMPORT = KIND.import_statement | KIND.import_from_statement;

function isImport({ kind }: SyntaxNode): boolean {
  return (kind & IMPORT) !== 0;
}

function importsInside(node: SyntaxNode): readonly SyntaxNode[] {
  return nodesOf(node, IMPORT, DEFINITION);
}

function repeats(node: SyntaxNode, imported: ReadonlyMap<string, string>): boolean {
  const { names, stars } = importsOf(node);
  return stars.length === 0 && names.every(({ local, qualified }) => imported.get(local) === qualified);
}
