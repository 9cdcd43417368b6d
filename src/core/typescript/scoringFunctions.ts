import type { FunctionDeclarationStructure, OptionalKind, ParameterDeclarationStructure } from "ts-morph";
import type { InputColumn, OutputColumn, Signature } from "../pipeline";
import { inputTensorType, matrixTensorType, type InputTensorType } from "../tensors";
import { propertyAccess, propertyName } from "./names";

/** Names of the client's types. */
export interface ClientNames {
  readonly input: string;
  readonly output: string;
  readonly error: string;
  readonly model: string;
  /** Type of the prediction. */
  readonly prediction: string;
}

type FunctionText = OptionalKind<FunctionDeclarationStructure>;
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
    statements: `
const session = await InferenceSession.create(path, { intraOpNumThreads: 1, interOpNumThreads: 1 });
if (session.inputNames.length !== ${count}) {
  throw new Error(\`\${path} is not the model of this client: it takes \${session.inputNames.length} inputs and not ${count}.\`);
}
return { predict: async (rows) => predict(session, parseRows(rows)), dispose: () => session.release() };`,
  };
}

/** The functions that turn values of unknown origin into rows. */
export function parsers(names: ClientNames, { inputs }: Signature): FunctionText[] {
  return [
    parseRows(names),
    parseRow(names, inputs),
    checkFields(names, inputs),
    ...readers(names, inputs),
    ...SPEAKERS,
  ];
}

const untrusted: Parameters = [
  { name: "value", type: "unknown" },
  { name: "path", type: "string" },
];

function parseRows(names: ClientNames): FunctionText {
  return {
    name: "parseRows",
    isExported: true,
    docs: [`Checks rows of unknown origin, such as the body of a request. Throws \`${names.error}\`.`],
    parameters: [{ name: "rows", type: "unknown" }],
    returnType: `${names.input}[]`,
    statements: `
if (!Array.isArray(rows)) {
  throw new ${names.error}("rows", \`expected an array, got \${describe(rows)}\`);
}
return rows.map((row: unknown, index) => parseRow(row, \`rows[\${index}]\`));`,
  };
}

function parseRow(names: ClientNames, inputs: readonly InputColumn[]): FunctionText {
  const fields = inputs.map((column) => {
    const field = propertyAccess("row", column.name);
    const path = `fieldPath(path, ${JSON.stringify(column.name)})`;
    const parsed =
      column.categories === undefined
        ? `${READERS[column.type].name}(${field}, ${path})`
        : `toCategory(${field}, ${path}, ${JSON.stringify(column.categories)})`;
    return `${propertyName(column.name)}: ${column.nullable ? `${field} === null ? null : ${parsed}` : parsed},`;
  });
  return {
    name: "parseRow",
    parameters: [
      { name: "row", type: "unknown" },
      { name: "path", type: "string" },
    ],
    returnType: names.input,
    statements: `checkFields(row, path);\nreturn {\n${fields.join("\n")}\n};`,
  };
}

function checkFields(names: ClientNames, inputs: readonly InputColumn[]): FunctionText {
  return {
    name: "checkFields",
    docs: ["Every field is there, and no other."],
    parameters: [
      { name: "row", type: "unknown" },
      { name: "path", type: "string" },
    ],
    returnType: `asserts row is Record<keyof ${names.input}, unknown>`,
    statements: `
const fields: readonly string[] = ${JSON.stringify(inputs.map((column) => column.name))};
if (typeof row !== "object" || row === null || Array.isArray(row)) {
  throw new ${names.error}(path, \`expected an object, got \${describe(row)}\`);
}
const missing = fields.find((field) => !Object.hasOwn(row, field));
if (missing !== undefined) throw new ${names.error}(fieldPath(path, missing), "is missing");
const unknown = Object.keys(row).find((field) => !fields.includes(field));
if (unknown !== undefined) throw new ${names.error}(fieldPath(path, unknown), "unknown field");`,
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

/** Only the readers that the columns need. */
function readers(names: ClientNames, inputs: readonly InputColumn[]): FunctionText[] {
  const plain = new Set(inputs.filter((column) => column.categories === undefined).map((column) => column.type));
  const scalars = [...plain].sort().map((type): FunctionText => {
    const reader = READERS[type];
    return {
      name: reader.name,
      parameters: untrusted,
      returnType: reader.type,
      statements: `
if (${reader.test}) {
  throw new ${names.error}(path, \`expected ${reader.expected}, got \${describe(value)}\`);
}
return value;`,
    };
  });
  const category: FunctionText = {
    name: "toCategory",
    typeParameters: ["const T extends string"],
    parameters: [...untrusted, { name: "allowed", type: "readonly T[]" }],
    returnType: "T",
    statements: `
const category = allowed.find((known) => known === value);
if (category !== undefined) return category;
const names = allowed.map((known) => JSON.stringify(known)).join(", ");
throw new ${names.error}(path, \`expected one of \${names}, got \${describe(value)}\`);`,
  };
  return inputs.some((column) => column.categories !== undefined) ? [...scalars, category] : scalars;
}

/** What refusals are worded with. Long strings are cut: they may come from anybody. */
const SPEAKERS: FunctionText[] = [
  {
    name: "fieldPath",
    parameters: [
      { name: "path", type: "string" },
      { name: "field", type: "string" },
    ],
    returnType: "string",
    statements:
      "return /^[A-Za-z_$][\\w$]*$/.test(field) ? `${path}.${field}` : `${path}[${JSON.stringify(field.slice(0, 60))}]`;",
  },
  {
    name: "describe",
    parameters: [{ name: "value", type: "unknown" }],
    returnType: "string",
    statements: `
if (typeof value === "string") {
  return JSON.stringify(value.length > 60 ? \`\${value.slice(0, 60)}…\` : value);
}
if (Array.isArray(value)) return "an array";
if (typeof value === "object" && value !== null) return "an object";
return typeof value === "function" ? "a function" : String(value);`,
  },
];

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
      { name: "rows", type: `readonly ${names.input}[]` },
    ],
    returnType: `Promise<${names.output}[]>`,
    statements: `
if (rows.length === 0) return [];
const tensors = toTensors(rows);
const feeds = Object.fromEntries(tensors.map((tensor, index) => [session.inputNames[index] ?? "", tensor]));
const wanted = session.outputNames.slice(0, ${scoredClasses(output).length === 0 ? 1 : 2});
const results = await session.run(feeds, wanted);
return toOutputs(wanted.map((name) => results[name]?.data ?? []));`,
  };
}

function toTensors(names: ClientNames, signature: Signature): FunctionText {
  const { layout, inputs } = signature;
  const parameters: Parameters = [{ name: "rows", type: `readonly ${names.input}[]` }];
  const base = { name: "toTensors", parameters, returnType: "Tensor[]" };
  if (layout === "columns") {
    const items = inputs.map(
      (column) =>
        `${MAKERS[inputTensorType(column, signature)].name}(rows.map((row) => ${columnCell(column, signature)})),`,
    );
    return {
      ...base,
      docs: ["One tensor a column, in the order of the model's inputs."],
      statements: `return [\n${items.join("\n")}\n];`,
    };
  }
  const cells = inputs.map(matrixCell).join(", ");
  return {
    ...base,
    docs: ["One tensor, rows by columns."],
    statements: `
const cells = rows.flatMap((row) => [${cells}]);
return [new Tensor("${matrixTensorType(signature)}", cells, [rows.length, ${inputs.length}])];`,
  };
}

function columnCell(column: InputColumn, signature: Signature): string {
  const field = propertyAccess("row", column.name);
  if (column.type !== "boolean" || inputTensorType(column, signature) === "bool") return field;
  return column.nullable ? `${field} === null ? null : Number(${field})` : `Number(${field})`;
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
  readonly tensor: string;
  readonly doc?: string;
}

const FLOATS: Maker = {
  name: "floats",
  item: "number | null",
  tensor: "column.map((value) => value ?? NaN)",
  doc: "A missing number is NaN to the model.",
};

const MAKERS: Readonly<Record<InputTensorType, Maker>> = {
  float32: FLOATS,
  float64: FLOATS,
  int64: { name: "integers", item: "number", tensor: "column.map(BigInt)" },
  string: {
    name: "texts",
    item: "string | null",
    tensor: 'column.map((value) => value ?? "")',
    doc: "A missing text is empty to the model.",
  },
  bool: { name: "flags", item: "boolean", tensor: "column" },
};

function columnMakers(signature: Signature): FunctionText[] {
  const { layout, inputs } = signature;
  const all = inputs.map((column) => inputTensorType(column, signature));
  const types = layout === "matrix" ? [] : [...new Set(all)].sort();
  return types.map((type) => {
    const { name, item, tensor, doc } = MAKERS[type];
    return {
      name,
      ...(doc === undefined ? {} : { docs: [doc] }),
      parameters: [{ name: "column", type: item.includes(" ") ? `readonly (${item})[]` : `readonly ${item}[]` }],
      returnType: "Tensor",
      statements: `return new Tensor("${type}", ${tensor}, [column.length, 1]);`,
    };
  });
}

function toOutputs(names: ClientNames, { output }: Signature): FunctionText {
  const classes = scoredClasses(output);
  const scores = classes.map(
    (name, at) => `${propertyName(name)}: Number(scores[row * ${classes.length}${at === 0 ? "" : ` + ${at}`}]),`,
  );
  const [results, index, probabilities] =
    classes.length === 0
      ? ["[labels = []]", "", ""]
      : ["[labels = [], scores = []]", ", row", `probabilities: {\n${scores.join("\n")}\n},`];
  return {
    name: "toOutputs",
    parameters: [{ name: results, type: "readonly ArrayLike<string | number | bigint>[]" }],
    returnType: `${names.output}[]`,
    statements: `
return Array.from(labels, (label${index}) => ({
  prediction: ${predictionOf(output)},
  ${probabilities}
}));`,
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
  return {
    name: "toClass",
    parameters: [{ name: "label", type: "string | number | bigint" }],
    returnType: names.prediction,
    statements: `
const classes: readonly ${names.prediction}[] = ${JSON.stringify(classes)};
const known = classes.find((name) => String(name) === String(label));
if (known === undefined) {
  throw new Error(\`The model gave the class \${label}, which this client does not know.\`);
}
return known;`,
  };
}
