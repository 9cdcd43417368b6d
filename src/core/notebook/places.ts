/** From cells and lines to the files that people open. */
import { SlipwayError } from "../errors";
import type { Extraction } from "../pipeline";
import type { Notebook } from "./notebook";

interface At {
  readonly cell?: number;
  readonly line?: number;
}

/** A place of the notebook as a place of the file that the cell stands in. */
function placeInFile<T extends At>(
  at: T,
  { cells }: Notebook,
): T & { readonly file?: string; readonly fileLine?: number } {
  const cell = cells.find(({ number }) => number === at.cell);
  const { origin, fileLine, fileLines } = cell ?? {};
  const line = Math.max(1, at.line ?? 1);
  return {
    ...at,
    ...(origin !== undefined && { file: origin.file, cell: origin.cell }),
    ...(fileLine !== undefined && { fileLine: fileLines?.[line - 1] ?? fileLine + line - 1 }),
  };
}

function clientInFile({ client }: Extraction, notebook: Notebook): Pick<Extraction, "client"> {
  if (client?.obstacle === undefined) return {};
  return { client: { ...client, obstacle: placeInFile(client.obstacle, notebook) } };
}

/**
 * What `extract` makes of a notebook, with its findings and its errors told in the file that holds the cell: with the line of the file
 * where that is text, and with its path where the notebook runs it.
 */
export async function toldInFiles(notebook: Notebook, extract: () => Promise<Extraction>): Promise<Extraction> {
  try {
    const extraction = await extract();
    const diagnostics = [...(notebook.findings ?? []), ...extraction.diagnostics];
    return {
      ...extraction,
      ...clientInFile(extraction, notebook),
      diagnostics: diagnostics.map((diagnostic) => placeInFile(diagnostic, notebook)),
    };
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.place?.cell === undefined) throw error;
    const { kind, code, message, place, hint, candidates, cause } = error;
    const details = { place: placeInFile(place, notebook), candidates, cause, ...(hint === undefined ? {} : { hint }) };
    throw new SlipwayError(kind, code, message, details);
  }
}
