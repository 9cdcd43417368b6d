import type { FunctionDeclarationStructure, OptionalKind, ParameterDeclarationStructure } from "ts-morph";
import type { InputColumn, OutputColumn, Signature } from "../pipeline";
import { inputTensorType, matrixTensorType, type InputTensorType } from "../tensors";
import { called, indented, listed } from "./layout";
import { propertyAccess, propertyName, quoted } from "./names";

/** Names of the client's types. */
export interface ClientNames {
  readonly input: string;
  readonly output: string;
  readonly error: string;
  readonly model: string;
  /** Type of the prediction. */
  readonly prediction: string;
}

/** A function as ts-morph takes it. */
export type FunctionText = OptionalKind<FunctionDeclarationStructure>;
type Parameters = OptionalKind<ParameterDeclarationStructure>[];

/** `loadModel`: opens a session and refuses a model that was not made with this client. */
export function loader(names: ClientNames, signature: Signature): FunctionText {
  const count = signature.layout === "matrix" ? 1 : signature.inputs.length;
  return {
    name: "loadModel",
    isExported: true,
    isAsync: true,
    docs: ["Loads the ONNX model from a file."],
    parameters: [{ name: "path", initializer: '"model.onnx"' }],
    returnType: `Promise<${names.model}>`,
    statements: `const session = await InferenceSession.create(path, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
});
const inputs = session.inputNames.length;
if (inputs !== ${count}) {
  const difference = \`it takes \${inputs} inputs and not ${count}\`;
  throw new Error(\`\${path} is not the model of this client: \${difference}.\`);
}
return {
  predict: (rows) => predict(session, rows),
  dispose: () => session.release(),
};`,
  };
}

/** What the functions that check a row speak of. */
export function rowStatements({ input }: ClientNames, { inputs }: Signature): string {
  const fields = inputs.map(({ name }) => quoted(name));
  return `type Field = keyof ${input};

${listed({ open: "const FIELDS: ReadonlySet<string> = new Set<Field>([", close: "]);" }, fields, 0)}

/** A row of unknown origin that has the model's fields, and the path that it stands at. */
interface Row {
  readonly values: Readonly<Record<Field, unknown>>;
  readonly path: string;
}`;
}

/** One output of the model, a value a row. */
export const COLUMN_TYPE = "type Column = ArrayLike<string | number | bigint>;";

/** The functions that turn values of unknown origin into rows. */
export function parsers(names: ClientNames, { inputs }: Signature): FunctionText[] {
  return [
    parseRows(names),
    parseRow(names, inputs),
    checkFields(names),
    ...readers(inputs),
    refuse(names),
    fieldPath,
    describe,
  ];
}

function parseRows(names: ClientNames): FunctionText {
  return {
    name: "parseRows",
    isExported: true,
    docs: [`Checks rows of unknown origin, such as the body of a request. Throws \`${names.error}\`.`],
    parameters: [{ name: "rows", type: "unknown" }],
    returnType: `${names.input}[]`,
    statements: `if (!Array.isArray(rows)) {
  throw new ${names.error}("rows", \`expected an array, got \${describe(rows)}\`);
}
return rows.map((row: unknown, index) => parseRow(row, \`rows[\${index}]\`));`,
  };
}

const VALUES: Parameters = [
  { name: "values", type: "unknown" },
  { name: "path", type: "string" },
];

function parseRow(names: ClientNames, inputs: readonly InputColumn[]): FunctionText {
  const fields = inputs.map((column) => {
    const { name, categories } = column;
    const open = `${propertyName(name)}: ${readerOf(column)}`;
    return indented(called({ open, close: "," }, ["row", quoted(name)], categories?.map(quoted), 4));
  });
  return {
    name: "parseRow",
    parameters: VALUES,
    returnType: names.input,
    statements: `checkFields(values, path);\nconst row = { values, path };\nreturn {\n${fields.join("\n")}\n};`,
  };
}

function checkFields(names: ClientNames): FunctionText {
  return {
    name: "checkFields",
    docs: ["Every field is there, and no other."],
    parameters: VALUES,
    returnType: 'asserts values is Row["values"]',
    statements: `if (typeof values !== "object" || values === null || Array.isArray(values)) {
  throw new ${names.error}(path, \`expected an object, got \${describe(values)}\`);
}
for (const field of FIELDS) {
  if (!Object.hasOwn(values, field)) refuse(path, field, "is missing");
}
for (const field of Object.keys(values)) {
  if (!FIELDS.has(field)) refuse(path, field, "unknown field");
}`,
  };
}

interface Reader {
  readonly name: string;
  readonly type: string;
  readonly test: string;
  readonly expected: string;
}

const READERS: Readonly<Record<InputColumn["type"], Reader>> = {
  number: {
    name: "toNumber",
    type: "number",
    test: 'typeof value !== "number" || !Number.isFinite(value)',
    expected: "a number",
  },
  integer: {
    name: "toInteger",
    type: "number",
    test: 'typeof value !== "number" || !Number.isSafeInteger(value)',
    expected: "a whole number",
  },
  string: { name: "toText", type: "string", test: 'typeof value !== "string"', expected: "a string" },
  boolean: { name: "toBoolean", type: "boolean", test: 'typeof value !== "boolean"', expected: "true or false" },
};

const CATEGORY = "toCategory";

function plainReaderOf({ categories, type }: InputColumn): string {
  return categories === undefined ? READERS[type].name : CATEGORY;
}

function readerOf(column: InputColumn): string {
  return `${plainReaderOf(column)}${column.nullable ? "OrNull" : ""}`;
}

const FIELD: Parameters = [
  { name: "row", type: "Row" },
  { name: "field", type: "Field" },
];

/** Only the readers that the columns need. */
function readers(inputs: readonly InputColumn[]): FunctionText[] {
  const needed = new Set(inputs.flatMap((column) => [plainReaderOf(column), readerOf(column)]));
  const all = [...Object.values(READERS).map(scalarReader), categoryReader];
  return all.flatMap((reader) => [reader, orNull(reader)]).filter(({ name = "" }) => needed.has(name));
}

function scalarReader({ name, type, test, expected }: Reader): FunctionText {
  return {
    name,
    parameters: FIELD,
    returnType: type,
    statements: `const value = row.values[field];
if (${test}) {
  return refuse(row.path, field, \`expected ${expected}, got \${describe(value)}\`);
}
return value;`,
  };
}

const categoryReader: FunctionText = {
  name: CATEGORY,
  typeParameters: ["T extends string"],
  parameters: [...FIELD, { name: "known", type: "readonly T[]" }],
  returnType: "T",
  statements: `const value = row.values[field];
const category = known.find((one) => one === value);
if (category !== undefined) return category;
const names = known.map((one) => JSON.stringify(one)).join(", ");
return refuse(row.path, field, \`expected one of \${names}, got \${describe(value)}\`);`,
};

/** The same reader for a column with missing values. */
function orNull({ name, parameters = [], returnType, ...reader }: FunctionText): FunctionText {
  const args = parameters.map((parameter) => parameter.name).join(", ");
  return {
    ...reader,
    name: `${name}OrNull`,
    parameters,
    returnType: `${String(returnType)} | null`,
    statements: `return row.values[field] === null ? null : ${name}(${args});`,
  };
}

/** What words every refusal of a field. */
function refuse({ error }: ClientNames): FunctionText {
  return {
    name: "refuse",
    parameters: [
      { name: "path", type: "string" },
      { name: "field", type: "string" },
      { name: "problem", type: "string" },
    ],
    returnType: "never",
    statements: `throw new ${error}(fieldPath(path, field), problem);`,
  };
}

/** Long names are cut: they may come from anybody. */
const fieldPath: FunctionText = {
  name: "fieldPath",
  parameters: [
    { name: "path", type: "string" },
    { name: "field", type: "string" },
  ],
  returnType: "string",
  statements: `return /^[A-Za-z_$][\\w$]*$/.test(field)
  ? \`\${path}.\${field}\`
  : \`\${path}[\${JSON.stringify(field.slice(0, 60))}]\`;`,
};

/** Long strings are cut, too. */
const describe: FunctionText = {
  name: "describe",
  parameters: [{ name: "value", type: "unknown" }],
  returnType: "string",
  statements: `if (typeof value === "string") {
  return JSON.stringify(value.length > 60 ? \`\${value.slice(0, 60)}…\` : value);
}
if (Array.isArray(value)) return "an array";
if (typeof value === "object" && value !== null) return "an object";
return typeof value === "function" ? "a function" : String(value);`,
};

/** The functions that run the model. */
export function predictor(names: ClientNames, signature: Signature): FunctionText[] {
  const { classes } = signature.output;
  return [
    predict(names, signature),
    toTensors(names, signature),
    ...columnMakers(signature),
    toOutputs(names, signature),
    ...(classes === undefined ? [] : [toClass(names, classes)]),
  ];
}

function predict(names: ClientNames, { output }: Signature): FunctionText {
  return {
    name: "predict",
    isAsync: true,
    parameters: [
      { name: "session", type: "InferenceSession" },
      { name: "rows", type: "unknown" },
    ],
    returnType: `Promise<${names.output}[]>`,
    statements: `const inputs = parseRows(rows);
if (inputs.length === 0) return [];
const { inputNames, outputNames } = session;
const feeds = Object.fromEntries(toTensors(inputs).map((one, at) => [inputNames[at] ?? "", one]));
const wanted = outputNames.slice(0, ${scoredClasses(output).length === 0 ? 1 : 2});
const results = await session.run(feeds, wanted);
return toOutputs(wanted.map((name) => results[name]?.data ?? []));`,
  };
}

function toTensors(names: ClientNames, signature: Signature): FunctionText {
  const { layout, inputs } = signature;
  const parameters: Parameters = [{ name: "rows", type: `readonly ${names.input}[]` }];
  const base = { name: "toTensors", parameters, returnType: "Tensor[]" };
  if (layout === "columns") {
    const items = inputs.map((column) => {
      const { name } = MAKERS[inputTensorType(column, signature)];
      return `${name}(rows.map((row) => ${propertyAccess("row", column.name)}))`;
    });
    return {
      ...base,
      docs: ["One tensor a column, in the order of the model's inputs."],
      statements: listed({ open: "return [", close: "];" }, items, 2),
    };
  }
  const cells = listed({ open: "const cells = rows.flatMap((row) => [", close: "]);" }, inputs.map(matrixCell), 2);
  return {
    ...base,
    docs: ["One tensor, rows by columns."],
    statements: `${cells}
return [new Tensor("${matrixTensorType(signature)}", cells, [rows.length, ${inputs.length}])];`,
  };
}

function matrixCell(column: InputColumn): string {
  const field = propertyAccess("row", column.name);
  if (column.type === "string") return column.nullable ? `${field} ?? ""` : field;
  if (column.type === "boolean") return `Number(${field}${column.nullable ? " ?? NaN" : ""})`;
  return column.nullable ? `${field} ?? NaN` : field;
}

interface Maker {
  readonly name: string;
  readonly item: string;
  /** Its value in the tensor; absent: as it is. */
  readonly value?: string;
  readonly doc?: string;
}

const FLOATS: Maker = {
  name: "floats",
  item: "number | boolean | null",
  value: "Number(value ?? NaN)",
  doc: "A missing number is NaN to the model.",
};

const MAKERS: Readonly<Record<InputTensorType, Maker>> = {
  float32: FLOATS,
  float64: FLOATS,
  int64: { name: "integers", item: "number", value: "BigInt(value)" },
  string: { name: "texts", item: "string | null", value: 'value ?? ""', doc: "A missing text is empty to the model." },
  bool: { name: "flags", item: "boolean" },
};

function columnMakers(signature: Signature): FunctionText[] {
  const { layout, inputs } = signature;
  const all = inputs.map((column) => inputTensorType(column, signature));
  const types = layout === "matrix" ? [] : [...new Set(all)].sort();
  return types.map((type) => {
    const { name, item, value, doc } = MAKERS[type];
    const values = value === undefined ? "column" : `column.map((value) => ${value})`;
    return {
      name,
      ...(doc === undefined ? {} : { docs: [doc] }),
      parameters: [{ name: "column", type: item.includes(" ") ? `readonly (${item})[]` : `readonly ${item}[]` }],
      returnType: "Tensor",
      statements: `const values = ${values};\nreturn new Tensor("${type}", values, [column.length, 1]);`,
    };
  });
}

function toOutputs(names: ClientNames, { output }: Signature): FunctionText {
  const classes = scoredClasses(output);
  const scores = classes.map(
    (name, at) => `    ${propertyName(name)}: Number(scores[row * ${classes.length}${at === 0 ? "" : ` + ${at}`}]),`,
  );
  const [results, index, probabilities] =
    classes.length === 0
      ? ["[labels = []]", "", []]
      : ["[labels = [], scores = []]", ", row", ["  probabilities: {", ...scores, "  },"]];
  return {
    name: "toOutputs",
    parameters: [{ name: results, type: "readonly Column[]" }],
    returnType: `${names.output}[]`,
    statements: [
      `return Array.from(labels, (label${index}) => ({`,
      `  prediction: ${predictionOf(output)},`,
      ...probabilities,
      "}));",
    ].join("\n"),
  };
}

/** The keys of the probabilities, in the model's order; none if the client gives no probabilities. */
export function scoredClasses(output: OutputColumn): readonly string[] {
  if (!output.probabilities) return [];
  return output.classes?.map(String) ?? (output.type === "boolean" ? ["false", "true"] : []);
}

function predictionOf({ type, classes }: OutputColumn): string {
  if (classes !== undefined) return "toClass(label)";
  if (type === "boolean") return "Number(label) === 1";
  return type === "string" ? "String(label)" : "Number(label)";
}

function toClass(names: ClientNames, classes: readonly (string | number)[]): FunctionText {
  const brackets = { open: `const classes: readonly ${names.prediction}[] = [`, close: "];" };
  const literals = classes.map((name) => (typeof name === "string" ? quoted(name) : name));
  return {
    name: "toClass",
    parameters: [{ name: "label", type: "string | number | bigint" }],
    returnType: names.prediction,
    statements: `${listed(brackets, literals, 2)}
const known = classes.find((name) => String(name) === String(label));
if (known === undefined) {
  throw new Error(\`The model gave the class \${label}, which this client does not know.\`);
}
return known;`,
  };
}
