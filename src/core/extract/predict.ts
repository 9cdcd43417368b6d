/** The part of the module that scores raw rows: `Fitted`, what `run` keeps for it, and `predict`. */
import type { Edit } from "../python/edits";
import type { ScoringPath } from "./path/path";
import type { Kept } from "./path/values";
import type { Item, Plan } from "./plan";

/** The plan with what `predict` needs of the training: each value gets a name beside the statement that uses it. */
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
    edits: [
      ...edits,
      ...item.edits.filter((edit) => !edits.some(({ start, end }) => start <= edit.start && edit.end <= end)),
    ],
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
export function fittedNames({ model, variables, kept }: ScoringPath): readonly string[] {
  return [...new Set([model, ...variables, ...kept.map(({ name }) => name)])];
}

/** `Fitted`: what `predict` takes of the training. */
export function writeFitted(path: ScoringPath, typeOf: (name: string) => string): string {
  const fields = [...fittedNames(path), ...path.fields].map((name) => `    ${name}: ${typeOf(name)}`);
  const doc = '    """What `predict` needs: the model, and what the training left behind on the way to it."""';
  return ["@dataclass(frozen=True)", "class Fitted:", doc, "", ...fields].join("\n");
}

/** What `run` puts into `Fitted`. */
export function fittedArguments(path: ScoringPath, localName: (name: string) => string): string {
  const values = fittedNames(path).map((name) => `${name}=${localName(name)}`);
  return [...values, ...path.fields.map((name) => `${name}=params.${name}`)].join(", ");
}

/** `predict`: what the notebook does to the rows that it trains on, for rows of any table like it. */
export function writePredict({ rows, fitted, model, texts, features }: ScoringPath): string {
  const cells = [...new Set([...texts, features].map(({ statement }) => statement.cell))];
  return [
    `def predict(${rows}: pd.DataFrame, ${fitted}: Fitted) -> np.ndarray:  # ${cells.length === 1 ? "cell" : "cells"} ${cells.join(", ")}`,
    '    """Predict for rows like those of the data: prepared as the notebook prepares them, by what was fitted."""',
    ...texts.map(({ text }) => `    ${text}`),
    `    return ${fitted}.${model}.predict(${features.text})`,
  ].join("\n");
}
