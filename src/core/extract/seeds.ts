/** Which seeds of the global random generators a module keeps. */
import { calleeOf, callsIn, type Callee } from "../python/calls";
import type { Effects, Knowledge } from "../python/effects";
import type { Flow } from "../python/flow";
import type { Statement } from "../python/program";
import { isStream } from "../python/random";

/** What is looked at. */
interface Seeded {
  readonly statements: readonly Statement[];
  readonly knowledge: Knowledge;
  readonly flow: Flow;
}

/** The seeds above a target: they are always kept, for what draws random numbers inside of a library cannot be seen. */
export function seedsAbove(last: number, seeded: Seeded): readonly number[] {
  return seedingAbove(last, seeded).flatMap(({ node, index }) => (isBlock(node) ? [] : [index]));
}

/** The blocks above a target that seed, the last one first: they do more, and are needed where something that is kept runs before the next seed. */
export function* seedingBlocks(last: number, seeded: Seeded, isKept: (index: number) => boolean): Generator<number> {
  const { statements, flow } = seeded;
  for (const one of seedingAbove(last, seeded).toReversed()) {
    if (!isBlock(one.node)) continue;
    const below = statements.slice(one.index + 1).filter((next) => isSure(next, flow) || isKept(next.index));
    if (!isSeededAnew(one, below, flow)) yield one.index;
  }
}

function seedingAbove(last: number, { statements, knowledge, flow }: Seeded): readonly Statement[] {
  const seedsIt = (one: Statement): boolean =>
    callsIn(one.node).some((call) => isSeed(calleeOf(call, knowledge), knowledge)) || onlySeeds(one, flow);
  return statements.filter((one) => one.index < last && seedsIt(one));
}

function isBlock({ type }: Statement["node"]): boolean {
  return type !== "expression_statement";
}

/** `seed_everything(42)`, where that is a function of the notebook. */
function onlySeeds({ index, node }: Statement, { effects }: Flow): boolean {
  const effect = effects[index];
  if (node.type !== "expression_statement" || effect === undefined || effect.seeds.size === 0) return false;
  return effect.changes.length === 0 && ![...effect.uses].some(isStream);
}

function isSeed(callee: Callee, { library }: Knowledge): boolean {
  return callee.kind === "library" && library.isSeed(callee.qualified);
}

/** True if all generators that a statement seeds get a seed again before anything runs of what stands below. */
function isSeededAnew({ index }: Statement, below: readonly Statement[], flow: Flow): boolean {
  const open = new Set(flow.effects[index]?.seeds);
  for (const next of below) {
    if (open.size === 0) return true;
    if (isSure(next, flow)) for (const stream of surelySeeded(flow.effects[next.index])) open.delete(stream);
    else if (!onlyDefines(next)) return false;
  }
  return open.size === 0;
}

/** True for a seed that no block passes by. */
function isSure({ index, node }: Statement, { effects }: Flow): boolean {
  return node.type === "expression_statement" && (effects[index]?.seeds.size ?? 0) > 0;
}

/** What is only named as a seed may leave a generator as it is. */
function surelySeeded(effects: Effects | undefined): readonly string[] {
  return [...(effects?.seeds ?? [])].filter((stream) => effects?.uses.has(stream) !== true);
}

/** Imports, functions and classes run nothing that draws. */
function onlyDefines({ node: { type } }: Statement): boolean {
  return /^(import|import_from|future_import)_statement$|^(function|class)_definition$/.test(type);
}
