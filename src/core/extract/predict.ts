/** The part of the module that scores: `Fitted`, what `run` keeps for it, how it is stored, and `predict`. */
import type { Target } from "../pipeline";
import type { Edit } from "../python/edits";
import type { FittedState } from "./fitted";
import type { LabelScale } from "./path/labelScale";
import type { ScoringPath } from "./path/path";
import type { Kept } from "./path/values";
import type { Item, Plan } from "./plan";
import { isWithin } from "../python/syntax";

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
  const edits: readonly Edit[] = values.map(({ name, node: { start, end } }) => ({ start, end, text: name }));
  const own: Item = {
    ...item,
    edits: [...edits, ...item.edits.filter((edit) => !edits.some((value) => isWithin(edit, value)))],
    reads: new Set([...item.reads, ...values.map(({ name }) => name)]),
  };
  const made = kept.map((one) => ({ ...one, item: keptItem(item, one) }));
  return [
    ...made.filter(({ isBehind }) => !isBehind).map((one) => one.item),
    own,
    ...made.filter(({ isBehind }) => isBehind).map((one) => one.item),
  ];
}

function keptItem(item: Item, { name, node, form, isBehind }: Kept): Item {
  const around: Readonly<Record<Kept["form"], readonly [string, string]>> = {
    value: ["", ""],
    columns: ["", ".columns"],
    copy: ["deepcopy(", ")"],
  };
  const [before, behind] = around[form];
  const none: ReadonlySet<string> = new Set();
  const frame = [
    { start: node.start, end: node.start, text: before },
    { start: node.end, end: node.end, text: behind },
  ];
  return {
    ...item,
    node,
    assign: name,
    kept: form,
    reads: isBehind ? new Set([node.text]) : item.reads,
    binds: new Set([name]),
    mayBind: none,
    changes: none,
    edits:
      form === "copy"
        ? [{ start: node.start, end: node.end, text: `deepcopy(${node.text})` }]
        : [...item.edits, ...frame],
  };
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
