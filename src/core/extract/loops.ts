/** Models that a loop fits: anew in every turn, on folds or with other settings, or further and further. */
import { assignmentsIn, calleeOf, callsIn, elementsOf } from "../python/calls";
import { homeOf, type Knowledge } from "../python/effects";
import type { Diagnostic } from "../report";
import { DEFINITION, KIND } from "../python/kinds";
import { childOf, findNode, isLoop, isWithin, nodesOf, type SyntaxNode, walk } from "../python/syntax";
import type { Candidate } from "./fits";
import { fittedReturns } from "./trainers";

/** The loop that fits a model anew in every turn, if there is one. */
interface Turns {
  readonly loop: SyntaxNode;
  /** True if each turn takes other rows, and not other settings. */
  readonly areFolds: boolean;
  /** The function of the notebook that the loop is in, and that gives the model. */
  readonly within?: string;
}

/** What is said of a model of which a loop leaves the last one only. */
export function loopFindings(model: Candidate, knowledge: Knowledge): readonly Diagnostic[] {
  if (model.isCollection) return [shippedWhole(model)];
  const turns = turnsOf(model, knowledge);
  if (turns === undefined) return [];
  const { name, statement } = model;
  const [when, which] = turns.areFolds ? ["on every fold", "fold"] : ["in every turn of a loop", "turn"];
  const where = turns.within === undefined ? "" : ` of ${turns.within}`;
  return [
    {
      code: "notebook.loop-model",
      severity: "warning",
      cell: statement.cell,
      line: turns.within === undefined ? turns.loop.line : statement.line,
      message: `${name} is fitted anew ${when}${where}, and only the model of the last ${which} is shipped.`,
      hint: turns.areFolds
        ? "Fit it once more behind the loop, on all rows."
        : "Keep the one that you want in a variable of its own, or fit it once more behind the loop.",
    },
  ];
}

function shippedWhole({ name, statement: { cell, line } }: Candidate): Diagnostic {
  return {
    code: "notebook.loop-model",
    severity: "warning",
    cell,
    line,
    message: `${name} holds several models, which are shipped together, so there is no one to predict with.`,
    hint: `Keep the one that you want in a variable of its own: model = ${name}[…].`,
  };
}

/**
 * True for a variable that the last turn leaves of the loop that fits a model: what it measures is the model's own. What the last fold
 * leaves is of one part of the rows only, and where the loop keeps the best model, that need not be the last.
 */
export function isOfLastTurn(variable: string, model: Candidate, knowledge: Knowledge): boolean {
  const { name, statement, isCollection } = model;
  const { node } = statement;
  if (
    isCollection === true ||
    node.type !== "for_statement" ||
    choosesIn(node, name) ||
    turnsOf(model, knowledge)?.areFolds === true
  )
    return false;
  const fitsIt = (one: SyntaxNode): boolean => fitsAgain(one, name, knowledge);
  return turnsIn(node, name, knowledge).some((turn) => leaves(turn.flatMap(partsIn), variable, fitsIt));
}

/** True for a loop that fits the model once more in every turn: what it adds up is of several. Batches are all of one. */
function fitsAgain(loop: SyntaxNode, name: string, knowledge: Knowledge): boolean {
  return loop.type === "for_statement" && (makes(loop, name) || fits(loop, name, knowledge));
}

/** True if a turn binds a variable, and no loop in it does so last: that leaves the last batch's value, or a sum over fits. */
function leaves(turn: readonly SyntaxNode[], variable: string, fitsIt: (loop: SyntaxNode) => boolean): boolean {
  const isPlain = ({ type }: SyntaxNode): boolean => type === "expression_statement";
  const last = turn.findLast(
    (one) => bindsIn(one, variable) || (addsTo(one, variable) && (isPlain(one) || fitsIt(one))),
  );
  return last !== undefined && isPlain(last) && turn.some((one) => isPlain(one) && bindsIn(one, variable));
}

/** `total += score` */
function addsTo(node: SyntaxNode, name: string): boolean {
  return nodesOf(node, KIND.augmented_assignment).some((one) => childOf(one, "left")?.text === name);
}

/** The variables that each turn of the loop that fits a model begins anew, and that loops in it add to last. */
export function sumsOf({ name, statement: { node } }: Candidate, knowledge: Knowledge): readonly string[] {
  if (node.type !== "for_statement") return [];
  const fitsIt = (one: SyntaxNode): boolean => fitsAgain(one, name, knowledge);
  return turnsIn(node, name, knowledge).flatMap((turn) => {
    const parts = turn.flatMap(partsIn);
    const begun = parts.filter(({ type }) => type === "expression_statement").flatMap(assignmentsIn);
    const names = new Set(begun.flatMap(({ left }) => elementsOf(left)).map(({ text }) => text));
    return [...names].filter((one) => parts.some((part) => addsTo(part, one)) && !leaves(parts, one, fitsIt));
  });
}

/** A plain statement, a loop, or those of a `with`. */
function partsIn(node: SyntaxNode): readonly SyntaxNode[] {
  if (node.type === "with_statement") return (childOf(node, "body")?.children ?? []).flatMap(partsIn);
  return /^(expression|for|while)_statement$/.test(node.type) ? [node] : [];
}

/** What each turn of a loop runs; and what the turns of loops in it run that make the model as well. */
function turnsIn(loop: SyntaxNode, name: string, knowledge: Knowledge): readonly (readonly SyntaxNode[])[] {
  const turn = childOf(loop, "body")?.children ?? [];
  const inner = turn.filter(
    (one) => one.type === "for_statement" && makes(one, name) && !goesThroughFolds(one, knowledge),
  );
  return [turn, ...inner.flatMap((one) => turnsIn(one, name, knowledge))];
}

/** True if a condition in a block binds a variable: the best so far. */
export function choosesIn(block: SyntaxNode, name: string): boolean {
  return nodesOf(block, KIND.if_statement).some((one) => bindsIn(one, name));
}

/**
 * What of the scores that a call gathers in a list, in the statement that fits a model, is the model's: of folds the mean, of other
 * turns what the last one measures; nothing where the model, or the score, need not be that of the last turn, or where there are several.
 */
export function gathersOf(
  append: SyntaxNode,
  list: string,
  { name, statement: { node }, isCollection }: Candidate,
  knowledge: Knowledge,
): "mean" | "last" | undefined {
  const around = walk(node).filter((one) => isWithin(append, one));
  const loops = around.filter(isLoop);
  const through = loops.filter((one) => !bindsIn(one, list));
  if (through.length > 0 && through.every((one) => goesThroughFolds(one, knowledge))) return "mean";
  const isConditional = around.some(({ type }) => type === "if_statement");
  return isCollection === true || isConditional || choosesIn(node, name) ? undefined : "last";
}

/** True if a loop of its statement fits another model in every turn, and not the same one further and further. */
export function isMadeAnew(model: Candidate, knowledge: Knowledge): boolean {
  return turnsWithin(model.statement.node, model.name, knowledge) !== undefined;
}

function turnsOf({ name, statement: { node } }: Candidate, knowledge: Knowledge): Turns | undefined {
  return turnsWithin(node, name, knowledge) ?? turnsOfCalled(node, name, knowledge);
}

/** The loop of a function of the notebook that gives the model. */
function turnsOfCalled(node: SyntaxNode, name: string, knowledge: Knowledge): Turns | undefined {
  for (const { left, right } of assignmentsIn(node)) {
    const callee = right.type === "call" ? calleeOf(right, knowledge) : undefined;
    const place = elementsOf(left).findIndex(({ text }) => text === name);
    const turns = callee?.kind === "notebook" ? turnsInFunction(callee.name, place, knowledge) : undefined;
    if (turns !== undefined) return turns;
  }
  return undefined;
}

/** The loop of a function that fits what it gives in a place of its result. */
function turnsInFunction(name: string, place: number, knowledge: Knowledge): Turns | undefined {
  const root = fittedReturns(name, knowledge).find(({ position }) => position === place)?.root;
  const definition = knowledge.definitions.get(name)?.at(-1);
  if (root === undefined || definition === undefined) return undefined;
  const turns = turnsWithin(childOf(definition, "body") ?? definition, root, homeOf(name, knowledge));
  // What a turn gives back is of the first one that does.
  const givesBack = turns !== undefined && nodesOf(turns.loop, KIND.return_statement).length > 0;
  return turns === undefined || givesBack ? undefined : { ...turns, within: name };
}

function turnsWithin(node: SyntaxNode, name: string, knowledge: Knowledge): Turns | undefined {
  const loops = nodesOf(node, KIND.for_statement, DEFINITION);
  const turns = loops.map((loop): Turns => ({ loop, areFolds: goesThroughFolds(loop, knowledge) }));
  return turns.find(({ loop, areFolds }) => makes(loop, name) || (areFolds && fits(loop, name, knowledge)));
}

/** True if a loop binds a variable. */
function bindsIn(loop: SyntaxNode, name: string): boolean {
  return assignmentsIn(loop).some(({ left }) => elementsOf(left).some(({ text }) => text === name));
}

/** True if each turn of a loop binds a variable anew, or the loop goes through its values. */
function makes(loop: SyntaxNode, name: string): boolean {
  const [left, body] = [childOf(loop, "left"), childOf(loop, "body")];
  const counts = left !== undefined && findNode(left, ({ text }) => text === name) !== undefined;
  const isMade = ({ left: target, right }: ReturnType<typeof assignmentsIn>[number]): boolean =>
    elementsOf(target).some(({ text }) => text === name) &&
    findNode(right, ({ type, text }) => type === "identifier" && text === name) === undefined;
  // What is bound under a condition is chosen: the best so far.
  const sure = (body?.children ?? []).filter(({ type }) => type !== "if_statement");
  return counts || sure.flatMap(assignmentsIn).some(isMade);
}

function fits(loop: SyntaxNode, name: string, knowledge: Knowledge): boolean {
  return callsIn(loop).some((call) => {
    const callee = calleeOf(call, knowledge);
    return callee.kind === "method" && callee.root === name && knowledge.library.has("fitMethods", callee.name);
  });
}

/** `for train, test in folds.split(X)`, `for i, (a, b) in enumerate(splits)`, `for fold in range(5)`. */
function goesThroughFolds(loop: SyntaxNode, knowledge: Knowledge): boolean {
  const [left, right] = [childOf(loop, "left"), childOf(loop, "right")];
  if (left === undefined || right === undefined) return false;
  const splits = callsIn(right).some((call) => {
    const callee = calleeOf(call, knowledge);
    return callee.kind === "method" && callee.name === "split";
  });
  const isNamed = ({ type, text }: SyntaxNode): boolean => type === "identifier" && /fold|split/i.test(text);
  return splits || findNode(left, isNamed) !== undefined || findNode(right, isNamed) !== undefined;
}
