/** Which variables may hold objects of the notebook's own classes: what a method of these does, one of the same name does not do to others. */
import { isBuiltin } from "./builtins";
import { callsIn, innerNames, type NamedStatement } from "./calls";
import type { FunctionSummary, Knowledge } from "./effects";
import { KIND } from "./kinds";
import { isLoaded } from "./loading";
import { nameFacts } from "./scope";
import { NodeMemory, remembered } from "./memory";
import { calledName, childOf, nodesOf, parameterNames, rootName, type SyntaxNode } from "./syntax";

const NO_NAMES: ReadonlySet<string> = new Set();

/**
 * What a method of the notebook does that is called by `name`, if `object` may have one: `model.fit` of a forest is no method of
 * the notebook's. `hidden` are the names that a function around it binds itself.
 */
export function ownMethod(
  { name, object }: { readonly name: string; readonly object: SyntaxNode },
  knowledge: Knowledge,
  hidden: ReadonlySet<string> = NO_NAMES,
): FunctionSummary | undefined {
  const own = knowledge.functions.get(name);
  return own !== undefined && mayBeOwn(object, knowledge, hidden) ? own : undefined;
}

const within = new NodeMemory<ReadonlySet<string>>();

/** The names that a function, a lambda or the methods of a class bind for themselves. */
export function namesWithin(definition: SyntaxNode): ReadonlySet<string> {
  return remembered(within, definition, () => {
    const inner = nodesOf(definition, KIND.function_definition | KIND.lambda).flatMap((node) => {
      const { binds, mayBind } = nameFacts(childOf(node, "body") ?? node);
      return [...parameterNames(node), ...binds, ...mayBind];
    });
    return new Set(inner);
  });
}

/** True for a method of the notebook. */
export function isBound({ parameters: [first = ""] }: FunctionSummary): boolean {
  return isSelf(first);
}

function isSelf(parameter: string): boolean {
  return /^(self|cls)$/.test(parameter);
}

function mayBeOwn(object: SyntaxNode, knowledge: Knowledge, hidden: ReadonlySet<string>): boolean {
  const { reads, late } = nameFacts(object);
  const own = ownHolders(knowledge);
  return [...reads, ...late].some((name) => hidden.has(name) || own(name));
}

const holders = new WeakMap<Knowledge, (name: string) => boolean>();

/** Tells the names whose values may have something of the notebook's own classes in them. */
function ownHolders(knowledge: Knowledge): (name: string) => boolean {
  return remembered(holders, knowledge, () => {
    const { made, all, hidden } = linksBetween(knowledge);
    const isKnown = (name: string): boolean => all.has(name) || knowledge.imports.has(name) || isBuiltin(name);
    const own = new Set([...all].filter((name) => hidden.has(name) || isOwn(name, knowledge)));
    for (const name of made.keys()) if (!isKnown(name) || isOwn(name, knowledge)) own.add(name);
    for (const name of own) for (const target of made.get(name) ?? []) own.add(target);
    return (name) => own.has(name) || isOwn(name, knowledge) || !isKnown(name);
  });
}

/** A class of the notebook, a method that stands outside of its class, and all that comes of the user's own modules. */
function isOwn(name: string, knowledge: Knowledge): boolean {
  const { definitions, imports } = knowledge;
  const isClass = (node: SyntaxNode): boolean => (node.inside & KIND.class_definition) !== 0;
  const found = definitions.get(name) ?? [];
  if (found.some((node) => isClass(node) || isSelf(parameterNames(node)[0] ?? ""))) return true;
  const module = imports.get(name);
  return module !== undefined && isLoaded(module, knowledge);
}

interface Links {
  /** The names that may get something of what a name stands for. */
  readonly made: ReadonlyMap<string, ReadonlySet<string>>;
  /** All that statements bind. */
  readonly all: ReadonlySet<string>;
  /** What they bind to something that names do not lead to: `model = joblib.load(path)`. */
  readonly hidden: ReadonlySet<string>;
}

/** A whole statement at a time: what it binds, stores into, or calls a method of may hold anything that it reads. */
function linksBetween({ statements }: Knowledge): Links {
  const made = new Map<string, Set<string>>();
  const all = new Set<string>();
  const hidden = new Set<string>();
  for (const statement of statements) {
    const { reads, late, imports } = statement.names;
    const bound = boundBy(statement);
    const imported = new Set(imports.map(({ local }) => local));
    for (const name of bound) if (!imported.has(name)) all.add(name);
    const targets = [...bound, ...statement.names.stores, ...receiversIn(statement)];
    if (callsIn(statement.node).some(hidesWhatItGives)) for (const name of targets) hidden.add(name);
    for (const name of [...reads, ...late]) {
      const known = made.get(name) ?? new Set();
      made.set(name, known);
      for (const target of targets) known.add(target);
    }
  }
  return { made, all, hidden };
}

/** What reads pickles, or looks names up by their texts. */
function hidesWhatItGives(call: SyntaxNode): boolean {
  return /^(eval|exec|getattr|globals|locals|vars|__import__|import_module|loads?|load_model|read_pickle)$/.test(
    calledName(call),
  );
}

/** Names of comprehensions and lambdas among them. */
function boundBy({ node, names: { binds, mayBind, lateBinds } }: NamedStatement): readonly string[] {
  const lambdas = nodesOf(node, KIND.lambda, KIND.function_definition);
  return [...binds, ...mayBind, ...lateBinds, ...innerNames(node), ...lambdas.flatMap(parameterNames)];
}

/** `pipe` of `pipe.steps.append(scaler)`. */
function receiversIn({ node }: NamedStatement): readonly string[] {
  return callsIn(node).flatMap((call) => {
    const target = childOf(call, "function");
    return target?.type === "attribute" ? (rootName(target)?.text ?? []) : [];
  });
}
