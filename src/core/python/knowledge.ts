/** What Slipway knows of libraries. The facts are data, in `effects.json`; this file gives them types and quick look-up. */
import table from "./effects.json";

const sets = {
  displayModules: new Set(table.displayModules),
  quietModules: new Set(table.quietModules),
  pureModules: new Set(table.pureModules),
  deterministicModules: new Set(table.deterministicModules),
  displayFunctions: new Set(table.displayFunctions),
  configurationFunctions: new Set(table.configurationFunctions),
  pureMethods: new Set(table.pureMethods),
  figureMethods: new Set(table.figureMethods),
  mutatingMethods: new Set(table.mutatingMethods),
  deepMethods: new Set(table.deepMethods),
  argumentMethods: new Set(table.argumentMethods),
  growingMethods: new Set(table.growingMethods),
  selfReturningMethods: new Set(table.selfReturningMethods),
  elementMethods: new Set(table.elementMethods),
  collectingFunctions: new Set(table.collectingFunctions),
  dataConstructors: new Set(table.dataConstructors),
  seedFunctions: new Set(table.seedFunctions),
  randomModules: new Set(table.randomModules),
  deterministicRandom: new Set(table.deterministicRandom),
  randomCalls: new Set(table.randomCalls),
  randomMethods: new Set(table.randomMethods),
  directoryReaders: new Set(table.directoryReaders),
  pathKeywords: new Set(table.pathKeywords),
  writers: new Set(table.writers),
  writerFunctions: new Set(table.writerFunctions),
  frameWriters: new Set(table.frameWriters),
  splitters: new Set(table.splitters),
  predictMethods: new Set(table.predictMethods),
  fitMethods: new Set(table.fitMethods),
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

/** The names that share a property: `has("fitMethods", "fit")`. */
export function has(property: keyof typeof sets, name: string): boolean {
  return sets[property].has(name);
}

/** True if the dotted `name` is, or lies in, one of the modules of `property`. */
export function liesIn(property: keyof typeof sets, name: string): boolean {
  for (let end = name.length; end > 0; end = name.lastIndexOf(".", end - 1))
    if (sets[property].has(name.slice(0, end))) return true;
  return false;
}

/** A reader of outside data: the type of what it gives, and packages that it imports only when it is called, if known. */
export interface Reader {
  readonly type?: string;
  readonly needs?: readonly string[];
}

const readers = new Map<string, Reader>(Object.entries(table.readers));
/** The reader that `qualified` names. */
export function readerOf(qualified: string): Reader | undefined {
  return readers.get(qualified);
}

const mutating = new Map<string, readonly number[]>(Object.entries(table.mutatingFunctions));
/** Positions of the arguments that a library function changes. */
export function changedArguments(qualified: string): readonly number[] | undefined {
  return mutating.get(qualified);
}

const metrics = new Map<string, string>(Object.entries(table.metrics));
/** The short name of a metric function: `accuracy` for `accuracy_score`. */
export function metricName(functionName: string): string | undefined {
  return metrics.get(functionName);
}

const measures = new Map<string, string>(Object.entries(table.measureFunctions));
/** What a function gives that measures a model with more than one number: `counts` for `confusion_matrix`. */
export function measuredForm(functionName: string): string | undefined {
  return measures.get(functionName);
}

const streams = new Map<string, readonly string[]>(Object.entries(table.randomStreams));
const everyStream = [...new Set([...streams.values()].flat())];
/** The global random number generators that a package draws from; NumPy's where nothing else is known. */
export function streamsOf(packageName: string): readonly string[] {
  return streams.get(packageName) ?? ["numpy"];
}

const seedsOne = new Map<string, string>(Object.entries(table.seedsOneStream));
const seedsEvery = new Set(table.seedsEveryStream);
/** The global random number generators that a seed function seeds. */
export function seededBy(qualified: string): readonly string[] {
  const one = seedsOne.get(qualified);
  if (one !== undefined) return [one];
  return seedsEvery.has(qualified) ? everyStream : streamsOf(qualified.split(".")[0] ?? "");
}

const processState = Object.entries(table.processFunctions).map(([resource, names]) => ({
  resource,
  names: new Set(names),
}));
/** The part of the process's state that a call changes: `<cwd>` for `os.chdir`. */
export function processResource(qualified: string): string | undefined {
  return processState.find(({ names }) => names.has(qualified))?.resource;
}

const preprocessor = new RegExp(table.preprocessors);
/** True if a class prepares data, as scalers and encoders do, and is no model of its own. */
export function isPreprocessor(className: string): boolean {
  return preprocessor.test(className);
}
