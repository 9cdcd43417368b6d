/** From what is kept to the files of a pipeline: their plan, their steps and their texts. */
import type { Notebook } from "../notebook/notebook";
import type { GeneratedFile, Target } from "../pipeline";
import { definitionsIn } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { namesOf, type Statement } from "../python/program";
import { planChecks } from "./columnChecks";
import { writeCompanions, type CompanionInput } from "./companions";
import type { Directives } from "./directives";
import type { ExtractOptions, PythonTools } from "./extractOptions";
import { fittedState } from "./fitted";
import { withPath } from "./frames/client";
import type { Sight } from "./frames/look";
import { filesOfPipeline, isLocal, type LoadedFiles } from "./localFiles";
import { notSaved } from "./localFunctions";
import type { LocalModules } from "./localModules";
import { writeModule } from "./module";
import { importsOf } from "./packages";
import { findSettings } from "./params";
import { planModule } from "./plan";
import { fittedNames, withKept } from "./predict";
import type { Sliced } from "./readingSlice";
import { heldBy, reboundTargets } from "./rebound";
import { dataFolders } from "./referencePlaces";
import { localWork } from "./processPools";
import { resultsOf } from "./results";
import { scoringPathOf } from "./scoringPath";
import { retarget, type Targets } from "./slice";
import { mapLines } from "./sourceMap";
import { lateSettings } from "./startup";
import { planSteps } from "./steps";

interface PipelineInput extends Sliced, Sight {
  readonly local: LocalModules;
  readonly targets: Targets;
  readonly directives: Directives;
  readonly headings: ReadonlyMap<number, string>;
}

/** Functions of the module that are no steps. */
const ENTRY_NAMES = ["run", "main", "predict", "load_fitted"];

/** The parts of the module, its steps, and the way from raw rows to a prediction. */
function planPipeline(input: PipelineInput, targets: Targets, outputs: readonly Pick<Target, "name">[]) {
  const results = outputs.map(({ name }) => name);
  const { analysed, slice, references, directives } = input;
  const { statements, knowledge, flow } = analysed;
  const names = namesOf(statements);
  const dataFields = new Set(references.found.map(({ reference }) => reference.name));
  const taken = new Set([...names, ...dataFields]);
  const rules = { taken, dataFields, results, tagged: directives.parameters };
  const checks = planChecks(input.tables, taken, knowledge.imports);
  const rebound = reboundTargets(targets, slice.kept, taken);
  const settings = findSettings(slice.kept, analysed, rules);
  const whole = planModule({
    kept: slice.kept,
    flow,
    knowledge,
    settings,
    references: references.found,
    values: targets.values,
    results,
    rebound,
    checks,
  });
  const fields = whole.params.map(({ name }) => name);
  const variables = rebound.map(({ variable }) => variable);
  const free = new Set([...taken, ...variables, ...fields, ...checks.names, "Result", "Params", "Data", "predict"]);
  const { model } = targets;
  const columns = input.client?.taken ?? new Set();
  const found = scoringPathOf({ analysed, model, kept: slice.kept, plan: whole, taken: free, columns });
  const state = model && fittedState({ analysed, model, kept: slice.kept, taken: free }, found.path);
  const plan = state === undefined ? whole : withKept(whole, state.kept);
  const fitted = state === undefined ? [] : fittedNames(state);
  const variableOf = heldBy(rebound);
  const steps = planSteps({
    plan,
    knowledge,
    flow,
    model,
    results: [...results, ...fitted].map(variableOf),
    taken: new Set([...names, ...results, ...variables, ...fitted, ...checks.names, ...ENTRY_NAMES]),
    named: directives.named,
    headings: input.headings,
  });
  const obstacles = [
    ...lateSettings(slice.kept, plan.startup, knowledge),
    ...localWork(plan, slice.kept, knowledge),
    ...found.diagnostics,
    ...notSaved(plan, model, state?.variables ?? [], analysed),
  ];
  return { plan, steps, found, fitted: state, obstacles, variableOf };
}

/** The text of every file, and what the lock says of the module. */
export async function writePipeline(
  notebook: Notebook,
  options: ExtractOptions,
  tools: PythonTools,
  input: PipelineInput,
) {
  const { analysed, references } = input;
  const targets = retarget(input.targets, analysed.statements);
  const outputs = resultsOf(targets, input.slice, analysed.flow);
  const { plan, steps, found, fitted, obstacles, variableOf } = planPipeline(input, targets, outputs);
  const folders = dataFolders(references.found, notebook.path, options.folder);
  const { files } = filesOfPipeline(notebook.path, input.slice.kept, input.local);
  const draft = writeModule({
    notebook: notebook.path,
    plan,
    steps,
    knowledge: ofKept(analysed.knowledge, input.slice.kept),
    targets: outputs,
    variableOf,
    dataFolders: folders,
    fitted,
    path: found.path,
    isOwn: (module) => isLocal(module, input.local),
    own: files.map((file) => file.text),
    observed: options.observed ?? {},
  });
  const text = await tools.format(draft.text);
  return {
    plan,
    module: { path: "pipeline.py", text },
    companions: await filesBeside(files, tools, {
      pipeline: options.pipeline,
      notebook: notebook.path,
      targets: draft.targets,
      plan,
      imports: importsOf(plan, input.slice.kept, analysed, input.local).module,
      dataFolders: folders,
      modules: files.map(({ path }) => path),
    }),
    ...(files.length > 0 && { modules: Object.fromEntries(files.map(({ path, source }) => [path, source])) }),
    targets: draft.targets,
    ...(Object.keys(draft.types).length > 0 && { types: draft.types }),
    steps: steps.map(({ name, cells, inputs, outputs }) => ({ name, cells, inputs, outputs })),
    params: plan.params,
    map: mapLines(text, draft.origins),
    obstacles,
    client: input.client && withPath(input.client, found.path),
    ...(found.start === undefined ? {} : { path: found.start }),
  };
}

/** The companions, and the user's own modules. */
async function filesBeside(
  own: LoadedFiles["files"],
  { format }: PythonTools,
  input: CompanionInput,
): Promise<readonly GeneratedFile[]> {
  const companions = writeCompanions(input).map(async (file) =>
    file.path.endsWith(".py") ? { ...file, text: await format(file.text) } : file,
  );
  return [...(await Promise.all(companions)), ...own.map(({ path, text }) => ({ path, text }))];
}

/** What is known in the module: of several definitions of a name only those that are kept. */
function ofKept(knowledge: Knowledge, kept: readonly Statement[]): Knowledge {
  return { ...knowledge, definitions: new Map([...knowledge.definitions, ...definitionsIn(kept)]) };
}
