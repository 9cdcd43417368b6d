/**
 * Objects that train another one, or themselves: `Trainer(model=net, …).train()` as Transformers has it, `Trainer(…).fit(net)` as Lightning
 * does, `SVM_create().train(…)` as OpenCV does.
 */
import { noteHeld, type Callee } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { liesIn } from "../python/knowledge";
import { argumentAt, keywordOf, type SyntaxNode } from "../python/syntax";
import { fitsGiven, trainerClass } from "../python/trainers";

/** The trainers that variables hold: the full name of the class, and the call that made each. */
export type TrainerObjects = Map<string, TrainerObject>;

interface TrainerObject {
  readonly className: string;
  readonly made: SyntaxNode;
}

/** Notes the trainers that a statement makes. */
export function learnTrainerObjects(node: SyntaxNode, knowledge: Knowledge, trainers: TrainerObjects): void {
  noteHeld(trainers, node, (made) => trainerMade(made, knowledge));
}

function trainerMade(made: SyntaxNode, knowledge: Knowledge): TrainerObject | undefined {
  const className = trainerClass(made, knowledge);
  return className === undefined ? undefined : { className, made };
}

/** The variable whose object a method trains by means of a trainer: the trainer's own, where no other is named; else `undefined`. */
export function trainedByObject(
  call: SyntaxNode,
  { name, object }: Extract<Callee, { kind: "method" }>,
  trainers: TrainerObjects,
  knowledge: Knowledge,
): string | undefined {
  const trainer = object.type === "identifier" ? trainers.get(object.text) : trainerMade(object, knowledge);
  if (trainer === undefined) return undefined;
  const { className, made } = trainer;
  // `model.trainAuto(samples, layout, labels)`
  if (liesIn("selfTrainers", className)) return name.startsWith("train") ? variable(object) : undefined;
  if (name === "fit") return fitsGiven(className) ? variable(argumentAt(call, 0, "model")) : undefined;
  if (name !== "train") return undefined;
  const model = liesIn("modelTrainers", className) ? argumentAt(made, 0, "model") : keywordOf(made, "model");
  return variable(model) ?? variable(object);
}

function variable(node: SyntaxNode | undefined): string | undefined {
  return node?.type === "identifier" ? node.text : undefined;
}
