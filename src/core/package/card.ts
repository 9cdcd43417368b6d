/** The model card: what a person wants to know of a package, in Markdown. Facts only, and no time among them. */
import { MODULE_FILE, type InputColumn, type Language, type OutputColumn, type Signature } from "../pipeline";
import type { SnapshotFile } from "../snapshot/manifest";
import type { PackageFacts } from "./modelpack";

/** What the card tells: the facts of the package, and what its files say. */
export interface CardFacts extends PackageFacts {
  /** Absent where there is no ONNX model. */
  readonly signature: Signature | undefined;
  /** Files of the snapshot. */
  readonly data: readonly SnapshotFile[];
  /** Language with its version, as far as it is known. */
  readonly runtime: string | undefined;
  /** Packages with their versions. */
  readonly packages: Readonly<Record<string, string>>;
  /** Paths of the package's files. */
  readonly files: readonly string[];
}

const LANGUAGES: Readonly<Record<Language, string>> = { python: "Python", typescript: "TypeScript" };

/** Writes the card. */
export function modelCard(facts: CardFacts): string {
  const parts = [
    introduction(facts),
    metricsPart(facts.metrics),
    facts.signature === undefined ? [] : signaturePart(facts.signature),
    dataPart(facts),
    environmentPart(facts),
    usePart(facts),
  ];
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join("\n"))
    .join("\n\n")}\n`;
}

function introduction({ pipeline, language, notebook, signature }: CardFacts): readonly string[] {
  const what = signature === undefined ? "results of a pipeline" : `a model that ${predicts(signature.output)}`;
  return [
    `# ${escape(pipeline)}`,
    "",
    `This package holds ${what}, made by Slipway from the notebook \`${notebook.path}\`.`,
    `The code is ${LANGUAGES[language]} in \`${MODULE_FILE[language]}\`; it gave the notebook's own results when it was validated.`,
    "",
    `- Notebook: \`${notebook.digest}\``,
  ];
}

function predicts({ name, type, classes, meaning }: OutputColumn): string {
  const what = meaning === undefined ? `\`${name}\`` : `\`${meaning}\` (not \`${name}\` itself)`;
  if (classes === undefined) return `predicts ${what}, ${article(type)}`;
  return `predicts ${what}, one of ${classes.map((value) => `\`${value}\``).join(", ")}`;
}

function article(type: OutputColumn["type"]): string {
  return type === "integer" ? "an integer" : `a ${type}`;
}

function metricsPart(metrics: Readonly<Record<string, number>>): readonly string[] {
  const rows = Object.entries(metrics).sort(([a], [b]) => (a < b ? -1 : 1));
  if (rows.length === 0) return [];
  return [
    "## Metrics",
    "",
    ...table(
      ["metric", "value"],
      rows.map(([name, value]) => [name, String(value)]),
    ),
  ];
}

function signaturePart({ inputs, output }: Signature): readonly string[] {
  return [
    "## Inputs and output",
    "",
    ...table(
      ["input", "type", "seen in the data", "may be missing"],
      inputs.map((input) => [nameOf(input), input.type, seen(input), input.nullable ? "yes" : "no"]),
    ),
    "",
    `Output: ${predicts(output)}${output.probabilities ? ", with the probability of each class" : ""}.`,
  ];
}

function nameOf({ name, meaning }: InputColumn): string {
  return meaning === undefined ? name : `${name} (${meaning})`;
}

function seen({ categories, range }: InputColumn): string {
  if (categories !== undefined) return categories.join(", ");
  return range === undefined ? "" : `${range[0]} to ${range[1]}`;
}

function dataPart({ snapshot, data }: CardFacts): readonly string[] {
  if (snapshot === undefined) return ["## Data", "", "The pipeline reads no outside data."];
  const rows = data.map(({ path, size, digest, profile }) => {
    return [path, String(size), profile === undefined ? "" : String(profile.rows), digest];
  });
  return ["## Data", "", `Snapshot \`${snapshot.digest}\`:`, "", ...table(["file", "bytes", "rows", "digest"], rows)];
}

function environmentPart({ runtime, packages }: CardFacts): readonly string[] {
  const rows = Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1));
  if (runtime === undefined && rows.length === 0) return [];
  const versions = rows.length === 0 ? [] : ["", ...table(["package", "version"], rows)];
  return ["## Environment", "", `Validated with ${runtime ?? "these packages"}.`, ...versions];
}

function usePart({ language, files }: CardFacts): readonly string[] {
  const run =
    language === "python"
      ? ["pip install --require-hashes -r requirements.lock", "python pipeline.py --json"]
      : ["deno run --allow-read pipeline.ts --json"];
  const lines = ["## Use", "", "To run the pipeline on the data of the snapshot:", "", "```sh", ...run, "```"];
  if (!files.includes("scoring.ts")) return lines;
  return [
    ...lines,
    "",
    "To ask the model from TypeScript, with `onnxruntime-node` installed:",
    "",
    "```ts",
    `import { loadModel } from "./scoring";`,
    "",
    `const model = await loadModel("model.onnx");`,
    "const predictions = await model.predict(rows);",
    "```",
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(escape).join(" | ")} |`;
  return [line(head), `| ${head.map(() => "---").join(" | ")} |`, ...rows.map(line)];
}

/** Names come from the data: they must not break the table nor become markup. */
function escape(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|#]/g, "\\$&").replace(/\s+/g, " ");
}
