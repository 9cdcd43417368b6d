/**
 * Imports whose names a notebook gives to something else later: `xgb = xgb.XGBClassifier()`. They are called by their full names, so that
 * each name of the notebook means one thing.
 */
import type { Edit } from "../python/edits";
import { DEFINITION, KIND } from "../python/kinds";
import { withEdits, type PlacedEdit, type Program, type Statement } from "../python/program";
import { mayBindName } from "../python/scope";
import { childOf, childrenOf, isWithin, nodesOf, type ParsePython, type SyntaxNode } from "../python/syntax";
import { freshName } from "./names";
import { variableNodes, type Occurrence } from "./text";

/** The program with other names for such imports, where they have names of their own to be called by. */
export function withoutReusedImports(program: Program, parse: ParsePython): Program {
  const { statements } = program;
  const imported = new Set(statements.flatMap(({ names }) => names.imports.map(({ local }) => local)));
  const reused = new Set(statements.flatMap((one) => givenAnew(one).filter((name) => imported.has(name))));
  if (reused.size === 0) return program;
  const placed: PlacedEdit[] = [];
  const note = (statement: Statement, found: readonly Edit[]): void => {
    placed.push(...found.map((edit) => ({ statement, edit })));
  };
  for (const name of reused) renameImport(name, statements, note);
  return withEdits(program, placed, parse);
}

/** What a statement binds that is neither an import nor a definition; what a condition may bind stays the import. */
function givenAnew({ node, names }: Statement): readonly string[] {
  if (isDefinition(node) || /^(if|try)_statement$/.test(node.type)) return [];
  const own = new Set(names.imports.map(({ local }) => local));
  return [...names.binds, ...names.mayBind].filter((name) => !own.has(name));
}

/** Gives the edits that call an import by another name, statement by statement. */
function renameImport(
  name: string,
  statements: readonly Statement[],
  note: (statement: Statement, edits: readonly Edit[]) => void,
): void {
  const given = statements.findIndex((one) => givenAnew(one).includes(name));
  const below = statements.slice(given);
  const isTaken = (other: string, qualified: string): boolean => statements.some((one) => takes(one, other, qualified));
  /** What the import is called at the statement that is looked at; `undefined` where the name is a variable's. */
  let called: string | undefined;
  for (const [position, statement] of statements.entries()) {
    const { node } = statement;
    const renamed = clausesOf(statement, name).flatMap((clause) => renamedClause(clause, isTaken));
    note(
      statement,
      renamed.map(({ edit }) => edit),
    );
    called = renamed.at(-1)?.called ?? called;
    const isLate = isDefinition(node) && (position > given || isUsedBelow(statement, below));
    if (called !== undefined && !isLate) note(statement, readsOf(node, name, called));
    if (givenAnew(statement).includes(name)) called = undefined;
  }
}

function isDefinition({ kind }: SyntaxNode): boolean {
  return (kind & DEFINITION) !== 0;
}

/** True if what a statement defines is read by one of those: it means there what the name stands for by then. */
function isUsedBelow({ names: { binds } }: Statement, below: readonly Statement[]): boolean {
  return below.some(({ names }) => [...binds].some((name) => names.reads.has(name) || names.late.has(name)));
}

/** True if a statement gives a name to anything but the module or the object that is imported. */
function takes({ names }: Statement, name: string, qualified: string): boolean {
  const imports = names.imports.filter(({ local }) => local === name);
  if (imports.length > 0) return imports.some((one) => one.qualified !== qualified);
  return mayBindName(names, name) || names.lateBinds.has(name);
}

/** `numpy as np` of `import numpy as np`, `SVC` of `from sklearn.svm import SVC`: what is imported, and the module that it is taken of. */
interface Clause {
  readonly node: SyntaxNode;
  readonly local: string;
  readonly name: string;
  readonly module: string | undefined;
}

function clausesOf({ node, source }: Statement, wanted: string): readonly Clause[] {
  const textOf = (part: SyntaxNode | undefined): string | undefined => part && source.slice(part.start, part.end);
  return nodesOf(node, IMPORT).flatMap((statement) => {
    const module = textOf(childOf(statement, "module_name"));
    return childrenOf(statement, "name").flatMap((clause): readonly Clause[] => {
      const name = textOf(childOf(clause, "name") ?? clause) ?? "";
      const local = textOf(childOf(clause, "alias")) ?? name;
      return local === wanted ? [{ node: clause, local, name, module }] : [];
    });
  });
}

const IMPORT = KIND.import_statement | KIND.import_from_statement;

/** The clause under another name, and that name. `import xgboost`, which only has its own, is called `xgboost_2`. */
function renamedClause(
  { node, local, name, module }: Clause,
  isTaken: (name: string, qualified: string) => boolean,
): { readonly edit: Edit; readonly called: string } {
  const [head = name] = name.split(".");
  const qualified = module === undefined ? head : `${module}.${name}`;
  if (head !== local && !isTaken(head, qualified)) return { edit: { ...placeOf(node), text: name }, called: name };
  const fresh = freshName(local, (one) => isTaken(one, ""));
  return { edit: { ...placeOf(node), text: `${name} as ${fresh}` }, called: fresh };
}

function placeOf({ start, end }: SyntaxNode): Pick<Edit, "start" | "end"> {
  return { start, end };
}

/** The reads of the import in a statement: those above the place where it gives the name to something else. */
function readsOf(node: SyntaxNode, name: string, called: string): readonly Edit[] {
  const imports = nodesOf(node, IMPORT);
  const reads = variableNodes(node, name).filter(
    (one) => !isTarget(one) && !imports.some((other) => isWithin(one.node, other)),
  );
  const end = isDefinition(node) ? node.end : endOfBinding(name, node);
  return reads.filter((one) => one.node.end <= end).map((one) => ({ ...placeOf(one.node), text: called }));
}

function isTarget({ node, parent }: Occurrence): boolean {
  if (node.field === "left") return true;
  return parent !== undefined && /^(pattern_list|(tuple|list)_pattern|as_pattern_target)$/.test(parent.type);
}

/** Where the first part of a statement ends that binds a name: what the name is given is read before. */
function endOfBinding(name: string, node: SyntaxNode): number {
  const bindings = nodesOf(node, KIND.assignment | KIND.for_statement, KIND.function_definition).filter(
    ({ children: [left] }) => left !== undefined && variableNodes(left, name).length > 0,
  );
  const ends = bindings.map((one) => (one.type === "assignment" ? one.end : (childOf(one, "right") ?? one).end));
  return Math.min(...ends, node.end);
}
