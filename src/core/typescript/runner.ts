/** `run`, and what makes the module a script. */
import { declaringUnit, type Step, type Variable } from "./border";
import { shownName, stepParameters, stepWaits, variableKey, type Emission } from "./signature";
import { propertyAccess, propertyName } from "./names";
import { dataFields } from "./references";
import type { Line } from "./rewrite";
import type { Goal } from "./targets";

/** `run`, the options and the printing. */
export function runLines(emission: Emission): readonly Line[] {
  return [runText(emission), optionsText(emission), printText(emission)]
    .join("\n\n")
    .split("\n")
    .map((text) => ({ text, origin: undefined }));
}

function runText(emission: Emission): string {
  const { steps, units } = emission;
  const taken = new Set([...units.flatMap((unit) => [...unit.facts.declares]), ...steps.map(({ name }) => name)]);
  const params = taken.has("params") ? "settings" : "params";
  const data = taken.has("data") ? "paths" : "data";
  const names = new Map<string, string>();
  const calls = steps.map((step) => {
    const args = stepArguments(step, emission, { names, params, data });
    const call = `${stepWaits(step) ? "await " : ""}${step.name}(${args.join(", ")})`;
    return `${outputBinding(step, emission, names, taken)}${call};`;
  });
  const results = emission.goals.map((goal) => {
    const value = goalValue(goal, emission, { names, params });
    return value === goal.name ? value : `${propertyName(goal.name)}: ${value}`;
  });
  return `
/** Runs every step. */
export async function run(${params}: Params = defaultParams, ${data}: Data = defaultData): Promise<Result> {
${calls.join("\n")}
return { ${results.join(", ")} };
}`;
}

interface RunNames {
  readonly names: ReadonlyMap<string, string>;
  readonly params: string;
  readonly data: string;
}

function stepArguments(step: Step, emission: Emission, { names, params, data }: RunNames): readonly string[] {
  const variables = new Map(step.inputs.map((input) => [emission.rewriting.nameOf(input.name, input.unit), input]));
  return stepParameters(step, emission).map(({ name }) => {
    const variable = variables.get(name);
    if (variable !== undefined) return names.get(variableKey(variable)) ?? name;
    return propertyAccess(step.data.includes(name) ? data : params, name);
  });
}

/** `const { train, test } = `; a variable that an earlier step gave already gets a number. */
function outputBinding(
  { outputs, shown }: Step,
  { rewriting }: Emission,
  names: Map<string, string>,
  taken: Set<string>,
): string {
  const given = new Set(names.values());
  const members = outputs.map((variable) => {
    const own = rewriting.nameOf(variable.name, variable.unit);
    let name = own;
    for (let number = 2; given.has(name) || (name !== own && taken.has(name)); number += 1) name = `${own}${number}`;
    given.add(name);
    names.set(variableKey(variable), name);
    return name === own ? own : `${own}: ${name}`;
  });
  members.push(...shown.map(shownName));
  const [first] = members;
  if (first === undefined) return "";
  if (members.length > 1) return `const { ${members.join(", ")} } = `;
  return `const ${first.replace(/^.*: /, "")} = `;
}

function goalValue(goal: Goal, { plan, rewriting }: Emission, { names, params }: Omit<RunNames, "data">): string {
  if (goal.expression !== undefined) return shownName(goal);
  const unit = declaringUnit(goal.name, goal.state.get(goal.name) ?? []) ?? goal.unit;
  const setting = plan.settings.find(({ variable }) => variable === unit);
  if (setting !== undefined) return propertyAccess(params, setting.name);
  const variable: Variable = { name: goal.name, unit };
  return names.get(variableKey(variable)) ?? rewriting.nameOf(goal.name, unit);
}

const READERS: Readonly<Record<string, string>> = {
  number: "Number(VALUE)",
  string: "VALUE",
  boolean: 'VALUE === "true"',
};

function optionsText({ plan }: Emission): string {
  const { settings, references } = plan;
  const fields = dataFields(references);
  const names = [...settings, ...fields].map(({ name }) => `${propertyName(name)}: { type: "string" },`);
  const params = settings.map(({ name, type }) => {
    const value = propertyAccess("values", name);
    const read = (READERS[type] ?? "VALUE").replace("VALUE", value);
    return `${propertyName(name)}: ${value} === undefined ? ${propertyAccess("defaultParams", name)} : ${read},`;
  });
  const data = fields.map(
    ({ name }) => `${propertyName(name)}: ${propertyAccess("values", name)} ?? ${propertyAccess("defaultData", name)},`,
  );
  return `
/** Reads \`--name value\` for each setting and each path. */
function readOptions(args: string[]): { json: boolean; params: Params; data: Data } {
const { values } = parseArgs({ args, options: { json: { type: "boolean" }, ${names.join(" ")} } });
const params: Params = { ${params.join(" ")} };
const data: Data = { ${data.join(" ")} };
return { json: values.json === true, params, data };
}`;
}

function printText({ goals }: Emission): string {
  const metrics = goals.filter(({ kind }) => kind === "metric");
  const printed = metrics.length > 0 ? metrics : goals;
  const members = printed.map(({ name }) => `${propertyName(name)}: ${propertyAccess("result", name)}`);
  return `
if (import.meta.main) {
const { json, params, data } = readOptions(Deno.args);
const result = await run(params, data);
const metrics = { ${members.join(", ")} };
if (json) console.log(JSON.stringify(metrics));
else for (const [name, value] of Object.entries(metrics)) console.log(\`\${name}: \${value}\`);
}
`;
}
