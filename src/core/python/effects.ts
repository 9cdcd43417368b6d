/** What a statement changes besides the names that it binds: objects, random state, files, the process. */
import { attachedResource, attachedToLibraries } from "./attached";
import { isBuiltin } from "./builtins";
import { toldOf } from "./classHooks";
import { calleeOf, callsIn, discardedCalls, qualifiedName, type Bindings, type Callee } from "./calls";
import { fetchedResource, has, isEnabled, isEnabling, liesIn, processResource } from "./knowledge";
import { KIND } from "./kinds";
import {
  argumentAt,
  argumentsAt,
  argumentsOf,
  childOf,
  childrenOf,
  keywordOf,
  nodesOf,
  positionalsOf,
  rootName,
  type SyntaxNode,
} from "./syntax";
import { FIGURE, figureRole, isOfFigures, LOOKS } from "./figures";
import { fileAccess, fileResources, openedIn } from "./files";
import { setsHow } from "./settings";
import type { Statement } from "./program";
import { drawnStreams, isKnownSeed, seededStreams } from "./random";

/** State that is no variable of the notebook: `<random:numpy>`, `<cwd>`, `<path>`, `<environment>`, `<file:model.pkl>`. */
export type Resource = string;

/** A change of the object behind a name; `deep` if the objects that it holds change with it (a pipeline that is fitted). */
export interface Change {
  readonly name: string;
  readonly deep: boolean;
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
  /** For definitions of the user's own modules, by their dotted names: what is known of the names in their file. */
  readonly homes?: ReadonlyMap<string, Knowledge>;
}

/** What is known of the names inside of a definition, which may stand in another file. */
export function homeOf(name: string, knowledge: Knowledge): Knowledge {
  return knowledge.homes?.get(name) ?? knowledge;
}

/** The effects of a statement of the notebook. */
export function effectsOf(statement: Statement, knowledge: Knowledge): Effects {
  const { node, names } = statement;
  const targets = [...storedTargets(node)];
  const settings = storedChains(targets, knowledge);
  const found = new Collector(knowledge, node);
  for (const { name, deep } of storedObjects(statement, targets, settings, knowledge)) found.change(name, deep);
  collect(statement, targets, found);
  const displays = settings.filter((name) => isDisplaySetting(name, knowledge));
  if (displays.length < settings.length) found.sets.add("<environment>");
  for (const name of attachedToLibraries(statement, knowledge)) found.sets.add(attachedResource(name));
  found.looks(displays);
  const isInert = names.binds.size + found.changes.size === 0 && [...found.sets].every(isOfFigures);
  return {
    changes: [...found.changes].map(([name, deep]) => ({ name, deep })),
    uses: found.uses,
    sets: found.sets,
    seeds: found.seeds,
    displays: displays.length > 0 || (node.type === "expression_statement" && isInert),
  };
}

/** Gathers what the imports, calls, stores and definitions of a statement do. */
function collect({ node, names, displayed }: Statement, targets: readonly SyntaxNode[], found: Collector): void {
  found.imports(names);
  const discarded = discardedCalls(node);
  for (const call of callsIn(node)) found.call(call, discarded.has(call), displayed);
  for (const target of targets) found.store(target);
  for (const decorator of decoratorsOf(node)) found.decorator(decorator);
  for (const definition of nodesOf(node, KIND.class_definition, KIND.function_definition)) found.subclass(definition);
}

/** How a library works: it is set for all that comes behind. */
export const SETTING = "<setting>";

/** What one import makes possible for another one, and `tqdm.pandas()` for `progress_apply`. */
const ENABLED = "<enabled>";

/** The objects that a statement stores into, but for modules of which it only sets how things look. */
function storedObjects(
  { names }: Statement,
  targets: readonly SyntaxNode[],
  settings: readonly string[],
  knowledge: Knowledge,
): readonly Change[] {
  const parts = new Set(targets.filter(isPartOfPart).map((target) => rootName(target)?.text));
  const onlyDisplays = settings.length > 0 && settings.every((name) => isDisplaySetting(name, knowledge));
  const stores = [...names.stores].filter((name) => !onlyDisplays || !knowledge.imports.has(name));
  return stores.map((name) => ({ name, deep: parts.has(name) }));
}

/** `plt.rcParams[…] = …`: a setting of how things look. */
function isDisplaySetting(name: string, { library }: Knowledge): boolean {
  return library.liesIn("displayModules", name) || name.startsWith("pandas.options.display");
}

/** Dotted names of module state that a statement assigns: `os.environ`, `plt.rcParams`. */
function storedChains(targets: readonly SyntaxNode[], knowledge: Knowledge): readonly string[] {
  return targets.flatMap((target) => {
    let left: SyntaxNode | undefined = target;
    while (left?.type === "subscript") left = childOf(left, "value");
    const qualified = left === undefined || left.type === "identifier" ? undefined : qualifiedName(left, knowledge);
    return qualified ?? [];
  });
}

/** What a statement assigns to, if it is no name: `df["x"]`, `a, b`. */
function* storedTargets(node: SyntaxNode): Generator<SyntaxNode> {
  for (const inner of nodesOf(node, KIND.assignment | KIND.augmented_assignment, KIND.function_definition)) {
    const left = childOf(inner, "left");
    if (left !== undefined && left.type !== "identifier") yield left;
  }
}

/** `frames[0]["y"]`: what is stored there changes what `frames` holds. The accessors of a frame, as `df.loc`, are no parts. */
function isPartOfPart(target: SyntaxNode): boolean {
  let part = childOf(target, target.type === "subscript" ? "value" : "object");
  while (part?.type === "attribute" && ACCESSOR.test(childOf(part, "attribute")?.text ?? ""))
    part = childOf(part, "object");
  return part?.type === "subscript" || part?.type === "attribute";
}

const ACCESSOR = /^(loc|iloc|at|iat|values)$/;

/** Gathers effects call by call. */
export class Collector {
  readonly changes = new Map<string, boolean>();
  readonly uses = new Set<Resource>();
  readonly sets = new Set<Resource>();
  readonly seeds = new Set<Resource>();
  /** Variables of the notebook that the functions change which are called. */
  readonly globals = new Set<string>();

  /** The names of the files that are opened in `whole`. */
  private readonly opened: (name: string) => boolean;

  constructor(
    private readonly knowledge: Knowledge,
    whole: SyntaxNode,
  ) {
    let names: ReadonlySet<string> | undefined;
    this.opened = (name) => (names ??= openedIn(whole, knowledge)).has(name);
  }

  change(name: string, deep: boolean): void {
    this.changes.set(name, deep || this.changes.get(name) === true);
  }

  call(call: SyntaxNode, discarded: boolean, displayed: boolean): void {
    const callee = calleeOf(call, this.knowledge);
    const output = keywordOf(call, "out");
    if (output !== undefined) this.changeArguments([output]);
    if (isWithoutCopy(call, callee)) this.changeArguments(positionalsOf(call).slice(0, 1));
    this.random(call, callee);
    this.figures(call, callee);
    this.files(call, callee);
    if (callee.kind === "method") this.method(call, callee, discarded && !displayed);
    else if (callee.kind === "notebook") this.own(call, callee.name);
    else if (callee.kind === "library") this.library(call, callee.qualified, discarded && !displayed);
  }

  imports({ imports, stars }: Statement["names"]): void {
    if (imports.length + stars.length === 0) return;
    this.uses.add("<path>").add("<environment>");
    if (imports.some(({ qualified }) => isEnabling(qualified))) this.sets.add(ENABLED);
    if (imports.some(({ qualified }) => isEnabled(qualified))) this.uses.add(ENABLED);
  }

  /** `box.limit = 3`, where a class of the notebook has a setter of that name. */
  store(target: SyntaxNode): void {
    const name = childOf(target, "attribute")?.text;
    const root = rootName(target)?.text;
    if (name !== undefined && this.isVariable(root) && this.ownMethod(name)) this.change(root, true);
  }

  /** `@register`, `@steps.add`: what a decorator of the notebook keeps of the function that it is given. */
  decorator(expression: SyntaxNode): void {
    const own = expression.type === "identifier" ? this.knowledge.functions.get(expression.text) : undefined;
    if (own !== undefined) this.besides(own);
    else if (!isBuiltin(expression.text)) this.changeArguments([expression]);
  }

  /** `class A(Base)`: what classes keep of those that inherit from them. */
  subclass(definition: SyntaxNode): void {
    for (const name of toldOf(definition, this.knowledge)) {
      const own = this.knowledge.functions.get(name);
      if (own !== undefined) this.besides(own);
      this.change(name, true);
    }
  }

  private method(call: SyntaxNode, callee: Extract<Callee, { kind: "method" }>, discarded: boolean): void {
    const { name, root } = callee;
    this.changeArguments(changedByMethod(call, callee, this.knowledge));
    const stores = this.ownMethod(name);
    this.ownMethodArguments(call, name);
    if (name.startsWith("progress_")) this.uses.add(ENABLED);
    // `Cleaner(df).clean()`
    if (stores && callee.object.type === "call") this.changeArguments(argumentsOf(callee.object));
    if (this.isVariable(root)) this.receiver(call, { ...callee, root }, { discarded, stores });
  }

  /** What a method does to the object that it is called on. */
  private receiver(
    call: SyntaxNode,
    { name, object, root }: { readonly name: string; readonly object: SyntaxNode; readonly root: string },
    { discarded, stores }: { readonly discarded: boolean; readonly stores: boolean },
  ): void {
    const guessed = discarded && mayChangeReceiver(call, name, this.knowledge);
    const draws = has("drawingMethods", name) && !isRandomModule(object);
    if (!guessed && !draws && !stores && !changesReceiver(call, name, this.knowledge)) return;
    this.change(root, reachesHeld(name, guessed) || stores || object.type !== "identifier");
  }

  /** What methods of that name in the notebook's classes change of their arguments; `fit_transform` transforms, too. */
  private ownMethodArguments(call: SyntaxNode, name: string): void {
    for (const method of has("transformingMethods", name) ? [name, "transform"] : [name]) {
      const own = this.knowledge.functions.get(method);
      if (own === undefined) continue;
      const isBound = /^(self|cls)$/.test(own.parameters[0] ?? "");
      const changed = isBound ? own.changed.filter((index) => index > 0).map((index) => index - 1) : own.changed;
      const parameters = isBound ? own.parameters.slice(1) : own.parameters;
      this.changeArguments(argumentsAt(call, changed, parameters));
    }
  }

  private isVariable(name: string | undefined): name is string {
    return name !== undefined && !this.knowledge.imports.has(name);
  }

  /** Does what methods of that name do in the notebook's classes; true if one of them stores into its object. */
  private ownMethod(name: string): boolean {
    const own = this.knowledge.functions.get(name);
    if (own === undefined) return false;
    this.besides(own);
    return storesItself(name, this.knowledge);
  }

  /** What a function of the notebook does besides to its arguments. */
  private besides({ uses, sets, seeds, globals }: FunctionSummary): void {
    for (const resource of uses) this.uses.add(resource);
    for (const resource of sets) this.sets.add(resource);
    for (const resource of seeds) this.seeds.add(resource);
    for (const global of globals) {
      this.globals.add(global);
      this.change(global, true);
    }
  }

  private own(call: SyntaxNode, name: string): void {
    const summary = this.knowledge.functions.get(name);
    if (summary === undefined) return;
    this.besides(summary);
    if (summary.changed.length > 0 && (summary.variadic || argumentsOf(call).some(isSplat))) {
      this.changeArguments(argumentsOf(call));
      return;
    }
    this.changeArguments(argumentsAt(call, summary.changed, summary.parameters));
  }

  private library(call: SyntaxNode, qualified: string, discarded: boolean): void {
    const changed = this.knowledge.library.changedArguments(qualified);
    const resource = processResource(qualified);
    if (resource !== undefined) this.sets.add(resource);
    this.state(call, qualified);
    if (changed !== undefined) {
      this.changeArguments(changed.flatMap((index) => positionalsOf(call)[index] ?? []));
      return;
    }
    if (!discarded || resource !== undefined || isHarmless(qualified, this.knowledge)) return;
    this.changeArguments(argumentsOf(call));
    // `count(1)`: what a variable holds may keep something of each call.
    if (!qualified.includes(".") && !isBuiltin(qualified)) this.changeArguments(childrenOf(call, "function"));
  }

  /** State of libraries that later calls work by. */
  private state(call: SyntaxNode, qualified: string): void {
    const fetched = fetchedResource(qualified);
    if (fetched !== undefined) (fetched.sets ? this.sets : this.uses).add(fetched.resource);
    if (setsHow(call, qualified)) this.sets.add(SETTING);
    if (/\btqdm\.pandas$/.test(qualified)) this.sets.add(ENABLED);
  }

  private changeArguments(nodes: readonly SyntaxNode[]): void {
    for (const name of nodes.flatMap(argumentRoots)) if (!this.knowledge.imports.has(name)) this.change(name, true);
  }

  /** Reading from and seeding the global random number generators. */
  private random(call: SyntaxNode, callee: Callee): void {
    for (const stream of seededStreams(callee, this.knowledge)) {
      this.seeds.add(stream);
      this.sets.add(stream);
      // What is only named as a seed may leave a generator as it is.
      if (!isKnownSeed(callee, this.knowledge)) this.uses.add(stream);
    }
    for (const stream of drawnStreams(call, callee, this.knowledge)) {
      this.uses.add(stream);
      this.sets.add(stream);
    }
  }

  /** `plt.rcParams["font.size"] = 12` */
  looks(settings: readonly string[]): void {
    if (this.knowledge.figures === true && settings.length > 0) this.sets.add(LOOKS);
  }

  /** The figure that is drawn in, and how figures look. */
  private figures(call: SyntaxNode, callee: Callee): void {
    const role = figureRole(call, callee, this.knowledge);
    if (role === "styles") this.sets.add(LOOKS);
    if (role === "draws" || role === "begins") {
      this.sets.add(FIGURE);
      this.uses.add(LOOKS);
    }
  }

  /** Files that are read and written: an edge between statements that no variable carries. */
  private files(call: SyntaxNode, callee: Callee): void {
    const access = fileAccess(call, callee, this.knowledge);
    if (access === undefined) return;
    const { sets, uses } = fileResources(access, call, callee, { opened: this.opened, knowledge: this.knowledge });
    for (const resource of sets) this.sets.add(resource);
    for (const resource of uses) this.uses.add(resource);
  }
}

/** `np.nan_to_num(rows, copy=False)` */
function isWithoutCopy(call: SyntaxNode, callee: Callee): boolean {
  return callee.kind === "library" && /^[a-z]/.test(callee.name) && keywordOf(call, "copy")?.type === "false";
}

/** `np.random`: a generator of its own, as `rng`, is changed by what is drawn from it. */
function isRandomModule(object: SyntaxNode): boolean {
  return childOf(object, "attribute")?.text === "random";
}

/** The arguments that a method changes: `rng.shuffle(rows)`, `df.to_sql("rows", connection)`. */
function changedByMethod(
  call: SyntaxNode,
  callee: Extract<Callee, { kind: "method" }>,
  knowledge: Knowledge,
): readonly SyntaxNode[] {
  const changes = has("argumentMethods", callee.name) || isTypeMethod(callee, knowledge);
  const connection = has("connectionMethods", callee.name) ? argumentAt(call, 1, "con") : undefined;
  return [...(changes ? argumentsOf(call).slice(0, 1) : []), ...(connection === undefined ? [] : [connection])];
}

/** What the decorators of a definition call or name: `register` of `@register` and of `@register("a")`. */
function decoratorsOf({ type, children }: SyntaxNode): readonly SyntaxNode[] {
  if (type !== "decorated_definition") return [];
  return children.flatMap(({ type: kind, children: [expression] }) => {
    if (kind !== "decorator" || expression === undefined) return [];
    return (expression.type === "call" ? childOf(expression, "function") : expression) ?? [];
  });
}

/** Why else would its value be thrown away? */
function mayChangeReceiver(call: SyntaxNode, method: string, { library }: Knowledge): boolean {
  // `df.drop(**options)`
  const isOpen = argumentsOf(call).some(({ type }) => type === "dictionary_splat");
  return isOpen || (!library.has("pureMethods", method) && !has("writers", method));
}

/** True if a method changes what its object holds, too: a list that grows leaves its elements as they are. */
function reachesHeld(method: string, guessed: boolean): boolean {
  return has("deepMethods", method) || (guessed && !has("listMethods", method));
}

/** `inplace=True`, or what is not known to be False. */
function changesReceiver(call: SyntaxNode, method: string, { library }: Knowledge): boolean {
  const inPlace = keywordOf(call, "inplace");
  return library.has("mutatingMethods", method) || (inPlace !== undefined && inPlace.type !== "false");
}

/** `list.append(rows, 1)` */
function isTypeMethod({ name, root = "" }: Extract<Callee, { kind: "method" }>, { library }: Knowledge): boolean {
  return isBuiltin(root) && library.has("mutatingMethods", name);
}

/** The variable that an expression reaches into, if any. */
export function namesOfRoot(node: SyntaxNode): readonly string[] {
  const root = rootName(node);
  return root === undefined ? [] : [root.text];
}

function isSplat({ type }: SyntaxNode): boolean {
  return type === "list_splat" || type === "dictionary_splat";
}

/** The variables whose objects an argument hands over, be it in a list. */
function argumentRoots(node: SyntaxNode): readonly string[] {
  if (node.type === "keyword_argument") return node.children.slice(1).flatMap(argumentRoots);
  if (isSplat(node) || /^(list|tuple|set|dictionary|pair)$/.test(node.type))
    return node.children.flatMap(argumentRoots);
  return namesOfRoot(node);
}

/** True for a method of the notebook that stores into its object. */
export function storesItself(method: string, { functions }: Knowledge): boolean {
  return functions.get(method)?.changed.includes(0) === true;
}

/** True for library functions that only show what they are given. */
export function onlyShows(callee: Callee, { library }: Knowledge): boolean {
  return callee.kind === "library" && isDisplay(callee.qualified, library);
}

function isDisplay(qualified: string, library: Knowledge["library"]): boolean {
  return has("displayFunctions", qualified) || library.liesIn("displayModules", qualified);
}

/** True for library functions that are called for something else than to change their arguments. */
export function isHarmless(qualified: string, { library, figures }: Knowledge): boolean {
  if (figures === true && liesIn("figureModules", qualified)) return true;
  if (isDisplay(qualified, library) || has("configurationFunctions", qualified)) return true;
  if (library.isSeed(qualified) || library.liesIn("writerFunctions", qualified)) return true;
  return library.liesIn("pureModules", qualified) || liesIn("quietModules", qualified);
}
