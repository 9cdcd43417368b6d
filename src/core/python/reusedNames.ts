/** Names of imports that a notebook gives to something else later: `xgb = xgb.XGBClassifier()`. */
import { KIND } from "./kinds";
import type { NameFacts } from "./scope";
import { nodesOf, type SyntaxNode } from "./syntax";

/** What such names stand for, and where. */
export interface ReusedNames {
  readonly names: ReadonlySet<string>;
  /** The reads that mean what they were given to, and not the import. */
  readonly reads: ReadonlySet<SyntaxNode>;
}

interface Bound {
  readonly node: SyntaxNode;
  readonly names: Pick<NameFacts, "imports" | "binds" | "mayBind">;
}

/** Finds them, statement by statement in the order in which they run; functions read what a name stands for in the end. */
export function reusedNames(statements: readonly Bound[]): ReusedNames {
  const imported = new Set(statements.flatMap(({ names }) => names.imports.map(({ local }) => local)));
  const names = new Set(statements.flatMap((one) => givenAnew(one).filter((name) => imported.has(name))));
  return { names, reads: new Set(names.size === 0 ? [] : readsOf(statements, names)) };
}

function readsOf(statements: readonly Bound[], names: ReadonlySet<string>): readonly SyntaxNode[] {
  const given = new Set<string>();
  const reads: SyntaxNode[] = [];
  for (const statement of statements) {
    const { node } = statement;
    for (const { local } of statement.names.imports) given.delete(local);
    const here = givenAnew(statement).filter((name) => names.has(name));
    const starts = new Map(here.map((name) => [name, endOfBinding(name, node)]));
    reads.push(
      ...nodesOf(node, KIND.identifier, LATE).filter(({ text, start }) => {
        return given.has(text) || start >= (starts.get(text) ?? Infinity);
      }),
    );
    for (const name of here) given.add(name);
  }
  const late = statements.flatMap(({ node }) => nodesOf(node, LATE).flatMap((one) => nodesOf(one, KIND.identifier)));
  return [...reads, ...late.filter(({ text }) => given.has(text))];
}

/** What runs later than where it stands. */
const LATE = KIND.function_definition | KIND.class_definition | KIND.lambda;

/** What a statement binds that is neither an import nor a definition. */
function givenAnew({ node, names }: Bound): readonly string[] {
  if (/^(function|class|decorated)_definition$/.test(node.type)) return [];
  const own = new Set(names.imports.map(({ local }) => local));
  return [...names.binds, ...names.mayBind].filter((name) => !own.has(name));
}

/** Where the first part of a statement ends that binds a name: what the name is given is read before. */
function endOfBinding(name: string, node: SyntaxNode): number {
  const bindings = nodesOf(node, BINDING, LATE).filter(({ children: [left] }) => {
    return left !== undefined && nodesOf(left, KIND.identifier).some(({ text }) => text === name);
  });
  const ends = bindings.map((one) => (one.type === "assignment" ? one.end : (one.children[0]?.end ?? one.end)));
  return Math.min(...ends, node.end);
}

const BINDING = KIND.assignment | KIND.for_statement;
