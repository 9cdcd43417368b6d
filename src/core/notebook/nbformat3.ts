/** Notebooks of before 2015, upgraded in memory by the rules of nbformat's own `convert` (nbformat 3 to 4). */
import type { IMimeBundle } from "@jupyterlab/nbformat";
import { asObject, asObjects, asText, asTexts, type Json } from "./json";

/** The notebook in the form of nbformat 4; `undefined` if it has no worksheets. */
export function upgradeNotebook(notebook: Json): Json | undefined {
  if (!Array.isArray(notebook.worksheets)) return undefined;
  const cells = asObjects(notebook.worksheets).flatMap(({ cells }) => asObjects(cells));
  const language = cells.map((cell) => asText(cell.language)).find((name) => name !== undefined);
  const metadata = asObject(notebook.metadata);
  const info = language === undefined ? {} : { language_info: { name: language } };
  return { nbformat: 4, metadata: { ...info, ...metadata }, cells: cells.map(upgradeCell) };
}

function upgradeCell(cell: Json): Json {
  switch (cell.cell_type) {
    case "code":
      return {
        ...cell,
        source: joined(cell.input),
        execution_count: cell.prompt_number,
        outputs: asObjects(cell.outputs).map(upgradeOutput),
      };
    case "heading": {
      const level = typeof cell.level === "number" ? Math.min(6, Math.max(1, cell.level)) : 1;
      const title = joined(cell.source).split("\n").join(" ").trim();
      return { ...cell, cell_type: "markdown", source: `${"#".repeat(level)} ${title}` };
    }
    case "html":
      return { ...cell, cell_type: "markdown", source: joined(cell.source) };
    default:
      return { ...cell, source: joined(cell.source) };
  }
}

function upgradeOutput(output: Json): Json {
  switch (output.output_type) {
    case "pyout":
      return {
        output_type: "execute_result",
        execution_count: output.prompt_number ?? null,
        metadata: asObject(output.metadata),
        data: mimeBundle(output),
      };
    case "display_data":
      return { output_type: "display_data", metadata: asObject(output.metadata), data: mimeBundle(output) };
    case "pyerr":
      return { ...output, output_type: "error" };
    case "stream":
      return { output_type: "stream", name: asText(output.stream) ?? "stdout", text: joined(output.text) };
    default:
      return output;
  }
}

const MIME_TYPES: Readonly<Record<string, string>> = {
  text: "text/plain",
  html: "text/html",
  svg: "image/svg+xml",
  png: "image/png",
  jpeg: "image/jpeg",
  latex: "text/latex",
  json: "application/json",
  javascript: "application/javascript",
};

/** Old outputs have their data beside their other fields, under short names. */
function mimeBundle(output: Json): IMimeBundle {
  const known = Object.entries(MIME_TYPES).filter(([name]) => name in output);
  return Object.fromEntries(known.map(([name, type]) => [type, joined(output[name])]));
}

/** Old writers may have left the line ends out of a list of lines. */
function joined(value: unknown): string {
  if (typeof value === "string") return value;
  const lines = asTexts(value);
  return lines.join(/[\n\r]$/.test(lines[0] ?? "") ? "" : "\n");
}
