/** What is known of the models and steps of scikit-learn and its like. The facts are data, in `estimators.json`. */
import { keywordOf } from "../../python/syntax";
import { literalText } from "../../python/values";
import table from "./estimators.json";
import type { Estimator } from "./values";

const sets = {
  classifiers: new Set(table.classifiers),
  scoreless: new Set(table.scoreless),
  regressors: new Set(table.regressors),
  clusterers: new Set(table.clusterers),
  searches: new Set(table.searches),
  scalers: new Set(table.scalers),
  imputers: new Set(table.imputers),
  takesMissing: new Set(table.takesMissing),
  steps: new Set(table.steps),
};

/** True if the class of this name is one of the group. */
export function isOneOf(group: keyof typeof sets, { name }: Pick<Estimator, "name">): boolean {
  return sets[group].has(name);
}

/** True if a class of a library is a model or a step that can be looked into. */
export function isEstimatorClass(qualified: string): boolean {
  return /^(sklearn|xgboost|lightgbm)\..*\b([A-Z]\w*|make_pipeline|make_column_transformer)$/.test(qualified);
}

/** The model behind pipelines and searches: what predicts. */
export function predictorOf(model: Estimator): Estimator | undefined {
  if (isOneOf("searches", model)) return model.parts[0] && predictorOf(model.parts[0]);
  if (isPipeline(model)) return model.parts.at(-1) && predictorOf(model.parts.at(-1) ?? model);
  return model;
}

/** True for pipelines, however they are made. */
export function isPipeline({ name }: Pick<Estimator, "name">): boolean {
  return name === "Pipeline" || name === "make_pipeline";
}

/** What a model gives: classes with or without their probabilities, a number, a cluster; `undefined` if it is not known. */
export function outputKind(model: Estimator): "classes" | "scored" | "number" | "cluster" | undefined {
  const predictor = predictorOf(model);
  if (predictor === undefined) return undefined;
  if (isOneOf("classifiers", predictor)) return "scored";
  if (isOneOf("scoreless", predictor)) return hasScores(predictor) ? "scored" : "classes";
  if (isOneOf("regressors", predictor)) return "number";
  return isOneOf("clusterers", predictor) ? "cluster" : undefined;
}

/** Classes that give probabilities if they are asked to. */
function hasScores({ name, call }: Estimator): boolean {
  if (name === "SVC" || name === "NuSVC") return keywordOf(call, "probability")?.type === "true";
  const loss = name === "SGDClassifier" ? keywordOf(call, "loss") : undefined;
  return loss !== undefined && /^(log|log_loss|modified_huber)$/.test(literalText(loss) ?? "");
}

/** A model and all that it is made of. */
export function partsOf(model: Estimator): readonly Estimator[] {
  return [model, ...model.parts.flatMap(partsOf)];
}

/** A part that is not known to have an ONNX form: there may be no client of such a model. */
export function formless(model: Estimator): Estimator | undefined {
  return partsOf(model).find((part) => !Object.values(sets).some((group) => group.has(part.name)));
}

/** What could not be followed in a model. */
export function unsureIn(model: Estimator): Estimator["unsure"] {
  return partsOf(model).find(({ unsure }) => unsure !== undefined)?.unsure;
}

/** True if fitting the model fails where a value is missing: it holds no step that would take it. */
export function refusesMissing(model: Estimator): boolean {
  const leaves = partsOf(model).filter(({ parts }) => parts.length === 0);
  const takes = (one: Estimator): boolean =>
    isOneOf("takesMissing", one) || !(isOneOf("scalers", one) || outputKind(one) !== undefined);
  return !leaves.some(takes);
}

/** True if the exporter gives such a model numbers of double precision: trees that split what earlier steps computed. */
export function splitsAfterSteps(model: Estimator): boolean {
  const found = isOneOf("searches", model) ? (model.parts[0] ?? model) : model;
  const last = found.parts.at(-1);
  return isPipeline(found) && found.parts.length > 1 && last !== undefined && partsOf(last).some(isTree);
}

function isTree({ qualified }: Estimator): boolean {
  return /^(sklearn\.(tree|ensemble)|xgboost|lightgbm)\b/.test(qualified);
}

const predicting = ["classifiers", "scoreless", "regressors", "clusterers", "searches"] as const;

/** True if a class of this name predicts an array, an entry a row. */
export function canPredict(name: string): boolean {
  return predicting.some((group) => isOneOf(group, { name }));
}
