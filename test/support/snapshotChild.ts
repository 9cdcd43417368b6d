/** Takes a snapshot in a process of its own, which a test may kill: prints the result, or the error, as JSON. */
import { join } from "node:path";
import type { DataOptions } from "../../src/app/data";
import { takeSnapshot } from "../../src/app/snapshot";
import { nodeFiles } from "../../src/node/files";
import { nodeHttp } from "../../src/node/http";
import { openStore } from "../../src/node/oci/store";
import { createTables } from "../../src/node/tables";

const options: DataOptions = JSON.parse(process.argv[2] ?? "");
const host = {
  files: nodeFiles,
  http: nodeHttp,
  store: (folder: string) => openStore(join(folder, ".slipway", "store")),
  tables: createTables(),
  progress: { stage: () => undefined, report: () => undefined, note: () => undefined },
  clock: { now: () => new Date() },
};

takeSnapshot(options, host, new AbortController().signal).then(
  (result) => process.stdout.write(JSON.stringify(result)),
  (error: unknown) => process.stdout.write(JSON.stringify(error)),
);
