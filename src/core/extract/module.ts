/** Writes the Python module: imports, `Params`, `Data`, `Result`, helpers, one function a step, `run` and `main`. */
import type { Param, Target } from "../pipeline";
import type { Edit } from "../python/edits";
import { calleeOf, callsIn } from "../python/calls";
import { argumentsOf, childOf, type SyntaxNode } from "../python/syntax";
import type { ImportedName } from "../python/imports";
import type { Knowledge } from "../python/effects";
import type { Helper, Item, Origin, Plan } from "./plan";
import type { StepPlan, Role } from "./steps";
import { isCoroutine } from "./asyncSteps";
import { writeChecks } from "./columnChecks";
import { writeDataDir, writeMain } from "./entry";
import { importBlocks } from "./startup";
import type { FittedState } from "./fitted";
import type { ScoringPath } from "./path/path";
import { fittedArguments, LOAD_FITTED, savedText, writeFitted, writePredict } from "./predict";
import { editedText, indentEdits } from "./text";
import { evidenceOf } from "./evidence";
import { RESULT, type ObservedTypes } from "./observed";
import { helperSignatures, signatureEdit } from "./signatures";
import { learnStep, type Typing } from "./stepTypes";
import { tracesOf } from "./traces";
import { learnTypes, type TypeEnvironment } from "./types";
import { NONE, UNKNOWN } from "./typing/text";
import { typeWriter, type TypeWriter } from "./typing/written";

/** The text of a module before it is formatted, and the origin of each of its statements, by the function that holds it. */
export interface DraftModule {
  readonly text: string;
  /** For each function, its statements in order; `undefined` for those that Slipway adds. The key "" is the top of the module. */
  readonly origins: ReadonlyMap<string, readonly (Origin | undefined)[]>;
  readonly targets: readonly Target[];
  /** What was seen in a run and is written in it. */
  readonly types: ObservedTypes;
}

/** What the module is written from. */
export interface ModuleInput {
  readonly notebook: string;
  readonly plan: Plan;
  readonly steps: readonly StepPlan[];
  readonly knowledge: Knowledge;
  readonly targets: readonly Omit<Target, "type">[];
  /** Gives the variable that holds a target when all has run. */
  readonly variableOf: (name: string) => string;
  /** Folders of the workspace that may hold the data, from that of the pipeline. */
  readonly dataFolders: readonly string[];
  /** What is kept of the training; absent where that is the model alone, or nothing. */
  readonly fitted?: FittedState | undefined;
  /** Absent where raw rows cannot be scored. */
  readonly path?: ScoringPath | undefined;
  /** True for modules of the user's own. */
  readonly isOwn: (module: string) => boolean;
  /** The texts of these. */
  readonly own: readonly string[];
  /** What was seen in a run. */
  readonly observed: ObservedTypes;
}

const SUMMARY: Readonly<Record<Role, string>> = {
  load: "Read the data.",
  prepare: "Prepare the data.",
  split: "Set rows aside for the test.",
  build: "Put the model together.",
  train: "Fit the model.",
  evaluate: "Measure the model.",
  draw: "Draw a figure.",
};

type Origins = Map<string, readonly (Origin | undefined)[]>;

/** Writes the module. */
export function writeModule(input: ModuleInput): DraftModule {
  const typing = typingOf(input);
  const { types, writer } = typing;
  const origins: Origins = new Map();
  const written = input.steps.map((step) => writeStep(step, input, typing, origins));
  const targets = input.targets.map((target) => ({ ...target, type: targetType(target, input, typing) }));
  const top = writeTop(input, targets, (name) => writer.write(types.get(input.variableOf(name))));
  const helpers = writeHelpers(input, typing, origins);
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
  const started = input.plan.startup.statements.map((one) => originOf(one, one.node));
  if (started.length > 0) origins.set("", [...started, ...(origins.get("") ?? [])]);
  const text = [`"""${docstring(input)}"""`, writeImports(input, body, writer), body, guard(input)].join("\n\n");
  return { text: `${text}\n`, origins, targets, types: typing.evidence.used() };
}

function typingOf(input: ModuleInput): Typing {
  const { plan, steps } = input;
  const bound = plan.items.flatMap(({ binds, mayBind }) => [...binds, ...mayBind]);
  const evidence = evidenceOf(input.observed, tracesOf(input));
  const writer = typeWriter({
    imports: [...plan.imports, ...plan.preamble.flatMap(({ names }) => names.imports)],
    helpers: plan.helpers.map(({ name }) => name),
    taken: new Set([...bound, ...steps.map(({ name }) => name), ...plan.checks.names, ...OWN_NAMES]),
    seen: evidence.classes,
  });
  return { types: constantTypes(input), writer, heard: new Map(), evidence };
}

const OWN_NAMES = ["Any", "Path", "Params", "Data", "Fitted", "Result"];

function writeImports(input: ModuleInput, body: string, writer: TypeWriter): string {
  const { plan, isOwn } = input;
  const { plain, checking } = writer.imports();
  const extra = plain.map((statement) => ({ statement, local: "", qualified: "" }));
  const scaffolding = importsFor(input, checking.length > 0 ? `${body}\nTYPE_CHECKING` : body);
  const preamble = plan.preamble.map(({ source, node }) => source.slice(node.start, node.end).trimEnd());
  return [
    importBlocks([...scaffolding, ...extra], plan, isOwn, (one) =>
      withComments(one, editedText(one.source, one.node, [])),
    ),
    ...preamble,
    ...(checking.length > 0 ? [`if TYPE_CHECKING:\n${checking.map((line) => INDENT + line).join("\n")}`] : []),
  ].join("\n\n");
}

function guard(input: ModuleInput): string {
  return mayHoldOwn(input) ? GUARD_BY_NAME : GUARD;
}

function predictParts({ path }: ModuleInput, origins: Origins): readonly string[] {
  if (path === undefined) return [];
  const { texts, features } = path;
  const lines = [...texts, features].map(({ statement }) => originOf(statement, statement.node));
  origins.set("predict", [undefined, ...lines]);
  return [writePredict(path)];
}

/** Types of the module's constants and settings. */
function constantTypes({ plan, knowledge }: ModuleInput): TypeEnvironment {
  const types: TypeEnvironment = new Map(plan.params.map(({ name, type }) => [name, type]));
  for (const { name, type } of dataFields(plan)) types.set(name, type === "Path" ? "pathlib.Path" : type);
  for (const { node } of plan.collections) learnTypes(node, { types, knowledge });
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

/** A metric that no one takes out of its tensor is one. */
function targetType(
  { kind, name }: Omit<Target, "type">,
  { variableOf }: ModuleInput,
  { types, writer }: Typing,
): string {
  const known = types.get(variableOf(name));
  return kind === "metric" && known?.endsWith(".Tensor") !== true ? "float" : writer.write(known);
}

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
  [/\basyncio\.run\(/, "import asyncio"],
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
  [/\bTYPE_CHECKING\b/, "from typing import TYPE_CHECKING"],
  [/\bnp\./, "import numpy as np"],
  [/\bpd\./, "import pandas as pd"],
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
  const isBlock = text.includes("\n") && statement.node.type !== "expression_statement";
  const behind = statement.trailing === undefined || isBlock ? "" : `  ${statement.trailing.text}`;
  return [...above, text + behind].map((part) => indent + part).join("\n");
}

function writeHelpers(input: ModuleInput, typing: Typing, origins: Origins): readonly string[] {
  const { types, writer, evidence } = typing;
  const signatures = helperSignatures(input.plan, input.knowledge, typing);
  const note = (name: string, origin: Origin): void => {
    origins.set(name, [...(origins.get(name) ?? []), origin]);
  };
  const helpers = input.plan.helpers.map((helper) => {
    const { statement, definition, extras } = helper;
    const annotated = (signatures.get(helper.name) ?? []).flatMap(({ at, type, before }): readonly Edit[] => {
      const text = writer.write(type);
      return text === UNKNOWN && type !== UNKNOWN ? [] : [{ start: at, end: at, text: before + text }];
    });
    const added = extras.map((name) => {
      const type = evidence.parameter(helper.name, name, types.get(name));
      return `${name}: ${writer.write(evidence.written(helper.name, name, type))}`;
    });
    const edits = [...helper.edits, ...annotated, ...(extras.length === 0 ? [] : [signatureEdit(helper, added)])];
    note(`def ${helper.name}`, originOf(statement, definition));
    const text = editedText(statement.source, statement.node, edits);
    return { statement, text: withComments({ ...statement, trailing: undefined }, text) };
  });
  const patches = input.plan.patches.map((statement) => {
    const definition = childOf(statement.node, "definition");
    const name = definition === undefined ? "" : `def ${childOf(definition, "name")?.text}`;
    note(name, originOf(statement, definition ?? statement.node));
    return { statement, text: withComments(statement, editedText(statement.source, statement.node, [])) };
  });
  return [...helpers, ...patches].sort((a, b) => a.statement.index - b.statement.index).map(({ text }) => text);
}

function originOf({ cell, source }: Item["statement"], { start, end, line }: SyntaxNode): Origin {
  return { cell, cellLine: line, text: source.slice(start, end).trimEnd() };
}

function writeStep(step: StepPlan, input: ModuleInput, typing: Typing, origins: Origins): string {
  const { types, writer, evidence } = typing;
  const inputs = learnStep(step, input.knowledge, typing);
  const parameters = [
    ...step.inputs.map((name, index) => `${name}: ${writer.write(inputs[index])}`),
    ...step.fields.map((name) => `${name}: ${fieldType(name, input.plan)}`),
  ];
  const outputs = step.outputs.map((name) => writer.write(evidence.written(step.name, RESULT, types.get(name))));
  const returned = outputs.length === 0 ? NONE : outputs.length === 1 ? outputs[0] : `tuple[${outputs.join(", ")}]`;
  const body = step.items.map(writeItem);
  const result = step.outputs.length === 0 ? [] : [`    return ${step.outputs.join(", ")}`];
  origins.set(step.name, [
    undefined,
    ...step.items.map(({ statement }) => originOf(statement, statement.node)),
    ...result.map(() => undefined),
  ]);
  const head = `${isCoroutine(step.items) ? "async " : ""}def ${step.name}(${parameters.join(", ")}) -> ${returned}:  # ${cellList(step.cells)}`;
  return [head, `    """${SUMMARY[step.role]}"""`, ...body, ...result].join("\n");
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

function writeRun({ plan, steps, fitted, variableOf }: ModuleInput, targets: readonly Target[]): string {
  const params = new Set(plan.params.map(({ name }) => name));
  const localName = localNames(steps);
  const calls = steps.map((step) => {
    const fields = step.fields.map((name) => `${name}=${params.has(name) ? "params" : "data"}.${name}`);
    const made = `${step.name}(${[...step.inputs.map(localName), ...fields].join(", ")})`;
    const call = isCoroutine(step.items) ? `asyncio.run(${made})` : made;
    return step.outputs.length === 0 ? `    ${call}` : `    ${step.outputs.map(localName).join(", ")} = ${call}`;
  });
  const held = (name: string): string => localName(variableOf(name));
  const values = targets.map(({ name }) => `${name}=${held(name)}`);
  if (fitted !== undefined) values.push(`${fitted.fitted}=Fitted(${fittedArguments(fitted, held)})`);
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
