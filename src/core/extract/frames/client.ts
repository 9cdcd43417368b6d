/**
 * What a client of the model needs to know, without running anything: the columns that the model takes, and what it gives. Where
 * a step of the notebook cannot be followed nothing is said, for a wrong type is worse than none.
 */
import type { Capture, ClientFacts, InputColumn, OutputColumn, Signature } from "../../pipeline";
import type { Diagnostic } from "../../report";
import { MAX_VALUES } from "../../snapshot/csvTable";
import type { Statement } from "../../python/program";
import type { ScoringPath } from "../path/path";
import type { Fit } from "../scoring";
import { formless, outputKind, partsOf, refusesMissing, splitsAfterSteps, unsureIn } from "./estimators";
import { unknown, type Machine } from "./machine";
import { areFew, isNumeric, isOf, type Column, type Estimator, type Unknown, type Value } from "./values";

/** What text and files show of a model, and what they warn of. */
export interface ClientFindings {
  readonly facts: ClientFacts;
  readonly diagnostics: readonly Diagnostic[];
  /** What is known of the columns that the model is fitted on, and of its labels. */
  readonly given: readonly Column[];
  /** The columns of tables, as far as they are known, that what the model is fitted on is made of. */
  readonly taken: ReadonlySet<string>;
  /** The names that an array's columns had in their table. */
  readonly labels?: readonly string[];
}

/**
 * The same where the module has a `predict`, for then the ONNX model begins with the raw columns if all of `predict` converts. That
 * shows once it was exported, unless `predict` only chooses columns. The model is asked with them, then, whatever their array calls them.
 */
export function withPath(findings: ClientFindings, path: ScoringPath | undefined): ClientFindings {
  if (path === undefined) return findings;
  const { facts, labels } = findings;
  const diagnostics = findings.diagnostics.map((one) => (one.code === OUTSIDE ? insidePredict(one) : one));
  const { signature, ...rest } = facts;
  if (signature === undefined) return { ...findings, diagnostics };
  const computing = [...path.texts, path.features].find(({ isChoice }) => !isChoice);
  if (computing === undefined) {
    const inputs = signature.inputs.map((input, at) => ({ ...input, name: labels?.[at] ?? input.name }));
    return { ...findings, diagnostics, facts: { ...rest, signature: { ...signature, inputs } } };
  }
  const { cell, line } = computing.statement;
  const obstacle = { cell, line, reason: "whether what predict computes becomes a part of the ONNX model shows later" };
  return { ...findings, diagnostics, facts: { ...rest, obstacle } };
}

/** What is made outside of the model is no trap where `predict` makes it. */
function insidePredict(diagnostic: Diagnostic): Diagnostic {
  return {
    ...diagnostic,
    severity: "info",
    message: diagnostic.message.replace(ASKED, INSIDE),
    hint: `slipway validate says whether it does. ${diagnostic.hint ?? ""}`.trim(),
  };
}

const OUTSIDE = "scoring.outside";
const ASKED = "whoever asks it has to transform them first.";
const INSIDE = "predict of the module transforms them, and the ONNX model does if all of predict converts.";

/** What a machine that has followed the statements above the fit shows. */
export function clientFacts(fit: Fit, machine: Machine): ClientFindings {
  const { statement } = fit;
  machine.place = { cell: statement.cell, line: statement.line };
  forgetBound(statement, machine);
  const features = machine.evaluate(fit.features, machine);
  const labels = fit.labels === undefined ? undefined : machine.evaluate(fit.labels, machine);
  const model = fit.model === undefined ? undefined : machine.evaluate(fit.model, machine);
  const found = signatureOf({ features, labels, model, machine });
  const meanings = meaningsOf(features, labels);
  return {
    facts: {
      ...("kind" in found
        ? { obstacle: { cell: found.cell, line: found.line, reason: found.reason } }
        : { signature: found }),
      ...meanings,
    },
    diagnostics: outside(columnsIn(features), statement),
    given: [features, labels].flatMap(columnsIn),
    taken: takenBy(model, features),
    ...labelsOf(features),
  };
}

function labelsOf(features: Value): Pick<ClientFindings, "labels"> {
  const labels = features.kind === "matrix" ? features.columns.flatMap(({ label }) => label ?? []) : [];
  const isWhole = features.kind === "matrix" && new Set(labels).size === features.columns.length;
  return isWhole ? { labels } : {};
}

function takenBy(model: Value | undefined, features: Value): ReadonlySet<string> {
  const used = model?.kind === "estimator" ? usedBy(model) : undefined;
  const columns = columnsIn(features).filter(({ name = "" }) => used?.includes(name) !== false);
  return new Set(columns.flatMap(({ name, label }) => name ?? label ?? []));
}

function columnsIn(value: Value | undefined): readonly Column[] {
  if (value?.kind === "frame" || value?.kind === "matrix") return value.columns;
  return value?.kind === "series" ? [value.column] : [];
}

/** A loop or a branch that the fit stands in may bind anew what the fit is given. */
function forgetBound({ node, names }: Statement, machine: Machine): void {
  if (node.type === "expression_statement") return;
  const why = unknown(machine, "what the fit is given is made in a block that is not followed", node);
  for (const name of [...names.binds, ...names.mayBind, ...names.stores]) machine.variables.set(name, why);
}

interface Given {
  readonly features: Value;
  readonly labels: Value | undefined;
  readonly model: Value | undefined;
  readonly machine: Machine;
}

function signatureOf({ features, labels, model, machine }: Given): Signature | Unknown {
  if (model?.kind !== "estimator")
    return model?.kind === "unknown" ? model : unknown(machine, "what is fitted is not known");
  const unsure = unsureIn(model);
  if (unsure !== undefined) return unsure;
  const part = formless(model);
  if (part !== undefined) return unknown(machine, `whether ${part.name} has an ONNX form is not known`, part.call);
  const output = outputOf(model, labels, machine);
  if ("kind" in output) return output;
  const inputs = inputsOf(columnsOf(features, model, machine), refusesMissing(model));
  if ("kind" in inputs) return inputs;
  const precision = splitsAfterSteps(model) ? { precision: "float64" as const } : {};
  return { layout: layoutOf(inputs, model), ...precision, inputs, output };
}

function inputsOf(columns: readonly Column[] | Unknown, areFilled: boolean): readonly InputColumn[] | Unknown {
  if ("kind" in columns) return columns;
  const inputs: InputColumn[] = [];
  for (const column of columns) {
    const input = inputOf(areFilled ? { ...column, nullable: false } : column);
    if ("kind" in input) return input;
    inputs.push(input);
  }
  return inputs;
}

/** The columns that the model takes, by the names that they have for it. */
function columnsOf(features: Value, model: Estimator, machine: Machine): readonly Column[] | Unknown {
  if (features.kind === "unknown") return features;
  if (features.kind === "series") return [{ ...features.column, name: features.column.name ?? "x0" }];
  if (features.kind === "matrix") return features.columns.map((column, index) => ({ ...column, name: `x${index}` }));
  if (features.kind !== "frame") return unknown(machine, "what the model is fitted on is not known");
  const used = usedBy(model);
  if (features.open !== undefined) return features.open;
  if (used === undefined) return features.columns;
  const known = features.columns.filter(({ name = "" }) => used.includes(name));
  const isWhole = used.every((name) => known.some((column) => column.name === name));
  return isWhole ? known : unknown(machine, "a column of the model is not in the table");
}

function isUnknown(values: Column["values"]): values is Unknown {
  return typeof values === "object" && "kind" in values;
}

/** Names of the columns that the model's first step takes; `undefined` if it takes all. */
function usedBy(model: Estimator): readonly string[] | undefined {
  const first = model.name === "Pipeline" || model.name === "make_pipeline" ? model.parts[0] : model;
  return first?.chosen;
}

function layoutOf(inputs: readonly InputColumn[], model: Estimator): Signature["layout"] {
  const chooses = partsOf(model).some(({ name }) => /column_?transformer/i.test(name));
  return chooses || new Set(inputs.map(({ type }) => type === "string")).size > 1 ? "columns" : "matrix";
}

function inputOf(column: Column): InputColumn | Unknown {
  const { name = "", type, nullable, values } = column;
  if (typeof type === "object") return type;
  if (typeof nullable === "object") return nullable;
  return type === "string" && isUnknown(values) ? values : { name, type, nullable, ...factsOf(column) };
}

function factsOf(column: Column): Pick<InputColumn, "categories" | "range" | "meaning"> {
  const { values, range, meaning } = column;
  const categories = isOf(column, "string") && areFew(values) ? { categories: values.map(String) } : {};
  const numbers = range !== undefined && isNumeric(column) ? { range } : {};
  return { ...categories, ...numbers, ...(meaning === undefined ? {} : { meaning }) };
}

function outputOf(model: Estimator, labels: Value | undefined, machine: Machine): OutputColumn | Unknown {
  const kind = outputKind(model);
  if (kind === undefined) return unknown(machine, `what a ${model.name} gives is not known`);
  if (labels?.kind === "unknown") return labels;
  const column = labelColumn(labels);
  const head = headOf(column);
  if (kind === "cluster") return { ...head, type: "integer", probabilities: false };
  if (column === undefined) return unknown(machine, "what the model is to predict is not known");
  if (kind === "number") return { ...head, type: "number", probabilities: false };
  return classesOf(column, head, kind === "scored", machine);
}

function headOf(column: Column | undefined): Pick<OutputColumn, "name" | "meaning"> {
  const { name = "prediction", meaning } = column ?? {};
  return { name, ...(meaning === undefined ? {} : { meaning }) };
}

/** The column of the labels: of a table, its only one. */
function labelColumn(labels: Value | undefined): Column | undefined {
  if (labels?.kind === "series") return labels.column;
  const isTable = labels?.kind === "frame" || labels?.kind === "matrix";
  return isTable && labels.columns.length === 1 ? labels.columns[0] : undefined;
}

function classesOf(
  { type, values }: Column,
  head: { readonly name: string },
  probabilities: boolean,
  machine: Machine,
): OutputColumn | Unknown {
  if (typeof type !== "string") return type;
  if (type === "boolean") return { ...head, type, probabilities };
  if (isUnknown(values)) return values;
  if (values === "many") return unknown(machine, `the labels have more than ${MAX_VALUES} values`);
  if (type === "string") return { ...head, type, classes: values.map(String), probabilities };
  return { ...head, type: "integer", classes: values.map((value) => Math.trunc(Number(value))), probabilities };
}

/** What was computed before the model saw it, by the name that the model knows it by. */
function meaningsOf(features: Value, labels: Value | undefined): Pick<ClientFacts, "meanings" | "outputMeaning"> {
  const columns = features.kind === "frame" || features.kind === "matrix" ? features.columns : [];
  const pairs = columns.flatMap(({ name, meaning }, index) =>
    meaning === undefined ? [] : [[name ?? `x${index}`, meaning] as const],
  );
  const output = labelColumn(labels)?.meaning;
  return {
    ...(pairs.length === 0 ? {} : { meanings: Object.fromEntries(pairs) }),
    ...(output === undefined ? {} : { outputMeaning: output }),
  };
}

/** A finding for each fitted object outside of the model that makes something of the raw columns. */
function outside(columns: readonly Column[], place: Pick<Capture, "cell" | "line">): readonly Diagnostic[] {
  const made = columns.flatMap((column) => column.made ?? []);
  return [...new Set(made.map(({ by }) => by))].map((by) => {
    const from = made.filter((one) => one.by === by);
    const names = from.flatMap((one) => one.from ?? []);
    return madeOutside(by, names.length === from.length ? names : [], place);
  });
}

function madeOutside(by: string, from: readonly string[], { cell, line }: Pick<Capture, "cell" | "line">): Diagnostic {
  const shown = from.length === 0 ? "" : ` ${listed(from)}`;
  return {
    code: OUTSIDE,
    severity: "warning",
    cell,
    line,
    message: `The model takes what ${by}.transform gives, not the raw columns${shown}: ${ASKED}`,
    hint: `Put ${by} into a Pipeline with the model.`,
  };
}

function listed(names: readonly string[]): string {
  return names.length > 5 ? `${names.slice(0, 5).join(", ")} and ${names.length - 5} more` : names.join(", ");
}
