/** Which path an expression gives where a statement reads it, from the folder that the notebook has changed to. */
import { assignmentsIn, callsIn } from "../python/calls";
import type { Knowledge } from "../python/effects";
import type { Flow } from "../python/flow";
import type { Statement } from "../python/program";
import { positionalsOf, type SyntaxNode } from "../python/syntax";
import { constantText, type Lookup } from "../python/values";
import { inFolder, isChangeOfFolder, remembered } from "../python/workingFolder";
import { runsOnlyInColab } from "./colab";

/** The statements that a path may depend on. */
export interface Around {
  readonly kept: readonly Statement[];
  readonly flow: Flow;
  readonly knowledge: Knowledge;
}

/** The path that an expression of a statement gives, from the notebook's folder; `run` is the statement that has it read. */
export type TextAt = (statement: Statement, path: SyntaxNode, run?: Statement) => string | undefined;

/** Gives the paths of expressions, as far as they can be worked out. */
export function textsAt(around: Around): TextAt {
  return (statement, path, run = statement) => {
    const text = constantText(path, lookupAt(statement, around), around.knowledge);
    return text === undefined ? undefined : inFolder(folderAt(run, around), text);
  };
}

/**
 * The one expression that a name stands for when a statement reads it, or when one reads it that was looked up before. A name that
 * means one thing here and another there stands for nothing; what only Colab or Kaggle would give it does not count.
 */
export function lookupAt(statement: Statement, around: Around): Lookup {
  const { kept, flow } = around;
  const readers = new Set([statement.index]);
  const bound: Lookup["named"] = (name) => {
    const indexes = new Set([...readers].flatMap((reader) => [...(flow.binders[reader]?.get(name) ?? [])]));
    const binders = [...indexes].map((index) => {
      const binder = kept.find((one) => one.index === index);
      return { index, ...valuesOf(name, binder, around.knowledge) };
    });
    const elsewhere = binders.filter(({ hosted, outside }) => hosted.length === 0 || outside.length > 0);
    const [binder, ...others] = elsewhere.length > 0 ? elsewhere : binders;
    const value = binder?.outside[0] ?? binder?.hosted[0];
    if (binder === undefined || value === undefined || others.length > 0) return undefined;
    readers.add(binder.index);
    return value;
  };
  const folderOf: Lookup["folderAt"] = (call) =>
    remembered(folderAt(kept.find(({ node }) => callsIn(node).includes(call)) ?? statement, around));
  return { named: bound, folderAt: folderOf };
}

/** What a statement assigns to a name: for Colab or Kaggle only, and elsewhere. */
function valuesOf(
  name: string,
  statement: Statement | undefined,
  knowledge: Knowledge,
): { readonly hosted: readonly SyntaxNode[]; readonly outside: readonly SyntaxNode[] } {
  if (statement === undefined) return { hosted: [], outside: [] };
  const values = assignmentsIn(statement.node).flatMap(({ left, right }) =>
    left.type === "identifier" && left.text === name ? choicesIn(right, knowledge) : [],
  );
  const hosted = values.filter((value) => runsOnlyInColab(value, statement) || isHosted(value, knowledge));
  return { hosted, outside: values.filter((value) => !hosted.includes(value)) };
}

/** Of a choice with a place that only Colab or Kaggle has, what it chooses from. */
function choicesIn(value: SyntaxNode, knowledge: Knowledge): readonly SyntaxNode[] {
  if (value.type !== "conditional_expression") return [value];
  const [first, , last] = value.children.filter(({ type }) => type !== "comment");
  const choices = first === undefined || last === undefined ? [] : [first, last];
  return choices.some((one) => isHosted(one, knowledge)) ? choices : [value];
}

/** `"/kaggle/input/houses"`, `Path("/content/drive/MyDrive")`: data that no other machine has. What is written goes elsewhere. */
function isHosted(value: SyntaxNode, knowledge: Knowledge): boolean {
  return /^\/(kaggle\/input|content\/drive)(\/|$)/.test(
    constantText(value, { named: () => undefined }, knowledge) ?? "",
  );
}

/** The folder that `os.chdir` calls above a statement lead to, from the notebook's. */
export function folderAt(statement: Statement, around: Around): string {
  return changesOfFolder(around)
    .filter(({ index }) => index < statement.index)
    .reduce((folder, { path }) => inFolder(folder, path), "");
}

/** A path that a statement, `index`, changes the folder to. */
interface ChangeOfFolder {
  readonly index: number;
  readonly path: string;
}

const knownChanges = new WeakMap<Around, readonly ChangeOfFolder[]>();

function changesOfFolder(around: Around): readonly ChangeOfFolder[] {
  const known = knownChanges.get(around);
  if (known !== undefined) return known;
  const changes: ChangeOfFolder[] = [];
  // Known from the start: a path may be joined to the folder that the changes above it lead to.
  knownChanges.set(around, changes);
  for (const statement of around.kept)
    for (const path of pathsOfChanges(statement, around)) changes.push({ index: statement.index, path });
  return changes;
}

function pathsOfChanges(statement: Statement, around: Around): readonly string[] {
  const { knowledge } = around;
  return callsIn(statement.node).flatMap((call) => {
    if (!isChangeOfFolder(call, knowledge) || runsOnlyInColab(call, statement)) return [];
    const [target] = positionalsOf(call);
    return target === undefined ? [] : (constantText(target, lookupAt(statement, around), knowledge) ?? []);
  });
}
