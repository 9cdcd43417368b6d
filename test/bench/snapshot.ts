import { createHash } from "node:crypto";
import { createReadStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { takeSnapshot, type SnapshotHost } from "../../src/app/snapshot";
import type { Reference } from "../../src/core/pipeline";
import { nodeFiles } from "../../src/node/files";
import { nodeHttp } from "../../src/node/http";
import { openStore } from "../../src/node/oci/store";
import { createTables } from "../../src/node/tables";
import { alternate, milliseconds, rate, type Row } from "./measure";
import { surveyCsv } from "./places";

const ROUNDS = 3;

const reference: Reference = {
  name: "survey",
  kind: "file",
  path: "survey-256.csv",
  place: "survey.csv",
  reader: "pd.read_csv",
  cell: 1,
  line: 1,
  literal: { start: 0, end: 0 },
};

/** Storing and profiling a large table, beside one plain pass of sha256 over it. */
export async function snapshot(): Promise<readonly Row[]> {
  const path = await surveyCsv();
  const bytes = statSync(path).size;
  const tables = createTables();
  const workspace = mkdtempSync(join(dirname(path), "workspace-"));
  const host: SnapshotHost = {
    files: nodeFiles,
    http: nodeHttp,
    store: (folder) => openStore(join(folder, ".slipway/store")),
    tables,
    progress: { stage: () => undefined, report: () => undefined, note: () => undefined },
    clock: { now: () => new Date() },
  };
  const take = (using: SnapshotHost): Promise<unknown> => {
    const options = { workspace, notebook: join(dirname(path), "survey.ipynb"), references: [reference] };
    return takeSnapshot(options, using, new AbortController().signal);
  };
  const forget = (): void => rmSync(join(workspace, ".slipway"), { recursive: true, force: true });
  try {
    const times = await alternate(ROUNDS, {
      hash: () => sha256(path),
      store: { before: forget, work: () => take({ ...host, tables: { profile: async () => undefined } }) },
      summarize: () => summarize(path),
      first: { before: forget, work: () => take(host) },
      again: () => take(host),
    });
    const yardstick = { name: "sha256", ...rate(bytes, times.hash) };
    const profile = milliseconds(times.first - times.store);
    return [
      { figure: "snapshot, storing", value: rate(bytes, times.store), yardstick, reach: ">= 0.5 x" },
      { figure: "snapshot, storing and profiling", value: rate(bytes, times.first), yardstick },
      {
        figure: "profile",
        value: profile,
        yardstick: { name: "SUMMARIZE", ...milliseconds(times.summarize) },
        reach: "<= 0.5 x",
      },
      {
        figure: "snapshot, unchanged",
        value: milliseconds(times.again),
        yardstick: { name: "sha256", ...milliseconds(times.hash) },
        reach: "<= 50 ms",
      },
    ];
  } finally {
    rmSync(workspace, { recursive: true });
  }
}

async function sha256(path: string): Promise<void> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk as Buffer);
  hash.digest();
}

async function summarize(path: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:", { memory_limit: "1GB" });
  const connection = await instance.connect();
  await connection.runAndReadAll("SELECT * FROM (SUMMARIZE FROM read_csv($path))", { path });
  connection.closeSync();
  instance.closeSync();
}
