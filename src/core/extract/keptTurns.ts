/** Loops that keep the best of the models that they train, of which one is loaded behind them. */
import { assignmentsIn, elementsOf } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { KIND } from "../python/kinds";
import { nameFacts } from "../python/scope";
import { findNode, isLoop, nodesOf, type SyntaxNode } from "../python/syntax";
import type { Candidate } from "./fits";
import type { Value } from "./pipelineValues";
import { savedNames } from "./savers";

/** Tells of a number that a loop has of another turn than the one whose model it keeps. */
export function findOtherTurns({ loadedFrom }: Candidate, knowledge: Knowledge): (value: Value) => boolean {
  if (loadedFrom === undefined || !isLoop(loadedFrom.statement.node)) return () => false;
  const { name, statement: loop } = loadedFrom;
  const keeping = nodesOf(loop.node, KIND.if_statement).filter((one) => keeps(one, name, knowledge));
  if (keeping.length === 0) return () => false;
  const kept = new Set(keeping.flatMap(assignmentsIn).flatMap(({ left }) => elementsOf(left).map(({ text }) => text)));
  return ({ name: number, statement, expression }) =>
    statement === loop &&
    !(expression === undefined ? [number] : [...nameFacts(expression).reads]).every((one) => kept.has(one));
}

/** `torch.save(net.state_dict(), path)`, `best = copy.deepcopy(net.state_dict())` */
function keeps(choice: SyntaxNode, model: string, knowledge: Knowledge): boolean {
  if (savedNames(choice, knowledge).includes(model)) return true;
  const isModel = ({ type, text }: SyntaxNode): boolean => type === "identifier" && text === model;
  return assignmentsIn(choice).some(({ right }) => findNode(right, isModel) !== undefined);
}
