/** Writes the Python module: imports, `Params`, `Data`, `Result`, helpers, one function a step, `run` and `main`. */
import type { Param, Target } from "../pipeline";
import type { Edit } from "../python/edits";
import { calleeOf, callsIn } from "../python/calls";
import { argumentsOf, childOf, type SyntaxNode } from "../python/syntax";
import type { ImportedName } from "../python/imports";
import type { Knowledge } from "../python/effects";
import type { Helper, Item, Origin, Plan } from "./plan";
import type { StepPlan, Role } from "./steps";
import { writeChecks } from "./columnChecks";
import { writeDataDir, writeMain } from "./entry";
import { importBlock } from "./imports";
import type { FittedState } from "./fitted";
import type { ScoringPath } from "./path/path";
import { fittedArguments, LOAD_FITTED, savedText, writeFitted, writePredict } from "./predict";
import { editedText, indentEdits } from "./text";
import { learnTypes, typeOf, UNKNOWN, type TypeEnvironment } from "./types";

/** The text of a module before it is formatted, and the origin of each of its statements, by the function that holds it. */
export interface DraftModule {
  readonly text: string;
  /** For each function, its statements in order; `undefined` for those that Slipway adds. The key "" is the top of the module. */
  readonly origins: ReadonlyMap<string, readonly (Origin | undefined)[]>;
  readonly targets: readonly Target[];
}

/** What the module is written from. */
export interface ModuleInput {
  readonly notebook: string;
  readonly plan: Plan;
  readonly steps: readonly StepPlan[];
  readonly knowledge: Knowledge;
  readonly targets: readonly Omit<Target, "type">[];
  /** Folders of the workspace that may hold the data, from that of the pipeline. */
  readonly dataFolders: readonly string[];
  /** What is kept of the training; absent where that is the model alone, or nothing. */
  readonly fitted?: FittedState | undefined;
  /** Absent where raw rows cannot be scored. */
  readonly path?: ScoringPath | undefined;
  /** True for modules of the user's own. */
  readonly isOwn: (module: string) => boolean;
}

const SUMMARY: Readonly<Record<Role, string>> = {
  load: "Read the data.",
  prepare: "Prepare the data.",
  split: "Set rows aside for the test.",
  build: "Put the model together.",
  train: "Fit the model.",
  evaluate: "Measure the model.",
};

/** Writes the module. */
export function writeModule(input: ModuleInput): DraftModule {
  const types = constantTypes(input);
  const origins = new Map<string, readonly (Origin | undefined)[]>();
  const written = input.steps.map((step) => writeStep(step, input, types, origins));
  const targets = input.targets.map((target) => ({ ...target, type: targetType(target, types) }));
  const top = writeTop(input, targets, (name) => types.get(name) ?? fieldType(name, input.plan));
  const helpers = input.plan.helpers.map((helper) => writeHelper(helper, types, origins));
  const body = [
    top,
    ...helpers,
    ...written,
    writeRun(input, targets),
    ...predictParts(input, origins),
    ...(input.fitted === undefined ? [] : [LOAD_FITTED]),
    ...(input.plan.references.length > 0 ? [writeDataDir(input.plan, input.dataFolders)] : []),
    writeMain(input.plan, targets, savedText(input.fitted, targets)),
  ].join("\n\n\n");
  const preamble = input.plan.preamble.map((statement) =>
    statement.source.slice(statement.node.start, statement.node.end).trimEnd(),
  );
  const text = [
    `"""${docstring(input)}"""`,
    importBlock(importsFor(input, body), input.plan.stars, input.isOwn),
    ...preamble,
    body,
    mayHoldOwn(input) ? GUARD_BY_NAME : GUARD,
  ].join("\n\n");
  return { text: `${text}\n`, origins, targets };
}

function predictParts({ path }: ModuleInput, origins: Map<string, readonly (Origin | undefined)[]>): readonly string[] {
  if (path === undefined) return [];
  const { texts, features } = path;
  const lines = [...texts, features].map(({ statement }) => originOf(statement, statement.node));
  origins.set("predict", [undefined, ...lines]);
  return [writePredict(path)];
}

/** Types of the module's constants and settings. */
function constantTypes({ plan, knowledge }: ModuleInput): TypeEnvironment {
  const types: TypeEnvironment = new Map(plan.params.map(({ name, type }) => [name, type]));
  for (const { node, source } of plan.collections)
    learnTypes(node, types, knowledge, ({ start, end }) => source.slice(start, end));
  return types;
}

const GUARD = `if __name__ == "__main__":\n    main()`;
const GUARD_BY_NAME = `if __name__ == "__main__":
    # By this name, a saved model finds its own classes and functions again.
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    import pipeline

    pipeline.main()`;

/** True if a saved model may hold classes or functions of the module: pickle keeps them by the name that the module ran under. */
function mayHoldOwn({ plan, targets, knowledge }: ModuleInput): boolean {
  const handsOn = ({ node }: Item, name: string): boolean =>
    callsIn(node).some(
      (call) =>
        calleeOf(call, knowledge).kind === "library" &&
        argumentsOf(call).some((argument) => (childOf(argument, "value") ?? argument).text === name),
    );
  const isHeld = ({ name, definition }: Helper): boolean =>
    definition.type === "class_definition" || plan.items.some((item) => handsOn(item, name));
  return targets.some(({ kind }) => kind === "model") && plan.helpers.some(isHeld);
}

function docstring({ notebook, steps }: ModuleInput): string {
  const way = steps.map(({ name }) => name).join(" -> ");
  const name = notebook.replace(/["\\]/g, "\\$&");
  return `Pipeline of ${name}, extracted by Slipway: ${way}.\n\nRun it: python pipeline.py --help\n`;
}

function targetType(target: Omit<Target, "type">, types: TypeEnvironment): string {
  return target.kind === "metric" ? "float" : (types.get(target.name) ?? UNKNOWN);
}

/** A class or a module that is known only inside of a step has no name that the rest of the module could use. */
function hideInnerClasses(types: TypeEnvironment, { plan }: ModuleInput): void {
  const known = new Set([
    ...[...plan.imports, ...plan.preamble.flatMap(({ names }) => names.imports)].map(({ local }) => local),
    ...plan.helpers.map(({ name }) => name),
    ...OWN_TYPES,
  ]);
  const isInner = (type: string): boolean => {
    const [name = "", dot] = /^\w+(\.?)/.exec(type) ?? [];
    if (dot === ".") return !SCAFFOLDED_MODULES.test(type) && !known.has(name.slice(0, -1));
    return /^[A-Z]\w*$/.test(type) && !known.has(type);
  };
  for (const [name, type] of types) {
    if (isInner(type) && plan.stars.length === 0) types.set(name, UNKNOWN);
  }
}

const OWN_TYPES = ["Any", "Path", "Pipeline"];
/** What the module imports for its annotations, whatever the notebook does. */
const SCAFFOLDED_MODULES = /^(pd\.|np\.(ndarray|random\.Generator)$)/;

/** Imports that the text needs: the notebook's own, and those of the scaffolding that it does not bind itself. */
function importsFor({ plan }: ModuleInput, body: string): readonly ImportedName[] {
  const bound = new Set([
    ...plan.helpers.map(({ name }) => name),
    ...[...plan.imports, ...plan.preamble.flatMap(({ names }) => names.imports)].map(({ local }) => local),
  ]);
  const needed = SCAFFOLDING.filter(([pattern, statement]) => pattern.test(body) && !bound.has(lastWord(statement)));
  const extra = needed.map(([, statement]) => ({ statement, local: "", qualified: "" }));
  return [...plan.imports, ...extra];
}

function lastWord(text: string): string {
  return text.slice(text.lastIndexOf(" ") + 1);
}

/** What the scaffolding and the annotations may use, and the import of it. */
const SCAFFOLDING: readonly (readonly [RegExp, string])[] = [
  [/\bargparse\./, "import argparse"],
  [/\bjson\.dumps\(/, "import json"],
  [/\bsys\.stderr\b/, "import sys"],
  [/\bdeepcopy\(/, "from copy import deepcopy"],
  [/ literal_eval\(/, "from ast import literal_eval"],
  [/\bpickle\.(dumps|loads)\(/, "import pickle"],
  [/\bredirect_stdout\(/, "from contextlib import redirect_stdout"],
  [/\basdict\(/, "from dataclasses import asdict"],
  [/@dataclass\(/, "from dataclasses import dataclass"],
  [/\bfield\(default_factory/, "from dataclasses import field"],
  [/ in fields\(/, "from dataclasses import fields"],
  [/\bpartial\(/, "from functools import partial"],
  [/\bbind_arguments\(/, "from functools import partial as bind_arguments"],
  [/\bPath\b/, "from pathlib import Path"],
  [/\bAny\b/, "from typing import Any"],
  [/\bnp\.(ndarray|random\.Generator)\b/, "import numpy as np"],
  [/\bpd\./, "import pandas as pd"],
  [/-> .*\bPipeline\b|: Pipeline\b/, "from sklearn.pipeline import Pipeline"],
];

function writeTop(input: ModuleInput, targets: readonly Target[], typeOf: (name: string) => string): string {
  const collections = input.plan.collections.map((statement) =>
    withComments(statement, editedText(statement.source, statement.node, [])),
  );
  return [
    ...(collections.length > 0 ? [collections.join("\n")] : []),
    writeParams(input.plan.params),
    writeData(input),
    ...(input.fitted === undefined ? [] : [writeFitted(input.fitted, typeOf)]),
    writeResult(targets, input.fitted),
    ...writeChecks(input.plan.checks),
  ].join("\n\n\n");
}

function writeParams(params: readonly Param[]): string {
  const fields = params.map(
    (param) => `    ${param.name}: ${param.type} = ${fieldDefault(param)}  # cell ${param.cell}`,
  );
  return ["@dataclass(frozen=True)", "class Params:", '    """Settings of the pipeline."""', "", ...fields].join("\n");
}

/** A dataclass refuses a default that can be changed. */
function fieldDefault({ type, default: value }: Param): string {
  return /^(list|dict|set)\b/.test(type) || /^[[{]/.test(value) ? `field(default_factory=lambda: ${value})` : value;
}

function writeData({ plan }: ModuleInput): string {
  const fields = dataFields(plan).map(
    ({ name, type, place, cells }) =>
      `    ${name}: ${type} = ${type === "Path" ? `Path(${JSON.stringify(place)})` : JSON.stringify(place)}  # ${cellList(cells)}`,
  );
  return [
    "@dataclass(frozen=True)",
    "class Data:",
    '    """Where the data lies; relative paths are taken from the working folder."""',
    "",
    ...fields,
  ].join("\n");
}

interface DataField {
  readonly name: string;
  /** A pattern of paths is text. */
  readonly type: "Path" | "str";
  readonly place: string;
  readonly cells: readonly number[];
}

function dataFields({ references }: Plan): readonly DataField[] {
  const fields = new Map<string, DataField>();
  for (const { reference } of references) {
    const known = fields.get(reference.name);
    const cells = [...new Set([...(known?.cells ?? []), reference.cell])];
    const type = reference.kind === "pattern" ? "str" : "Path";
    fields.set(reference.name, { name: reference.name, type, place: reference.place, cells });
  }
  return [...fields.values()];
}

function writeResult(targets: readonly Target[], state: FittedState | undefined): string {
  const fields = targets.map(({ name, type, cell }) => `    ${name}: ${type}  # cell ${cell}`);
  if (state !== undefined) fields.push(`    ${state.fitted}: Fitted`);
  return ["@dataclass(frozen=True)", "class Result:", '    """What the pipeline gives."""', "", ...fields].join("\n");
}

function cellList(cells: readonly number[]): string {
  return `${cells.length === 1 ? "cell" : "cells"} ${cells.join(", ")}`;
}

function withComments(statement: Item["statement"], text: string, indent = ""): string {
  const above = statement.leading
    .filter(({ text: comment }) => !/^#\s*slipway:/.test(comment))
    .map(({ text: comment }) => comment);
  const behind = statement.trailing === undefined || text.includes("\n") ? "" : `  ${statement.trailing.text}`;
  return [...above, text + behind].map((part) => indent + part).join("\n");
}

function writeHelper(
  helper: Helper,
  types: TypeEnvironment,
  origins: Map<string, readonly (Origin | undefined)[]>,
): string {
  const { statement, definition } = helper;
  const edits = helper.extras.length === 0 ? helper.edits : [...helper.edits, signatureEdit(helper, types)];
  origins.set(`def ${helper.name}`, [originOf(statement, definition)]);
  return withComments({ ...statement, trailing: undefined }, editedText(statement.source, statement.node, edits));
}

function originOf({ cell, source }: Item["statement"], { start, end, line }: SyntaxNode): Origin {
  return { cell, cellLine: line, text: source.slice(start, end).trimEnd() };
}

/** Adds what a helper read as globals to its parameters, by keyword only. */
function signatureEdit({ definition, extras }: Helper, types: TypeEnvironment): Edit {
  const list = childOf(definition, "parameters") ?? definition;
  const parameters = list.children.filter(({ type }) => type !== "comment");
  const added = extras.map((name) => `${name}: ${types.get(name) ?? UNKNOWN}`);
  const hasStar = parameters.some(
    ({ type, children }) =>
      /splat|keyword_separator/.test(type) || children.some((child) => child.type === "list_splat_pattern"),
  );
  const text = [...(hasStar ? [] : ["*"]), ...added].join(", ");
  const rest = parameters.find(
    ({ type, children }) =>
      type === "dictionary_splat_pattern" || children.some((child) => child.type === "dictionary_splat_pattern"),
  );
  if (rest !== undefined) return { start: rest.start, end: rest.start, text: `${text}, ` };
  const last = parameters.at(-1);
  return last === undefined
    ? { start: list.end - 1, end: list.end - 1, text }
    : { start: last.end, end: last.end, text: `, ${text}` };
}

function writeStep(
  step: StepPlan,
  input: ModuleInput,
  types: TypeEnvironment,
  origins: Map<string, readonly (Origin | undefined)[]>,
): string {
  const seen = step.inputs.map((name) => new Set([types.get(name) ?? UNKNOWN]));
  for (const item of step.items) {
    const text = (node: SyntaxNode): string => item.statement.source.slice(node.start, node.end);
    if (item.assign === undefined) learnTypes(item.node, types, input.knowledge, text);
    else if (item.kept === "columns") types.set(item.assign, "pd.Index");
    else types.set(item.assign, typeOf(item.node, { types, knowledge: input.knowledge, text }) ?? UNKNOWN);
    step.inputs.forEach((name, index) => seen[index]?.add(types.get(name) ?? UNKNOWN));
  }
  hideInnerClasses(types, input);
  const parameters = [
    ...step.inputs.map((name, index) => `${name}: ${singleType(seen[index] ?? new Set())}`),
    ...step.fields.map((name) => `${name}: ${fieldType(name, input.plan)}`),
  ];
  const outputs = step.outputs.map((name) => types.get(name) ?? UNKNOWN);
  const returned = outputs.length === 0 ? "None" : outputs.length === 1 ? outputs[0] : `tuple[${outputs.join(", ")}]`;
  const body = step.items.map(writeItem);
  const result = step.outputs.length === 0 ? [] : [`    return ${step.outputs.join(", ")}`];
  origins.set(step.name, [
    undefined,
    ...step.items.map(({ statement }) => originOf(statement, statement.node)),
    ...result.map(() => undefined),
  ]);
  const head = `def ${step.name}(${parameters.join(", ")}) -> ${returned}:  # ${cellList(step.cells)}`;
  return [head, `    """${SUMMARY[step.role]}"""`, ...body, ...result].join("\n");
}

/** The type of a parameter; none can be said of one that the step binds anew with another type. */
function singleType(types: ReadonlySet<string>): string {
  const [type, ...others] = types;
  return type === undefined || others.length > 0 ? UNKNOWN : type;
}

function fieldType(name: string, plan: Plan): string {
  return (
    plan.params.find((param) => param.name === name)?.type ??
    dataFields(plan).find((field) => field.name === name)?.type ??
    UNKNOWN
  );
}

const INDENT = "    ";

/** A statement of a step, indented, with its comments. */
function writeItem({ statement, node, assign, edits }: Item): string {
  const text = editedText(statement.source, node, [...edits, ...indentEdits(statement.source, node, INDENT)]);
  if (assign !== undefined) return `${INDENT}${assign} = ${text.includes("\n") ? `(${text})` : text}`;
  // A declaration without a value, or with the type of what is set later, is an error to type checkers.
  const setter = childOf(node, "name")?.text;
  const reason = setter === undefined ? "" : `  # ${setter} sets it`;
  const declared = [...statement.declares].map((name) => `${INDENT}${name}: Any = None${reason}`);
  return [...declared, withComments(statement, text, INDENT)].join("\n");
}

function writeRun({ plan, steps, fitted }: ModuleInput, targets: readonly Target[]): string {
  const params = new Set(plan.params.map(({ name }) => name));
  const localName = localNames(steps);
  const calls = steps.map((step) => {
    const fields = step.fields.map((name) => `${name}=${params.has(name) ? "params" : "data"}.${name}`);
    const call = `${step.name}(${[...step.inputs.map(localName), ...fields].join(", ")})`;
    return step.outputs.length === 0 ? `    ${call}` : `    ${step.outputs.map(localName).join(", ")} = ${call}`;
  });
  const values = targets.map(({ name }) => `${name}=${localName(name)}`);
  if (fitted !== undefined) values.push(`${fitted.fitted}=Fitted(${fittedArguments(fitted, localName)})`);
  const result = values.join(", ");
  const head = "def run(params: Params = Params(), data: Data = Data()) -> Result:";
  return [
    head,
    '    """Run every step, in the order of the notebook."""',
    ...calls,
    `    return Result(${result})`,
  ].join("\n");
}

/** Gives the name in `run` of a variable of the notebook: some are taken there. */
function localNames(steps: readonly StepPlan[]): (name: string) => string {
  const variables = new Set(steps.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]));
  const names = new Map(
    [...variables].map((variable) => {
      let name = variable;
      while (TAKEN_IN_RUN.has(name) || (name !== variable && variables.has(name))) name += "_";
      return [variable, name];
    }),
  );
  return (variable) => names.get(variable) ?? variable;
}

const TAKEN_IN_RUN = new Set(["params", "data", "Result"]);
