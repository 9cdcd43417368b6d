/** What a statement changes besides the names that it binds: objects, random state, files, the process. */
import { attachedResource, attachedToLibraries } from "./attached";
import { Collector } from "./collector";
import { callsIn, discardedCalls, type Bindings } from "./calls";
import { KIND } from "./kinds";
import { decoratorsOf, decoratorTarget, isWithin, nodesOf, type SyntaxNode } from "./syntax";
import { isOfFigures } from "./figures";
import type { Loading } from "./loading";
import type { Statement } from "./program";
import { settingStored } from "./settings";
import { isDisplaySetting, storedChains, storedObjects, storedTargets } from "./stored";

/** State that is no variable of the notebook: `<random:numpy>`, `<cwd>`, `<path>`, `<environment>`, `<file:model.pkl>`. */
export type Resource = string;

/** A change of the object behind a name; `deep` if the objects that it holds change with it (a pipeline that is fitted). */
export interface Change {
  readonly name: string;
  readonly deep: boolean;
  /** True if a function that is called changes it, which may bind it anew. */
  readonly isGlobal?: boolean;
}

/** What one statement does. */
export interface Effects {
  readonly changes: readonly Change[];
  readonly uses: ReadonlySet<Resource>;
  readonly sets: ReadonlySet<Resource>;
  /** The global random number generators that it seeds. */
  readonly seeds: ReadonlySet<Resource>;
  /** True if all that it does is to show something. */
  readonly displays: boolean;
}

/** What calling a function of the notebook does. */
export interface FunctionSummary {
  /** Positions of parameters whose objects it changes. */
  readonly changed: readonly number[];
  /** Positions of parameters that it gives back. */
  readonly returned: readonly number[];
  /** Variables of the notebook whose objects it gives back. */
  readonly returnedGlobals: readonly string[];
  /** Variables of the notebook whose objects it changes, or that it binds by `global`. */
  readonly globals: readonly string[];
  readonly uses: ReadonlySet<Resource>;
  readonly sets: ReadonlySet<Resource>;
  readonly seeds: ReadonlySet<Resource>;
  /** The generators that objects draw from later which it makes: unseeded forests. */
  readonly makesDrawing: ReadonlySet<Resource>;
  readonly parameters: readonly string[];
  /** True if one of its parameters takes any number of arguments. */
  readonly variadic: boolean;
}

/** All that is known of a notebook's names, for reading its statements. */
export interface Knowledge extends Bindings {
  readonly functions: ReadonlyMap<string, FunctionSummary>;
  /** What functions inside of others do that are handed on to be applied: `net.apply(start)`. */
  readonly applied?: ReadonlyMap<string, FunctionSummary>;
  /** For definitions of the user's own modules, by their dotted names: what is known of the names in their file. */
  readonly homes?: ReadonlyMap<string, Knowledge>;
  /** What importing the user's own modules does besides, by their dotted names. */
  readonly loading?: ReadonlyMap<string, Loading>;
  /** Modules of the user's own that are not there. */
  readonly missing?: ReadonlySet<string>;
}

/** What is known of the names inside of a definition, which may stand in another file. */
export function homeOf(name: string, knowledge: Knowledge): Knowledge {
  return knowledge.homes?.get(name) ?? knowledge;
}

/** What of a statement tells its effects; what is left out of it, among `shown`, has none. */
type Read = Pick<Statement, "node" | "names" | "displayed"> & Partial<Pick<Statement, "shown">>;

/** The effects of a statement of the notebook. */
export function effectsOf(statement: Read, knowledge: Knowledge): Effects {
  const { node, names } = statement;
  const targets = [...storedTargets(node)];
  const settings = storedChains(targets, knowledge);
  const found = new Collector(knowledge, node);
  for (const { name, deep } of storedObjects(statement, targets, settings, knowledge)) found.change(name, deep);
  collect(statement, targets, found);
  const displays = settings.filter((name) => isDisplaySetting(name, knowledge));
  for (const name of settings) if (!displays.includes(name)) found.sets.add(settingStored(name) ?? "<environment>");
  for (const name of attachedToLibraries(statement, knowledge)) found.sets.add(attachedResource(name));
  found.looks(displays);
  const isInert = names.binds.size + found.changes.size === 0 && [...found.sets].every(isOfFigures);
  return {
    changes: [...found.changes].map(([name, deep]) => ({ name, deep, isGlobal: found.globals.has(name) })),
    uses: found.uses,
    sets: found.sets,
    seeds: found.seeds,
    displays: displays.length > 0 || (node.type === "expression_statement" && isInert),
  };
}

/** Gathers what the imports, calls, stores and definitions of a statement do. */
function collect({ node, names, displayed, shown = [] }: Read, targets: readonly SyntaxNode[], found: Collector): void {
  found.imports(names);
  found.names(node);
  if (node.type !== "function_definition") found.states(node, shown);
  const discarded = discardedCalls(node);
  for (const call of callsIn(node))
    if (!shown.some((one) => isWithin(call, one))) found.call(call, discarded.has(call), displayed);
  for (const target of targets) found.store(target);
  for (const decorator of decoratorsOf(node).flatMap((one) => decoratorTarget(one) ?? [])) found.decorator(decorator);
  for (const definition of nodesOf(node, KIND.class_definition, KIND.function_definition)) found.subclass(definition);
}
