/** The text of the module, and the cell of each of its lines. */
import type { LineOrigin, Target } from "../pipeline";
import { bordersOf, CONTRACT_NAMES, createNaming, type Step } from "./border";
import { formatTypeScript } from "./format";
import { sliceOf } from "./flow";
import { propertyName } from "./names";
import { dataFields } from "./references";
import { shownLines, unitLines, type Line } from "./rewrite";
import { runLines } from "./runner";
import { fieldType, shownName, stepParameters, stepWaits, type Emission, type ModuleInput } from "./signature";
import { groupItems, type Role } from "./steps";
import type { Goal } from "./targets";
import { createTypeWriter } from "./types";
import type { Unit } from "./units";

/** The written module. */
export interface Module {
  readonly text: string;
  readonly map: readonly LineOrigin[];
  readonly steps: readonly Step[];
  /** The targets' types as the module writes them, by name. */
  readonly types: ReadonlyMap<string, string>;
  /** The notebook's own types that the module has, also for a signature alone. */
  readonly ownTypes: readonly Unit[];
}

/** Writes the module. */
export async function emitModule(input: ModuleInput): Promise<Module> {
  const { plan, units, flow, goals, scope } = input;
  const names = new Set([...CONTRACT_NAMES, ...units.flatMap((unit) => [...unit.facts.declares])]);
  const steps = bordersOf(groupItems(plan, goals, flow, names), plan, goals);
  const types = createTypeWriter(names);
  const nameOf = createNaming(steps, plan, flow);
  const typeOf = (name: string) =>
    fieldType(name, plan) ?? types.textOf(name, flow.end.get(name)?.[0] ?? firstUnit(name, units));
  const emission: Emission = { ...input, steps, types, rewriting: { plan, scope, nameOf, typeOf } };
  const body = [
    ...definitionLines(emission),
    ...steps.flatMap((step) => stepLines(step, emission)),
    ...runLines(emission),
  ];
  const results = goals.map((goal) => [goal.name, goalType(goal, emission)] as const);
  const ownTypes = ownTypesOf(
    emission,
    results.map(([, type]) => type),
  );
  const head = headLines(emission, new Map(results), ownTypes);
  const lines = [...head, ...body];
  const text = await formatTypeScript(lines.map((line) => line.text).join("\n"));
  return { text, map: mapLines(text, lines), steps, types: new Map(results), ownTypes };
}

function firstUnit(name: string, units: readonly Unit[]): Unit {
  const unit = units.find(({ facts }) => facts.declares.has(name));
  if (unit === undefined) throw new Error(`${name} is declared nowhere`);
  return unit;
}

function goalType(goal: Goal, { types, flow, units }: Emission): string {
  if (goal.expression !== undefined) return types.textOfNode(goal.expression, goal.name);
  const origins = goal.state.get(goal.name) ?? flow.end.get(goal.name) ?? [];
  return types.textOf(
    goal.name,
    origins.find(({ facts }) => facts.declares.has(goal.name)) ?? firstUnit(goal.name, units),
  );
}

const made = (text: string): Line[] => text.split("\n").map((line) => ({ text: line, origin: undefined }));

function headLines(
  emission: Emission,
  results: ReadonlyMap<string, string>,
  ownTypes: readonly Unit[],
): readonly Line[] {
  const { plan, rewriting } = emission;
  const { notebook, settings, references } = plan;
  const imports = new Map(plan.imports.map((unit) => [unit.statement.getText(), unit]));
  return [
    ...made(`// Made by Slipway from ${notebook}. It may be edited: edits are kept when it is made again.`),
    ...made('import { parseArgs } from "node:util";'),
    ...[...imports.values()].flatMap((unit) => unitLines(unit, rewriting)),
    ...made("\n/** The notebook's settings. */"),
    ...fields(
      "Params",
      settings.map(({ name, type }) => [name, type]),
    ),
    ...made(`\n/** As the notebook has them. */\nexport const defaultParams: Params = {`),
    ...settings.flatMap((setting) => [
      {
        text: `${propertyName(setting.name)}: ${setting.default},`,
        origin: { cell: setting.cell, line: setting.line },
      },
    ]),
    ...made("};\n\n/** Paths of what the pipeline reads. */"),
    ...fields(
      "Data",
      dataFields(references).map(({ name }) => [name, "string"]),
    ),
    ...made("\n/** In the folder that the pipeline is run in. */\nexport const defaultData: Data = {"),
    ...dataFields(references).flatMap(({ name, place, cell, line }) => [
      { text: `${propertyName(name)}: ${JSON.stringify(place)},`, origin: { cell, line } },
    ]),
    ...made("};\n\n/** What the pipeline gives, under the notebook's names. */"),
    ...fields("Result", [...results]),
    ...made(""),
    ...ownTypes.flatMap((unit) => [...exported(unitLines(unit, rewriting)), ...made("")]),
    ...emission.types.interfaces().flatMap((text) => made(`${text}\n`)),
  ];
}

function fields(name: string, members: readonly (readonly [string, string])[]): readonly Line[] {
  const body = members.map(([member, type]) => `readonly ${propertyName(member)}: ${type};`);
  // An interface without members would take anything.
  if (body.length === 0) return made(`export type ${name} = Readonly<Record<string, never>>;`);
  return made([`export interface ${name} {`, ...body, "}"].join("\n"));
}

/** The notebook's own types, those that only a step's signature mentions among them. */
function ownTypesOf(emission: Emission, results: readonly string[]): readonly Unit[] {
  const { units, plan, types, steps, flow } = emission;
  const crossing = steps.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]);
  const signatures = crossing.map(({ name, unit }) => types.textOf(name, unit));
  const words = new Set([...results, ...types.interfaces(), ...signatures].join(" ").match(/[\p{L}\p{N}_$]+/gu));
  const mentioned = units.filter(
    ({ kind, facts }) => kind === "type" && [...facts.declares].some((name) => words.has(name)),
  );
  const kept = new Set([...plan.types, ...[...sliceOf(flow, mentioned)].filter(({ kind }) => kind === "type")]);
  return units.filter((unit) => kept.has(unit));
}

/** A step's signature may mention it: who imports the step needs it too. */
function exported(lines: readonly Line[]): readonly Line[] {
  return lines.map((line) => ({ ...line, text: line.text.replace(/^(interface|type) /, "export $1 ") }));
}

function definitionLines({ plan, rewriting }: Emission): readonly Line[] {
  return plan.definitions.flatMap((unit, index) => {
    const previous = plan.definitions[index - 1];
    const together = previous?.kind === "variable" && unit.kind === "variable" && previous.cell === unit.cell;
    return [...(together ? [] : made("")), ...unitLines(unit, rewriting)];
  });
}

const DOCS: Readonly<Record<Role, string>> = {
  load: "Reads the data.",
  prepare: "Makes the data ready.",
  split: "Keeps rows apart that the model will not see.",
  train: "Fits the model.",
  evaluate: "Measures the model.",
};

function stepLines(step: Step, emission: Emission): readonly Line[] {
  const heading = step.items[0]?.unit.cell.heading;
  const doc = step.role === undefined ? heading : DOCS[step.role];
  const parameters = stepParameters(step, emission).map(({ name, type }) => `${name}: ${type}`);
  const isAsync = stepWaits(step);
  const result = resultOf(step, emission);
  return [
    ...made(doc === undefined ? "" : `\n/** ${doc.replaceAll("*/", "")} */`),
    ...made(
      `export ${isAsync ? "async " : ""}function ${step.name}(${parameters.join(", ")}): ${isAsync ? `Promise<${result.type}>` : result.type} {`,
    ),
    ...itemLines(step, emission),
    ...made(result.statement),
    ...made(`} // ${cellList(cellsOf(step))}`),
  ];
}

function itemLines({ items }: Step, { rewriting }: Emission): readonly Line[] {
  return items.flatMap(({ unit, goal }, index) => {
    const lines =
      goal?.expression === undefined
        ? unitLines(unit, rewriting)
        : shownLines(goal.expression, shownName(goal), unit, rewriting);
    const previous = items[index - 1]?.unit;
    const first = lines[0]?.origin?.line ?? unit.line;
    const isApart = previous !== undefined && (previous.cell !== unit.cell || first > previous.endLine + 1);
    return isApart ? [...made(""), ...lines] : lines;
  });
}

function resultOf({ outputs, shown }: Step, { types, rewriting }: Emission): { type: string; statement: string } {
  const members = [
    ...outputs.map(({ name, unit }) => ({ name: rewriting.nameOf(name, unit), type: types.textOf(name, unit) })),
    ...shown.map((goal) => ({
      name: shownName(goal),
      type: goal.expression === undefined ? "number" : types.textOfNode(goal.expression, goal.name),
    })),
  ];
  const [first] = members;
  if (first === undefined) return { type: "void", statement: "" };
  if (members.length === 1) return { type: first.type, statement: `return ${first.name};` };
  return {
    type: `{ ${members.map(({ name, type }) => `${name}: ${type}`).join("; ")} }`,
    statement: `return { ${members.map(({ name }) => name).join(", ")} };`,
  };
}

/** The cells that a step was made from. */
export function cellsOf({ items }: Pick<Step, "items">): readonly number[] {
  return [...new Set(items.map(({ unit }) => unit.cell.number))].sort((a, b) => a - b);
}

function cellList(cells: readonly number[]): string {
  if (cells.length === 1) return `cell ${cells[0] ?? 0}`;
  return `cells ${cells.slice(0, -1).join(", ")} and ${cells.at(-1) ?? 0}`;
}

/**
 * Which cell each line of the formatted text came from. The formatter moves, joins and splits lines but leaves the words and
 * their order, so a line came from where its first word came from.
 */
function mapLines(text: string, lines: readonly Line[]): readonly LineOrigin[] {
  const words = (line: string) => line.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? [];
  const origins = lines.flatMap((line) => words(line.text).map(() => line.origin));
  let word = 0;
  const map = text.split("\n").flatMap((line, index) => {
    const count = words(line).length;
    const origin = count === 0 ? undefined : origins[word];
    word += count;
    return origin === undefined ? [] : [{ line: index + 1, cell: origin.cell, cellLine: origin.line }];
  });
  return word === origins.length ? map : [];
}

/** The targets as the contract has them. */
export function targetsOf(goals: readonly Goal[], types: ReadonlyMap<string, string>): readonly Target[] {
  return goals.map(({ name, kind, unit, expression }) => ({
    name,
    kind,
    type: types.get(name) ?? "unknown",
    expression: expression?.getText() ?? name,
    cell: unit.cell.number,
    line: unit.line,
  }));
}
