/** Types of the notebook's variables, as far as the text shows them: literals, readers, constructors, well-known methods. */
import { assignmentsIn, calleeOf, elementsOf, qualifiedName, type Callee } from "../python/calls";
import { homeOf, type Knowledge } from "../python/effects";
import { DEFINITION, KIND } from "../python/kinds";
import {
  argumentAt,
  childOf,
  childrenOf,
  dottedName,
  keywordOf,
  nodesOf,
  parameterNames,
  positionalsOf,
  type SyntaxNode,
} from "../python/syntax";
import { literalType } from "../python/values";

/** What a type is called where nothing is known. */
export const UNKNOWN = "Any";

/** Types of variables by name, at one point of the program. */
export type TypeEnvironment = Map<string, string>;

const FRAME = "pd.DataFrame";
const SERIES = "pd.Series";
const ARRAY = "np.ndarray";
const DATA = new Set([FRAME, SERIES, ARRAY]);
/** `df.loc` and `df.iloc`: never the type of a variable that crosses a border. */
const LOCATOR = "Locator";

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
const ARRAY_MAKERS =
  /^numpy\.(array|zeros|ones|arange|linspace|concatenate|vstack|hstack|column_stack|asarray|full|eye|reshape|ravel|random\.permutation)$/;
const ELEMENTWISE = /^numpy\.(log|log1p|log10|exp|expm1|abs|sqrt|clip)$/;

/** Adds to `types` what a statement binds. `text` gives the source of a node. */
export function learnTypes(
  node: SyntaxNode,
  types: TypeEnvironment,
  knowledge: Knowledge,
  text: (node: SyntaxNode) => string,
): void {
  learn(node, { types, knowledge, text });
}

function learn(node: SyntaxNode, context: Context): void {
  const { types } = context;
  for (const { left, right } of assignmentsIn(node)) {
    if (left.type === "identifier") setSearched(left.text, right, context);
    const targets = elementsOf(left);
    if (targets.length === 1) setType(left, typeOf(right, context), types);
    else targets.forEach((target, index) => setType(target, elementType(right, index, targets.length, context), types));
  }
}

function setType(target: SyntaxNode, type: string | undefined, types: TypeEnvironment): void {
  if (target.type !== "identifier") return;
  types.set(target.text, type === undefined || type === LOCATOR ? UNKNOWN : type);
}

/** What `best_estimator_` of a search is, by its dotted name. */
function setSearched(name: string, value: SyntaxNode, context: Context): void {
  const isSearch = value.type === "call" && (typeOf(value, context) ?? "").endsWith("SearchCV");
  const [estimator] = isSearch ? positionalsOf(value) : [];
  const type = estimator === undefined ? undefined : typeOf(estimator, context);
  context.types.set(`${name}.best_estimator_`, type ?? UNKNOWN);
}

interface Context {
  readonly types: TypeEnvironment;
  readonly knowledge: Knowledge;
  readonly text: (node: SyntaxNode) => string;
  /** How many functions deep. */
  readonly depth?: number;
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
  const inferrer = INFERRERS[node.type];
  return inferrer === undefined ? (literalType(node) ?? EMPTY[node.type]) : inferrer(node, context);
}

type Inferrer = (node: SyntaxNode, context: Context) => string | undefined;

const INFERRERS: Readonly<Record<string, Inferrer>> = {
  identifier: (node, { types }) => {
    const type = types.get(node.text);
    return type === UNKNOWN ? undefined : type;
  },
  subscript: subscriptType,
  attribute: attributeType,
  call: callType,
  parenthesized_expression: (node, context) => node.children.map((child) => typeOf(child, context))[0],
  comparison_operator: (node, context) => ofOperands(node.children, context, "bool"),
  binary_operator: (node, context) =>
    ofOperands(
      node.children,
      context,
      /^(\+|-|\*|%|\/\/)$/.test(childOf(node, "operator")?.text ?? "") ? "int" : undefined,
    ),
  unary_operator: (node, context) => literalType(node) ?? ofOperands(node.children, context, undefined),
  list_comprehension: () => "list[Any]",
};

const EMPTY: Readonly<Record<string, string>> = { list: "list[Any]", dictionary: "dict[Any, Any]", set: "set[Any]" };

/** Frames and columns carry over to what is computed from them; numbers give numbers. */
function ofOperands(nodes: readonly SyntaxNode[], context: Context, scalar: string | undefined): string | undefined {
  const operands = nodes.filter(({ field }) => field !== "operator" && field !== "operators");
  const types = operands.map((node) => typeOf(node, context));
  for (const type of [FRAME, SERIES, ARRAY]) if (types.includes(type)) return type;
  const list = types.find((type) => type?.startsWith("list["));
  if (list !== undefined) return types.every((type) => type === list) ? list : "list[Any]";
  const areNumbers = types.length > 0 && types.every((type) => type === "float" || type === "int");
  if (!areNumbers || scalar === "bool") return areNumbers ? scalar : undefined;
  return types.includes("float") ? "float" : scalar;
}

function subscriptType(node: SyntaxNode, context: Context): string | undefined {
  const value = childOf(node, "value");
  const keys = childrenOf(node, "subscript").map((key) =>
    key.type === "slice" ? "slice" : (typeOf(key, context) ?? ""),
  );
  const container = value === undefined ? undefined : typeOf(value, context);
  if (container === LOCATOR) return located(keys);
  if (container === ARRAY && keys.every((key) => key === "slice")) return ARRAY;
  return keys.length === 1 ? elementOf(container, keys[0] ?? "") : undefined;
}

/** `df.loc[rows, columns]`: many of both are a frame, one of either is a column or a row. */
function located(keys: readonly string[]): string | undefined {
  const isMany = (key: string): boolean => key === "slice" || key === SERIES || key.startsWith("list[");
  const isOne = (key: string): boolean => key === "str" || key === "int";
  if (keys.every(isMany)) return FRAME;
  return keys.some(isMany) && keys.every((key) => isMany(key) || isOne(key)) ? SERIES : undefined;
}

/** A column, rows or columns of a frame; some of a column; a part of an array. */
function elementOf(container: string | undefined, key: string): string | undefined {
  if (container === undefined || !DATA.has(container)) return undefined;
  if (container === FRAME && key === "str") return SERIES;
  const isPart = key === "slice" || (container !== ARRAY && key === SERIES);
  return isPart || (container === FRAME && key.startsWith("list[")) ? container : undefined;
}

/** What attributes of frames, columns and arrays are. */
const ATTRIBUTES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  [FRAME]: { values: ARRAY, T: FRAME, columns: "pd.Index", loc: LOCATOR, iloc: LOCATOR },
  // `values` of a column may be an array of pandas' own.
  [SERIES]: { str: SERIES, dt: SERIES },
  [ARRAY]: { T: ARRAY },
};

function attributeType(node: SyntaxNode, context: Context): string | undefined {
  const object = childOf(node, "object");
  const known = context.types.get(dottedName(node) ?? "");
  if (known !== undefined && known !== UNKNOWN) return known;
  const type = object === undefined ? undefined : typeOf(object, context);
  return ATTRIBUTES[type ?? ""]?.[childOf(node, "attribute")?.text ?? ""];
}

function callType(call: SyntaxNode, context: Context): string | undefined {
  const callee = calleeOf(call, context.knowledge);
  if (callee.kind === "library") return resultType(call, callee, context) ?? classType(call, callee, context);
  if (callee.kind === "notebook") return ownType(call, callee.name, context);
  return callee.kind === "method" ? methodType(callee, context) : undefined;
}

/** An instance of a class of the notebook, or what a function of it says that it returns, or shows that it does. */
function ownType(call: SyntaxNode, name: string, context: Context): string | undefined {
  const definition = context.knowledge.definitions.get(name)?.at(-1);
  if (definition === undefined) return undefined;
  const home = homeOf(name, context.knowledge);
  const isElsewhere = home !== context.knowledge;
  if (definition.type === "class_definition") return isElsewhere ? writtenName(call, context) : name;
  // The function may stand in another cell, whose text is not at hand: names are enough.
  const [annotation] = childOf(definition, "return_type")?.children ?? [];
  if (annotation === undefined) return returnedType(call, definition, context, home);
  return isElsewhere ? knownType(annotation, home) : dottedName(annotation);
}

/** The type that another file means by an annotation, if it has one name everywhere. */
function knownType(annotation: SyntaxNode, home: Knowledge): string | undefined {
  const qualified = qualifiedName(annotation, home) ?? annotation.text;
  return DATA_NAMES[qualified] ?? (isPlainType(qualified) ? qualified : undefined);
}

const DATA_NAMES: Readonly<Record<string, string>> = {
  "pandas.DataFrame": FRAME,
  "pandas.Series": SERIES,
  "numpy.ndarray": ARRAY,
};

function isPlainType(type: string): boolean {
  return DATA.has(type) || /^(int|float|str|bool)$/.test(type);
}

/** How many functions deep a type is followed. */
const MAX_DEPTH = 3;

/** The data or number that a function gives back for these arguments, if all its returns give the same. */
function returnedType(
  call: SyntaxNode,
  definition: SyntaxNode,
  context: Context,
  knowledge: Knowledge,
): string | undefined {
  const { depth = 0 } = context;
  if (depth >= MAX_DEPTH || definition.type !== "function_definition") return undefined;
  const body = childOf(definition, "body") ?? definition;
  const inner: Context = { types: new Map(), knowledge, text: () => "", depth: depth + 1 };
  parameterNames(definition).forEach((name, index) => {
    const argument = argumentAt(call, index, name);
    inner.types.set(name, (argument && typeOf(argument, context)) ?? UNKNOWN);
  });
  learn(body, inner);
  const given = nodesOf(body, KIND.return_statement, DEFINITION).map(({ children: [value] }) =>
    value === undefined ? undefined : typeOf(value, inner),
  );
  const [first = "", ...others] = new Set(given);
  return others.length === 0 && isPlainType(first) ? first : undefined;
}

const RESULTS: Readonly<Record<string, string>> = {
  len: "int",
  str: "str",
  float: "float",
  int: "int",
  bool: "bool",
  list: "list[Any]",
  dict: "dict[Any, Any]",
  "numpy.random.default_rng": "np.random.Generator",
  "numpy.sqrt": "float",
  "sklearn.model_selection.cross_val_score": ARRAY,
  "sklearn.pipeline.make_pipeline": "Pipeline",
};

function resultType(call: SyntaxNode, callee: LibraryCallee, context: Context): string | undefined {
  const { qualified, name } = callee;
  const { library } = context.knowledge;
  if (/^pandas\.(get_dummies|concat|merge|pivot_table|DataFrame|crosstab)$/.test(qualified)) return FRAME;
  if (/^pandas\.(Series|to_datetime|to_numeric|cut|qcut)$/.test(qualified)) return SERIES;
  if (ARRAY_MAKERS.test(qualified) || drawsMany(call, qualified)) return ARRAY;
  if (ELEMENTWISE.test(qualified)) return elementwise(call, context) ?? RESULTS[qualified];
  if (library.metricName(name) !== undefined) return "float";
  return library.readerOf(qualified)?.type ?? RESULTS[qualified];
}

/** What is given element by element has the type that it has. */
function elementwise(call: SyntaxNode, context: Context): string | undefined {
  const type = positionalsOf(call).map((one) => typeOf(one, context))[0];
  return type === FRAME || type === SERIES || type === ARRAY ? type : undefined;
}

/** `np.random.rand(3)`, `np.random.normal(size=3)`: without a size it is one number. */
function drawsMany(call: SyntaxNode, qualified: string): boolean {
  if (!qualified.startsWith("numpy.random.")) return false;
  return /\.randn?$/.test(qualified) ? positionalsOf(call).length > 0 : keywordOf(call, "size") !== undefined;
}

type LibraryCallee = Extract<Callee, { kind: "library" }>;

/** `SVC(…)` gives an `SVC`, written as the notebook writes it. */
function classType(call: SyntaxNode, { qualified, name }: LibraryCallee, context: Context): string | undefined {
  return /^[A-Z]/.test(name) && qualified.includes(".") ? writtenName(call, context) : undefined;
}

function writtenName(call: SyntaxNode, { text }: Context): string | undefined {
  const target = childOf(call, "function");
  return target && text(target);
}

/** What methods give, whatever object they belong to. */
const METHODS: Readonly<Record<string, string>> = {
  predict: ARRAY,
  predict_proba: ARRAY,
  predict_log_proba: ARRAY,
  decision_function: ARRAY,
  fit_predict: ARRAY,
  score: "float",
};

/** Vectorizers and one-hot encoders may give sparse matrices; of these it is known that they do not. */
const DENSE = /(Scaler|PCA|Normalizer|PowerTransformer|QuantileTransformer)$/;

function methodType({ name, object }: Extract<Callee, { kind: "method" }>, context: Context): string | undefined {
  const receiver = typeOf(object, context) ?? "";
  if (name === "fit" || name === "set_params") return receiver === "" ? undefined : receiver;
  if (DENSE.test(receiver) && /^(fit_)?transform$/.test(name)) return ARRAY;
  return METHODS[name] ?? dataMethodType(name, receiver);
}

function dataMethodType(name: string, receiver: string): string | undefined {
  if (receiver === FRAME) return name === "pop" ? SERIES : FRAME_TO_FRAME.has(name) ? FRAME : undefined;
  if (receiver === SERIES)
    return SERIES_TO_SERIES.has(name) ? SERIES : SERIES_TO_NUMBER.has(name) ? "float" : undefined;
  if (receiver !== ARRAY) return undefined;
  return name === "mean" ? "float" : /^(reshape|ravel|flatten|astype|copy)$/.test(name) ? ARRAY : undefined;
}
