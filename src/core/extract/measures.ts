/** Measures of a model: the forms that its numbers have, and what operations make of them. */
import type { Knowledge } from "../python/effects";
import { givesScore } from "./evaluation";
import { measuredForm } from "../python/knowledge";
import { argumentsOf, childOf, keywordOf, type SyntaxNode } from "../python/syntax";
import { methodTypeIn } from "./typing/library";

/** What a value tells of how good a model is. */
export type Measure =
  /** One value a row: predictions, or with `compared` errors and hits, where something known of the rows went in. */
  | { readonly kind: "rows"; readonly compared: boolean }
  /** Several measured numbers: one a fold, one a class. */
  | { readonly kind: "scores" }
  /** One measured number; with `isUnsure` what a class that is not known calls a score, which may be a dictionary of such. */
  | { readonly kind: "number"; readonly isUnsure?: boolean }
  /** A number that no model was measured for: 100, the mean of a column. */
  | { readonly kind: "plain" }
  /** A confusion matrix, or with `depth` 1 a part of it. */
  | { readonly kind: "counts"; readonly depth: number }
  /** `names` are those of the elements, where these have some: of what Keras' `evaluate` gives. */
  | { readonly kind: "tuple"; readonly elements: readonly (Measure | undefined)[]; readonly names?: readonly string[] }
  /** Values by key; `rest` is what every other key gives. */
  | { readonly kind: "record"; readonly entries: Entries; readonly rest?: Measure | undefined }
  /** Columns by name. */
  | { readonly kind: "frame"; readonly entries: Entries }
  /** What `classification_report(…, output_dict=True)` gives. */
  | { readonly kind: "report" }
  /** A model that is called like a function. */
  | { readonly kind: "model" }
  /** The tensors that a model consists of, or some of them: what is computed of them and of rows are predictions. */
  | { readonly kind: "weights" }
  /** `nn.CrossEntropyLoss()`: called with predictions it gives a number. */
  | { readonly kind: "loss" };

/** Measures by key, or by column. */
export type Entries = ReadonlyMap<string, Measure | undefined>;

/** One prediction a row. */
export const PREDICTIONS: Measure = { kind: "rows", compared: false };
/** Several measured numbers. */
export const SCORES: Measure = { kind: "scores" };
/** One measured number. */
export const NUMBER: Measure = { kind: "number" };
/** The tensors of a model. */
export const WEIGHTS: Measure = { kind: "weights" };
/** A number that was not measured. */
export const PLAIN: Measure = { kind: "plain" };

/** What a row has goes before several numbers, these before one: what is computed from both has the form of the first. */
export function combined(measures: readonly (Measure | undefined)[]): Measure | undefined {
  const others = measures.filter((one) => one?.kind !== "weights");
  return others.length < measures.length ? withWeights(others) : combinedWithout(measures);
}

/** What is computed of a model's tensors and of others: of rows, predictions; of nothing but numbers, tensors again. */
function withWeights(others: readonly (Measure | undefined)[]): Measure | undefined {
  if (others.every((one) => one?.kind === "plain")) return WEIGHTS;
  const known = others.filter((one) => one !== undefined);
  return known.length < others.length && known.every(({ kind }) => kind === "plain")
    ? PREDICTIONS
    : combinedWithout(others);
}

function combinedWithout(measures: readonly (Measure | undefined)[]): Measure | undefined {
  const rows = measures.filter((one) => one?.kind === "rows");
  if (rows.length > 0)
    return { kind: "rows", compared: measures.includes(undefined) || rows.some(({ compared }) => compared) };
  const every = measures.every((one) => one !== undefined && /^(scores|number|plain)$/.test(one.kind));
  if (!every) return undefined;
  const some = (kind: Measure["kind"]): boolean => measures.some((one) => one?.kind === kind);
  return some("scores") ? SCORES : some("number") ? NUMBER : PLAIN;
}

/** What one of several values is, of which any may be taken: `hits / rows if rows else 0` is a number that was measured. */
export function oneOf(measures: readonly (Measure | undefined)[]): Measure | undefined {
  const measured = measures.filter((one) => one?.kind !== "plain");
  const [first] = measured.length > 0 ? measured : measures;
  const isSame = measured.every((one) => one?.kind === first?.kind);
  const isNumber = first?.kind === "number" || measured.length === measures.length || measured.length === 0;
  return isSame && isNumber ? first : undefined;
}

/** One of the values that a value holds. */
export function elementAt(measure: Measure | undefined, index: number): Measure | undefined {
  if (measure === undefined) return undefined;
  if (measure.kind === "tuple") return measure.elements.at(index);
  if (measure.kind === "counts") return measure.depth > 1 ? { ...measure, depth: measure.depth - 1 } : NUMBER;
  if (measure.kind === "scores") return NUMBER;
  // `_, predicted = torch.max(outputs, 1)`
  return measure.kind === "rows" || measure.kind === "weights" ? measure : undefined;
}

/** Which part of a value is taken. */
export interface Part {
  /** The text between the brackets, if it is just one. */
  readonly key: string | undefined;
  /** The number between the brackets, if it is just one. */
  readonly index: number | undefined;
  readonly isSlice: boolean;
  /** How many stand between the brackets. */
  readonly count: number;
}

/** What a subscript takes out of a value. */
export function partOf(measure: Measure, part: Part): Measure | undefined {
  if (measure.kind === "record" || measure.kind === "frame") return entryOf(measure, part.key);
  if (measure.kind === "number") return measure.isUnsure === true && part.key !== undefined ? NUMBER : undefined;
  if (measure.kind === "report")
    return part.key === "accuracy" ? NUMBER : { kind: "record", entries: new Map(), rest: NUMBER };
  return part.isSlice || measure.kind === "weights" ? measure : elementOf(measure, part);
}

function elementOf(measure: Measure, { index, count }: Part): Measure | undefined {
  // One prediction measures nothing; `probabilities[range(n), labels]` are those that the rows' labels were given.
  if (measure.kind === "rows")
    return index === undefined ? { ...measure, compared: count > 1 || measure.compared } : undefined;
  if (measure.kind === "tuple") return index === undefined ? undefined : elementAt(measure, index);
  return Array.from({ length: count }).reduce<Measure | undefined>((whole) => elementAt(whole, 0), measure);
}

/** What has keys. */
export type Keyed = Extract<Measure, { readonly entries: Entries }>;

/** What stands under a key, as far as it is known. */
export function entryOf(keyed: Keyed, key: string | undefined): Measure | undefined {
  if (key !== undefined && keyed.entries.has(key)) return keyed.entries.get(key);
  return keyed.kind === "record" ? keyed.rest : undefined;
}

/** A frame with some more columns. */
export function frameWith(before: Measure | undefined, columns: Entries): Measure {
  const entries = before?.kind === "frame" ? before.entries : [];
  // One number fills a column.
  const own = [...columns].map(([name, one]) => [name, one?.kind === "number" ? SCORES : one] as const);
  return { kind: "frame", entries: new Map([...entries, ...own]) };
}

/** `average=None`, `multioutput="raw_values"`: the metric is an array, one number a class. */
function givesArray(argument: SyntaxNode): boolean {
  if (argument.type !== "keyword_argument") return false;
  const name = childOf(argument, "name")?.text;
  return (name === "average" && childOf(argument, "value")?.type === "none") || name === "multioutput";
}

/** What a function of a library gives that measures a model; `undefined` if it is none. */
export function measuredBy(call: SyntaxNode, name: string, { library }: Knowledge): Measure | undefined {
  if (library.metricName(name) !== undefined) return argumentsOf(call).some(givesArray) ? SCORES : NUMBER;
  return FORMS[measuredForm(name) ?? ""]?.(call);
}

/** What the functions give that measure with more than one number. */
const FORMS: Readonly<Record<string, (call: SyntaxNode) => Measure | undefined>> = {
  rows: () => PREDICTIONS,
  scores: () => SCORES,
  counts: () => ({ kind: "counts", depth: 2 }),
  pair: () => ({ kind: "tuple", elements: [NUMBER, NUMBER] }),
  curves: () => ({ kind: "tuple", elements: [PREDICTIONS, PREDICTIONS, PREDICTIONS] }),
  folds: () => ({ kind: "record", entries: new Map(), rest: SCORES }),
  report: (call) => (keywordOf(call, "output_dict")?.type === "true" ? { kind: "report" } : undefined),
  averages: (call) => {
    const average = keywordOf(call, "average");
    const each = average === undefined || average.type === "none" ? SCORES : NUMBER;
    return { kind: "tuple", elements: [each, each, each] };
  },
};

/** Element by element: what goes in comes out. `np.array([a, b])` and `list(…)` gather. */
export function elementwise(name: string, values: readonly (Measure | undefined)[]): Measure | undefined {
  const [value] = values;
  if (value?.kind === "counts") return /^(ravel|flatten|diag)$/.test(name) ? { ...value, depth: 1 } : value;
  if (value?.kind === "tuple") return gathered(value);
  return combined(values.filter((one, index) => index === 0 || one !== undefined));
}

/** Several numbers, some of them measured; what an empty list is filled with below is not known. */
export function gathered({ elements }: Extract<Measure, { kind: "tuple" }>): Measure | undefined {
  if (elements.length === 0) return undefined;
  const whole = combined(elements);
  return whole?.kind === "number" ? SCORES : whole;
}

/** Functions and methods whose second argument may be the axis. */
const AXIS = /^(max|mean|median|min|std|sum|var)$/;

/** One number of all that the first value holds, unless an axis is named; `max(a, b)` takes one of several. */
export function reduced(call: SyntaxNode, name: string, values: readonly (Measure | undefined)[]): Measure | undefined {
  const [value] = values;
  const isMany = value !== undefined && /^(rows|scores|counts)$/.test(value.kind);
  if (isMany) return hasAxis(call, name, values) ? value : total(value);
  const whole = gathered({ kind: "tuple", elements: value?.kind === "tuple" ? value.elements : values });
  return whole?.kind === "scores" ? NUMBER : whole;
}

/** What is only predicted says nothing of how good the model is. */
function total(many: Measure): Measure | undefined {
  return many.kind === "rows" && !many.compared ? undefined : NUMBER;
}

function hasAxis(call: SyntaxNode, name: string, values: readonly unknown[]): boolean {
  const isNamed = ["axis", "dim"].some((word) => keywordOf(call, word) !== undefined);
  return isNamed || (AXIS.test(name) && values.length > 1);
}

/** What `predict` and its like give. */
export function predicted(name: string): Measure | undefined {
  // Keras gives one number or a list, as the model was compiled.
  if (name === "evaluate") return SCORES;
  return /^(kneighbors|get_forecast)$/.test(name) ? undefined : PREDICTIONS;
}

/** What the `score` of an object of this type gives: a number for certain where its class, if that is a library's, is known to give one. */
export function scored(call: SyntaxNode, type: string | undefined): Measure | undefined {
  if (!givesScore(call, "score")) return undefined;
  const isSure =
    type === undefined || !LIBRARY_CLASS.test(type) || methodTypeIn(type, "score", { positional: [] }) === "float";
  return isSure ? NUMBER : { kind: "number", isUnsure: true };
}

const LIBRARY_CLASS = /^[\w.]+\.\w+$/;
