/** Types of the notebook's variables, as far as the text shows them: literals, readers, constructors, well-known methods. */
import { assignmentsIn, calleeOf, elementsOf, type Callee } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { metricName, readerOf } from "../python/knowledge";
import { childOf, childrenOf, positionalsOf, type SyntaxNode } from "../python/syntax";
import { literalType } from "../python/values";

/** What a type is called where nothing is known. */
export const UNKNOWN = "Any";

/** Types of variables by name, at one point of the program. */
export type TypeEnvironment = Map<string, string>;

const FRAME = "pd.DataFrame";
const SERIES = "pd.Series";
const ARRAY = "np.ndarray";

const FRAME_TO_FRAME = new Set(
  `drop dropna fillna copy head tail sample sort_values sort_index reset_index set_index rename merge join query assign replace astype
   drop_duplicates select_dtypes describe corr isnull isna notnull notna filter pivot_table pivot melt T transpose reindex ffill bfill
   nlargest nsmallest clip diff shift cumsum interpolate explode get_dummies applymap round abs rank`.split(/\s+/),
);
const SERIES_TO_SERIES = new Set(
  `map apply astype fillna copy replace dropna isnull isna notnull notna shift diff cumsum rank clip round abs sort_values reset_index
   value_counts between isin where mask ffill bfill interpolate head tail str dt`.split(/\s+/),
);
const SERIES_TO_NUMBER = new Set("mean median std var sum min max quantile skew kurt".split(" "));
const ARRAY_FUNCTIONS =
  /^numpy\.(array|zeros|ones|arange|linspace|concatenate|vstack|hstack|column_stack|asarray|where|full|eye|log|log1p|exp|expm1|abs|reshape|ravel|unique|random\.\w+)$/;
const PREDICTIONS = /^(predict|predict_proba|predict_log_proba|decision_function|fit_predict)$/;

/** Adds to `types` what a statement binds. `text` gives the source of a node. */
export function learnTypes(
  node: SyntaxNode,
  types: TypeEnvironment,
  knowledge: Knowledge,
  text: (node: SyntaxNode) => string,
): void {
  const context: Context = { types, knowledge, text };
  for (const { left, right } of assignmentsIn(node)) {
    const targets = elementsOf(left);
    if (targets.length === 1) setType(left, typeOf(right, context), types);
    else targets.forEach((target, index) => setType(target, elementType(right, index, targets.length, context), types));
  }
}

function setType(target: SyntaxNode, type: string | undefined, types: TypeEnvironment): void {
  if (target.type !== "identifier") return;
  types.set(target.text, type ?? UNKNOWN);
}

interface Context {
  readonly types: TypeEnvironment;
  readonly knowledge: Knowledge;
  readonly text: (node: SyntaxNode) => string;
}

function elementType(value: SyntaxNode, index: number, count: number, context: Context): string | undefined {
  const parts = elementsOf(value);
  if (parts.length === count && value.type !== "call") {
    const part = parts[index];
    return part === undefined ? undefined : typeOf(part, context);
  }
  if (value.type !== "call") return undefined;
  const callee = calleeOf(value, context.knowledge);
  if (callee.kind === "library" && callee.name === "train_test_split") {
    const source = positionalsOf(value)[Math.floor(index / 2)];
    return source === undefined ? undefined : typeOf(source, context);
  }
  return undefined;
}

/** The type that an expression has, as an annotation; `undefined` if the text does not show it. */
export function typeOf(node: SyntaxNode, context: Context): string | undefined {
  switch (node.type) {
    case "identifier":
      return known(context.types.get(node.text));
    case "subscript":
      return subscriptType(node, context);
    case "attribute":
      return attributeType(node, context);
    case "call":
      return callType(node, context);
    case "parenthesized_expression":
      return node.children[0] === undefined ? undefined : typeOf(node.children[0], context);
    case "comparison_operator":
      return ofOperands(node.children, context, "bool");
    case "binary_operator":
    case "unary_operator":
      return literalType(node) ?? ofOperands(node.children, context, undefined);
    case "list_comprehension":
      return "list[Any]";
    default:
      return literalType(node) ?? emptyType(node);
  }
}

function known(type: string | undefined): string | undefined {
  return type === UNKNOWN ? undefined : type;
}

function emptyType(node: SyntaxNode): string | undefined {
  const types: Readonly<Record<string, string>> = { list: "list[Any]", dictionary: "dict[Any, Any]", set: "set[Any]" };
  return types[node.type];
}

/** Frames and columns carry over to what is computed from them; numbers give numbers. */
function ofOperands(nodes: readonly SyntaxNode[], context: Context, scalar: string | undefined): string | undefined {
  const types = nodes.map((node) => typeOf(node, context));
  for (const type of [FRAME, SERIES, ARRAY]) if (types.includes(type)) return type;
  const list = types.find((type) => type?.startsWith("list["));
  if (list !== undefined) return types.every((type) => type === undefined || type === list) ? list : "list[Any]";
  const operands = nodes.filter(({ field }) => field !== "operator" && field !== "operators");
  const numbers = operands.map((node) => typeOf(node, context));
  if (numbers.length > 0 && numbers.every((type) => type === "float" || type === "int")) {
    return scalar ?? (numbers.includes("float") ? "float" : undefined);
  }
  return undefined;
}

function subscriptType(node: SyntaxNode, context: Context): string | undefined {
  const value = childOf(node, "value");
  const [key, ...others] = childrenOf(node, "subscript");
  if (value === undefined || key === undefined || others.length > 0) return undefined;
  const type = typeOf(value, context);
  if (type === SERIES && typeOf(key, context) === SERIES) return SERIES;
  if (type === ARRAY && key.type === "slice") return ARRAY;
  if (type !== FRAME) return undefined;
  const keyType = typeOf(key, context);
  if (keyType === "str") return SERIES;
  return keyType === SERIES || keyType?.startsWith("list[") === true ? FRAME : undefined;
}

function attributeType(node: SyntaxNode, context: Context): string | undefined {
  const object = childOf(node, "object");
  const name = childOf(node, "attribute")?.text ?? "";
  const type = object === undefined ? undefined : typeOf(object, context);
  if (name === "values" && (type === FRAME || type === SERIES)) return ARRAY;
  if (name === "T" && (type === FRAME || type === ARRAY)) return type;
  if (name === "columns" && type === FRAME) return "pd.Index";
  if (/^(str|dt)$/.test(name) && type === SERIES) return SERIES;
  return undefined;
}

function callType(call: SyntaxNode, context: Context): string | undefined {
  const callee = calleeOf(call, context.knowledge);
  if (callee.kind === "library") return libraryType(call, callee, context);
  if (callee.kind === "notebook") {
    return context.knowledge.definitions.get(callee.name)?.type === "class_definition"
      ? callee.name
      : returnAnnotation(callee.name, context);
  }
  return callee.kind === "method" ? methodType(callee, context) : undefined;
}

function returnAnnotation(name: string, context: Context): string | undefined {
  const annotation = childOf(context.knowledge.definitions.get(name) ?? emptyNode, "return_type");
  return annotation === undefined ? undefined : context.text(annotation);
}

const emptyNode: SyntaxNode = {
  type: "",
  start: 0,
  end: 0,
  line: 0,
  endLine: 0,
  field: undefined,
  children: [],
  text: "",
};

function libraryType(
  call: SyntaxNode,
  callee: Extract<Callee, { kind: "library" }>,
  context: Context,
): string | undefined {
  const reader = readerOf(callee.qualified)?.type;
  if (reader !== undefined) return reader;
  if (/^pandas\.(get_dummies|concat|merge|pivot_table|DataFrame|crosstab)$/.test(callee.qualified)) return FRAME;
  if (/^pandas\.(Series|to_datetime|to_numeric|cut|qcut)$/.test(callee.qualified)) return SERIES;
  if (ARRAY_FUNCTIONS.test(callee.qualified)) return ofOperands(positionalsOf(call), context, undefined) ?? ARRAY;
  if (metricName(callee.name) !== undefined || callee.qualified === "numpy.sqrt") return "float";
  if (callee.name === "cross_val_score") return ARRAY;
  const builtin: Readonly<Record<string, string>> = {
    len: "int",
    str: "str",
    float: "float",
    int: "int",
    bool: "bool",
    list: "list[Any]",
    dict: "dict[Any, Any]",
  };
  if (builtin[callee.qualified] !== undefined) return builtin[callee.qualified];
  if (/^make_pipeline$/.test(callee.name)) return "Pipeline";
  const target = childOf(call, "function");
  return /^[A-Z]/.test(callee.name) && target !== undefined && callee.qualified.includes(".")
    ? context.text(target)
    : undefined;
}

function methodType(callee: Extract<Callee, { kind: "method" }>, context: Context): string | undefined {
  const receiver = typeOf(callee.object, context);
  if (callee.name === "fit" || callee.name === "set_params") return receiver;
  if (PREDICTIONS.test(callee.name)) return ARRAY;
  if (callee.name === "score") return "float";
  if (receiver === FRAME && FRAME_TO_FRAME.has(callee.name)) return FRAME;
  if (receiver === SERIES && SERIES_TO_SERIES.has(callee.name)) return SERIES;
  if (receiver === SERIES && SERIES_TO_NUMBER.has(callee.name)) return "float";
  if (receiver === ARRAY && callee.name === "mean") return "float";
  if (receiver === ARRAY && /^(reshape|ravel|flatten|astype|copy)$/.test(callee.name)) return ARRAY;
  // Vectorizers and one-hot encoders may give sparse matrices; of these it is known that they do not.
  const isDense = /(Scaler|PCA|Normalizer|PowerTransformer|QuantileTransformer)$/.test(receiver ?? "");
  return isDense && /^(fit_)?transform$/.test(callee.name) ? ARRAY : undefined;
}
