/** Gathers what calls, imports, stores and definitions change besides the names that they bind. */
import { appliesChange } from "./applied";
import { isBuiltin } from "./builtins";
import { toldOf } from "./classHooks";
import { calleeOf, type Callee } from "./calls";
import { KIND } from "./kinds";
import { has, isEnabled, isEnabling, isInstalled, liesIn, preparedResource, processResource } from "./knowledge";
import {
  argumentAt,
  argumentsAt,
  argumentsOf,
  childOf,
  childrenOf,
  keywordOf,
  nodesOf,
  parameterNames,
  positionalsOf,
  rootName,
  type SyntaxNode,
} from "./syntax";
import { FIGURE, figureRole, LOOKS, PICTURE, savesPicture } from "./figures";
import { checkpointFiles, fileAccess, fileResources, openedAbove, openedIn, writtenPath } from "./files";
import { filesIn, namedFiles } from "./heldPaths";
import { settingBy } from "./settings";
import { writtenBySpark } from "./sparkFiles";
import type { Statement } from "./program";
import { drawnStreams, isKnownSeed, seededStreams } from "./random";
import { isLoaded, loadedBy } from "./loading";
import { onlyLooks } from "./looking";
import { leavesLoss } from "./losses";
import { isBound, ownMethod } from "./ownObjects";
import { fitsArgument } from "./trainers";
import type { FunctionSummary, Knowledge, Resource } from "./effects";
import { isReport, statesRead } from "./trackers";
import { isOfUnknownClass, trainsUnseen } from "./unknownObjects";

/** What one import makes possible for another one, and `tqdm.pandas()` for `progress_apply`. */
const ENABLED = "<enabled>";

type Method = Extract<Callee, { kind: "method" }>;

/** Gathers effects call by call. */
export class Collector {
  readonly changes = new Map<string, boolean>();
  readonly uses = new Set<Resource>();
  readonly sets = new Set<Resource>();
  readonly seeds = new Set<Resource>();
  /** Variables of the notebook that the functions change which are called. */
  readonly globals = new Set<string>();

  /** Tells the names of files that are opened in `whole`, or above it. */
  private readonly opened: (name: string) => boolean;

  constructor(
    readonly knowledge: Knowledge,
    readonly whole: SyntaxNode,
    /** Names of its own that a function has whose body `whole` is. */
    private readonly hidden?: ReadonlySet<string>,
  ) {
    let names: ReadonlySet<string> | undefined;
    const isHandle = (name: string): boolean => hidden?.has(name) !== true && openedAbove(knowledge).has(name);
    this.opened = (name) => (names ??= openedIn(whole, knowledge)).has(name) || isHandle(name);
  }

  change(name: string, deep: boolean): void {
    this.changes.set(name, deep || this.changes.get(name) === true);
  }

  call(call: SyntaxNode, discarded: boolean, displayed: boolean): void {
    const callee = calleeOf(call, this.knowledge);
    if (isReport(callee, this.knowledge)) return;
    const output = keywordOf(call, "out");
    if (output !== undefined) this.changeArguments([output]);
    if (isWithoutCopy(call, callee)) this.changeArguments(positionalsOf(call).slice(0, 1));
    this.random(call, callee);
    this.figures(call, callee);
    this.files(call, callee);
    this.handedAll(call);
    if (callee.kind === "method") {
      this.applies(call, callee, { discarded, displayed });
      this.method(call, callee, discarded && !displayed);
    }
    if (callee.kind === "notebook") this.own(call, callee.name);
    else if (callee.kind === "library")
      this.library(call, callee.qualified, discarded && !(displayed && isBuiltin(callee.qualified)));
  }

  private applies(
    call: SyntaxNode,
    { name, object }: Method,
    { discarded, displayed }: { readonly discarded: boolean; readonly displayed: boolean },
  ): void {
    const changesGiven = (lambda: SyntaxNode): boolean => this.changesGiven(lambda, displayed);
    if (appliesChange({ call, object, discarded, changesGiven }, name, this.knowledge)) this.changeArguments([object]);
  }

  /** True if a lambda changes its first parameter. */
  private changesGiven(lambda: SyntaxNode, displayed: boolean): boolean {
    const body = childOf(lambda, "body") ?? lambda;
    const inside = new Collector(this.knowledge, body);
    for (const call of nodesOf(body, KIND.call)) inside.call(call, call === body, displayed);
    return inside.changes.has(parameterNames(lambda)[0] ?? "");
  }

  /** Files that a column or a list names, which is made here. */
  names(node: SyntaxNode): void {
    for (const files of namedFiles(node, this.knowledge)) this.uses.add(files);
  }

  /** State of packages that has to be set up before. */
  states(node: SyntaxNode, shown: readonly SyntaxNode[] = []): void {
    for (const state of statesRead(node, shown, this.knowledge)) this.uses.add(state);
  }

  imports({ imports, stars }: Statement["names"]): void {
    if (imports.length + stars.length === 0) return;
    this.uses.add("<environment>");
    const modules = [...imports.map(({ qualified }) => qualified), ...stars];
    if (!modules.every(isInstalled) || modules.some((name) => isLoaded(name, this.knowledge))) this.uses.add("<path>");
    if (imports.some(({ qualified }) => isEnabling(qualified))) this.sets.add(ENABLED);
    if (imports.some(({ qualified }) => isEnabled(qualified))) this.uses.add(ENABLED);
    for (const name of modules) this.loads(name);
  }

  /** A module is loaded once: where it was loaded before, what it sets stays as it is. */
  private loads(name: string): void {
    const { uses, sets, seeds } = loadedBy(name, this.knowledge);
    for (const resource of [...uses, ...seeds]) this.uses.add(resource);
    for (const resource of sets) this.sets.add(resource);
    for (const stream of seeds) this.seeds.add(stream);
  }

  private handedAll(call: SyntaxNode): void {
    for (const argument of argumentsOf(call)) this.handedOn(childOf(argument, "value") ?? argument);
  }

  /** `column.apply(add_noise)`, `Timer(self.tick)`: a function or a method is given on to be called. */
  handedOn(node: SyntaxNode): void {
    const own = functionGiven(node, this.knowledge);
    if (own !== undefined) this.besides(own);
  }

  /** `box.limit = 3`, where a class of the notebook has a setter of that name. */
  store(target: SyntaxNode): void {
    const [object, name] = [childOf(target, "object"), childOf(target, "attribute")?.text];
    const root = rootName(target)?.text;
    if (object === undefined || name === undefined || !this.isVariable(root)) return;
    if (this.ownMethod({ name, object })) this.change(root, true);
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

  private method(call: SyntaxNode, callee: Method, discarded: boolean): void {
    const { name, root } = callee;
    this.changeArguments(changedByMethod(call, callee, this.knowledge));
    const stores = this.ownMethod(callee);
    this.ownMethodArguments(call, callee);
    if (discarded && isGuess(call, name, this.knowledge) && isOfUnknownClass(callee.object, this.knowledge))
      this.changeArguments(argumentsOf(call));
    if (name.startsWith("progress_")) this.uses.add(ENABLED);
    // `Cleaner(df).clean()`
    if (stores && callee.object.type === "call") this.changeArguments(argumentsOf(callee.object));
    if (root !== undefined && (this.isVariable(root) || isInPlace(call)))
      this.receiver(call, { ...callee, root }, { discarded, stores });
  }

  /** What a method does to the object that it is called on. */
  private receiver(
    call: SyntaxNode,
    { name, object, root }: { readonly name: string; readonly object: SyntaxNode; readonly root: string },
    { discarded, stores }: { readonly discarded: boolean; readonly stores: boolean },
  ): void {
    if (leavesLoss(name, object, this.knowledge)) return;
    const guessed = discarded && mayChangeReceiver(call, name, this.knowledge);
    const draws = has("drawingMethods", name) && !isRandomModule(object);
    if (!guessed && !draws && !stores && !changesReceiver(call, name, this.knowledge)) return;
    this.change(root, reachesHeld(name, guessed) || stores || object.type !== "identifier");
  }

  /** What methods of that name in the notebook's classes change of their arguments; `fit_transform` transforms, too. */
  private ownMethodArguments(call: SyntaxNode, { name, object }: Method): void {
    for (const method of has("transformingMethods", name) ? [name, "transform"] : [name]) {
      const own = ownMethod({ name: method, object }, this.knowledge, this.hidden);
      if (own === undefined) continue;
      const changed = isBound(own) ? own.changed.filter((index) => index > 0).map((index) => index - 1) : own.changed;
      const parameters = isBound(own) ? own.parameters.slice(1) : own.parameters;
      this.changeArguments(argumentsAt(call, changed, parameters));
    }
  }

  private isVariable(name: string | undefined): name is string {
    return name !== undefined && !this.knowledge.imports.has(name);
  }

  /** Does what methods of that name do in the notebook's classes; true if one of them stores into its object. */
  private ownMethod(method: Pick<Method, "name" | "object">): boolean {
    const own = ownMethod(method, this.knowledge, this.hidden);
    if (own === undefined) return false;
    this.besides(own);
    return own.changed.includes(0);
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

  /** `from tables import df`, `df.dropna(inplace=True)` */
  private importedObject(call: SyntaxNode): void {
    if (isInPlace(call)) for (const name of namesOfRoot(childOf(call, "function") ?? call)) this.change(name, true);
  }

  private library(call: SyntaxNode, qualified: string, discarded: boolean): void {
    const changed = this.knowledge.library.changedArguments(qualified);
    const resource = processResource(qualified) ?? settingBy(call, qualified);
    if (resource !== undefined) this.sets.add(resource);
    this.state(qualified);
    this.importedObject(call);
    if (changed !== undefined) {
      this.changeArguments(changed.flatMap((index) => positionalsOf(call)[index] ?? []));
      return;
    }
    if (trainsUnseen(qualified, this.knowledge)) this.changeArguments(argumentsOf(call));
    else if (discarded && resource === undefined) this.guessed(call, qualified);
  }

  /** What a function of a library may be called for, if what it gives is thrown away. */
  private guessed(call: SyntaxNode, qualified: string): void {
    if (isHarmless(qualified, this.knowledge) || onlyLooks(call, qualified, this.knowledge)) return;
    this.changeArguments(argumentsOf(call));
    // `count(1)`: what a variable holds may keep something of each call.
    if (!qualified.includes(".") && !isBuiltin(qualified)) this.changeArguments(childrenOf(call, "function"));
  }

  /** State of libraries that later calls work by. */
  private state(qualified: string): void {
    const prepared = preparedResource(qualified);
    if (prepared !== undefined) (prepared.sets ? this.sets : this.uses).add(prepared.resource);
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
    for (const file of checkpointFiles(call, this.knowledge)) this.sets.add(file);
    const access = fileAccess(call, callee, this.knowledge);
    if (access === undefined) return;
    if (savesPicture(callee, this.knowledge)) {
      this.sets.add(PICTURE);
      return;
    }
    const named = access === "writes" ? filesIn(writtenPath(call, callee), this) : undefined;
    if (named !== undefined) this.sets.add(named);
    const { sets, uses } = fileResources(access, call, callee, { opened: this.opened, knowledge: this.knowledge });
    for (const resource of sets) this.sets.add(resource);
    for (const resource of uses) this.uses.add(resource);
  }
}

/** The function or the method of the notebook that an expression names. */
export function functionGiven(node: SyntaxNode, { functions }: Knowledge): FunctionSummary | undefined {
  const isMethod = node.type === "attribute";
  const name = isMethod ? childOf(node, "attribute") : node;
  const own = name?.type === "identifier" ? functions.get(name.text) : undefined;
  return own !== undefined && isBound(own) === isMethod ? own : undefined;
}

/** `np.nan_to_num(rows, copy=False)`; what only makes an array or a table of something writes nothing into it. */
function isWithoutCopy(call: SyntaxNode, callee: Callee): boolean {
  if (callee.kind !== "library" || !/^[a-z]/.test(callee.name)) return false;
  return keywordOf(call, "copy")?.type === "false" && !/^(numpy\.array|pandas\.\w+)$/.test(callee.qualified);
}

/** `np.random`: a generator of its own, as `rng`, is changed by what is drawn from it. */
function isRandomModule(object: SyntaxNode): boolean {
  return childOf(object, "attribute")?.text === "random";
}

/** The arguments that a method changes: `rng.shuffle(rows)`, `df.to_sql("rows", connection)`. */
function changedByMethod(call: SyntaxNode, callee: Method, knowledge: Knowledge): readonly SyntaxNode[] {
  const changes =
    has("argumentMethods", callee.name) || isTypeMethod(callee, knowledge) || fitsArgument(callee, knowledge);
  const connection = has("connectionMethods", callee.name) ? argumentAt(call, 1, "con") : undefined;
  return [
    ...(changes ? argumentsOf(call).slice(0, 1) : []),
    ...(connection === undefined ? [] : [connection]),
    ...(has("gradientMethods", callee.name) ? movedBy(call) : []),
  ];
}

/** `net` of `optimizer.apply_gradients(zip(gradients, net.trainable_variables))`: all that it names, as it is. */
function movedBy(call: SyntaxNode): readonly SyntaxNode[] {
  return argumentsOf(call)
    .flatMap((one) => nodesOf(childOf(one, "value") ?? one, KIND.identifier))
    .filter(({ field, text }) => field !== "attribute" && !isBuiltin(text));
}

/** Why else would its value be thrown away? */
function mayChangeReceiver(call: SyntaxNode, method: string, { library }: Knowledge): boolean {
  // `df.drop(**options)`
  const isOpen = argumentsOf(call).some(({ type }) => type === "dictionary_splat");
  const isPlain = library.has("pureMethods", method) || has("writers", method) || writtenBySpark(call) !== undefined;
  return isOpen || !isPlain;
}

/** True for a method that is called for something that is not known: it may be to change what it is given. */
function isGuess(call: SyntaxNode, method: string, knowledge: Knowledge): boolean {
  return mayChangeReceiver(call, method, knowledge) && !changesReceiver(call, method, knowledge);
}

/** True if a method changes what its object holds, too: a list that grows leaves its elements as they are. */
function reachesHeld(method: string, guessed: boolean): boolean {
  return has("deepMethods", method) || (guessed && !has("listMethods", method));
}

function changesReceiver(call: SyntaxNode, method: string, { library }: Knowledge): boolean {
  return library.has("mutatingMethods", method) || isInPlace(call);
}

/** `inplace=True`, or what is not known to be False. */
function isInPlace(call: SyntaxNode): boolean {
  const inPlace = keywordOf(call, "inplace");
  return inPlace !== undefined && inPlace.type !== "false";
}

/** `list.append(rows, 1)` */
function isTypeMethod({ name, root = "" }: Method, { library }: Knowledge): boolean {
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
export function storesItself(method: Pick<Method, "name" | "object">, knowledge: Knowledge): boolean {
  return ownMethod(method, knowledge)?.changed.includes(0) === true;
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
