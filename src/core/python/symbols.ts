/**
 * Symbols: what stands for the outputs of layers while a functional Keras model is put together. A symbol holds the layers that
 * compute it, so that the model that is made of it holds them, too.
 */
import type { Callee } from "./calls";
import type { Knowledge } from "./effects";
import { has, liesIn } from "./knowledge";
import { remembered } from "./memory";
import { commonForm, isSymbol, newThing, withOwners, type Thing } from "./things";

/** True for `Input(shape=(4,))`, the symbol that others are computed of. */
export function isInput(callee: Callee): boolean {
  return callee.kind === "library" && callee.name === "Input" && liesIn("symbolModules", callee.qualified);
}

/** True for a model that is made of layers or of other models. */
export function isNetwork(callee: Callee): boolean {
  return callee.kind === "library" && has("networkClasses", callee.name) && liesIn("networkModules", callee.qualified);
}

const known = new WeakMap<Knowledge, boolean>();

/** True if the notebook imports a library that has symbols. */
export function knowsSymbols(knowledge: Knowledge): boolean {
  return remembered(known, knowledge, () =>
    [...knowledge.imports.values()].some((name) => liesIn("symbolModules", name)),
  );
}

/** `base.output`: a symbol that holds the model which it is taken from. */
export function symbolOf(model: ReadonlySet<Thing>, attribute: string, knowledge: Knowledge): readonly Thing[] {
  if (!has("symbolAttributes", attribute) || !knowsSymbols(knowledge)) return [];
  if (model.size === 0 || commonForm(model) !== "value") return [];
  return [symbolHolding(holdersOf(model), model)];
}

/** `layer(x)`, `x + y`: where symbols are given, a symbol that holds them, and what computes it. */
export function symbolFrom(given: readonly Thing[], computedBy: () => ReadonlySet<Thing>): readonly Thing[] {
  if (!given.some(isOrListsSymbol)) return [];
  const parts = given.flatMap((thing) => (isList(thing) ? [...thing.holds.keys()] : [thing]));
  return [symbolHolding(holdersOf([...parts, ...computedBy()]))];
}

/** What a network is made of: the parts of another one, as `base.layers[:-1]`, are changed with that. */
export function networkParts(given: readonly Thing[]): readonly Thing[] {
  return [...given, ...holdersOf(given)];
}

function symbolHolding(holds: readonly Thing[], owners?: ReadonlySet<Thing>): Thing {
  return newThing({ form: "symbol", reach: "parts", holds, ...(owners && { owners }) });
}

function isOrListsSymbol(thing: Thing): boolean {
  return isSymbol(thing) || (isList(thing) && [...thing.holds.keys()].some(isSymbol));
}

function isList({ form }: Thing): boolean {
  return form === "display" || form === "literal";
}

/** Symbols and objects, with the objects that they are parts of: no data, no lists, and no functions that change things. */
function holdersOf(things: Iterable<Thing>): readonly Thing[] {
  return [...withOwners(new Set(things))].filter(
    ({ form, acts }) => form === "symbol" || (form === "value" && acts === undefined),
  );
}
