/** What is known of libraries: the facts of `effects.json` with those of the user, given types and quick look-up. */
import table from "./effects.json";
import type { LibraryFacts } from "./libraryFacts";
import { isStandardModule } from "./standardLibrary";

const sets = {
  displayModules: new Set(table.displayModules),
  quietModules: new Set(table.quietModules),
  pureModules: new Set(table.pureModules),
  deterministicModules: new Set(table.deterministicModules),
  displayFunctions: new Set(table.displayFunctions),
  configurationFunctions: new Set(table.configurationFunctions),
  reportFunctions: new Set(table.reportFunctions),
  reporterMakers: new Set(table.reporterMakers),
  pureMethods: new Set(table.pureMethods),
  figureMethods: new Set(table.figureMethods),
  figureModules: new Set(table.figureModules),
  figureBeginners: new Set(table.figureBeginners),
  figureStyles: new Set(table.figureStyles),
  figureHelpers: new Set(table.figureHelpers),
  figureObjects: new Set(table.figureObjects),
  mutatingMethods: new Set(table.mutatingMethods),
  deepMethods: new Set(table.deepMethods),
  argumentMethods: new Set(table.argumentMethods),
  applyingMethods: new Set(table.applyingMethods),
  moduleMethods: new Set(table.moduleMethods),
  transformingMethods: new Set(table.transformingMethods),
  viewingFunctions: new Set(table.viewingFunctions),
  connectionMethods: new Set(table.connectionMethods),
  growingMethods: new Set(table.growingMethods),
  listMethods: new Set(table.listMethods),
  selfReturningMethods: new Set(table.selfReturningMethods),
  elementMethods: new Set(table.elementMethods),
  collectingFunctions: new Set(table.collectingFunctions),
  elementKeepers: new Set(table.elementKeepers),
  settledAttributes: new Set(table.settledAttributes),
  fittedAttributes: new Set(table.fittedAttributes),
  labelAttributes: new Set(table.labelAttributes),
  immutableFunctions: new Set(table.immutableFunctions),
  processStarters: new Set(table.processStarters),
  lookingFunctions: new Set(table.lookingFunctions),
  goingFunctions: new Set(table.goingFunctions),
  goneThroughOnce: new Set(table.goneThroughOnce),
  dataModules: new Set(table.dataModules),
  cloningModules: new Set(table.cloningModules),
  plainHolders: new Set(table.plainHolders),
  fittingHolders: new Set(table.fittingHolders),
  networkClasses: new Set(table.networkClasses),
  networkModules: new Set(table.networkModules),
  symbolModules: new Set(table.symbolModules),
  symbolAttributes: new Set(table.symbolAttributes),
  liveKeywords: new Set(table.liveKeywords),
  dataConstructors: new Set(table.dataConstructors),
  seedFunctions: new Set(table.seedFunctions),
  jitDecorators: new Set(table.jitDecorators),
  randomModules: new Set(table.randomModules),
  deterministicRandom: new Set(table.deterministicRandom),
  studyMakers: new Set(table.studyMakers),
  randomCalls: new Set(table.randomCalls),
  drawingMethods: new Set(table.drawingMethods),
  initializers: new Set(table.initializers),
  directoryReaders: new Set(table.directoryReaders),
  folderKeywords: new Set(table.folderKeywords),
  bufferClasses: new Set(table.bufferClasses),
  handleFunctions: new Set(table.handleFunctions),
  pathKeywords: new Set(table.pathKeywords),
  pathReaders: new Set(table.pathReaders),
  loadMethods: new Set(table.loadMethods),
  pretrainedLoads: new Set(table.pretrainedLoads),
  pretrainedSavers: new Set(table.pretrainedSavers),
  pathWriters: new Set(table.pathWriters),
  commandFunctions: new Set(table.commandFunctions),
  fileFetchers: new Set(table.fileFetchers),
  webFunctions: new Set(table.webFunctions),
  dataFetchers: new Set(table.dataFetchers),
  weightFetchers: new Set(table.weightFetchers),
  databases: new Set(table.databases),
  moveFunctions: new Set(table.moveFunctions),
  removeFunctions: new Set(table.removeFunctions),
  copyFunctions: new Set(table.copyFunctions),
  attachingFunctions: new Set(table.attachingFunctions),
  writers: new Set(table.writers),
  writerFunctions: new Set(table.writerFunctions),
  valueFirstWriters: new Set(table.valueFirstWriters),
  frameWriters: new Set(table.frameWriters),
  splitters: new Set(table.splitters),
  predictMethods: new Set(table.predictMethods),
  fitMethods: new Set(table.fitMethods),
  modelTrainers: new Set(table.modelTrainers),
  fittingTrainers: new Set(table.fittingTrainers),
  selfTrainers: new Set(table.selfTrainers),
  gradientMethods: new Set(table.gradientMethods),
  parameterAttributes: new Set(table.parameterAttributes),
  comparingFunctions: new Set(table.comparingFunctions),
  comparingMethods: new Set(table.comparingMethods),
  modelSavers: new Set(table.modelSavers),
  modelSaveMethods: new Set(table.modelSaveMethods),
  measuredAttributes: new Set(table.measuredAttributes),
  reducingFunctions: new Set(table.reducingFunctions),
  reducingMethods: new Set(table.reducingMethods),
  elementwiseFunctions: new Set(table.elementwiseFunctions),
  elementwiseMethods: new Set(table.elementwiseMethods),
};

/** Properties that only Slipway tells of, and those that the user may tell of, too. */
type FixedProperty = Exclude<keyof typeof sets, keyof LibraryFacts>;
type Property = Extract<keyof typeof sets, keyof LibraryFacts>;

const folderReaders = new Map(Object.entries(table.folderReaders));

/** The position of the folder among the arguments of what reads all that lies in it, whatever library it is of. */
export function folderPosition(name: string): number | undefined {
  return folderReaders.get(name);
}

/** The names that share a property: `has("growingMethods", "append")`. */
export function has(property: FixedProperty, name: string): boolean {
  return sets[property].has(name);
}

/** True if the dotted `name` is, or lies in, one of the modules of `property`. */
export function liesIn(property: FixedProperty, name: string): boolean {
  return someModule(name, (module) => has(property, module));
}

function someModule(name: string, accepts: (module: string) => boolean): boolean {
  for (let end = name.length; end > 0; end = name.lastIndexOf(".", end - 1))
    if (accepts(name.slice(0, end))) return true;
  return false;
}

/** A reader of outside data. */
export interface Reader {
  /** The type of what it gives, if it is known. */
  readonly type?: string;
  /** Packages that it imports only when it is called. */
  readonly needs?: readonly string[];
  /** True for what may be given rows instead of a path. */
  readonly orRows?: boolean;
  /** True for what takes paths as texts alone. */
  readonly takesText?: boolean;
}

/** What is known of libraries where the user may know more. */
export interface Library {
  /** The names that share a property: `has("fitMethods", "fit")`. */
  has(property: Property, name: string): boolean;
  /** True if the dotted `name` is, or lies in, one of the modules of `property`. */
  liesIn(property: Property, name: string): boolean;
  /** The reader that `qualified` names. */
  readerOf(qualified: string): Reader | undefined;
  /** True if something is known of how a package reads files. */
  knowsReadersOf(packageName: string): boolean;
  /** True if anything is known of the package that a module, a function or a class lies in. */
  knows(qualified: string): boolean;
  /** Positions of the arguments that a library function changes. */
  changedArguments(qualified: string): readonly number[] | undefined;
  /** The short name of a metric function: `accuracy` for `accuracy_score`. */
  metricName(functionName: string): string | undefined;
  /** True for a function that seeds random number generators, or that is named so: `utils.set_seed`. */
  isSeed(qualified: string): boolean;
  /** The global random number generators that a seed function seeds. */
  seededBy(qualified: string): readonly string[];
  /** True if a class prepares data, as scalers and encoders do, and is no model of its own. */
  isPreprocessor(className: string): boolean;
}

/** The facts that are shipped, and those of the user, which go before. */
export function createLibrary(own: LibraryFacts = {}): Library {
  const hasName = namesOf(own);
  const ownReaders = Object.entries(own.readers ?? {}).map(([name, type]) => [name, { type }] as const);
  const allReaders = joined(readers, ownReaders);
  const readingPackages = new Set([
    ...Object.values(table.fetchers),
    ...[...allReaders.keys()].map((name) => name.split(".")[0] ?? name),
  ]);
  const changing = joined(mutating, Object.entries(own.mutatingFunctions ?? {}));
  const measuring = joined(metrics, Object.entries(own.metrics ?? {}));
  const seeds = new Set(own.seedFunctions);
  const preparing = new Set(own.preprocessors);
  const ownPackages = packagesIn(own);
  return {
    has: hasName,
    liesIn: (property, name) => someModule(name, (module) => hasName(property, module)),
    readerOf: (qualified) => allReaders.get(qualified),
    knowsReadersOf: (packageName) => readingPackages.has(packageName),
    knows: (qualified) => knownPackages.has(headOf(qualified)) || ownPackages.has(headOf(qualified)),
    changedArguments: (qualified) => changing.get(qualified),
    metricName: (functionName) => measuring.get(functionName),
    isSeed: (qualified) => hasName("seedFunctions", qualified) || isNamedSeed(qualified),
    seededBy: (qualified) =>
      seeds.has(qualified) || !sets.seedFunctions.has(qualified) ? everyStream : seededBy(qualified),
    isPreprocessor: (className) => preparing.has(className) || preprocessor.test(className),
  };
}

/** The packages that facts name: in what has dots, and in what is said of whole modules. */
function packagesIn(facts: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [property, value] of Object.entries(facts)) {
    const isOfModules = /(Modules|Trainers|Streams)$/.test(property);
    for (const name of namesListed(value)) if (isOfModules || name.includes(".")) found.add(headOf(name));
  }
  return found;
}

function namesListed(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === "object" && value !== null ? Object.keys(value) : [];
}

function headOf(qualified: string): string {
  return qualified.split(".")[0] ?? qualified;
}

const knownPackages = packagesIn(table);

function isNamedSeed(qualified: string): boolean {
  return seedNames.test(qualified.slice(qualified.lastIndexOf(".") + 1));
}

function namesOf(own: LibraryFacts): Library["has"] {
  const added = new Map<string, ReadonlySet<string>>();
  for (const [property, names] of Object.entries(own)) if (Array.isArray(names)) added.set(property, new Set(names));
  if (added.size === 0) return (property, name) => sets[property].has(name);
  return (property, name) => sets[property].has(name) || added.get(property)?.has(name) === true;
}

function joined<T>(known: ReadonlyMap<string, T>, own: readonly (readonly [string, T])[]): ReadonlyMap<string, T> {
  return own.length === 0 ? known : new Map([...known, ...own]);
}

const readers = new Map<string, Reader>(Object.entries(table.readers));
const mutating = new Map<string, readonly number[]>(Object.entries(table.mutatingFunctions));
const metrics = new Map<string, string>(Object.entries(table.metrics));
const seedNames = new RegExp(table.seedNames);
const reportMethods = new RegExp(table.reportMethods);
/** True for a method by which a run, an experiment or a writer of summaries is told something. */
export function isReportMethod(name: string): boolean {
  return reportMethods.test(name);
}

const preprocessor = new RegExp(table.preprocessors);

const measures = new Map<string, string>(Object.entries(table.measureFunctions));
/** What a function gives that measures a model with more than one number: `counts` for `confusion_matrix`. */
export function measuredForm(functionName: string): string | undefined {
  return measures.get(functionName);
}

const training = new Map<string, string>(Object.entries(table.trainingFunctions));
/** The class of the fitted model that a library's function gives: `Booster` for `xgboost.train`. */
export function trainedClass(qualified: string): string | undefined {
  return training.get(qualified);
}

const streams = new Map<string, readonly string[]>(Object.entries(table.randomStreams));
const everyStream = [...new Set([...streams.values()].flat())];
const randomMethods = new Map<string, string>(Object.entries(table.randomMethods));
/** The package whose objects draw random numbers by a method of this name. */
export function packageOfRandom(method: string): string | undefined {
  return randomMethods.get(method);
}

/** When what a class draws changes nothing of what it gives. */
export interface IdleDraw {
  /** Arguments that must not be given. */
  readonly unless: readonly string[];
  /** Arguments that must be `False`. */
  readonly without?: readonly string[];
  /** How many arguments may be given by their places, where it matters which ones are given. */
  readonly places?: number;
}

const idleDraws = new Map<string, IdleDraw>(Object.entries(table.idleDraws));
/** Set for classes that may take a number from the generator for nothing. */
export function idleDraw(className: string): IdleDraw | undefined {
  return idleDraws.get(className);
}

const shuffleDefaults = new Map<string, boolean>(Object.entries(table.shuffleDefaults));
/** Set for splitters that draw only where they shuffle: whether they do so if they are not told. */
export function shufflesByDefault(name: string): boolean | undefined {
  return shuffleDefaults.get(name);
}

/** What draws from a generator of its own, which no seed above reaches: the keyword that gives it one, and how that is written. */
interface OwnGenerator {
  readonly keyword: string;
  readonly seeded: string;
}

const ownGenerators = new Map<string, OwnGenerator>(Object.entries(table.ownGenerators));
/** Set for what makes itself a generator where it is given none. */
export function ownGenerator(qualified: string): OwnGenerator | undefined {
  return ownGenerators.get(qualified);
}

/** The global random number generators that a package, or what lies in it, draws from; NumPy's where nothing else is known. */
export function streamsOf(qualified: string): readonly string[] {
  let found: readonly string[] | undefined;
  someModule(qualified, (module) => (found = streams.get(module)) !== undefined);
  return found ?? ["numpy"];
}

const seedsOne = new Map<string, string>(Object.entries(table.seedsOneStream));
const seedsEvery = new Set(table.seedsEveryStream);
function seededBy(qualified: string): readonly string[] {
  const one = seedsOne.get(qualified);
  if (one !== undefined) return [one];
  return seedsEvery.has(qualified) ? everyStream : streamsOf(qualified);
}

const processState = Object.entries(table.processFunctions).map(([resource, names]) => ({
  resource,
  names: new Set(names),
}));
/** The part of the process's state that a call changes: `<cwd>` for `os.chdir`. */
export function processResource(qualified: string): string | undefined {
  return processState.find(({ names }) => names.has(qualified))?.resource;
}

const preparations = Object.entries({ fetched: table.fetchers, started: table.starters }).map(([how, functions]) => ({
  how,
  functions: new Map<string, string>(Object.entries(functions)),
  packages: new Set<string>(Object.values(functions)),
}));
/** What a call prepares for a package, or needs of it: `<fetched:nltk>` for `nltk.download` and for `nltk.corpus.stopwords.words`. */
export function preparedResource(qualified: string): { readonly resource: string; readonly sets: boolean } | undefined {
  const root = qualified.split(".")[0] ?? "";
  for (const { how, functions, packages } of preparations) {
    const name = functions.get(qualified);
    if (name !== undefined || packages.has(root))
      return { resource: `<${how}:${name ?? root}>`, sets: name !== undefined };
  }
  return undefined;
}

const startedStates = new Set(table.startedStates);
/** The state of a package that is there once it was started: `<started:wandb>` for `wandb.config`. */
export function startedState(qualified: string): string | undefined {
  return startedStates.has(qualified) ? `<started:${rootOf(qualified)}>` : undefined;
}

/** True for what is prepared for a package. */
export function isPrepared(resource: string): boolean {
  return preparations.some(({ how }) => resource.startsWith(`<${how}:`));
}

const settings = new Set(table.settingFunctions);
/** True for a function that sets how its package works, or only how it shows things. */
export function isSettingFunction(qualified: string): boolean {
  return settings.has(qualified);
}

const installed = new Set(
  [...table.pureModules, ...table.displayModules, ...table.cloningModules, ...table.networkModules].map(rootOf),
);

function rootOf(qualified: string): string {
  return qualified.split(".")[0] ?? "";
}

/** True for a module that comes with Python or is installed like no module of the user's own: no folder has to be searched for it. */
export function isInstalled(qualified: string): boolean {
  return isStandardModule(qualified) || installed.has(rootOf(qualified));
}

const librarySettings = Object.entries(table.librarySettings).map(([library, { names, packages }]) => ({
  library,
  names: new Set(names),
  packages: new Set(packages),
}));
/** The library that a function sets for all that it makes from then on: `torch` for `torch.set_default_dtype`. */
export function libraryToldBy(qualified: string): string | undefined {
  return librarySettings.find(({ names }) => names.has(qualified))?.library;
}

/** The library that is set by what is assigned: `torch` for `torch.backends.cudnn.deterministic`. */
export function libraryOfSetting(qualified: string): string | undefined {
  return librarySettings.find(({ names }) => someModule(qualified, (name) => names.has(name)))?.library;
}

/** True for a package that works by what a library is told. */
export function worksBy(library: string, packageName: string): boolean {
  return librarySettings.some((one) => one.library === library && one.packages.has(packageName));
}

const enabling = new Map<string, readonly string[]>(Object.entries(table.enablingImports));
const enabled = new Set([...enabling.values()].flat());
/** True for an import that is there for what it does: it makes another one possible. */
export function isEnabling(qualified: string): boolean {
  return enabling.has(qualified);
}

/** True for an import that another one makes possible. */
export function isEnabled(qualified: string): boolean {
  return enabled.has(qualified);
}
