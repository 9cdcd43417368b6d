import { join } from "node:path";
import type { Document } from "yaml";
import type * as z from "zod";
import { configSchema, type Config } from "../core/config";
import { inputError, type SlipwayError } from "../core/errors";
import type { Host } from "../core/host";
import { describeIssues } from "../core/issues";

/** The name of the configuration file, at the top of the workspace. */
export const CONFIG_FILE = "slipway.yaml";

/** Reads `slipway.yaml`; a workspace without one has the empty configuration. Throws an input error with the line. */
export async function readConfig(workspace: string, host: Pick<Host, "files">): Promise<Config> {
  const file = join(workspace, CONFIG_FILE);
  const text = await host.files.readText(file);
  if (text === undefined) return {};
  const { LineCounter, parseDocument } = await import("yaml");
  const lines = new LineCounter();
  const document = parseDocument(text, { uniqueKeys: true, lineCounter: lines });
  const [error] = document.errors;
  if (error !== undefined) {
    // the parser's words end with the place and a picture of the line
    const why = (error.message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:$/, "");
    throw invalid(`is not YAML: ${why}.`, error.linePos?.[0].line);
  }
  const parsed = configSchema.safeParse(document.toJS({ maxAliasCount: 20 }) ?? {});
  if (parsed.success) return parsed.data;
  const offset = await offsetOf(document, parsed.error);
  throw invalid(
    `is not valid: ${describeIssues(parsed.error)}`,
    offset === undefined ? undefined : lines.linePos(offset).line,
  );
}

function invalid(what: string, line: number | undefined): SlipwayError {
  const place = { file: CONFIG_FILE, ...(line === undefined ? {} : { line }) };
  return inputError("CONFIG_INVALID", `${CONFIG_FILE} ${what}`, { place });
}

/** Where the text has the key, or the item of a list, that the first issue is about. */
async function offsetOf(document: Document, { issues: [issue] }: z.ZodError): Promise<number | undefined> {
  const { isCollection, isNode, isPair, isScalar } = await import("yaml");
  if (issue === undefined) return undefined;
  const path = [...issue.path, ...(issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [])];
  const parent = document.getIn(path.slice(0, -1), true);
  if (!isCollection(parent)) return 0;
  const name = path.at(-1);
  const entry = parent.items.find((item, index) =>
    isPair(item) && isScalar(item.key) ? item.key.value === name : index === name,
  );
  const node = isPair(entry) ? entry.key : entry;
  return (isNode(node) ? node : parent).range?.[0];
}
