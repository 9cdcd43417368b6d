/** The files behind the calls that read tables. */
import type { Reference } from "../../pipeline";
import type { Diagnostic } from "../../report";
import { csvColumns } from "../../snapshot/csvTable";
import { FETCH_LFS, isLfsPointer } from "../../snapshot/lfsPointer";
import { walk, type SyntaxNode } from "../../python/syntax";
import type { FoundReference } from "../references";
import type { ReadColumns } from "./machine";

/** The text of a file, or why it cannot be had, as part of a sentence. */
export type TableText = { readonly text: string } | { readonly obstacle: string };

/** What says which columns a call gives, and what is wrong with the files. */
export interface Tables {
  readonly read: ReadColumns;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the tables that the notebook reads, once each. */
export async function readTables(
  found: readonly FoundReference[],
  table: ((reference: Reference) => Promise<TableText>) | undefined,
): Promise<Tables> {
  const readers = found.filter(({ reference: { reader } }) => /^pandas\.read_(csv|table)$/.test(reader));
  const texts = new Map<string, TableText>();
  const diagnostics: Diagnostic[] = [];
  for (const { reference } of table === undefined ? [] : readers) {
    if (texts.has(reference.path)) continue;
    const given = (await table?.(reference)) ?? { obstacle: "" };
    const isPointer = "text" in given && isLfsPointer(given.text);
    if (isPointer) diagnostics.push(pointer(reference));
    texts.set(reference.path, isPointer ? { obstacle: `${reference.path} is a pointer of Git LFS` } : given);
  }
  const read: ReadColumns = (call, path, options) => {
    const at = readers.find((one) => standsIn(one, call)) ?? readers.find(({ reference }) => reference.path === path);
    const text = at === undefined ? undefined : texts.get(at.reference.path);
    if (text === undefined) return "which file is read is not known";
    if ("obstacle" in text) return text.obstacle;
    return csvColumns(text.text, options) ?? `${at?.reference.path ?? "the file"} does not look as pandas reads it`;
  };
  return { read, diagnostics };
}

function pointer({ path, reader, cell, line }: Reference): Diagnostic {
  return {
    code: "data.lfs-pointer",
    severity: "warning",
    cell,
    line,
    message: `${reader} reads ${path}, which is a pointer of Git LFS and not the data: nothing is known of its columns.`,
    hint: FETCH_LFS,
  };
}

/** True if a reference's path stands in this very call. */
export function standsIn({ statement, reference: { literal } }: FoundReference, call: SyntaxNode): boolean {
  const isPath = ({ start, end }: SyntaxNode): boolean => start === literal.start && end === literal.end;
  return walk(call).some(isPath) && walk(statement.node).includes(call);
}
