import { existsSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Clients, ClientWriter } from "../core/host";
import type { Signature } from "../core/pipeline";
import { formatTypeScript } from "../core/typescript/format";
import { scoringClient } from "../core/typescript/scoringClient";

/** The built thread; code that runs from its sources has none, and writes clients itself. */
const THREAD = join(__dirname, "clientThread.js");

/** Writes clients in a thread of its own: to load ts-morph takes a quarter of a second of nothing else. */
export const nodeClients: Clients = {
  open: () => (existsSync(THREAD) ? openThread() : inProcess),
};

const inProcess: ClientWriter = {
  write: (pipeline, signature) => scoringClient({ pipeline, signature }),
  close: () => Promise.resolve(),
};

function openThread(): ClientWriter {
  const thread = new Worker(THREAD);
  thread.unref();
  const drafted = (pipeline: string, signature: Signature): Promise<string> =>
    new Promise((resolve, reject) => {
      thread.ref();
      thread.once("message", resolve);
      thread.once("error", reject);
      thread.once("exit", () => reject(new Error("The thread that drafts scoring clients ended.")));
      thread.postMessage({ pipeline, signature });
    });
  return {
    // While the thread drafts, the formatter is loaded here.
    write: async (pipeline, signature) => {
      const [draft] = await Promise.all([drafted(pipeline, signature), formatTypeScript("")]);
      return formatTypeScript(draft);
    },
    // Nothing waits for its end.
    close: async () => void thread.terminate(),
  };
}
