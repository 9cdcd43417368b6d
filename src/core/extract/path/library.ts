/** Functions of pandas, NumPy and scikit-learn. */
import { constructedClass } from "../../python/calls";
import { argumentAt, argumentsOf, childOf, keywordOf, positionalsOf, type SyntaxNode } from "../../python/syntax";
import { axisOf, besides, sizeOf, takenAll, takesRows, type Call } from "./call";
import { rowsOf, rowwise } from "./rowwise";
import { keptColumns } from "./selection";
import { trainAlone } from "./stacked";
import {
  columnTrail,
  copied,
  numbered,
  selected,
  trailOf,
  unlabelled,
  whole,
  type Rows,
  type State,
  type Table,
  type Value,
} from "./values";
import { frameOf, isAmong, keptText, lost, ofAllRows, STATE, type Way } from "./way";

type Library = (call: Call, way: Way) => Value;

const FUNCTIONS: Readonly<Record<string, Library>> = {
  "pandas.get_dummies": dummies,
  "pandas.concat": concatenated,
  "pandas.DataFrame": tableOf,
  "pandas.Series": (call, way) => {
    const made = rowwise(call, way);
    const isPlain = call.parts.length === 1 && made.kind === "series" && made.rows.index === undefined;
    return isPlain
      ? { ...made, rows: numbered(made.rows) }
      : unfollowed(call, way, "what pd.Series gives is not followed");
  },
  // Without a format the first row decides how the others are read.
  "pandas.to_datetime": (call, way) =>
    keywordOf(call.node, "format") === undefined && keywordOf(call.node, "unit") === undefined
      ? unfollowed(call, way, "pd.to_datetime without a format takes it from the first row")
      : rowwise(call, way),
  "pandas.cut": (call, way) =>
    /^(list|identifier)$/.test(argumentAt(call.node, 1, "bins")?.type ?? "")
      ? rowwise(call, way)
      : unfollowed(call, way, "pd.cut takes its bins from all rows"),
  "xgboost.DMatrix": matrixOf,
  "numpy.hstack": beside,
  "numpy.column_stack": beside,
  "scipy.sparse.hstack": beside,
  "sklearn.model_selection.train_test_split": (call) => ({ kind: "tuple", items: chosenOf(call, 2) }),
  "sklearn.utils.shuffle": (call) => {
    const [first = STATE, ...others] = chosenOf(call, 1);
    return others.length === 0 ? first : { kind: "tuple", items: [first, ...others] };
  },
  len: () => ({ ...STATE, isSized: true }),
  isinstance: () => STATE,
  hasattr: () => STATE,
};

/** What a function of a library gives. */
export function libraryCall(qualified: string, call: Call, way: Way): Value {
  if (!takesRows(call)) return stateCall(qualified, call, way);
  const special = Object.hasOwn(FUNCTIONS, qualified) ? FUNCTIONS[qualified] : undefined;
  if (special !== undefined) return special(call, way);
  if (PADS.test(qualified)) return padded(call, way);
  if (isAmong("aggregatingFunctions", qualified) && isWhole(qualified, call))
    return ofAllRows(way, call.node, call.name, {
      ...STATE,
      isSingle: /^numpy\.(?!unique|percentile|quantile)/.test(qualified),
    });
  if (isAmong("rowFunctions", qualified)) return rowwise(call, way);
  return unfollowed(call, way, `what ${call.name} does with a whole table is not followed`);
}

/** Keras has it in several modules. */
const PADS = /^(tensorflow\.)?keras[\w.]*\.pad_sequences$/;

/** Without a length, the longest of the rows sets how long they all get. */
function padded(call: Call, way: Way): Value {
  const length = argumentAt(call.node, 1, "maxlen");
  const isSet = length !== undefined && length.type !== "none";
  return isSet ? rowwise(call, way) : unfollowed(call, way, "pad_sequences pads to the longest of all rows");
}

function unfollowed({ node, values }: Call, way: Way, reason: string): Value {
  return lost(way, node, reason, values.map(trailOf));
}

/** True if nothing but the rows is given: a second argument may be an axis. */
function isWhole(qualified: string, { node, parts }: Call): boolean {
  return keywordOf(node, "axis") === undefined && (parts.length === 1 || /\.(percentile|quantile)$/.test(qualified));
}

/** A call without rows: what it gives is kept, unless it is sure to give the same again. */
function stateCall(qualified: string, call: Call, { knowledge }: Way): State {
  const states = call.values.filter((value) => value.kind === "state");
  const isSure = isAmong("plainFunctions", qualified) && states.length === call.values.length;
  const texts = /^(list|tuple)$/.test(qualified) ? states[0]?.texts : undefined;
  const className = constructedClass(call.node, knowledge);
  return {
    kind: "state",
    isPlain: isSure && states.every(({ isPlain }) => isPlain),
    ...sizeOf(call),
    ...(/^(len|int|float|str|bool|round)$/.test(qualified) ? { isSingle: true } : {}),
    ...(texts === undefined ? {} : { texts }),
    ...(className === undefined ? {} : { className }),
  };
}

/** A part of the rows of each value: the same part for all that have the same rows. */
function chooser(): (value: Value) => Value {
  const parts = new Map<object, Rows>();
  const choose = (rows: Rows): Rows => {
    const part = parts.get(rows.set) ?? selected();
    parts.set(rows.set, part);
    return rows.index === undefined ? unlabelled(part) : part;
  };
  return (value) => {
    if (value.kind === "frame")
      return { kind: "frame", table: { ...copied(value.table), rows: choose(value.table.rows) } };
    return value.kind === "series" ? { ...value, rows: choose(value.rows) } : value;
  };
}

/** The values that a call is given without a name, each as often as it comes back, of other rows each time. */
function chosenOf({ node, parts, values }: Call, times: number): readonly Value[] {
  const choosers = Array.from({ length: times }, chooser);
  const given = positionalsOf(node).map((part) => values[parts.indexOf(part)] ?? STATE);
  return given.flatMap((value) => choosers.map((choose) => choose(value)));
}

function beside(call: Call, way: Way): Value {
  const made = rowwise(call, way);
  return made.kind === "series" ? { ...made, trail: { from: [made.trail, ...besides(call, way)] } } : made;
}

/** The columns that the training data had: a class that is not among the rows has none otherwise. */
function dummies(call: Call, way: Way): Value {
  const { node, values } = call;
  const [first = STATE, ...others] = values;
  const rows = rowsOf([first]);
  const kept = keptColumns(node, way);
  const from = takenAll(call, way);
  if (
    rows === undefined ||
    kept === undefined ||
    way.within !== undefined ||
    others.some((value) => value.kind !== "state") ||
    takesLabel(call, way)
  )
    return lost(way, node, "what get_dummies gives is not followed", from);
  // The first class of the rows to be scored need not be the first class of the training.
  const all = argumentsOf(node);
  const first_ = all.findIndex((one) => childOf(one, "name")?.text === "drop_first");
  const [before, dropFirst] = [all[first_ - 1], all[first_]];
  if (before !== undefined && dropFirst !== undefined)
    way.edits.push({ start: before.end, end: dropFirst.end, text: "" });
  const text = `.reindex(columns=${keptText(way, kept)}, fill_value=0)`;
  way.edits.push({ start: node.end, end: node.end, text, kept });
  if (first.kind !== "frame") return frameOf(rows, from);
  const base = { from: [whole(first.table, way.labels), ...from.slice(1)] };
  return { kind: "frame", table: { rows, base, columns: labelsIn(first.table, way) } };
}

/** The labels are still among the columns, until they are taken out. */
function labelsIn(table: Table, { labels }: Way): Table["columns"] {
  const known = [...labels].filter((name) => table.columns.has(name));
  return new Map(known.map((name) => [name, columnTrail(table, name)]));
}

/** True if dummies are made of the labels: rows to be scored have none. */
function takesLabel({ node, parts, values }: Call, { labels }: Way): boolean {
  const named = values[parts.findIndex((part) => part === keywordOf(node, "columns"))];
  const texts = named?.kind === "state" ? (named.texts ?? []) : [];
  return texts.some((text) => [...labels].some((label) => label.startsWith(text)));
}

/** `pd.concat([df, dummies], axis=1)` */
function concatenated(call: Call, way: Way): Value {
  const train = trainAlone(call, way);
  if (train !== undefined) return train;
  const rows = rowsOf(call.values);
  if (axisOf(call) !== "across" || rows === undefined) return unfollowed(call, way, "concat puts other rows below");
  return frameOf(rows, [...takenAll(call, way), ...besides(call, way)]);
}

/** `xgb.DMatrix(X, label=y)`: rows to be scored have neither labels nor weights. */
function matrixOf({ node, parts, values, name }: Call, way: Way): Value {
  const given = argumentsOf(node);
  const names = given.map((one, at) => childOf(one, "name")?.text ?? ["data", "label", "weight"][at] ?? "");
  const [first = STATE] = values;
  if (names[0] !== "data" || !names.every((one) => /^(data|feature_names)$/.test(one) || OF_TRAINING.test(one)))
    return lost(way, node, `what ${name} holds is not followed`, [trailOf(first)]);
  given.forEach(({ start, end }, at) => {
    if (!OF_TRAINING.test(names[at] ?? "")) return;
    way.edits.push({ start: given[at - 1]?.end ?? start, end, text: "" });
  });
  const isKept = (_: unknown, at: number): boolean => !OF_TRAINING.test(names[at] ?? "");
  return rowwise({ node, parts: parts.filter(isKept), values: values.filter(isKept) }, way);
}

const OF_TRAINING = /^(label|weight|silent)$/;

/** `pd.DataFrame(scaled, columns=names)`: rows that are counted from 0, or as another table's. */
function tableOf(call: Call, way: Way): Value {
  const { node, parts, values } = call;
  const [first = STATE] = values;
  const why = "what pd.DataFrame gives is not followed";
  const rows = first.kind === "tuple" ? undefined : rowsOf([first]);
  if (rows === undefined) return unfollowed(call, way, why);
  const index = argumentAt(node, 1, "index");
  const others = parts.flatMap((part, at) => (part === index ? [] : [{ part, value: values[at] ?? STATE }]));
  const from = takenAll({ parts: others.map(({ part }) => part), values: others.map(({ value }) => value) }, way);
  if (index === undefined) return frameOf(rows.index === undefined ? numbered(rows) : rows, from);
  const like = indexOwner(index, way);
  const isLike = like?.kind === "frame" && rows.index === undefined && like.table.rows.set === rows.set;
  return isLike ? frameOf(like.table.rows, [...from, like.table.base]) : unfollowed(call, way, why);
}

/** `X` of `X.index`. */
function indexOwner(index: SyntaxNode, way: Way): Value | undefined {
  const owner = childOf(index, "attribute")?.text === "index" ? childOf(index, "object") : undefined;
  return owner === undefined ? undefined : way.evaluate(owner, way);
}
