/** Extraction of a Python notebook, from its cells to the text of its pipeline. */
import type { Notebook } from "../notebook/notebook";
import type { Dropped, Extraction, GeneratedFile, NotebookProgram, Reference } from "../pipeline";
import type { Diagnostic } from "../report";
import { collectBindings } from "../python/calls";
import { analyseFlow } from "../python/flow";
import { createLibrary, type Library } from "../python/knowledge";
import type { LibraryFacts } from "../python/libraryFacts";
import type { ParsePython } from "../python/syntax";
import { inRunOrder, markOf, namesOf, readProgram, type Program, type Statement } from "../python/program";
import { writeCompanions } from "./companions";
import { withKnownPaths, withoutMoves, withoutPaths } from "./dataPaths";
import { explain } from "./explain";
import { withLastModel, type Known, type Looking } from "./deleted";
import { readDirectives, type Directives } from "./directives";
import { fetchFindings } from "./fetches";
import { loopFindings } from "./loops";
import { metricFindings } from "./metricFindings";
import { metricsAnywhere, metricsOf } from "./metrics";
import { valueText, variableValue, type Value } from "./pipelineValues";
import { writeModule } from "./module";
import { filesOf, filesOfPipeline, isLocal, localFindings } from "./localFiles";
import { findLocalModules, type FindModule, type LocalModules } from "./localModules";
import { withLocal } from "./localKnowledge";
import { noTarget, trainsOnlyInside } from "./noTarget";
import { chooseOrder } from "./order";
import type { ObservedTypes } from "./observed";
import { findSettings } from "./params";
import { fittedState } from "./fitted";
import { folderFindings } from "./ownFolders";
import { importsOf } from "./packages";
import { planModule } from "./plan";
import { fittedNames, withKept } from "./predict";
import { droppedInside, quieted } from "./quiet";
import { dataFolders } from "./referencePlaces";
import { findReferences, type FoundReference, type References } from "./references";
import { savedModels, savedValues, savedWith, trainedResults, transformers } from "./saved";
import { heldBy, reboundTargets } from "./rebound";
import { withoutRepeatedImports } from "./repeatedImports";
import { resultsOf } from "./results";
import { withoutReusedImports } from "./reusedImports";
import { planChecks } from "./columnChecks";
import { withPath } from "./frames/client";
import { lookAtTables, type Sight } from "./frames/look";
import type { TableText } from "./frames/tables";
import { emptyFigure, figureFindings, figuresInBlocks, maySaveFigures, savedFigures } from "./savedFigures";
import { savedState } from "./savedState";
import { scoringOf } from "./scoring";
import { scoringPathOf } from "./scoringPath";
import { withoutSettingsClasses } from "./settingsClass";
import { headingsOf } from "./sections";
import { described, lastTarget, sliceFor, type Slice, type Targets } from "./slice";
import { notSaved } from "./localFunctions";
import { mapLines } from "./sourceMap";
import { planSteps } from "./steps";
import { withPrintedMetrics } from "./printed";
import { hasRivals, refuseRivals, rivals } from "./rivals";
import { withoutUnusedInBlocks } from "./unused";
import { withUsualImports } from "./usualImports";
import { webFindings } from "./webData";
import type { Candidate } from "./fits";
import { chooseModel, namedModel, type Analysed } from "./target";

/** What extraction needs to know besides the notebook. */
export interface ExtractOptions {
  readonly pipeline: string;
  /** Folder of the pipeline, from the workspace, with forward slashes. */
  readonly folder: string;
  /** The variable that is to be shipped, where the user says so. */
  readonly model?: string;
  /** Of models that are equally good, takes the first and says so; otherwise they are refused. */
  readonly ranked?: boolean;
  /** Gives the reasons for every statement. */
  readonly explain?: boolean;
  /** What the user tells of libraries. */
  readonly effects?: LibraryFacts | undefined;
  /** What a run of the module showed of its types. */
  readonly observed?: ObservedTypes | undefined;
}

/** What extraction of Python needs of the outside. */
export interface PythonTools {
  readonly parse: ParsePython;
  readonly format: (text: string) => Promise<string>;
  /** The text of a table that the notebook reads, or why it cannot be had. Absent: files are not looked into. */
  readonly table?: (reference: Reference) => Promise<TableText>;
  /** Finds the user's own modules. Absent: every import is of a library. */
  readonly find?: FindModule;
}

/** Extracts the pipeline of a Python notebook. Throws an input error where there is nothing to extract or a needed cell is broken. */
export async function extractPython(
  notebook: Notebook,
  options: ExtractOptions,
  tools: PythonTools,
): Promise<Extraction> {
  const directives = readDirectives(notebook);
  const library = createLibrary(options.effects);
  const ordered = chooseOrder(notebook, readProgram(notebook, tools.parse), library);
  const { program: read, diagnostics } = withUsualImports(ordered, notebook, tools.parse);
  const whole = withoutReusedImports(read, tools.parse);
  const local = await findLocalModules(notebook, whole.statements, { ...tools, library });
  const taken = (all: Program) => all.statements.filter(({ cell }) => !directives.skipped.has(cell));
  const look = (all: Program, figures?: true): Analysed => analyse(taken(all), { notebook, local, library, figures });
  const known = withAllThere(whole, { analyse: look, wanted: options.model, parse: tools.parse });
  const { program, analysed, targets } = targeted(known, look, options);
  const found = sliceWithReferences(analysed, program, targets, directives);
  const sight = await lookAtTables(targets.model, found, tools.table);
  const { obstacles, client, ...module } = await writePipeline(notebook, options, tools, {
    ...found,
    ...sight,
    targets,
    directives,
    headings: headingsOf(notebook),
    local,
  });
  const dropped = allDropped(found.slice, taken(program), local, found.analysed);
  return {
    pipeline: options.pipeline,
    language: "python",
    ...(hasRivals(targets.choice) && targets.model ? { chosen: targets.model.name } : {}),
    notebook: notebook.path,
    notebookDigest: notebook.digest,
    ...module,
    references: found.references.found.map(({ reference }) => reference),
    dropped,
    ...explained(options, found, dropped),
    diagnostics: [
      ...diagnostics,
      ...directives.diagnostics,
      ...saidOfSlice(notebook, targets, { ...found, ...sight }),
      ...localFindings(analysed, found.slice.kept, program.statements, local),
      ...(client?.diagnostics ?? []),
      ...obstacles,
    ],
    program: programOf(notebook, program, local),
    ...scoringFacts(targets.model, found.analysed),
    ...(client === undefined ? {} : { client: client.facts }),
    imports: importsOf(module.plan, found.slice.kept, found.analysed, local),
  };
}

/** The program with the model, and with what measures it, at its top level. */
function withAllThere(program: Program, looking: Looking): Known {
  return withPrintedMetrics(withLastModel(program, looking), looking);
}

function explained(
  options: ExtractOptions,
  { slice, analysed: { statements } }: Sliced,
  dropped: readonly Dropped[],
): Pick<Extraction, "explained"> {
  return options.explain === true ? { explained: explain({ ...slice, statements, dropped }, described) } : {};
}

function scoringFacts(model: Candidate | undefined, analysed: Analysed): Pick<Extraction, "scoring"> {
  const scoring = model && scoringOf(model, analysed);
  return scoring === undefined ? {} : { scoring };
}

function programOf({ version }: Notebook, { cells, statements }: Program, local: LocalModules): NotebookProgram {
  const modules = filesOf(statements, local).files;
  return { cells, ...(version !== undefined && { version }), ...(modules.length > 0 && { modules }) };
}

/** All that is left out, in the order of the notebook. */
function allDropped(
  { dropped, kept }: Slice,
  statements: readonly Statement[],
  { additions }: LocalModules,
  { knowledge }: Analysed,
): readonly Dropped[] {
  const others = statements.flatMap((one) => {
    const why = additions.get(markOf(one));
    return why === undefined ? [] : [described(one, why)];
  });
  return [...dropped, ...droppedInside(kept, knowledge), ...others].sort((a, b) => a.cell - b.cell || a.line - b.line);
}

/** What statements are analysed with. */
interface Facts {
  readonly notebook: Notebook;
  readonly local: LocalModules;
  readonly library: Library;
  /** True if what draws figures counts. */
  readonly figures: true | undefined;
}

function analyse(taken: readonly Statement[], { notebook, local, library, figures }: Facts): Analysed {
  const own = taken.filter((one) => !local.additions.has(markOf(one)));
  const statements = inRunOrder(withoutSettingsClasses(own));
  const bindings = collectBindings(statements, library);
  const knowledge = withLocal(figures === undefined ? bindings : { ...bindings, figures }, local);
  const quiet = inRunOrder(withoutRepeatedImports(statements.map((statement) => quieted(statement, knowledge))));
  return { notebook: notebook.path, statements: quiet, knowledge, flow: analyseFlow(quiet, knowledge) };
}

/** The targets with the analysis that has them: where a notebook gives nothing else, one in which the figures count that it saves. */
function targeted(
  { program, analysed }: Known,
  look: (program: Program, figures: true) => Analysed,
  options: ExtractOptions,
): Known & { readonly targets: Targets } {
  const targets = findTargets(analysed, options);
  if (targets !== undefined) return { program, analysed, targets };
  const [broken] = program.broken;
  if (trainsOnlyInside(analysed) !== undefined || !maySaveFigures(analysed)) throw noTarget(analysed, broken);
  const drawn = look(program, true);
  const values = savedFigures(drawn);
  if (values.length === 0)
    throw noTarget(analysed, broken, { empty: emptyFigure(drawn), inBlock: figuresInBlocks(drawn)[0] });
  return { program, analysed: drawn, targets: { model: undefined, values } };
}

function findTargets(analysed: Analysed, options: ExtractOptions): Targets | undefined {
  if (options.model !== undefined) return namedTargets(analysed, options.model);
  const choice = chooseModel(analysed);
  if (choice !== undefined) {
    if (options.ranked !== true) refuseRivals(analysed.notebook, choice);
    const [model] = choice.candidates;
    return { model, values: valuesOf(analysed, model), choice };
  }
  const values = [savedResults, measuredResults, savedModels, fittedPreprocessor, transformers].reduce<
    readonly Value[]
  >((found, look) => (found.length > 0 ? found : look(analysed)), []);
  return values.length === 0 ? undefined : { model: undefined, values };
}

/** The model that the user named; or, where nothing shows that it is one, the variable as a value. */
function namedTargets(analysed: Analysed, wanted: string): Targets {
  const named = namedModel(analysed, wanted);
  if ("fit" in named) return { model: named, values: valuesOf(analysed, named) };
  return { model: undefined, values: [variableValue(wanted, named)] };
}

/** The model's metrics, then what is saved with it; a variable that is both is a metric. */
function valuesOf(analysed: Analysed, model: Candidate): readonly Value[] {
  const metrics = metricsOf(analysed, model);
  const saved = savedWith(model, analysed).filter(({ name }) => !metrics.some((metric) => metric.name === name));
  return [...metrics, ...saved];
}

/** What a notebook writes to files, and the models that it saves beside it. */
function savedResults(analysed: Analysed): readonly Value[] {
  const values = savedValues(analysed);
  const isNew = ({ name }: Value): boolean => values.every((one) => one.name !== name);
  return values.length === 0 ? [] : [...values, ...savedModels(analysed).filter(isNew)];
}

/** The scaler or encoder that a notebook without a model fits last: it predicts nothing, so it is a value. */
function fittedPreprocessor(analysed: Analysed): readonly Value[] {
  const [fitted] = chooseModel(analysed, "any")?.candidates ?? [];
  return fitted === undefined ? [] : [variableValue(fitted.name, fitted.statement)];
}

/** Where models stay inside of functions: what these give of them, and what measures them. */
function measuredResults(analysed: Analysed): readonly Value[] {
  const metrics = metricsAnywhere(analysed);
  const known = new Set(metrics.map(valueText));
  return [...metrics, ...trainedResults(analysed).filter((one) => !known.has(valueText(one)))];
}

interface Sliced {
  readonly analysed: Analysed;
  readonly slice: Slice;
  readonly references: References;
}

/** Slices, finds what the slice reads and, where variables only held paths, slices again without them. */
function sliceWithReferences(analysed: Analysed, program: Program, targets: Targets, directives: Directives): Sliced {
  const keep = new Set(analysed.statements.filter(({ cell }) => directives.kept.has(cell)).map(({ index }) => index));
  const first = sliceFor(analysed, program, targets, keep);
  const references = findReferences(first.kept, analysed.flow, analysed.knowledge, namesOf(analysed.statements));
  const statements = withoutPaths(analysed.statements, references);
  const knowledge = withKnownPaths(analysed.knowledge, references);
  const renewed = (all: readonly Statement[]): Analysed => ({
    ...analysed,
    statements: all,
    flow: analyseFlow(all, knowledge),
  });
  let again = statements === undefined ? analysed : renewed(statements);
  const sliced = (): Slice => sliceFor(again, program, retarget(targets, again.statements), keep);
  let slice = statements === undefined ? first : sliced();
  // What is left out may have been all that read something else.
  const leaner = (): readonly Statement[] | undefined => withoutUnusedInBlocks(again.statements, slice, again);
  for (let lean = leaner(); lean !== undefined; lean = leaner()) {
    again = renewed(lean);
    slice = sliced();
  }
  const { kept, dropped } = withoutMoves(slice, analysed.knowledge);
  const used = kept.flatMap((statement) =>
    references.found
      .filter((found) => found.statement.index === statement.index)
      .map((found): FoundReference => ({ ...found, statement })),
  );
  return {
    analysed: again,
    slice: { ...slice, kept, dropped: [...slice.dropped, ...dropped] },
    references: { diagnostics: references.diagnostics.filter((one) => isOfKept(one, kept, again)), found: used },
  };
}

/** What is said of a path stands in the code that is kept; in a module of the user's own, it has no cell. */
function isOfKept({ cell, line }: Diagnostic, kept: readonly Statement[], { statements }: Analysed): boolean {
  const isIn = (one: Statement): boolean => one.cell === cell && one.line <= line && line <= one.endLine;
  return kept.some(isIn) || !statements.some(isIn);
}

function retarget({ model, values }: Targets, statements: readonly Statement[]): Targets {
  const same = (statement: Statement): Statement => statements[statement.index] ?? statement;
  return {
    model: model === undefined ? undefined : { ...model, statement: same(model.statement) },
    values: values.map((value): Value => ({ ...value, statement: same(value.statement) })),
  };
}

function saidOfSlice(notebook: Notebook, targets: Targets, found: Sliced & Sight): readonly Diagnostic[] {
  return [
    ...found.slice.diagnostics,
    ...found.references.diagnostics,
    ...folderFindings(found.slice.kept, found.references.found),
    ...webFindings(found.slice.kept, found.analysed.knowledge),
    ...found.unread,
    ...fetchFindings({ ...found, kept: found.slice.kept, last: lastTarget(targets) }),
    ...saidOfMetrics(targets, found),
    ...(found.analysed.knowledge.figures === true ? figureFindings(found.analysed) : []),
    ...savedState(notebook, targets, { kept: found.slice.kept, flow: found.analysed.flow }),
  ];
}

function saidOfMetrics(targets: Targets, { analysed, slice }: Sliced): readonly Diagnostic[] {
  const { model, values } = retarget(targets, analysed.statements);
  const said = targets.choice === undefined ? [] : rivals(targets.choice);
  if (model === undefined) return [];
  return [...said, ...loopFindings(model, analysed.knowledge), ...metricFindings(analysed, model, values, slice.kept)];
}

interface PipelineInput extends Sliced, Sight {
  readonly local: LocalModules;
  readonly targets: Targets;
  readonly directives: Directives;
  readonly headings: ReadonlyMap<number, string>;
}

/** The parts of the module, its steps, and the way from raw rows to a prediction. */
function planPipeline(input: PipelineInput, targets: Targets, results: readonly string[]) {
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
    model: targets.model,
    results: [...results, ...fitted].map(variableOf),
    taken: new Set([...names, ...variables, ...fitted, "run", "main", "predict", "load_fitted", ...checks.names]),
    named: directives.named,
    headings: input.headings,
  });
  return { plan, steps, found, fitted: state, variableOf };
}

async function writePipeline(notebook: Notebook, options: ExtractOptions, tools: PythonTools, input: PipelineInput) {
  const { analysed, references } = input;
  const targets = retarget(input.targets, analysed.statements);
  const outputs = resultsOf(targets, input.slice, analysed.flow);
  const names = outputs.map(({ name }) => name);
  const { plan, steps, found, fitted, variableOf } = planPipeline(input, targets, names);
  const folders = dataFolders(references.found, notebook.path, options.folder);
  const { files } = filesOfPipeline(notebook.path, input.slice.kept, input.local);
  const draft = writeModule({
    notebook: notebook.path,
    plan,
    steps,
    knowledge: analysed.knowledge,
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
  const companions = writeCompanions({
    pipeline: options.pipeline,
    notebook: notebook.path,
    targets: draft.targets,
    plan,
    imports: importsOf(plan, input.slice.kept, analysed, input.local).module,
    dataFolders: folders,
    modules: files.map(({ path }) => path),
  });
  return {
    plan,
    module: { path: "pipeline.py", text },
    companions: [
      ...(await Promise.all(companions.map((file) => formatted(file, tools)))),
      ...files.map(({ path, text }) => ({ path, text })),
    ],
    ...(files.length > 0 && { modules: Object.fromEntries(files.map(({ path, source }) => [path, source])) }),
    targets: draft.targets,
    ...(Object.keys(draft.types).length > 0 && { types: draft.types }),
    steps: steps.map(({ name, cells, inputs, outputs }) => ({ name, cells, inputs, outputs })),
    params: plan.params,
    map: mapLines(text, draft.origins),
    obstacles: [...found.diagnostics, ...notSaved(plan, targets.model, fitted?.variables ?? [], analysed)],
    client: input.client && withPath(input.client, found.path),
    ...(found.start === undefined ? {} : { path: found.start }),
  };
}

async function formatted(file: GeneratedFile, { format }: PythonTools): Promise<GeneratedFile> {
  return file.path.endsWith(".py") ? { ...file, text: await format(file.text) } : file;
}
