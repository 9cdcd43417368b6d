/** Functions that pickle does not find again, in what `--save` writes: lambdas, and functions that stay inside of a step. */
import { assignmentsIn, calleeOf, constructedClass } from "../python/calls";
import { liesIn } from "../python/knowledge";
import type { Statement } from "../python/program";
import { KIND } from "../python/kinds";
import { argumentsOf, childOf, childrenOf, nodesOf, type SyntaxNode } from "../python/syntax";
import type { Diagnostic } from "../report";
import type { Candidate } from "./fits";
import { localClassFinding } from "./localClasses";
import { patchFindings } from "./patches";
import type { Plan } from "./plan";
import type { Analysed } from "./target";

interface Search {
  readonly analysed: Analysed;
  /** Names of the functions that stay inside of a step. */
  readonly local: ReadonlySet<string>;
  readonly seen: Set<SyntaxNode>;
}

/** An expression, the statement that it stands in, and the part of that whose variables it reads. */
interface Place {
  readonly node: SyntaxNode;
  readonly statement: Statement;
  readonly scope: SyntaxNode;
}

/** What keeps `--save` from pickling the model and what was `fitted` on the way to it. */
export function notSaved(
  plan: Plan,
  model: Candidate | undefined,
  fitted: readonly string[],
  analysed: Analysed,
): readonly Diagnostic[] {
  return [
    ...localClassFinding(plan, model),
    ...localFunctionFinding(plan, model, fitted, analysed),
    ...patchFindings(plan, model),
  ];
}

/** Says of the first such function in the model, or in what was fitted on the way to it, that `--save` cannot write it. */
function localFunctionFinding(
  { items }: Plan,
  model: Candidate | undefined,
  fitted: readonly string[],
  analysed: Analysed,
): readonly Diagnostic[] {
  if (model === undefined) return [];
  const functions = items.filter(({ node }) => node.type === "function_definition");
  const local = new Set(functions.flatMap(({ node }) => childOf(node, "name")?.text ?? []));
  const search: Search = { analysed, local, seen: new Set() };
  const names = new Set(fitted);
  const binders = new Map(
    analysed.statements.flatMap((one) => [...one.names.binds].map((name) => [name, one] as const)),
  );
  const others = new Set(fitted.flatMap((name) => binders.get(name) ?? []));
  const saved = [
    ...boundTo(model.name, model.statement, search),
    ...[...others].flatMap((statement) => assignedTo((name) => names.has(name), statement)),
  ];
  const [found] = saved.flatMap((place) => unpicklable(place, search));
  return found === undefined ? [] : [saidOf(found, model.name)];
}

function saidOf({ node, statement }: Place, model: string): Diagnostic {
  const isLambda = node.type === "lambda";
  const what = isLambda ? "A lambda" : `${node.text}, a function that stays inside of a step,`;
  return {
    code: "scoring.local-function",
    severity: "warning",
    cell: statement.cell,
    line: node.line,
    message: `${what} is a part of what is fitted here: --save cannot pickle ${model}.`,
    hint: isLambda ? "Give it a name, with def." : `Hand ${node.text} what it reads as arguments.`,
  };
}

/** What a name is bound to where a statement uses it: by that statement itself, or by those above. */
function boundTo(name: string, statement: Statement, { analysed: { flow, statements } }: Search): readonly Place[] {
  const above = [...(flow.binders[statement.index]?.get(name) ?? [])].flatMap((index) => statements[index] ?? []);
  return [statement, ...above].flatMap((one) => assignedTo((bound) => bound === name, one));
}

function assignedTo(isOne: (name: string) => boolean, statement: Statement, scope = statement.node): readonly Place[] {
  const values = assignmentsIn(scope).filter(({ left }) => left.type === "identifier" && isOne(left.text));
  return values.map(({ right }) => ({ node: right, statement, scope }));
}

/** The functions in the value of an expression that cannot be pickled. */
function unpicklable(place: Place, search: Search): readonly Place[] {
  const { node } = place;
  if (search.seen.has(node)) return [];
  search.seen.add(node);
  if (node.type === "lambda" || (node.type === "identifier" && search.local.has(node.text))) return [place];
  return partsOf(place, search).flatMap((part) => unpicklable(part, search));
}

function partsOf(place: Place, search: Search): readonly Place[] {
  const { node, statement, scope } = place;
  if (node.type === "call") return callParts(place, search);
  if (node.type === "identifier") {
    const inner = scope === statement.node ? [] : assignedTo((name) => name === node.text, statement, scope);
    return inner.length > 0 ? inner : boundTo(node.text, statement, search);
  }
  const parts =
    node.type === "keyword_argument" ? childrenOf(node, "value") : LISTED.test(node.type) ? node.children : [];
  return parts.map((part) => ({ ...place, node: part }));
}

const LISTED = /^(list|tuple|dictionary|pair|parenthesized_expression)$/;

/** What a constructor is given; of a function of the notebook, what it gives back; of a method, what its object holds. */
function callParts(place: Place, { analysed: { knowledge, statements } }: Search): readonly Place[] {
  const callee = calleeOf(place.node, knowledge);
  if (callee.kind === "unknown" || (callee.kind === "library" && liesIn("networkModules", callee.qualified))) return [];
  if (callee.kind === "method") return [{ ...place, node: callee.object }];
  const holds = constructedClass(place.node, knowledge) !== undefined || callee.name === "partial";
  if (holds) return argumentsOf(place.node).map((node) => ({ ...place, node }));
  const definitions = callee.kind === "notebook" ? (knowledge.definitions.get(callee.name) ?? []) : [];
  return definitions.flatMap((definition) => {
    const statement = statements.find(({ node }) => nodesOf(node, KIND.function_definition).includes(definition));
    const scope = childOf(definition, "body");
    if (statement === undefined || scope === undefined) return [];
    return nodesOf(scope, KIND.return_statement, KIND.function_definition)
      .flatMap(({ children }) => children)
      .map((node) => ({ node, statement, scope }));
  });
}
