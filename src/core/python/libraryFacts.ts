/** What users tell of libraries that Slipway does not know: `effects` of slipway.yaml, in the terms of `effects.json`. */
import * as z from "zod";

const NAME = /^[A-Za-z_]\w*$/;
const DOTTED = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/;
const dotted = z.string().regex(DOTTED, "not a dotted name of Python");

const functions = (says: string) => z.array(dotted).exactOptional().describe(says);
const names = (says: string) => z.array(z.string().regex(NAME, "not a name of Python")).exactOptional().describe(says);

/** Functions by their full names (`ourlib.load`), methods and classes by their own (`fit_all`). */
export const libraryFacts = z.strictObject({
  readers: z
    .record(dotted, z.string().min(1))
    .exactOptional()
    .describe(
      "Functions that read the data that their first argument names, each with the full name of the type that they give.",
    ),
  writerFunctions: functions("Functions and packages that write files."),
  mutatingFunctions: z
    .record(dotted, z.array(z.int().nonnegative()))
    .exactOptional()
    .describe(
      "Functions that change arguments, each with the positions of those, from 0; [] says that it changes none.",
    ),
  pureModules: functions("Packages whose functions change none of their arguments."),
  cloningModules: functions(
    "Packages whose classes change nothing that they are made with: they fit copies of the models that they are given.",
  ),
  displayModules: functions("Packages that only show something: what is done with them is left out."),
  mutatingMethods: names("Methods that change their object."),
  pureMethods: names("Methods that do not change their object, though nothing takes what they give."),
  selfReturningMethods: names("Methods that give back their object."),
  seedFunctions: functions("Functions that seed random number generators."),
  randomModules: functions("Packages that draw random numbers."),
  randomCalls: names("Functions and classes that draw random numbers unless they are given a seed."),
  initializers: functions(
    "Functions, classes and packages that draw random numbers when they make something, and not when it is used.",
  ),
  fitMethods: names("Methods that fit a model."),
  predictMethods: names("Methods that predict with a model, or measure it."),
  preprocessors: names("Classes that prepare data and are no models of their own."),
  metrics: z
    .record(z.string().regex(NAME, "not a name of Python"), z.string().regex(NAME, "not a name of Python"))
    .exactOptional()
    .describe("Functions that measure a model, each with the name of the metric."),
  modelSavers: functions("Functions that save a model."),
});

/** The parsed facts. */
export type LibraryFacts = z.infer<typeof libraryFacts>;
