import { join } from "node:path";
import * as z from "zod";
import { configSchema, type Config } from "../core/config";
import { inputError } from "../core/errors";
import type { Host } from "../core/host";

/** The name of the configuration file, at the top of the workspace. */
export const CONFIG_FILE = "slipway.yaml";

/** Reads `slipway.yaml`; a workspace without one has the empty configuration. Throws an input error with the line. */
export async function readConfig(workspace: string, host: Pick<Host, "files">): Promise<Config> {
  const file = join(workspace, CONFIG_FILE);
  const text = await host.files.readText(file);
  if (text === undefined) return {};
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text, { uniqueKeys: true });
  const [error] = document.errors;
  if (error !== undefined) {
    const line = error.linePos?.[0].line;
    throw inputError("CONFIG_INVALID", `${CONFIG_FILE} is not YAML: ${error.message.split("\n")[0] ?? ""}`, {
      place: { file, ...(line === undefined ? {} : { line }) },
    });
  }
  const parsed = configSchema.safeParse(document.toJS({ maxAliasCount: 20 }) ?? {});
  if (parsed.success) return parsed.data;
  throw inputError("CONFIG_INVALID", `${CONFIG_FILE} is not valid: ${z.prettifyError(parsed.error)}`, {
    place: { file },
  });
}
