/** Extraction of a Python notebook, from its cells to the text of its pipeline. */
import type { Notebook } from "../notebook/notebook";
import type { Dropped, Extraction, NotebookProgram } from "../pipeline";
import { collectBindings } from "../python/calls";
import { analyseFlow } from "../python/flow";
import { createLibrary, type Library } from "../python/knowledge";
import { inRunOrder, markOf, readProgram, type Program, type Statement } from "../python/program";
import type { Diagnostic } from "../report";
import { targeted } from "./chosenTargets";
import { readDirectives } from "./directives";
import { explain } from "./explain";
import type { ExtractOptions, PythonTools } from "./extractOptions";
import { fetchFindings } from "./fetches";
import type { Candidate } from "./fits";
import { lookAtTables, type Sight } from "./frames/look";
import { withFittedLists } from "./lazyFits";
import { filesOf, localFindings } from "./localFiles";
import { withLocal } from "./localKnowledge";
import { findLocalModules, type LocalModules } from "./localModules";
import { loopFindings } from "./loops";
import { metricFindings } from "./metricFindings";
import { withNamesByText } from "./namesByText";
import { newBehaviour } from "./newBehaviour";
import { removedFindings } from "./removedNames";
import { chooseOrder } from "./order";
import { folderFindings } from "./ownFolders";
import { importsOf } from "./packages";
import { otherPredictions } from "./otherPredictions";
import { writePipeline } from "./pipelineFiles";
import { droppedInside, quieted } from "./quiet";
import { sliceWithReferences, type Sliced } from "./readingSlice";
import { withoutRepeatedImports } from "./repeatedImports";
import { withoutReusedImports } from "./reusedImports";
import { hasRivals, rivals } from "./rivals";
import { figureFindings } from "./savedFigures";
import { savedState } from "./savedState";
import { scoringOf } from "./scoring";
import { headingsOf } from "./sections";
import { withoutSettingsClasses } from "./settingsClass";
import { described, lastTarget, retarget, type Slice, type Targets } from "./slice";
import type { Analysed } from "./target";
import { withUsualImports } from "./usualImports";
import { webFindings } from "./webData";
import { weightsFindings } from "./webWeights";

/** Extracts the pipeline of a Python notebook. Throws an input error where there is nothing to extract or a needed cell is broken. */
export async function extractPython(
  notebook: Notebook,
  options: ExtractOptions,
  tools: PythonTools,
): Promise<Extraction> {
  const directives = readDirectives(notebook);
  const library = createLibrary(options.effects);
  const ordered = chooseOrder(notebook, readProgram(notebook, tools.parse), library);
  const read = withFittedLists(withUsualImports(ordered, notebook, tools.parse), library, tools.parse);
  const whole = withNamesByText(withoutReusedImports(read.program, tools.parse), tools.parse);
  const local = await findLocalModules(notebook, whole.statements, { ...tools, library });
  const taken = (all: Program) => all.statements.filter(({ cell }) => !directives.skipped.has(cell));
  const look = (all: Program, figures?: true): Analysed => analyse(taken(all), { notebook, local, library, figures });
  const { program, analysed, targets, said } = targeted(whole, { analyse: look, parse: tools.parse }, options);
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
      ...read.diagnostics,
      ...directives.diagnostics,
      ...said,
      ...saidOfSlice(notebook, targets, { ...found, ...sight }, options),
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

function saidOfSlice(
  notebook: Notebook,
  targets: Targets,
  found: Sliced & Sight,
  { asOf }: ExtractOptions,
): readonly Diagnostic[] {
  return [
    ...found.slice.diagnostics,
    ...found.references.diagnostics,
    ...folderFindings(found.slice.kept, found.references.found),
    ...webFindings(found.slice.kept, found.analysed.knowledge),
    ...weightsFindings(found.slice.kept, found.analysed.knowledge),
    ...saidOfAge(notebook, found, asOf),
    ...found.unread,
    ...fetchFindings({ ...found, kept: found.slice.kept, last: lastTarget(targets) }),
    ...saidOfMetrics(targets, found),
    ...(found.analysed.knowledge.figures === true ? figureFindings(found.analysed) : []),
    ...savedState(notebook, targets, { kept: found.slice.kept, flow: found.analysed.flow }),
  ];
}

/** What today's libraries do otherwise, or not at all; whoever takes the packages of another day knows it. */
function saidOfAge(
  notebook: Notebook,
  { slice: { kept }, analysed: { knowledge } }: Sliced,
  asOf: string | undefined,
): readonly Diagnostic[] {
  return asOf === undefined ? [...newBehaviour(kept, notebook, knowledge), ...removedFindings(kept, knowledge)] : [];
}

function saidOfMetrics(targets: Targets, { analysed, slice }: Sliced): readonly Diagnostic[] {
  const { model, values } = retarget(targets, analysed.statements);
  const said = targets.choice === undefined ? [] : rivals(targets.choice);
  if (model === undefined) return [];
  return [
    ...said,
    ...(targets.choice === undefined ? [] : otherPredictions(analysed, model)),
    ...loopFindings(model, analysed.knowledge),
    ...metricFindings(analysed, model, values, slice.kept),
  ];
}
