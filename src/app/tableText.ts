/** The tables that a notebook reads, as extraction looks into them. */
import { resolve, dirname } from "node:path";
import { SlipwayError } from "../core/errors";
import type { TableText } from "../core/extract/frames/tables";
import type { Host } from "../core/host";
import type { Reference } from "../core/pipeline";

/** Larger files are left to the validation: extraction has to be quick. */
const MAX_TABLE = 32 * 1024 * 1024;

/** The text of the file that a reference of the notebook at `notebook` (absolute) reads. */
export async function tableText(
  notebook: string,
  { kind, path }: Reference,
  { files }: Pick<Host, "files">,
): Promise<TableText> {
  if (kind === "url") return { obstacle: "the data is on the web" };
  if (!/\.(csv|tsv|txt|data|dat)$/i.test(path)) return { obstacle: `${path} is not looked into` };
  try {
    const file = resolve(dirname(notebook), path);
    const stat = await files.stat(file);
    if (stat?.kind !== "file") return { obstacle: `there is no ${path}` };
    if (stat.size > MAX_TABLE) return { obstacle: `${path} is larger than ${MAX_TABLE / 1024 / 1024} MB` };
    return { text: (await files.readText(file)) ?? "" };
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    return { obstacle: `${path} cannot be read` };
  }
}
