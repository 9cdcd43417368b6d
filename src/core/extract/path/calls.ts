/** What calls are on the way from raw rows to a prediction: which go row by row, which leave state behind, which choose rows. */
import { calleeOf, type Callee } from "../../python/calls";
import { argumentsOf, childOf, keywordOf, type SyntaxNode } from "../../python/syntax";
import { madeClass } from "../madeClass";
import { sizeOf, takesRows, type Call, type MethodCall } from "./call";
import { functionOf } from "./functions";
import { frameMethod } from "./frameMethods";
import { libraryCall } from "./library";
import { rowsOf } from "./rowwise";
import { seriesMethod } from "./seriesMethods";
import { allRows, trailOf, unlabelled, type State, type Value } from "./values";
import { frameOf, isAmong, keepValue, lost, ofAllRows, STATE, taken, type Way, type Within } from "./way";

/** What a call gives. */
export function callOf(node: SyntaxNode, way: Way): Value {
  const callee = calleeOf(node, way.knowledge);
  if (callee.kind === "library" && isAmong("tableReaders", callee.qualified)) return rootOf(node, way);
  if (callee.kind === "method") return methodCall(node, callee, way);
  const own = way.variables.get(childOf(node, "function")?.text ?? "");
  if (own !== undefined && own.kind !== "state")
    return lost(way, node, "a function in a variable is not followed", [trailOf(own)]);
  const call = callWith(node, callee.kind === "unknown" ? "" : callee.name, way);
  return callee.kind === "library" ? libraryCall(callee.qualified, call, way) : notebookCall(call, way);
}

/** A function of the notebook: without rows it gives state. */
function notebookCall(call: Call, way: Way): Value {
  const { node, name, values } = call;
  if (takesRows(call))
    return lost(way, node, `what ${name || "a call"} does with a whole table is not followed`, values.map(trailOf));
  const target = childOf(node, "function");
  const called = target?.type === "identifier" ? functionOf(target, way) : undefined;
  const isOfRows = called?.kind === "function" && called.trail.from.some(({ from }) => from.length > 0);
  if (isOfRows) return lost(way, node, `${name} reads a table`);
  const className = madeClass(name, way.knowledge);
  return className === undefined ? STATE : { ...STATE, className };
}

/** The table that the notebook reads: `predict` is given such rows. */
function rootOf(node: SyntaxNode, way: Way): Value {
  way.edits.push({ start: node.start, end: node.end, text: `${way.rows}.reset_index(drop=True)`, isRead: true });
  const rows = keywordOf(node, "index_col") === undefined ? allRows() : { ...allRows(), index: {} };
  return frameOf(rows, [{ from: [], root: { statement: way.statement, node } }]);
}

function callWith(node: SyntaxNode, name: string, way: Way): Call {
  const parts = argumentsOf(node).map((part) =>
    part.type === "keyword_argument" ? (childOf(part, "value") ?? part) : part,
  );
  return { node, name, parts, values: parts.map((part) => way.evaluate(part, way)) };
}

function methodCall(node: SyntaxNode, { name, object }: Extract<Callee, { kind: "method" }>, way: Way): Value {
  const value = way.evaluate(object, way);
  const call: MethodCall = { ...callWith(node, name, way), object };
  if (value.kind === "frame") return frameMethod(value.table, call, way);
  if (value.kind === "series") return seriesMethod(value, call, way);
  if (value.kind === "state") return stateMethod(value, call, way);
  if (value.kind === "groups" && isAmong("groupMethods", name)) return ofAllRows(way, node, name, STATE);
  const reason =
    value.kind === "groups"
      ? `${name} computes a row from the rows of its group`
      : `what ${name} gives is not followed`;
  return lost(way, node, reason, [trailOf(value), ...call.values.map(trailOf)]);
}

/** Methods of objects that the training made. */
function stateMethod(state: State, call: MethodCall, way: Way): Value {
  const { className } = state;
  const within = way.within === undefined ? undefined : insideModel(call, way.within, way);
  if (within !== undefined) return within;
  if (takesRows(call) && !/^(partial_)?fit$/.test(call.name)) return transformed(state, call, way);
  // An object that is fitted gives itself.
  const isSame = className !== undefined && /^(fit|set_output)$/.test(call.name);
  return isSame ? { ...STATE, className } : { ...STATE, ...sizeOf(call) };
}

/** What the model calls may call other methods of its object, and fit parts of it to the rows to be scored. */
function insideModel(call: MethodCall, { self, call: follow, noted }: Within, way: Way): Value | undefined {
  const { node, name, object, values } = call;
  const own = object.text === self ? follow(name, values, way) : undefined;
  if (own !== undefined || !takesRows(call) || !name.includes("fit")) return own;
  const value = ofAllRows(way, node, name, STATE);
  noted.push(trailOf(value));
  return value;
}

/** Fitted transformers go row by row. */
function transformed({ className = "", isPlain }: State, call: MethodCall, way: Way): Value {
  const { node, name, object, parts, values } = call;
  const [first = STATE] = values;
  if (!isTransformer(className, name))
    return lost(way, node, `what ${className || "an object"}.${name} gives is not followed`, values.map(trailOf));
  if (!isPlain) keepValue(way, object);
  if (name === "fit_transform") asTransform(node, way);
  const rows = rowsOf([first]) ?? allRows();
  return { kind: "series", trail: { from: taken(parts[0] ?? node, first, way) }, rows: unlabelled(rows) };
}

/** `scaler.transform`, and `tokenizer.texts_to_sequences` of Keras. */
function isTransformer(className: string, method: string): boolean {
  if (className === "Tokenizer") return isAmong("tokenizerMethods", method);
  return /^(fit_)?transform$/.test(method) && isAmong("transformers", className);
}

/** `scaler.fit_transform(X, y)` as `scaler.transform(X)`. */
function asTransform(node: SyntaxNode, way: Way): void {
  const target = childOf(node, "function");
  const name = target === undefined ? undefined : childOf(target, "attribute");
  const [first, ...others] = argumentsOf(node);
  const last = others.at(-1);
  if (name !== undefined) way.edits.push({ start: name.start, end: name.end, text: "transform" });
  if (first !== undefined && last !== undefined) way.edits.push({ start: first.end, end: last.end, text: "" });
}
