/** What Keras, LightGBM and XGBoost took for their training, and take no more. */
import type { BoostersAround } from "./boosters";
import type { Edit } from "./edits";
import { attributeCalled, insert, keyOf, put, splitLast, without, type OldName, type Text } from "./oldEdits";
import { argumentsOf, childOf, positionalsOf, type SyntaxNode } from "./syntax";

/** Words of which one stands in each of these calls. */
export const TRAINING_WORDS = [
  "fit_generator",
  "predict_generator",
  "evaluate_generator",
  "lr",
  "early_stopping_rounds",
  "verbose_eval",
  "eval_metric",
];

/** The old way in which a call trains. */
export function oldTraining(call: SyntaxNode, text: Text, around: BoostersAround): readonly OldName[] {
  return [...ofGenerator(call, text), ...learningRate(call, text), ...boosted(call, text, around)];
}

const OF_QUEUES = /^(workers|use_multiprocessing|max_queue_size|max_q_size)$/;

/** `net.fit_generator(rows, epochs=2)`: Keras tells a generator by itself. */
function ofGenerator(call: SyntaxNode, text: Text): readonly OldName[] {
  const name = attributeCalled(call);
  const [, now] = /^(fit|predict|evaluate)_generator$/.exec(name?.text ?? "") ?? [];
  const all = argumentsOf(call);
  if (name === undefined || now === undefined || positionalsOf(call).length > 1) return [];
  const edits = all.flatMap((one, index) => {
    if (OF_QUEUES.test(keyOf(one))) return [without(index, all, text)];
    const key = keyOf(one) === "generator" ? childOf(one, "name") : undefined;
    return key === undefined ? [] : [put("x", key)];
  });
  return [{ line: name.line, old: `.${name.text}()`, now: `.${now}()`, edits: [put(now, name), ...edits] }];
}

/** `Adam(lr=0.1)` of Keras; PyTorch's has the parameters first. */
function learningRate(call: SyntaxNode, text: Text): readonly OldName[] {
  const target = childOf(call, "function");
  const called = target === undefined ? "" : splitLast(text(target))[1];
  const all = argumentsOf(call);
  const isOfKeras = positionalsOf(call).length === 0 && !all.some((one) => /^(params)?$/.test(keyOf(one)));
  const rate = all.find((one) => keyOf(one) === "lr");
  const name = rate === undefined ? undefined : childOf(rate, "name");
  if (name === undefined || !isOfKeras || !/^(SGD|RMSprop|Ada(m|grad|delta|max)|Nadam|Ftrl)$/.test(called)) return [];
  return [{ line: name.line, old: `${called}(lr=)`, now: "learning_rate", edits: [put("learning_rate", name)] }];
}

/** What LightGBM's training took of its rounds. */
function boosted(call: SyntaxNode, text: Text, around: BoostersAround): readonly OldName[] {
  const object = objectOf(call)?.text ?? "";
  const name = attributeCalled(call)?.text ?? "";
  const { lightgbm } = around;
  if (lightgbm === undefined) return [];
  const trains = name === "fit" ? fitsBooster(call, object, around) : object === lightgbm && /^(train|cv)$/.test(name);
  return trains ? withCallbacks(call, lightgbm, text) : [];
}

/** By then the variable may hold another model. */
function fitsBooster(fit: SyntaxNode, object: string, { boosters }: BoostersAround): boolean {
  const isIt = argumentsOf(fit).some((one) => /^(early_stopping_rounds|eval_(set|metric|names))$/.test(keyOf(one)));
  return isIt && boosters.get(object)?.startsWith("LGBM") === true;
}

/** The variable whose method a call calls. */
function objectOf(call: SyntaxNode): SyntaxNode | undefined {
  const target = childOf(call, "function");
  const object = target === undefined ? undefined : childOf(target, "object");
  return object?.type === "identifier" ? object : undefined;
}

/** `model.fit(X, y, early_stopping_rounds=5)` of XGBoost: today it is a setting of the model. */
export function setBefore(statement: SyntaxNode, text: Text, { boosters }: BoostersAround): readonly OldName[] {
  const call = callOf(statement);
  const object = call === undefined ? undefined : objectOf(call);
  if (call === undefined || object === undefined || !boosters.get(object.text)?.startsWith("XGB")) return [];
  const all = argumentsOf(call);
  const moved = all.filter((one) => /^(early_stopping_rounds|eval_metric)$/.test(keyOf(one)));
  if (attributeCalled(call)?.text !== "fit" || moved.length === 0 || moved.some(isFunction)) return [];
  const settings = moved.map((one) => text(one).replace(/\s+/g, " ")).join(", ");
  const keys = moved.map((one) => `${keyOf(one)}=`).join(", ");
  const edits = [insert(`${object.text}.set_params(${settings}); `, statement.start), ...leftOut(moved, all, text)];
  return [{ line: call.line, old: `fit(${keys})`, now: `set_params(${keys})`, edits }];
}

/** The call that a statement is, or that gives what it assigns. */
function callOf({ children: [first] }: SyntaxNode): SyntaxNode | undefined {
  const call = first?.type === "assignment" ? childOf(first, "right") : first;
  return call?.type === "call" ? call : undefined;
}

/** A metric that the notebook defines: as a setting it would be given other arguments. */
function isFunction(argument: SyntaxNode): boolean {
  return keyOf(argument) === "eval_metric" && !/^(string|list)$/.test(childOf(argument, "value")?.type ?? "");
}

/** What LightGBM calls back instead of an argument, given its value. */
const CALLBACKS: Readonly<Record<string, string>> = {
  early_stopping_rounds: "early_stopping",
  verbose_eval: "log_evaluation",
  verbose: "log_evaluation",
  evals_result: "record_evaluation",
};

/** `lgb.train(…, early_stopping_rounds=5, verbose_eval=10)`: LightGBM is told by callbacks. */
function withCallbacks(call: SyntaxNode, lightgbm: string, text: Text): readonly OldName[] {
  const all = argumentsOf(call);
  const isFit = attributeCalled(call)?.text === "fit";
  const old = all.filter((one) => CALLBACKS[keyOf(one)] !== undefined && (isFit || keyOf(one) !== "verbose"));
  const [first, ...others] = old;
  if (first === undefined || all.some((one) => keyOf(one) === "callbacks")) return [];
  const callbacks = old.flatMap((one) => {
    const value = childOf(one, "value");
    const isNone = value === undefined || /^(None|False|0|-1)$/.test(text(value));
    return isNone ? [] : [`${lightgbm}.${CALLBACKS[keyOf(one)] ?? ""}(${text(value)})`];
  });
  const keys = old.map((one) => `${keyOf(one)}=`).join(", ");
  const list = callbacks.length === 0 ? "None" : `[${callbacks.join(", ")}]`;
  const edits = [put(`callbacks=${list}`, first), ...leftOut(others, all, text)];
  return [{ line: first.line, old: keys, now: `callbacks=${list}`, edits }];
}

function leftOut(some: readonly SyntaxNode[], all: readonly SyntaxNode[], text: Text): readonly Edit[] {
  return some.map((one) => without(all.indexOf(one), all, text));
}
