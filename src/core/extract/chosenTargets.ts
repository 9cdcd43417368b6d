/** What a notebook is extracted for: its model with what measures it or, where it has none, the values that it gives instead. */
import type { Program } from "../python/program";
import type { Known } from "./deleted";
import type { ExtractOptions } from "./extractOptions";
import type { Candidate } from "./fits";
import { metricsAnywhere, metricsOf } from "./metrics";
import { noTarget, trainsOnlyInside } from "./noTarget";
import { ownModel } from "./ownModels";
import { valueText, variableValue, type Value } from "./pipelineValues";
import { refuseRivals } from "./rivals";
import { savedModels, savedValues, savedWith, trainedResults, transformers } from "./saved";
import { emptyFigure, figuresInBlocks, maySaveFigures, savedFigures } from "./savedFigures";
import type { Targets } from "./slice";
import { chooseModel, namedModel, type Analysed } from "./target";

/** The targets with the analysis that has them: where a notebook gives nothing else, one in which the figures count that it saves. */
export function targeted(
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
