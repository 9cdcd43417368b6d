/** Where statements read files: what calls a reader, or a function of the notebook that hands its parameter to one. */
import type { Reference } from "../pipeline";
import { assignmentOf, calleeOf, type Callee } from "../python/calls";
import { homeOf, type Knowledge } from "../python/effects";
import { fileAccess, isClassLoad, isPretrainedLoad, readPath, readsFolder } from "../python/files";
import { KIND } from "../python/kinds";
import { has } from "../python/knowledge";
import { isNamedReader } from "../python/likelyReaders";
import { isBound, ownMethod } from "../python/ownObjects";
import type { Statement } from "../python/program";
import { nameFacts } from "../python/scope";
import { sparkAccess } from "../python/sparkFiles";
import { remembered } from "../python/memory";
import {
  argumentAt,
  argumentsOf,
  childOf,
  dottedName,
  isWithin,
  nodesOf,
  parameterNames,
  runBy,
  type SyntaxNode,
} from "../python/syntax";
import { variableNodes } from "./text";

/** A place where a file or a folder is read. */
export interface Site {
  readonly statement: Statement;
  readonly reader: string;
  /** The expression that gives the path. */
  readonly path: SyntaxNode;
  readonly directory: boolean;
  readonly direct: boolean;
  /** True if a function puts the path together with other texts. */
  readonly asText: boolean;
  /** True for a model that is loaded: most such files are written by the notebook itself. */
  readonly ownLoad?: true;
  readonly alternative?: NonNullable<Reference["alternative"]>;
  /** The call that leaves the path to the default of a parameter, which is `path`. */
  readonly left?: { readonly statement: Statement; readonly call: SyntaxNode; readonly parameter: string };
}

/** Where a statement reads files. `kept` are the statements that may define the functions which it calls. */
export function sitesIn(statement: Statement, kept: readonly Statement[], knowledge: Knowledge): readonly Site[] {
  const own = [...readersIn(statement.node, knowledge)].map((one): Site => ({ statement, ...one }));
  const handedOn = nodesOf(statement.node, KIND.call).flatMap((call) =>
    argumentSites(call, { statement, kept, knowledge }),
  );
  // A method `load` of the notebook's own is known better than by its name.
  const isHanded = (path: SyntaxNode): boolean => handedOn.some((one) => one.path === path);
  return [...own.filter(({ path }) => !isHanded(path)), ...handedOn];
}

interface Around {
  readonly statement: Statement;
  readonly kept: readonly Statement[];
  readonly knowledge: Knowledge;
}

/** `load("x.csv")`, where the notebook's own `load` hands its parameter to a reader; `load()`, where that has a default. */
function argumentSites(call: SyntaxNode, { statement, kept, knowledge }: Around): readonly Site[] {
  return pathsTaken(call, knowledge).flatMap(({ index, parameter, definition, ...read }): readonly Site[] => {
    const argument = argumentAt(call, index, parameter);
    if (argument !== undefined) return [{ statement, ...read, path: argument }];
    const path = defaultOf(definition, parameter);
    const definedIn = kept.find(({ node }) => nodesOf(node, KIND.function_definition).includes(definition));
    const isOpen = argumentsOf(call).some(({ type }) => type.endsWith("_splat"));
    if (path === undefined || definedIn === undefined || isOpen) return [];
    return [{ statement: definedIn, ...read, path, left: { statement, call, parameter } }];
  });
}

/** The default of a parameter, where that may be a path. */
export function defaultOf(definition: SyntaxNode, parameter: string): SyntaxNode | undefined {
  const parameters = childOf(definition, "parameters")?.children ?? [];
  const found = parameters.find((one) => childOf(one, "name")?.text === parameter);
  const value = found === undefined ? undefined : childOf(found, "value");
  return value === undefined || /^(none|true|false|integer|float|list|tuple|dictionary)$/.test(value.type)
    ? undefined
    : value;
}

/** A parameter of a function that gives the path of what it reads. */
interface HandedPath extends Omit<Reading, "path"> {
  readonly definition: SyntaxNode;
  readonly index: number;
  readonly parameter: string;
}

/** The paths that the function, the class or the method of the notebook is handed which a call calls. */
function pathsTaken(call: SyntaxNode, knowledge: Knowledge): readonly HandedPath[] {
  const callee = calleeOf(call, knowledge);
  if (callee.kind === "notebook") return handedPaths(callee.name, knowledge);
  const own = callee.kind === "method" ? ownMethod(callee, knowledge) : undefined;
  if (callee.kind !== "method" || own === undefined || !isBound(own)) return [];
  // Of several methods of one name it is not known which one is called.
  if (knowledge.definitions.get(callee.name)?.length !== 1) return [];
  const given = handedPaths(callee.name, knowledge).map((one) => ({ ...one, index: one.index - 1 }));
  return given.filter(({ index }) => index >= 0);
}

const handed = new WeakMap<Knowledge, Map<string, readonly HandedPath[]>>();

/**
 * The parameters that a function of the notebook, or the constructor of a class, hands to a reader, or to another function that does;
 * each once.
 */
function handedPaths(name: string, knowledge: Knowledge): readonly HandedPath[] {
  const known = remembered(handed, knowledge, () => new Map<string, readonly HandedPath[]>());
  const before = known.get(name);
  if (before !== undefined) return before;
  // Functions may call each other in a circle.
  known.set(name, []);
  const definition = knowledge.definitions.get(name)?.at(-1);
  const called = definition === undefined ? undefined : runBy(definition);
  const home = homeOf(name, knowledge);
  const found = called === undefined ? [] : [...handedBy(called, home), ...handedToKeep(definition, called, home)];
  // Whoever calls a class does not give the object.
  const first = called === definition ? 0 : 1;
  const given = found.map((one) => ({ ...one, index: one.index - first })).filter(({ index }) => index >= 0);
  known.set(name, given);
  return given;
}

function handedBy(definition: SyntaxNode, knowledge: Knowledge): readonly HandedPath[] {
  const parameters = parameterNames(definition);
  const found = new Map<string, HandedPath>();
  for (const { path, ...read } of [...readersIn(definition, knowledge), ...handedOn(definition, knowledge)]) {
    const [index, parameter] = [parameters.indexOf(path.text), path.text];
    if (index < 0 || found.has(parameter)) continue;
    const asText = read.asText || isTakenAsText(definition, parameter);
    found.set(parameter, { ...read, asText, direct: read.direct && !asText, definition, index, parameter });
  }
  return [...found.values()];
}

/** `self.source = source`, which a method reads: the class may do with it what it does with a text. */
function handedToKeep(
  definition: SyntaxNode | undefined,
  init: SyntaxNode,
  knowledge: Knowledge,
): readonly HandedPath[] {
  if (definition?.type !== "class_definition") return [];
  const parameters = parameterNames(init);
  const kept = keptParameters(definition);
  const found = new Map<string, HandedPath>();
  for (const { path, ...read } of readersIn(definition, knowledge)) {
    const parameter = kept.get(dottedName(path) ?? "");
    const index = parameter === undefined ? -1 : parameters.indexOf(parameter);
    if (parameter === undefined || index < 0) continue;
    found.set(parameter, { ...read, asText: true, direct: false, definition: init, index, parameter });
  }
  return [...found.values()];
}

/** By attributes as they are read, `self.source`, the parameters of the constructor that they keep, and nothing else. */
function keptParameters(definition: SyntaxNode): ReadonlyMap<string, string> {
  const init = runBy(definition);
  const given = new Set(init === undefined ? [] : parameterNames(init));
  const stored = nodesOf(definition, KIND.assignment).flatMap((node) => {
    const { left, right } = assignmentOf(node) ?? {};
    const name = left?.type === "attribute" ? dottedName(left) : undefined;
    return !name?.startsWith("self.") ? [] : [{ name, value: right?.text ?? "" }];
  });
  const isOnce = (name: string): boolean => stored.filter((one) => one.name === name).length === 1;
  const kept = stored.filter(({ name, value }) => given.has(value) && isOnce(name));
  return new Map(kept.map(({ name, value }) => [name, value]));
}

/** What a function hands to those that it calls and that read it. */
function handedOn(definition: SyntaxNode, knowledge: Knowledge): readonly Reading[] {
  return nodesOf(definition, KIND.call).flatMap((call) => {
    return pathsTaken(call, knowledge).flatMap(({ index, parameter, definition: _, ...read }) => {
      const path = argumentAt(call, index, parameter);
      return path === undefined ? [] : [{ ...read, path }];
    });
  });
}

/** True if a function does with a parameter what a `Path` does not bear: `folder + name`, `name.split(".")`. */
function isTakenAsText(definition: SyntaxNode, parameter: string): boolean {
  return variableNodes(childOf(definition, "body") ?? definition, parameter).some(({ node, parent }) => {
    if (parent?.type === "binary_operator") return childOf(parent, "operator")?.text !== "/";
    if (parent?.type === "attribute") return TEXT_METHODS.test(childOf(parent, "attribute")?.text ?? "");
    return parent?.type === "subscript" && node.field === "value";
  });
}

/** Methods that texts have and paths do not, or not as such. */
const TEXT_METHODS =
  /^(r?split|r?strip|lstrip|endswith|startswith|replace|lower|upper|r?find|format|join|encode|count)$/;

/** A reader that is called, and the expression that gives its path. */
type Reading = Pick<Site, "reader" | "path" | "directory" | "direct" | "asText" | "ownLoad">;

/** Methods of a `Path` that list a folder. */
const LISTERS = new Set(["glob", "rglob", "iterdir"]);

/** Every reader that is called in a node. */
function* readersIn(node: SyntaxNode, knowledge: Knowledge): Generator<Reading> {
  for (const call of nodesOf(node, KIND.call)) {
    const callee = calleeOf(call, knowledge);
    if (callee.kind === "method" && LISTERS.has(callee.name))
      yield { ...readBy(callee, knowledge), path: callee.object, directory: true };
    const reads = fileAccess(call, callee, knowledge) === "reads" || isCopy(callee);
    const bySpark = sparkAccess(call) === "reads";
    const path = reads ? readPath(call, callee) : undefined;
    if (path !== undefined) yield { ...(bySpark ? SPARK : readBy(callee, knowledge)), path };
  }
}

/** Spark takes texts, of files and of folders. */
const SPARK: Omit<Reading, "path"> = { reader: "spark.read", directory: false, direct: false, asText: true };

function readBy(callee: Callee, { library }: Knowledge): Omit<Reading, "path"> {
  const directory = readsFolder(callee);
  const asText = false;
  const loads = ownLoad(callee);
  if (loads !== undefined) return { reader: loads, directory, direct: false, asText, ownLoad: true };
  if (callee.kind !== "library")
    return { reader: methodName(callee, directory), directory, direct: !directory, asText };
  const reader = callee.qualified;
  // Not every `load` of a class takes a `Path`, nor does every reader of a library that is not known.
  const takesText = library.readerOf(reader)?.takesText === true;
  const takesPath = !takesText && !isClassLoad(reader) && !isNamedReader(reader, library);
  return { reader, directory, direct: !directory && takesPath, asText };
}

/** Methods that read files are those of paths, but for generators of pictures. */
function methodName(callee: Callee, directory: boolean): string {
  if (callee.kind !== "method") return "";
  return directory ? callee.name : `pathlib.Path.${callee.name}`;
}

/** The variables of the functions around a reader: a field of that name could not be seen there. */
export function namesAround({ statement, path, left }: Site): readonly string[] {
  return variablesAround((left?.statement ?? statement).node, left?.call ?? path);
}

/** The variables of the functions around a stretch of a statement's text. */
export function variablesAround(node: SyntaxNode, place: Pick<SyntaxNode, "start" | "end">): readonly string[] {
  return nodesOf(node, KIND.function_definition).flatMap((inner) => {
    if (!isWithin(place, inner)) return [];
    const { binds, mayBind } = nameFacts(childOf(inner, "body") ?? inner);
    return [...parameterNames(inner), ...binds, ...mayBind];
  });
}

/** `load_weights` of `model.load_weights("best.h5")`: most such files are written while the model is fitted, by what `fit` is told. */
function ownLoad(callee: Callee): string | undefined {
  if (callee.kind !== "method" && callee.kind !== "library") return undefined;
  const isLoad = isPretrainedLoad(callee.name) || (callee.kind === "method" && has("loadMethods", callee.name));
  return isLoad ? callee.name : undefined;
}

/** A copy reads one file and writes another. */
function isCopy(callee: Callee): boolean {
  return callee.kind === "library" && has("copyFunctions", callee.qualified);
}

/** True if the path is a parameter of the function around the reader: its calls are looked at instead. */
export function isParameter({ path, statement, left }: Site): boolean {
  if (left !== undefined) return false;
  const around = nodesOf(statement.node, KIND.function_definition).filter((node) => isWithin(path, node));
  if (around.some((node) => parameterNames(node).includes(path.text))) return true;
  const classes = nodesOf(statement.node, KIND.class_definition).filter((node) => isWithin(path, node));
  return classes.some((node) => keptParameters(node).has(dottedName(path) ?? ""));
}
