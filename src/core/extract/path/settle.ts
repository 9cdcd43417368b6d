/** The text of the scoring path: what of each statement stands in `predict`, and what it takes from what was fitted. */
import { isBuiltin } from "../../python/builtins";
import type { Edit } from "../../python/edits";
import type { Flow } from "../../python/flow";
import type { Statement } from "../../python/program";
import { nameFacts } from "../../python/scope";
import { asName, isWithin } from "../../python/syntax";
import { isChangedAfter, makesAnew } from "../fitted";
import type { Item, Plan } from "../plan";
import { editedText, indentEdits, variableNodes } from "../text";
import { onlyChooses } from "./chooses";
import { keep, keptText, type Way } from "./way";
import type { Kept, Line, Obstacle, PathEdit, Turn } from "./values";

/** A statement of `predict`. */
export interface PathText {
  readonly statement: Statement;
  readonly text: string;
  /** True if it only says which columns there are. */
  readonly isChoice: boolean;
}

/** The path as text. */
export interface Settled {
  readonly texts: readonly PathText[];
  /** What the model predicts of. */
  readonly features: PathText;
  /** What `run` keeps only for `predict`. */
  readonly kept: readonly Kept[];
  /** Variables of the notebook, and fields of `Params`, that `predict` takes. */
  readonly variables: readonly string[];
  readonly fields: readonly string[];
  readonly obstacle?: Obstacle;
}

/** What is put into text. */
interface SettleInput {
  readonly lines: readonly Line[];
  readonly features: Line;
  readonly plan: Plan;
  readonly kept: readonly Statement[];
  readonly flow: Flow;
  readonly way: Way;
}

interface Uses {
  readonly kept: Set<Kept>;
  readonly variables: Set<string>;
  readonly fields: Set<string>;
  readonly obstacles: Obstacle[];
}

/** Writes every line. */
export function settle(input: SettleInput): Settled {
  const uses: Uses = { kept: new Set(), variables: new Set(), fields: new Set(), obstacles: [] };
  const written = input.lines.flatMap((line) => {
    const text = textOf(line, input, uses);
    return isIdle(text) ? [] : [{ statement: line.statement, text, isChoice: onlyChooses(line), turn: line.turn }];
  });
  const texts: PathText[] = [];
  written.forEach(({ turn, ...one }, at) => {
    const before = written[at - 1];
    const above = turn?.columns !== undefined && before?.statement === one.statement ? before.turn : undefined;
    const heads = turn === undefined ? [] : headsOf(turn, above, input, uses);
    const text = [...heads, `${INDENT.repeat(depthOf(turn))}${one.text}`].join(BELOW);
    texts.push(above === undefined ? { ...one, text } : joined(texts.pop(), { ...one, text }));
  });
  const { features: last } = input;
  const features = { statement: last.statement, text: textOf(last, input, uses), isChoice: onlyChooses(last) };
  const [obstacle] = uses.obstacles;
  return {
    texts,
    features,
    kept: [...uses.kept],
    variables: [...uses.variables],
    fields: [...uses.fields],
    ...(obstacle === undefined ? {} : { obstacle }),
  };
}

const INDENT = "    ";

/** The heads of the blocks that a line is the first of. `before`: the line above it in the same loop. */
function headsOf(turn: Turn, before: Turn | undefined, input: SettleInput, uses: Uses): readonly string[] {
  const { variable, columns, among } = turn;
  if (columns === undefined) return [];
  const loop = before === undefined ? [headerOf(variable, columns, input, uses)] : [];
  if (among === undefined || among === before?.among) return loop;
  uses.kept.add(among);
  return [...loop, `${INDENT}if ${variable} in ${input.way.fitted}.${among.name}:`];
}

function depthOf(turn: Turn | undefined): number {
  if (turn?.columns === undefined) return 0;
  return turn.among === undefined ? 1 : 2;
}

function joined(above: PathText | undefined, below: PathText): PathText {
  if (above === undefined) return below;
  return { ...below, text: `${above.text}${BELOW}${below.text}`, isChoice: above.isChoice && below.isChoice };
}

/** Between two lines of a block in the body of `predict`. */
const BELOW = `\n${INDENT}`;

/** `for c in names:`, without the columns that rows to be scored do not have. */
function headerOf(
  variable: string,
  { over, without }: NonNullable<Turn["columns"]>,
  input: SettleInput,
  uses: Uses,
): string {
  const all = textOf(over, input, uses);
  const [label, ...others] = without.map((name) => JSON.stringify(name));
  if (label === undefined) return `for ${variable} in ${all}:`;
  const test = others.length === 0 ? `!= ${label}` : `not in (${[label, ...others].join(", ")})`;
  return `for ${variable} in [${variable} for ${variable} in ${all} if ${variable} ${test}]:`;
}

/** `df = df` and `df`: all that the statement does is to choose rows. */
function isIdle(text: string): boolean {
  return /^(\w+)( = \1(\.copy\(\))?)?$/.test(text);
}

function textOf(line: Line, input: SettleInput, uses: Uses): string {
  const { statement, node, target } = line;
  const own = surviving(line).map((edit) => settled(edit, line, input, uses));
  checkNames(line, own, input, uses);
  const others = itemEdits(line, own, input, uses);
  const indent = line.turn?.table === undefined ? INDENT : "";
  const text = editedText(statement.source, node, [...own, ...others, ...indentEdits(statement.source, node, indent)]);
  const whole = target === undefined ? text : `${target} = ${text}`;
  return isShared(whole, line, input) ? `${whole}.copy()` : whole;
}

/** The edits of a line that are not inside of others, each once. */
function surviving({ node, edits }: Line): readonly PathEdit[] {
  const inside = edits.filter((edit) => isWithin(edit, node));
  return inside.filter((edit, index) => {
    const isTwin = inside.findIndex(({ start, end }) => start === edit.start && end === edit.end) < index;
    return !isTwin && !inside.some((other) => covers(other, edit));
  });
}

function covers(outer: Edit, inner: Edit): boolean {
  if (inner.start === inner.end) return outer.start < inner.start && inner.end < outer.end;
  return isWithin(inner, outer) && outer.end - outer.start > inner.end - inner.start;
}

/** The edit with the name that its state has among what was fitted. */
function settled(edit: PathEdit, line: Line, input: SettleInput, uses: Uses): Edit {
  const { state, kept, isRead: _, isByTurn, ...plain } = edit;
  if (kept !== undefined) uses.kept.add(kept);
  if (state === undefined) return plain;
  const { way } = input;
  const item = itemOf(line.statement, input.plan);
  const renamed = item?.edits.find(
    ({ start, end, text }) => start === edit.start && end === edit.end && item.fields.has(text),
  );
  if (renamed !== undefined) {
    uses.fields.add(renamed.text);
    return { ...plain, text: `${way.fitted}.${renamed.text}` };
  }
  const own = isByTurn === true ? { ...line, turn: undefined } : line;
  return { ...plain, text: stateText(state, own, input, uses) };
}

/** How `predict` reads a variable, or a copy of it, where the notebook changes it later or in each turn. */
function stateText(state: string, line: TurnLine, input: SettleInput, uses: Uses): string {
  const { statement, turn } = line;
  const { fitted } = input.way;
  const isOfTurn = turn !== undefined && makesAnew(statement, state, input.flow);
  if (!isOfTurn && !isChangedAfter(state, statement, input)) {
    uses.variables.add(state);
    return `${fitted}.${state}`;
  }
  const kept = copyOf(state, isOfTurn ? line : { ...line, turn: undefined }, input, uses);
  uses.kept.add(kept);
  return keptText(input.way, kept);
}

interface TurnLine extends Pick<Line, "statement" | "node"> {
  readonly turn?: Turn | undefined;
}

function copyOf(state: string, { statement, node, turn }: TurnLine, { way }: SettleInput, uses: Uses): Kept {
  const known = [...uses.kept].find(
    (one) => one.form === "copy" && one.statement === statement && one.node.text === state && one.turn?.at === turn?.at,
  );
  return known ?? keep({ ...way, statement, turn }, asName(node, state), "copy", true);
}

/** What the module changes in the statement anyway: settings, helpers that take what they read. */
function itemEdits(line: Line, own: readonly Edit[], input: SettleInput, uses: Uses): readonly Edit[] {
  const item = itemOf(line.statement, input.plan);
  if (item === undefined) return [];
  const reads = line.edits.filter(({ isRead }) => isRead);
  const isGone = (edit: Edit): boolean =>
    reads.some((read) => isWithin(edit, read)) ||
    own.some((other) => covers(other, edit) || (isAt(other, edit) && edit.end > edit.start));
  const free = item.edits.filter((edit) => isWithin(edit, line.node) && !isGone(edit));
  const names = [...item.fields, ...item.reads];
  return free.map((edit) => ({
    ...edit,
    text: names.reduce((text, name) => fromFitted(text, name, { line, item, input, uses }), edit.text),
  }));
}

interface Replacing {
  readonly line: Line;
  readonly item: Item;
  readonly input: SettleInput;
  readonly uses: Uses;
}

function fromFitted(text: string, name: string, { line, item, input, uses }: Replacing): string {
  const use = new RegExp(`(?<![\\w.])${name}\\b(?!\\s*[=(])`, "g");
  const { way } = input;
  if (way.isTop(name) || !use.test(text)) return text;
  if (item.fields.has(name)) uses.fields.add(name);
  const read = item.fields.has(name) ? `${way.fitted}.${name}` : stateText(name, line, input, uses);
  return text.replace(use, read);
}

function itemOf(statement: Statement, { items }: Plan): Item | undefined {
  return items.find((item) => item.statement === statement && item.assign === undefined);
}

/** Every name that is left in a line must be one that `predict` has. */
function checkNames({ statement, node }: Line, own: readonly Edit[], { way }: SettleInput, { obstacles }: Uses): void {
  const { reads, late } = nameFacts(node);
  const isLeft = (name: string): boolean =>
    [...variableNodes(node, name)].some(
      ({ node: use }) => !own.some((edit) => covers(edit, { ...use, text: "" }) || isAt(edit, use)),
    );
  const lost = [...reads, ...late]
    .filter((name) => !way.variables.has(name) && !way.isTop(name) && !isBuiltin(name))
    .find(isLeft);
  if (lost !== undefined)
    obstacles.push({ statement, line: node.line, reason: `${lost} is known only inside of a step` });
}

function isAt(edit: Edit, { start, end }: Pick<Edit, "start" | "end">): boolean {
  return edit.start === start && edit.end === end;
}

/** True if two names would share a table that one of them changes, because the rows that tell them apart are not chosen. */
function isShared(text: string, { statement, edits, target }: Line, { lines, flow }: SettleInput): boolean {
  const [, left, right] = /^(\w+) = (\w+)$/.exec(text) ?? [];
  if (left === undefined || right === undefined || left === right || (edits.length === 0 && target === undefined))
    return false;
  return lines.some((line) => {
    const changes = line.statement.index > statement.index ? (flow.effects[line.statement.index]?.changes ?? []) : [];
    return changes.some(({ name }) => name === left || name === right);
  });
}
