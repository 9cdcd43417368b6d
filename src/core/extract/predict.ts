/** The part of the module that scores: `Fitted`, what `run` keeps for it, how it is stored, and `predict`. */
import type { Target } from "../pipeline";
import type { Edit } from "../python/edits";
import type { FittedState } from "./fitted";
import type { LabelScale } from "./path/labelScale";
import type { ScoringPath } from "./path/path";
import type { Kept, Turn } from "./path/values";
import type { Item, Plan } from "./plan";
import { isWithin } from "../python/syntax";
import { editedText } from "./text";

/** The plan with what `Fitted` needs of the training: each value gets a name beside the statement that uses it. */
export function withKept(plan: Plan, kept: readonly Kept[]): Plan {
  const items = plan.items.flatMap((item) => {
    const own = kept.filter(({ statement }) => statement === item.statement);
    return own.length === 0 || item.assign !== undefined ? [item] : keptItems(item, own);
  });
  return { ...plan, items };
}

function keptItems(item: Item, kept: readonly Kept[]): readonly Item[] {
  const values = kept.filter(({ form }) => form === "value");
  const edits: readonly Edit[] = values.map(({ name, node: { start, end }, turn }) => ({
    start,
    end,
    text: turn === undefined ? name : `${name}[${turn.table === undefined ? turn.variable : "-1"}]`,
  }));
  const own: Item = {
    ...item,
    edits: [
      ...kept.flatMap((one) => (one.turn === undefined ? [] : turnEdit(item, one, one.turn))),
      ...edits,
      ...item.edits.filter((edit) => !edits.some((value) => isWithin(edit, value))),
    ],
    reads: new Set([...item.reads, ...kept.flatMap((one) => (isNamedIn(one) ? one.name : []))]),
  };
  const made = kept.map((one) => ({
    ...one,
    item: one.turn === undefined ? keptItem(item, one) : turnsItem(item, one),
  }));
  const isAbove = ({ isBehind, turn }: Kept): boolean => turn !== undefined || !isBehind;
  return [
    ...made.filter(isAbove).map((one) => one.item),
    own,
    ...made.filter((one) => !isAbove(one)).map((one) => one.item),
  ];
}

/** True if the statement itself reads what is kept, or puts it where it is kept. */
function isNamedIn({ form, turn }: Kept): boolean {
  return form === "value" || turn !== undefined;
}

const NONE: ReadonlySet<string> = new Set();

function keptItem(item: Item, kept: Kept): Item {
  const { name, node, form, isBehind } = kept;
  return {
    ...item,
    node,
    assign: name,
    kept: form,
    reads: isBehind ? new Set([node.text]) : item.reads,
    binds: new Set([name]),
    mayBind: NONE,
    changes: NONE,
    edits: keptEdits(item, kept),
  };
}

function keptEdits({ edits, binds, mayBind }: Item, { node, form, turn }: Kept): readonly Edit[] {
  const { start, end, text } = node;
  // What each turn makes anew is nobody else's.
  const isOwn = turn !== undefined && (binds.has(text) || mayBind.has(text));
  if (form === "turns") return [{ start, end, text }];
  if (form === "copy") return [{ start, end, text: isOwn ? text : `deepcopy(${text})` }];
  return form === "columns" ? [...edits, { start: end, end, text: ".columns" }] : edits;
}

/** True for what is looked up by the column of its turn; all else is in the order of the turns. */
function isKeptByColumn(form: Kept["form"], turn: Turn | undefined): boolean {
  return form !== "turns" && turn?.table === undefined;
}

/** What holds the values of all turns of a loop: by the column of each, or in the order of the tables. */
function turnsItem(item: Item, { name, node, form, turn }: Kept): Item {
  const { start, end } = node;
  const isByColumn = isKeptByColumn(form, turn);
  return {
    ...item,
    node,
    assign: name,
    kept: form,
    turns: isByColumn ? "dict" : "list",
    reads: NONE,
    binds: new Set([name]),
    mayBind: NONE,
    changes: NONE,
    edits: [{ start, end, text: isByColumn ? "{}" : "[]" }],
  };
}

/** Keeps the value of one turn, in a line of its own above or below the statement that it is for. */
function turnEdit(item: Item, kept: Kept, turn: Turn): Edit {
  const { at, variable } = turn;
  const { source } = item.statement;
  const { name, node, form, isBehind } = kept;
  const value = editedText(
    source,
    node,
    keptEdits(item, kept).filter((edit) => isWithin(edit, node)),
  );
  const line = isKeptByColumn(form, turn) ? `${name}[${variable}] = ${value}` : `${name}.append(${value})`;
  const [indent = ""] = /[ \t]*$/.exec(source.slice(0, at.start)) ?? [];
  const border = `\n    ${indent}`;
  if (!isBehind) return { start: at.start, end: at.start, text: `${line}${border}` };
  // Below the comment of the statement, where the loop goes on.
  const below = source.indexOf("\n", at.end);
  const end = below >= 0 && below < item.node.end ? below : at.end;
  return { start: end, end, text: `${border}${line}` };
}

/** What `Fitted` holds, in its order. */
export function fittedNames({ model, variables, kept }: FittedState): readonly string[] {
  return [...new Set([model, ...variables, ...kept.map(({ name }) => name)])];
}

/** `Fitted`: the training's state. */
export function writeFitted(state: FittedState, typeOf: (name: string) => string): string {
  const fields = [...fittedNames(state), ...state.fields].map((name) => `    ${name}: ${typeOf(name)}`);
  const doc = '    """The model, and what the training left behind on the way to it: all that scoring needs."""';
  return ["@dataclass(frozen=True)", "class Fitted:", doc, "", ...fields].join("\n");
}

/** What `run` puts into `Fitted`. */
export function fittedArguments(state: FittedState, localName: (name: string) => string): string {
  const values = fittedNames(state).map((name) => `${name}=${localName(name)}`);
  return [...values, ...state.fields.map((name) => `${name}=params.${name}`)].join(", ");
}

/** Reads what `--save` writes. */
export const LOAD_FITTED = `def load_fitted(path: Path) -> Fitted:
    """Read what \`--save\` wrote; only files that you trust, for a pickle can run code."""
    return Fitted(**pickle.loads(path.read_bytes()))`;

/** What `--save` writes: plain fields, so that it does not matter under which name the module ran. */
export function savedText(state: FittedState | undefined, targets: readonly Target[]): string | undefined {
  const model = targets.find(({ kind }) => kind === "model");
  if (model === undefined) return undefined;
  return state === undefined ? `result.${model.name}` : `vars(result.${state.fitted})`;
}

/** `predict`: what the notebook does to the rows that it trains on, for rows of any table like it. */
export function writePredict({ rows, fitted, model, texts, features, scale, needsArray }: ScoringPath): string {
  const doc = "Predict for rows like those of the data: prepared as the notebook prepares them, by what was fitted.";
  const predicted = `${fitted}.${model}.predict(${features.text})`;
  const cells = [...new Set([...texts, features].map(({ statement }) => statement.cell))];
  return [
    `def predict(${rows}: pd.DataFrame, ${fitted}: Fitted) -> np.ndarray:  # ${cells.length === 1 ? "cell" : "cells"} ${cells.join(", ")}`,
    ...(scale === undefined ? [`    """${doc}"""`] : [`    """${doc}`, "", `    ${saidOfScale(scale)}`, '    """']),
    ...texts.map(({ text }) => `    ${text}`),
    `    return ${needsArray ? `np.asarray(${predicted})` : predicted}`,
  ].join("\n");
}

/** Says that predictions are on the scale of the labels. */
export function saidOfScale({ function: name, inverse }: LabelScale): string {
  return `The model learned ${name} of the labels and predicts that; ${inverse} takes it back.`;
}
