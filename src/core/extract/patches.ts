/** Which statements that attach something to functions and classes stand with these at the top of the module. */
import { attachmentOf, attributesIn, type Attachment } from "../python/attached";
import { DEFINITION, KIND } from "../python/kinds";
import type { Statement } from "../python/program";
import { childOf, findNode, type SyntaxNode } from "../python/syntax";
import type { Diagnostic } from "../report";
import type { Candidate } from "./fits";
import type { Helper, Plan, PlanInput } from "./plan";

/** What lies in steps and may need a function as it was before something was attached to it. */
export interface Reader {
  readonly index: number;
  readonly node: SyntaxNode;
  readonly reads: ReadonlySet<string>;
}

/** What the patches are looked for in. */
export interface PatchScene {
  readonly helpers: readonly Helper[];
  /** Imports and constants. */
  readonly topLevel: ReadonlySet<string>;
  /** What steps read besides: the numbers that are only shown. */
  readonly shown: readonly Reader[];
  readonly input: PlanInput;
}

/**
 * Of the statements that are no helpers, those that attach something to one, or to what is imported: `predict` needs it in a process
 * in which nothing was trained. They need nothing of any step, and nothing above them works by how it was before.
 */
export function liftPatches(statements: readonly Statement[], scene: PatchScene): readonly Statement[] {
  const lifted: Statement[] = [];
  const stay: Reader[] = [...scene.shown];
  for (const statement of statements) {
    const found = attachmentOf(statement);
    if (
      found !== undefined &&
      isPatch(found, scene) &&
      isFree(statement, scene) &&
      isAhead(found, statement, stay, scene)
    )
      lifted.push(statement);
    else stay.push(readerOf(statement));
  }
  return lifted;
}

/** True for a function that is attached to a helper, or as an attribute to what is imported. */
function isPatch(found: Attachment, { helpers, topLevel }: Pick<PatchScene, "helpers" | "topLevel">): boolean {
  const { root, attribute, value } = found;
  const own = new Map(helpers.map((helper) => [helper.name, helper]));
  const isCode = (node: SyntaxNode): boolean => node.kind === KIND.identifier && own.has(node.text);
  const hasCode = findNode(value, (node) => node.type === "lambda" || isCode(node) || (node.kind & DEFINITION) !== 0);
  return hasCode !== undefined && (own.has(root) || (attribute !== undefined && topLevel.has(root)));
}

function readerOf({ index, node, names }: Statement): Reader {
  return { index, node, reads: new Set([...names.reads, ...names.late]) };
}

/** True if all that a statement reads is at the top of the module, and no step reads what it binds. */
function isFree(statement: Statement, { helpers, topLevel, shown, input }: PatchScene): boolean {
  const { kept, references, settings, flow } = input;
  const { names, index } = statement;
  const bound = new Set(kept.flatMap((one) => [...one.names.binds, ...one.names.mayBind]));
  const plain = new Set(helpers.filter(({ extras }) => extras.length === 0).map(({ name }) => name));
  const isTop = (name: string): boolean => !bound.has(name) || topLevel.has(name) || plain.has(name);
  const isRead = (name: string): boolean =>
    input.results.includes(name) ||
    shown.some(({ reads }) => reads.has(name)) ||
    kept.some((one) => one !== statement && flow.binders[one.index]?.get(name)?.has(index) === true);
  const hasFields = [...references, ...settings.buried].some((one) => one.statement === statement);
  const effects = flow.effects[index];
  const isInert = names.lateBinds.size + (effects?.uses.size ?? 0) + (effects?.seeds.size ?? 0) === 0;
  return isInert && !hasFields && ![...names.binds].some(isRead) && [...names.reads, ...names.late].every(isTop);
}

/** True if nothing that runs above a statement needs its target as it is there. */
function isAhead(found: Attachment, { index }: Statement, stay: readonly Reader[], scene: PatchScene): boolean {
  const { root, attribute } = found;
  const bodies = new Map(scene.helpers.map(({ name, statement }) => [name, readerOf(statement)]));
  const isOwn = bodies.has(root);
  const reached = reachedFrom(
    stay.filter((one) => one.index < index),
    bodies,
  );
  if (isOwn && !reached.some(({ reads }) => reads.has(root))) return true;
  const isNew =
    attribute !== undefined &&
    !attribute.startsWith("__") &&
    !reached.some(({ node }) => attributesIn(node).has(attribute));
  return isNew && (!isOwn || isPlainClass(root, scene.helpers));
}

/** Readers, and the functions and classes that they reach. */
function reachedFrom(readers: readonly Reader[], bodies: ReadonlyMap<string, Reader>): readonly Reader[] {
  const all = new Set(readers);
  for (const { reads } of all)
    for (const name of reads) {
      const body = bodies.get(name);
      if (body !== undefined) all.add(body);
    }
  return [...all];
}

/** True for a function, and for a class that inherits from none: what works with objects of libraries' classes may ask for any attribute. */
function isPlainClass(name: string, helpers: readonly Helper[]): boolean {
  const definition = helpers.find((helper) => helper.name === name)?.definition;
  const bases = (definition && childOf(definition, "superclasses")?.children) ?? [];
  return bases.every(({ text }) => text === "object");
}

/** Helpers that are another thing in a step than at the top of the module, because something is attached to them there; and what uses one. */
export function changedInSteps({ helpers, items }: Pick<Plan, "helpers" | "items">): ReadonlySet<string> {
  const stored = items.flatMap(({ statement }) => [
    ...statement.names.stores,
    ...(attachmentOf(statement) === undefined ? [] : [attachmentOf(statement)?.root ?? ""]),
  ]);
  const names = new Set(helpers.map(({ name }) => name).filter((name) => stored.includes(name)));
  const uses = ({ names: { reads, late } }: Statement): boolean => [...reads, ...late].some((name) => names.has(name));
  for (let before = -1; before < names.size;) {
    before = names.size;
    for (const { name, statement } of helpers) if (uses(statement)) names.add(name);
  }
  return names;
}

/** Says of what is attached inside of a step that it is not there where `Fitted` is loaded. */
export function patchFindings(plan: Plan, model: Candidate | undefined): readonly Diagnostic[] {
  if (model === undefined) return [];
  const topLevel = new Set(plan.imports.map(({ local }) => local));
  return plan.items.flatMap(({ statement }): readonly Diagnostic[] => {
    const found = attachmentOf(statement);
    if (found === undefined || !isPatch(found, { helpers: plan.helpers, topLevel })) return [];
    const { cell, line, source, node } = statement;
    const [text = ""] = source.slice(node.start, node.end).split("\n");
    return [
      {
        code: "scoring.local-patch",
        severity: "warning",
        cell,
        line,
        message: `\`${text.trim().slice(0, 80)}\` stays inside of a step: where what --save writes is loaded, ${found.root} is without it.`,
        hint: `Attach it where ${found.root} is defined, and hand it what it reads as arguments.`,
      },
    ];
  });
}
