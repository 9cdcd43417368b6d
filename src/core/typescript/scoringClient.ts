import type {
  ClassDeclarationStructure,
  InterfaceDeclarationStructure,
  OptionalKind,
  PropertySignatureStructure,
  StructureKind,
  TypeAliasDeclarationStructure,
} from "ts-morph";
import type { InputColumn, OutputColumn, Signature } from "../pipeline";
import { union } from "./layout";
import { commentText, pascalCase, propertyName, quoted } from "./names";
import {
  COLUMN_TYPE,
  loader,
  parsers,
  predictor,
  rowStatements,
  scoredClasses,
  type ClientNames,
  type FunctionText,
} from "./scoringFunctions";

const HEADER =
  '// Made by Slipway from the model of the pipeline "NAME". Not to be edited: it is written anew with each model.';

const HEADER_START = HEADER.slice(0, HEADER.indexOf("NAME"));

/** True if Slipway wrote the file with this text, for whatever model. */
export function isScoringClient(text: string): boolean {
  return text.startsWith(HEADER_START);
}

/** What the client is made from. */
export interface ScoringClientOptions {
  /** Name of the pipeline; the client's types are named for it. */
  readonly pipeline: string;
  readonly signature: Signature;
  /** Where its ranges were seen: in the files, before anything was run, or (default) in the rows that the model was trained on. */
  readonly seen?: "data" | "training";
}

/**
 * The text of `scoring.ts`: a typed client that loads the ONNX model with onnxruntime-node and refuses bad input with the
 * field's path. It turns rows into tensors as `Signature` says.
 */
export async function scoringClient(options: ScoringClientOptions): Promise<string> {
  const { Project, IndentationText, StructureKind } = await import("ts-morph");
  const project = new Project({
    useInMemoryFileSystem: true,
    manipulationSettings: { indentationText: IndentationText.TwoSpaces },
  });
  const { signature, seen = "training" } = options;
  const names = namesOf(options);
  const asFunction = (one: FunctionText) => structure(StructureKind.Function, one);
  const classes = classType(names, signature.output);
  // All at once: each change of a file that is there has it parsed anew.
  const file = project.createSourceFile("scoring.ts", {
    statements: [
      {
        kind: StructureKind.ImportDeclaration,
        moduleSpecifier: "onnxruntime-node",
        namedImports: ["InferenceSession", "Tensor"],
      },
      { kind: StructureKind.Interface, ...inputInterface(names, signature, seen) },
      ...(classes === undefined ? [] : [structure(StructureKind.TypeAlias, classes)]),
      { kind: StructureKind.Interface, ...outputInterface(names, signature.output) },
      { kind: StructureKind.Class, ...errorClass(names) },
      { kind: StructureKind.Interface, ...modelInterface(names) },
      rowStatements(names, signature),
      ...[loader(names, signature), ...parsers(names, signature)].map(asFunction),
      COLUMN_TYPE,
      ...predictor(names, signature).map(asFunction),
    ],
  });
  // Before a type that begins on the next line stands a blank.
  const text = file.getFullText().replace(/ +$/gm, "");
  return `${HEADER.replace("NAME", options.pipeline)}\n${text}`;
}

function structure<K extends StructureKind, T>(kind: K, content: T): T & { readonly kind: K } {
  return { ...content, kind };
}

/** Loads what writing a client takes, which is most of its time. */
export async function loadClientWriter(): Promise<void> {
  await import("ts-morph");
}

function namesOf({ pipeline, signature }: ScoringClientOptions): ClientNames {
  const prefix = pascalCase(pipeline);
  const { output } = signature;
  return {
    input: `${prefix}Input`,
    output: `${prefix}Output`,
    error: `${prefix}InputError`,
    model: `${prefix}Model`,
    prediction: output.classes === undefined ? scalarType(output) : `${prefix}Class`,
  };
}

const RANGES = {
  data: ["The ranges are those of the data that the notebook reads", "in the data"],
  training: ["The ranges are those of the training data", "in training"],
} as const;

function inputInterface(
  names: ClientNames,
  { inputs }: Signature,
  seen: keyof typeof RANGES,
): OptionalKind<InterfaceDeclarationStructure> {
  const [ranges, where] = RANGES[seen];
  return {
    name: names.input,
    isExported: true,
    docs: [`One row for the model. ${ranges}; values outside of them are accepted.`],
    properties: inputs.map((column) => inputProperty(column, where)),
  };
}

function classType(
  names: ClientNames,
  { name, classes, meaning }: OutputColumn,
): OptionalKind<TypeAliasDeclarationStructure> | undefined {
  if (classes === undefined) return undefined;
  const of = meaning === undefined ? `The classes of \`${commentText(name)}\`` : `The classes: ${commentText(meaning)}`;
  const type = union(`export type ${names.prediction} = `, literals(classes), 0);
  return { name: names.prediction, isExported: true, docs: [`${of}.`], type };
}

function inputProperty(column: InputColumn, where: string): OptionalKind<PropertySignatureStructure> {
  const name = propertyName(column.name);
  const types = column.categories === undefined ? [scalarType(column)] : literals(column.categories);
  const type = union(`readonly ${name}: `, [...types, ...(column.nullable ? ["null"] : [])], 2);
  const remarks = [
    ...(column.meaning === undefined ? [] : [commentText(column.meaning)]),
    ...(column.type === "integer" ? ["a whole number"] : []),
    ...(column.range === undefined ? [] : [`${column.range[0]} to ${column.range[1]} ${where}`]),
    ...(column.nullable ? ["`null` where it is missing"] : []),
  ].join("; ");
  return {
    name,
    isReadonly: true,
    type,
    ...(remarks === "" ? {} : { docs: [`${remarks.charAt(0).toUpperCase()}${remarks.slice(1)}.`] }),
  };
}

function scalarType(column: InputColumn | OutputColumn): string {
  return column.type === "integer" ? "number" : column.type;
}

function literals(values: readonly (string | number)[]): readonly string[] {
  return values.length === 0
    ? ["never"]
    : values.map((value) => (typeof value === "string" ? quoted(value) : String(value)));
}

function outputInterface(names: ClientNames, output: OutputColumn): OptionalKind<InterfaceDeclarationStructure> {
  const prediction = {
    name: "prediction",
    isReadonly: true,
    type: names.prediction,
    docs: [predictionText(output)],
  };
  const key = output.type === "boolean" ? '"false" | "true"' : names.prediction;
  const probabilities = {
    name: "probabilities",
    isReadonly: true,
    type: `Readonly<Record<${key}, number>>`,
    docs: ["Probability of each class, from 0 to 1."],
  };
  return {
    name: names.output,
    isExported: true,
    docs: ["What the model says of one row."],
    properties: scoredClasses(output).length > 0 ? [prediction, probabilities] : [prediction],
  };
}

/** Labels that were computed keep the name of their column, but are no longer what it says. */
function predictionText({ name, meaning }: OutputColumn): string {
  return meaning === undefined
    ? `The model's \`${commentText(name)}\`.`
    : `Not \`${commentText(name)}\` itself: ${commentText(meaning)}.`;
}

function errorClass({ error }: ClientNames): OptionalKind<ClassDeclarationStructure> {
  return {
    name: error,
    isExported: true,
    docs: ["A row was refused before the model saw it. The message begins with the field's path: `rows[3].name`."],
    extends: "Error",
    properties: [{ name: "path", type: "string", isReadonly: true }],
    ctors: [
      {
        parameters: [
          { name: "path", type: "string" },
          { name: "problem", type: "string" },
        ],
        statements: `super(\`\${path}: \${problem}\`);\nthis.name = "${error}";\nthis.path = path;`,
      },
    ],
  };
}

function modelInterface(names: ClientNames): OptionalKind<InterfaceDeclarationStructure> {
  return {
    name: names.model,
    isExported: true,
    docs: ["A loaded model."],
    methods: [
      {
        name: "predict",
        parameters: [{ name: "rows", type: `readonly ${names.input}[]` }],
        returnType: `Promise<${names.output}[]>`,
        docs: [`One result a row, in their order. Rejects with \`${names.error}\` if a row is not as it should be.`],
      },
      { name: "dispose", returnType: "Promise<void>", docs: ["Frees the model's memory."] },
    ],
  };
}
