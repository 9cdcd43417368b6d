/** The files behind the calls that read tables. */
import type { Reference } from "../../pipeline";
import { csvColumns } from "../../snapshot/csvTable";
import { walk, type SyntaxNode } from "../../python/syntax";
import type { FoundReference } from "../references";
import type { ReadColumns } from "./machine";

/** The text of a file, or why it cannot be had, as part of a sentence. */
export type TableText = { readonly text: string } | { readonly obstacle: string };

/** Reads the tables that the notebook reads, once each; gives what says which columns a call gives. */
export async function readTables(
  found: readonly FoundReference[],
  table: ((reference: Reference) => Promise<TableText>) | undefined,
): Promise<ReadColumns> {
  const readers = found.filter(({ reference: { reader } }) => /^pandas\.read_(csv|table)$/.test(reader));
  const texts = new Map<string, TableText>();
  for (const { reference } of table === undefined ? [] : readers) {
    if (!texts.has(reference.path)) texts.set(reference.path, (await table?.(reference)) ?? { obstacle: "" });
  }
  return (call, path, options) => {
    const at = readers.find((one) => standsIn(one, call)) ?? readers.find(({ reference }) => reference.path === path);
    const text = at === undefined ? undefined : texts.get(at.reference.path);
    if (text === undefined) return "which file is read is not known";
    if ("obstacle" in text) return text.obstacle;
    return csvColumns(text.text, options) ?? `${at?.reference.path ?? "the file"} does not look as pandas reads it`;
  };
}

/** True if a reference's path stands in this very call. */
export function standsIn({ statement, reference: { literal } }: FoundReference, call: SyntaxNode): boolean {
  const isPath = ({ start, end }: SyntaxNode): boolean => start === literal.start && end === literal.end;
  return walk(call).some(isPath) && walk(statement.node).includes(call);
}
