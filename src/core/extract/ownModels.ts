/** Models that no library knows of: what a function of the notebook computes as weights, and objects of its own classes that train. */
import { assignmentsIn, calleeOf, callsIn, constructedClass, elementsOf } from "../python/calls";
import { homeOf, type Knowledge } from "../python/effects";
import { KIND } from "../python/kinds";
import type { Statement } from "../python/program";
import { storesItself } from "../python/collector";
import {
  argumentsOf,
  childOf,
  isLoop,
  nodesOf,
  parameterNames,
  rootName,
  type SyntaxNode,
  walk,
} from "../python/syntax";
import type { Candidate } from "./fits";
import { isProduct } from "./measuredCalls";
import { returnsOf } from "./returns";
import type { Analysed } from "./target";

/** The model of a notebook that fits none that is known: the last object that trains itself, or the weights that predict. */
export function ownModel(analysed: Analysed): Candidate | undefined {
  return trainedObjects(analysed).at(-1) ?? learnedBy(analysed).findLast((one) => predictsBelow(one, analysed));
}

/** The variable that most likely is the model, where nothing shows that it predicts. */
export function likelyModel(analysed: Analysed): string | undefined {
  return learnedBy(analysed).at(-1)?.name;
}

const TRAINS = /^(train|learn|fit|optimi[sz]e|descend)(_|$)/;

/** `machine.train(rows)`, where the notebook's class changes itself by that. */
function trainedObjects({ statements, knowledge }: Analysed): readonly Candidate[] {
  const classes = new Map<string, string>();
  return statements.flatMap((statement) => {
    for (const { left, right } of assignmentsIn(statement.node)) {
      const made = constructedClass(right, knowledge);
      if (left.type === "identifier" && made !== undefined) classes.set(left.text, made);
    }
    return callsIn(statement.node).flatMap((call): readonly Candidate[] => {
      const callee = calleeOf(call, knowledge);
      if (callee.kind !== "method" || callee.object.type !== "identifier" || !TRAINS.test(callee.name)) return [];
      const className = classes.get(callee.object.text) ?? "";
      const isOwn = knowledge.definitions.get(className)?.at(-1)?.type === "class_definition";
      const trains = isOwn && argumentsOf(call).length > 0 && storesItself(callee, knowledge);
      return trains ? [{ name: callee.object.text, statement, className, fit: undefined }] : [];
    });
  });
}

/** What statements learn: the variables are the weights, and the last of those of several dimensions stands for them. */
function learnedBy({ statements, knowledge }: Analysed): readonly Candidate[] {
  return statements.flatMap((statement) =>
    statement.node.type === "expression_statement" ? learnedIn(statement, knowledge) : [],
  );
}

function learnedIn(statement: Statement, knowledge: Knowledge): readonly Candidate[] {
  return assignmentsIn(statement.node).flatMap(({ left, right }): readonly Candidate[] => {
    const targets = elementsOf(left);
    const names = targets.map(({ text }) => text);
    const name = names.at(-1);
    if (name === undefined || targets.some(({ type }) => type !== "identifier")) return [];
    const isLearned = solves(right, knowledge) || callsLearning(right, knowledge);
    return isLearned ? [{ name, statement, className: undefined, fit: undefined, tensors: names }] : [];
  });
}

const SOLVERS = /^(numpy|scipy|jax\.numpy|torch)\.linalg\.(inv|pinv|solve|lstsq)$/;

/** `np.linalg.solve(X.T @ X, X.T @ y)` */
function solves(node: SyntaxNode, knowledge: Knowledge): boolean {
  return nodesOf(node, KIND.call).some((call) => {
    const callee = calleeOf(call, knowledge);
    return callee.kind === "library" && SOLVERS.test(callee.qualified);
  });
}

/** True for a call of a function of the notebook that solves for what it gives, or moves that in a loop. */
function callsLearning(node: SyntaxNode, knowledge: Knowledge): boolean {
  const callee = node.type === "call" ? calleeOf(node, knowledge) : undefined;
  const body = callee?.kind === "notebook" ? bodyOf(callee.name, knowledge) : undefined;
  if (callee?.kind !== "notebook" || body === undefined) return false;
  return solves(body, homeOf(callee.name, knowledge)) || movesInLoop(body);
}

function bodyOf(name: string, { definitions }: Knowledge): SyntaxNode | undefined {
  const definition = definitions.get(name)?.at(-1);
  return definition?.type === "function_definition" ? childOf(definition, "body") : undefined;
}

/** True if a loop in which something is multiplied moves what the function gives back: `w -= rate * X.T @ error`. */
function movesInLoop(body: SyntaxNode): boolean {
  const given = returnsOf(body).flatMap(({ children }) => children.flatMap(elementsOf));
  const names = new Set(given.map((one) => rootName(one)?.text));
  const loops = walk(body).filter(isLoop);
  return loops.some((loop) => {
    const moved = nodesOf(loop, KIND.assignment | KIND.augmented_assignment).filter(isMove);
    const isGiven = moved.some((one) => names.has(childOf(one, "left")?.text));
    return isGiven && nodesOf(loop, KIND.call | KIND.binary_operator).some(isProduct);
  });
}

/** `w -= step`, `w = w - step` */
function isMove(assignment: SyntaxNode): boolean {
  const [left, right] = [childOf(assignment, "left"), childOf(assignment, "right")];
  if (left?.type !== "identifier") return false;
  if (assignment.type === "augmented_assignment") return /^[-+]=$/.test(childOf(assignment, "operator")?.text ?? "");
  return right?.type === "binary_operator" && childOf(right, "left")?.text === left.text;
}

/** True if rows are multiplied with what was learned, there or in a function of the notebook that is given it. */
function predictsBelow({ statement, tensors = [] }: Candidate, { statements, knowledge }: Analysed): boolean {
  const below = statements.filter(({ index }) => index > statement.index);
  return below.some(({ node }) =>
    tensors.some((name) => multiplies(node, name) || handsToProduct(node, name, knowledge)),
  );
}

function multiplies(node: SyntaxNode, name: string): boolean {
  return nodesOf(node, KIND.call | KIND.binary_operator).some(
    (one) => isProduct(one) && one.children.flatMap(factorsOf).some((factor) => rootName(factor)?.text === name),
  );
}

/** The operands, and of a call the arguments and the object. */
function factorsOf(child: SyntaxNode): readonly SyntaxNode[] {
  if (child.type === "argument_list") return child.children;
  return child.field === "function" ? [childOf(child, "object") ?? child] : [child];
}

function handsToProduct(node: SyntaxNode, name: string, knowledge: Knowledge): boolean {
  return callsIn(node).some((call) => {
    const callee = calleeOf(call, knowledge);
    const definition = callee.kind === "notebook" ? knowledge.definitions.get(callee.name)?.at(-1) : undefined;
    if (definition?.type !== "function_definition") return false;
    const parameters = parameterNames(definition);
    return argumentsOf(call).some((argument, place) => {
      const value = childOf(argument, "value") ?? argument;
      const parameter = childOf(argument, "name")?.text ?? parameters[place];
      return value.text === name && parameter !== undefined && multiplies(definition, parameter);
    });
  });
}
