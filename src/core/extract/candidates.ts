/** What may be the model: what a notebook fits, and what it takes out of the collections that it fits. */
import { assignmentsIn, calleeOf, callsIn, elementsOf, variableGiven } from "../python/calls";
import { effectsOf, type Knowledge } from "../python/effects";
import { checkpointFiles, fileResource, isFile, mayBeSame, pathArgument } from "../python/files";
import { KIND } from "../python/kinds";
import type { Statement } from "../python/program";
import { mayBindName, nameFacts } from "../python/scope";
import { calledName, childOf, isLoop, nodesOf, positionalsOf, rootName, type SyntaxNode } from "../python/syntax";
import { keyOf, literalText } from "../python/values";
import { withCollected } from "./collected";
import { countsWith, findFits, type Candidate, type Known } from "./fits";
import { savedNames } from "./savers";
import { storesIn } from "./stores";

/**
 * What a notebook fits, what it takes out of fitted collections, and what it loads of the files that a fit has written, in the order in
 * which it is run.
 */
export function findCandidates({ statements, knowledge }: Known): readonly Candidate[] {
  const fits = findFits({ statements, knowledge });
  const own = [...withPicks(fits, statements, knowledge), ...loadedAgain(fits, statements, knowledge)];
  const found = [...withCollected(own, { statements, knowledge })];
  return found.sort((a, b) => a.statement.index - b.statement.index);
}

interface Place {
  readonly statement: Statement;
  readonly knowledge: Knowledge;
}

/**
 * `best = load_model("best.h5")`, `best.load_weights("best.h5")`, where a `ModelCheckpoint` has written the file;
 * `net.load_state_dict(torch.load("best.pt"))`, where the training has kept that itself.
 */
function loadedAgain(
  fits: readonly Candidate[],
  statements: readonly Statement[],
  knowledge: Knowledge,
): readonly Candidate[] {
  // What is loaded once more later is the same.
  const first = new Map<Candidate, Candidate>();
  for (const statement of statements) {
    for (const call of callsIn(statement.node).filter(isLoad)) {
      const isFrom = (fit: Candidate): boolean =>
        loadsCheckpoint(call, fit, knowledge) || loadsKept(call, fit, { statement, knowledge });
      const from = fits.findLast((fit) => fit.statement.index < statement.index && isFrom(fit));
      const name = from === undefined ? undefined : loadedName(call, statement, knowledge);
      if (from === undefined || name === undefined || first.has(from)) continue;
      first.set(from, { name, statement, className: from.className, fit: undefined, loadedFrom: from });
    }
  }
  return [...first.values()];
}

function isLoad(call: SyntaxNode): boolean {
  return /^load(_model|_weights|_state_dict)?$/.test(calledName(call));
}

function loadsCheckpoint(call: SyntaxNode, { fit }: Candidate, knowledge: Knowledge): boolean {
  const path = /^load_(model|weights)$/.test(calledName(call)) ? pathArgument(call) : undefined;
  if (fit === undefined || path === undefined) return false;
  const file = fileResource(path, knowledge);
  return checkpointFiles(fit, knowledge).some((one) => mayBeSame(one, file));
}

/** True for a model, or its state, that the statement which trains it keeps on its way, in a variable or a file. */
function loadsKept(call: SyntaxNode, { name, statement: trains }: Candidate, { statement, knowledge }: Place): boolean {
  const kept = calledName(call) === "load_state_dict" ? positionalsOf(call)[0] : undefined;
  if (kept !== undefined && sourcesOf(kept, statement.node).some((one) => isLeftBy(trains, one, knowledge)))
    return true;
  const isWhole = calledName(call) === "load" && calleeOf(call, knowledge).kind === "library";
  if (kept === undefined && !(isWhole && savedNames(trains.node, knowledge).includes(name))) return false;
  const read = [...effectsOf(statement, knowledge).uses].filter(isFile);
  const written = [...effectsOf(trains, knowledge).sets].filter(isFile);
  return read.some((one) => written.some((other) => mayBeSame(one, other)));
}

/** The names that an expression reads, and what a loop around it takes them out of: `states` of `for state in states`. */
function sourcesOf(value: SyntaxNode, node: SyntaxNode): readonly string[] {
  const own = [...nameFacts(value).reads];
  const loops = nodesOf(node, KIND.for_statement).filter((loop) => own.some((name) => countsWith(loop, name)));
  return [...own, ...loops.flatMap((loop) => [...nameFacts(childOf(loop, "right") ?? loop).reads])];
}

/** True for what a statement binds, or puts something into. */
function isLeftBy({ node, names }: Statement, name: string, knowledge: Knowledge): boolean {
  return mayBindName(names, name) || storesIn(node, knowledge).some(({ collection }) => collection.text === name);
}

/** The variable that has what is loaded. */
function loadedName(call: SyntaxNode, { node }: Statement, knowledge: Knowledge): string | undefined {
  const callee = calleeOf(call, knowledge);
  if (callee.kind === "method") return callee.object.type === "identifier" ? callee.root : undefined;
  return variableGiven(call, node)?.text;
}

/** Where a notebook fits a collection of models and then takes one out, that one counts instead of the loop's variable. */
function withPicks(
  found: readonly Candidate[],
  statements: readonly Statement[],
  knowledge: Knowledge,
): readonly Candidate[] {
  const members = statements.flatMap((statement) => fittedMembers(statement, knowledge));
  const picks = statements.flatMap((statement) =>
    assignmentsIn(statement.node).flatMap(({ left, right }) => {
      const from = right.type === "subscript" ? rootName(right)?.text : undefined;
      const isPick = members.some(
        ({ collection, index, key }) =>
          collection === from && index < statement.index && (key === undefined || key === lastKey(right)),
      );
      return left.type === "identifier" && isPick ? [{ name: left.text, from, statement }] : [];
    }),
  );
  const replaced = members.filter(({ collection }) => picks.some(({ from }) => from === collection));
  const kept = found.flatMap(keptInLoop);
  const chosen = [...kept, ...picks].map(({ name, statement }) => ({
    name,
    statement,
    className: undefined,
    fit: undefined,
  }));
  const isReplaced = ({ name, statement }: Candidate): boolean =>
    replaced.some((one) => (one.variable ?? one.collection) === name && one.index === statement.index) ||
    kept.some((one) => one.of === name && one.statement === statement);
  return [...found.filter((one) => !isReplaced(one)), ...chosen].sort((a, b) => a.statement.index - b.statement.index);
}

/** `if score > best: best, best_model = score, model`: what a loop keeps of the models that it fits; of a collection `models[i]`. */
function keptInLoop({ name, statement, isCollection }: Candidate) {
  if (!isLoop(statement.node)) return [];
  return assignmentsIn(statement.node).flatMap(({ left, right }) => {
    const values = elementsOf(right);
    return elementsOf(left).flatMap((target, index) => {
      const value = values[index];
      const isModel = value?.type === (isCollection ? "subscript" : "identifier") && rootName(value)?.text === name;
      return isModel && target.text !== name && target.type === "identifier"
        ? [{ name: target.text, of: name, statement }]
        : [];
    });
  });
}

interface Member {
  readonly collection: string;
  readonly variable: string | undefined;
  readonly index: number;
  /** Where the collection holds records: the key that the model has in each. */
  readonly key?: string | undefined;
}

/** What a statement fits of collections: `for model in models: model.fit(…)`, `models[name].fit(…)`. */
function fittedMembers({ node, index }: Statement, knowledge: Knowledge): readonly Member[] {
  return callsIn(node).flatMap((call): readonly Member[] => {
    const callee = calleeOf(call, knowledge);
    const root =
      callee.kind === "method" && knowledge.library.has("fitMethods", callee.name)
        ? rootName(callee.object)
        : undefined;
    if (callee.kind !== "method" || root === undefined) return [];
    if (callee.object.type === "subscript") return [{ collection: root.text, variable: undefined, index }];
    const stored = storedIn(node, root.text);
    if (stored !== undefined) return [{ ...stored, variable: root.text, index }];
    const loop = nodesOf(node, KIND.for_statement).find((one) => countsWith(one, root.text));
    const iterated = loop === undefined ? undefined : rootName(childOf(loop, "right") ?? loop);
    return iterated === undefined ? [] : [{ collection: iterated.text, variable: root.text, index }];
  });
}

/** `models[name] = model`, `records[name] = {"model": model, "score": score}`: the collection that keeps what a loop fits. */
function storedIn(node: SyntaxNode, name: string): Pick<Member, "collection" | "key"> | undefined {
  const stores = assignmentsIn(node).flatMap(({ left, right }): readonly Pick<Member, "collection" | "key">[] => {
    const collection = left.type === "subscript" ? rootName(left)?.text : undefined;
    if (collection === undefined) return [];
    return right.text === name ? [{ collection }] : keysOf(right, name).map((key) => ({ collection, key }));
  });
  return stores[0];
}

/** The keys under which a record has what a variable holds. */
function keysOf({ type, children }: SyntaxNode, name: string): readonly string[] {
  const pairs = type === "dictionary" ? children.filter((one) => childOf(one, "value")?.text === name) : [];
  return pairs.flatMap((one) => literalText(childOf(one, "key") ?? one) ?? []);
}

/** `"model"` of `records[name]["model"]` */
function lastKey(subscript: SyntaxNode): string | undefined {
  const nested = childOf(subscript, "value")?.type === "subscript";
  return nested ? keyOf(subscript) : undefined;
}
