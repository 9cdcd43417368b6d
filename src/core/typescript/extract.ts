/** Extracts a TypeScript notebook. Import it dynamically: the compiler behind it takes half a second to load. */
import { posix } from "node:path";
import { Project } from "ts-morph";
import { inputError } from "../errors";
import type { Notebook } from "../notebook/notebook";
import { executionOrder, hiddenName, outOfOrder } from "../extract/hiddenState";
import { hasRivals, rivals } from "../extract/rivals";
import type { Extraction, ModuleSource } from "../pipeline";
import type { Diagnostic } from "../report";
import { AMBIENT, COMPILER_OPTIONS } from "./ambient";
import { CONTRACT_NAMES } from "./border";
import { assemble, sourceCells, type Assembly, type SourceCell } from "./cells";
import { writeCompanions } from "./companions";
import { createEffects } from "./effects";
import { cellsOf, emitModule, targetsOf, type Module } from "./emit";
import { fileFacts, isFileName, type FileFacts } from "./fileAccess";
import { flowOf, type Flow } from "./flow";
import { findLocalFiles, layOut, type FindFile, type LocalFiles } from "./localFiles";
import { localFindings, packagesOf } from "./localImports";
import { isNodeKernel } from "./nodeCells";
import { planModule, type Plan } from "./plan";
import { notebookProgram } from "./program";
import { droppedUnits, explainUnits } from "./reasons";
import { createScope, type Scope } from "./scope";
import { findGoals, type Goal, type WantedModel } from "./targets";
import { lineAt, unitsOf, type Unit } from "./units";

/** What to extract. */
export interface ExtractOptions extends WantedModel {
  /** Name of the pipeline. */
  readonly pipeline: string;
  /** Gives the reasons for every statement. */
  readonly explain?: boolean;
}

/**
 * Extracts the pipeline of a TypeScript notebook. Throws an input error that names the cell if it cannot. Without `find`, imports of
 * files are copied as they stand.
 */
export async function extractTypeScript(
  notebook: Notebook,
  options: ExtractOptions,
  find?: FindFile,
): Promise<Extraction> {
  const endings = isNodeKernel(notebook.kernel);
  const { cells, local } = await findLocalFiles(notebook.path, sourceCells(notebook), { find, endings });
  const analysed = analyseInOrder(notebook, cells, local);
  try {
    return await extractAnalysed(notebook, options, analysed);
  } finally {
    forget(analysed);
  }
}

let project: Project | undefined;

/** The compiler, made once a process: it takes most of its time to read the language's own library. */
function compiler(): Project {
  if (project === undefined) {
    project = new Project({ useInMemoryFileSystem: true, compilerOptions: COMPILER_OPTIONS });
    project.createSourceFile("/ambient.d.ts", AMBIENT);
  }
  return project;
}

/** A notebook whose cells are taken in one order. */
interface Analysed {
  readonly cells: readonly SourceCell[];
  readonly assembly: Assembly;
  readonly scope: Scope;
  readonly units: readonly Unit[];
  readonly flow: Flow;
  readonly files: FileFacts;
  readonly local: LocalFiles;
  /** Where the compiler has the notebook and its files. */
  readonly root: string;
  /** What is to be said of the order. */
  readonly diagnostics: readonly Diagnostic[];
}

/** In the order of the document, unless it cannot run and the order of the saved execution counts can. */
function analyseInOrder(notebook: Notebook, cells: readonly SourceCell[], local: LocalFiles): Analysed {
  const document = cells.map(({ number }) => number);
  const inDocument = analyse(cells, local);
  const executed = executionOrder(notebook, document);
  const missing = hiddenNames(inDocument).length;
  if (executed === undefined || executed.join() === document.join() || missing === 0) return inDocument;
  const inRun = analyse(
    executed.flatMap((number) => cells.filter((cell) => cell.number === number)),
    local,
  );
  const better = hiddenNames(inRun).length < missing;
  forget(better ? inDocument : inRun);
  return better ? { ...inRun, diagnostics: [outOfOrder(executed, document)] } : inDocument;
}

let count = 0;

function analyse(cells: readonly SourceCell[], local: LocalFiles): Analysed {
  const root = `/${(count += 1)}`;
  const { files: own, folder } = layOut(local, local.files.keys());
  addFiles(root, own);
  const assembly = assemble(compiler(), posix.join(root, folder, "notebook.ts"), cells);
  const scope = createScope(assembly.file, new Set(assembly.cells.map(({ block }) => block)), definedNames(assembly));
  const effects = createEffects(scope);
  const drafts = unitsOf(assembly, scope, effects);
  const files = fileFacts({ units: drafts, flow: flowOf(drafts), scope });
  const units = unitsOf(assembly, scope, effects, files);
  return { cells, assembly, scope, units, flow: flowOf(units), files, local, root, diagnostics: [] };
}

function addFiles(root: string, files: readonly ModuleSource[]): void {
  for (const { path, text } of files) compiler().createSourceFile(posix.join(root, path), text);
}

/** The compiler keeps files until it is told. */
function forget({ root }: Pick<Analysed, "root">): void {
  for (const file of compiler().getSourceFiles()) {
    if (file.getFilePath().startsWith(`${root}/`)) compiler().removeSourceFile(file);
  }
}

interface HiddenName {
  readonly unit: Unit;
  readonly name: string;
}

/** Names that a unit needs when it is run, and that nothing before it defines. */
function hiddenNames({ units, flow }: Pick<Analysed, "units" | "flow">): readonly HiddenName[] {
  return units.flatMap((unit) =>
    [...(flow.needs[unit.index] ?? [])]
      .filter(([name, origins]) => origins.length === 0 && !unit.facts.declares.has(name) && !isFileName(name))
      .map(([name]) => ({ unit, name })),
  );
}

async function extractAnalysed(notebook: Notebook, options: ExtractOptions, analysed: Analysed): Promise<Extraction> {
  const { scope, units, flow, files, local } = analysed;
  const { goals, choice } = findGoals({ notebook: notebook.path, units, flow }, options);
  const plan = planModule({ notebook: notebook.path, units, flow, scope, goals, files, local });
  refuseBroken(notebook, analysed.assembly, plan);
  refuseContractNames(notebook, plan);
  const module = await emitModule({ units, flow, scope, plan, goals });
  const inModule = units.filter((unit) => plan.kept.has(unit) || module.ownTypes.includes(unit));
  const dropped = droppedUnits(units, inModule, goals);
  return {
    pipeline: options.pipeline,
    language: "typescript",
    ...(choice !== undefined && hasRivals(choice) && { chosen: choice.candidates[0].name }),
    notebook: notebook.path,
    notebookDigest: notebook.digest,
    ...filesOf(module, plan, goals),
    targets: targetsOf(goals, module.types),
    steps: module.steps.map((step) => ({
      name: step.name,
      cells: cellsOf(step),
      inputs: [...step.data, ...step.inputs.map(({ name }) => name), ...step.settings],
      outputs: [...step.outputs.map(({ name }) => name), ...step.shown.map(({ name }) => name)],
    })),
    params: plan.settings.map(({ name, type, default: value, cell, line }) => ({
      name,
      type,
      default: value,
      cell,
      line,
    })),
    references: plan.references.references.map(({ node: _node, variable: _variable, ...reference }) => reference),
    dropped,
    ...(options.explain === true && {
      explained: explainUnits({ kept: inModule, causes: plan.causes, statements: units, dropped }),
    }),
    diagnostics: [...(choice === undefined ? [] : rivals(choice)), ...findingsOf(analysed, plan, inModule)],
    map: module.map,
    program: programOf(analysed),
    imports: importsOf(units, inModule, local),
  };
}

/** The files of the pipeline. */
function filesOf(
  module: Module,
  plan: Plan,
  goals: readonly Goal[],
): Pick<Extraction, "module" | "companions" | "modules"> {
  const { files } = plan.local;
  const metrics = goals.filter(({ kind }) => kind === "metric").map(({ name }) => name);
  const companions = writeCompanions({ metrics, isStrict: compiles(module, plan), writes: writesFiles(plan) });
  return {
    module: { path: "pipeline.ts", text: module.text },
    companions: [...companions, ...files.map(({ path, text }) => ({ path, text }))],
    ...(files.length > 0 && { modules: Object.fromEntries(files.map(({ path, source }) => [path, source])) }),
  };
}

/** True if the module writes a file, which it reads again. */
function writesFiles({ kept }: Plan): boolean {
  return [...kept].some(({ facts: { now, later } }) => [...now.assigns, ...later.assigns].some(isFileName));
}

function findingsOf(analysed: Analysed, plan: Plan, inModule: readonly Unit[]): readonly Diagnostic[] {
  const { assembly, units, local, diagnostics } = analysed;
  return [
    ...diagnostics,
    ...assembly.broken.map(({ diagnostic }) => diagnostic),
    ...plan.references.diagnostics,
    ...hiddenState(analysed, plan),
    ...localFindings(inModule, units, local),
  ];
}

/** The notebook's own program, and the files that it imports. */
function programOf({ cells, assembly, local }: Analysed): Extraction["program"] {
  const broken = new Set(assembly.broken.map(({ diagnostic }) => diagnostic.cell));
  const program = notebookProgram(cells.filter(({ number }) => !broken.has(number)));
  const { files, folder } = layOut(local, local.files.keys());
  return { ...program, ...(files.length > 0 && { modules: files }), ...(folder !== "" && { folder }) };
}

function definedNames(assembly: Assembly): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { block } of assembly.cells) for (const name of block.getLocals()) names.add(name.getName());
  for (const symbol of assembly.file.getLocals()) names.add(symbol.getName());
  return names;
}

/** A cell that is not TypeScript matters only if something that is kept needs a name of it. */
function refuseBroken(notebook: Notebook, { broken }: Assembly, plan: Plan): void {
  for (const { diagnostic, names } of broken) {
    const user = [...plan.kept].find(({ facts }) =>
      facts.missing.some((identifier) => names.includes(identifier.getText())),
    );
    if (user === undefined) continue;
    throw inputError("EXTRACT_SYNTAX", `${diagnostic.message} Cell ${user.cell.number} needs it.`, {
      place: { file: notebook.path, cell: diagnostic.cell, line: diagnostic.line },
      hint: "Mend the cell and save the notebook.",
    });
  }
}

/** A type or an import cannot be called otherwise: its name may stand in any other type. */
function refuseContractNames(notebook: Notebook, plan: Plan): void {
  for (const unit of [...plan.kept].filter(({ kind }) => kind === "type" || kind === "class" || kind === "import")) {
    const name = [...unit.facts.declares].find((each) => CONTRACT_NAMES.has(each));
    if (name === undefined) continue;
    throw inputError("EXTRACT_RESERVED", `The notebook's own ${name} would be in the way: every pipeline has one.`, {
      place: { file: notebook.path, cell: unit.cell.number, line: unit.line },
      hint: `Give it another name, such as Notebook${name}.`,
    });
  }
}

/** Names that something kept reads and that no cell, or only one below, defines. */
function hiddenState(analysed: Analysed, plan: Plan): readonly Diagnostic[] {
  const nowhere = analysed.units.flatMap((unit) =>
    unit.facts.missing.map((identifier) => ({
      unit,
      name: identifier.getText(),
      line: lineAt(unit.cell, identifier.getStart()),
    })),
  );
  const early = hiddenNames(analysed).map((one) => ({ ...one, line: one.unit.line }));
  return [...nowhere, ...early]
    .filter(({ unit }) => plan.kept.has(unit))
    .map(({ unit, name, line }) => {
      const below = analysed.units.find(({ index, facts }) => index > unit.index && facts.defines.has(name));
      return hiddenName(name, { cell: unit.cell.number, line }, below?.cell.number);
    });
}

/** The compiler here knows neither packages nor all of the platform: it misses a module, or a name. */
const UNRESOLVED = new Set([2307, 2792, 2304, 2552, 2584]);

/** True if the module and its files have no type error under `strict`, as far as can be told without their packages. */
function compiles(module: Module, { local }: Plan): boolean {
  const root = `/${(count += 1)}`;
  addFiles(root, [...local.files, { path: "pipeline.ts", text: module.text, source: "" }]);
  const files = compiler().getSourceFiles(`${root}/**/*`);
  const isSound = files.every((file) =>
    file.getPreEmitDiagnostics().every((problem) => UNRESOLVED.has(problem.getCode())),
  );
  forget({ root });
  return isSound;
}

function importsOf(units: readonly Unit[], kept: readonly Unit[], local: LocalFiles): Extraction["imports"] {
  const module = packagesOf(kept, local);
  return { module, notebook: packagesOf(units, local).filter((name) => !module.includes(name)) };
}
