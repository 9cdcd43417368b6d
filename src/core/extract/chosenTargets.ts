/** What a notebook is extracted for: its model with what measures it or, where it has none, the values that it gives instead. */
import type { Diagnostic } from "../report";
import type { Program } from "../python/program";
import { withLastModel, type Known, type Looking } from "./deleted";
import type { ExtractOptions } from "./extractOptions";
import type { Candidate } from "./fits";
import { trainedResults, writtenResults } from "./functionResults";
import { metricsAnywhere, metricsOf } from "./metrics";
import { noTarget, trainsOnlyInside } from "./noTarget";
import { ownModel } from "./ownModels";
import { valueText, variableValue, type Value } from "./pipelineValues";
import { withPrintedMetrics } from "./printed";
import { withReturns } from "./returned";
import { refuseRivals } from "./rivals";
import { savedModels, savedValues, savedWith, transformers } from "./saved";
import { emptyFigure, figuresInBlocks, maySaveFigures, savedFigures } from "./savedFigures";
import type { Targets } from "./slice";
import { chooseModel, namedModel, type Analysed } from "./target";

/** The targets with the analysis that has them, and what is said where that is one of the notebook as it does not stand there. */
export interface Targeted extends Known {
  readonly targets: Targets;
  readonly said: readonly Diagnostic[];
}

/**
 * The targets of a program, at whose top level the model and what measures it are put. Where a notebook gives nothing else, they are what its functions keep to themselves, or else the figures that it saves.
 * Throws an input error where there are none.
 */
export function targeted(program: Program, how: Omit<Looking, "wanted">, options: ExtractOptions): Targeted {
  const looking: Looking = { ...how, wanted: options.model };
  const known = withPrintedMetrics(withLastModel(program, looking), looking);
  const targets = findTargets(known.analysed, options);
  if (targets !== undefined) return { ...known, targets, said: [] };
  const returning = withReturns(known, looking);
  const returned = returning && findTargets(returning.analysed, options);
  if (returning !== undefined && returned !== undefined)
    return { ...returning, targets: withValues(returned, returning.values), said: [returning.said] };
  return { ...figuresTargeted(known, looking), said: [] };
}

function withValues(targets: Targets, values: readonly Value[]): Targets {
  const known = [targets.model, ...targets.values];
  const others = values.filter(({ name }) => !known.some((one) => one?.name === name));
  return { ...targets, values: [...targets.values, ...others] };
}

function figuresTargeted({ program, analysed }: Known, { analyse }: Looking): Omit<Targeted, "said"> {
  const [broken] = program.broken;
  if (trainsOnlyInside(analysed) !== undefined || !maySaveFigures(analysed)) throw noTarget(analysed, broken);
  const drawn = analyse(program, true);
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
  const values = [savedResults, measuredResults, writtenResults, savedModels, fittedPreprocessor, transformers].reduce<
    readonly Value[]
  >((found, look) => (found.length > 0 ? found : look(analysed)), []);
  if (values.length > 0) return { model: undefined, values };
  const own = ownModel(analysed);
  return own && { model: own, values: valuesOf(analysed, own) };
}

/** The model that the user named; or, where nothing shows that it is one, the variable as a value. */
function namedTargets(analysed: Analysed, wanted: string): Targets {
  const named = namedModel(analysed, wanted);
  if ("fit" in named) return { model: named, values: valuesOf(analysed, named) };
  return { model: undefined, values: [variableValue(wanted, named)] };
}

/** The model's metrics, then what is saved with it, and the tensors that are trained with it; a variable that is both is a metric. */
function valuesOf(analysed: Analysed, model: Candidate): readonly Value[] {
  const metrics = metricsOf(analysed, model);
  const saved = savedWith(model, analysed).filter(({ name }) => !metrics.some((metric) => metric.name === name));
  const others = (model.tensors ?? []).filter(
    (name) => ![model, ...metrics, ...saved].some((one) => one.name === name),
  );
  return [...metrics, ...saved, ...others.map((name) => variableValue(name, model.statement))];
}

/** What a notebook writes to files, the models that it saves beside it, and what measures models that stay inside of functions. */
function savedResults(analysed: Analysed): readonly Value[] {
  const values = savedValues(analysed);
  const isNew = ({ name }: Value): boolean => values.every((one) => one.name !== name);
  if (values.length === 0) return [];
  const metrics = metricsAnywhere(analysed).filter((one) => isNew(one));
  return [...values, ...savedModels(analysed).filter(isNew), ...metrics];
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
