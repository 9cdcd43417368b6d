/** What the files that a notebook reads show of its tables and its model. */
import type { FoundReference } from "../references";
import { fitOf } from "../scoring";
import type { Candidate } from "../fits";
import type { Analysed } from "../target";
import type { Statement } from "../../python/program";
import type { Diagnostic } from "../../report";
import { clientFacts, type ClientFindings } from "./client";
import { expectedTables, type ExpectedTable } from "./expected";
import { followStatements, newMachine } from "./statements";
import { readTables } from "./tables";

/** What was found. */
export interface Sight {
  /** Absent where no fit of a model can be seen. */
  readonly client?: ClientFindings;
  readonly tables: readonly ExpectedTable[];
  /** What is wrong with the files. */
  readonly unread: readonly Diagnostic[];
}

/** A notebook's slice, and what it reads. */
interface Looked {
  readonly analysed: Analysed;
  readonly slice: { readonly kept: readonly Statement[] };
  readonly references: { readonly found: readonly FoundReference[] };
}

/** Follows the kept statements up to the fit, and on to the last table that is read. */
export async function lookAtTables(
  model: Candidate | undefined,
  { analysed, slice: { kept }, references: { found } }: Looked,
  table: Parameters<typeof readTables>[1],
): Promise<Sight> {
  const fit = model === undefined ? undefined : fitOf(model, analysed);
  const last = table === undefined ? -1 : Math.max(-1, ...found.map(({ statement }) => statement.index));
  const fitted = fit?.statement.index ?? 0;
  const { read, diagnostics: unread } = await readTables(found, table);
  const machine = newMachine(analysed.knowledge, read);
  followStatements(
    kept.filter(({ index }) => index < fitted),
    machine,
  );
  const client = fit === undefined ? model && unseen(model) : clientFacts(fit, machine);
  followStatements(
    kept.filter(({ index }) => index >= fitted && index <= last),
    machine,
  );
  const tables = expectedTables(machine, found, kept, client?.given ?? []);
  return { tables, unread, ...(client === undefined ? {} : { client }) };
}

/** Where no fit can be seen, nothing is known of what goes in. */
function unseen({ statement: { cell, line } }: Candidate): ClientFindings {
  const reason = "what the model is fitted on is not known";
  return { facts: { obstacle: { cell, line, reason } }, diagnostics: [], given: [], taken: new Set() };
}
