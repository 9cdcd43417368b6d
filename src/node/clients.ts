import { existsSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Clients, ClientWriter } from "../core/host";
import { formatTypeScript } from "../core/typescript/format";
import { scoringClient, type ScoringClientOptions } from "../core/typescript/scoringClient";

/** The built thread; code that runs from its sources has none, and writes clients itself. */
const THREAD = join(__dirname, "clientThread.js");

/** Writes clients in a thread of its own: to load ts-morph takes a quarter of a second of nothing else. */
export const nodeClients: Clients = {
  open: () => (existsSync(THREAD) ? openThread() : inProcess),
};

const inProcess: ClientWriter = {
  write: scoringClient,
  close: () => Promise.resolve(),
};

function openThread(): ClientWriter {
  const thread = new Worker(THREAD);
  thread.unref();
  const drafted = (options: ScoringClientOptions): Promise<string> =>
    new Promise((resolve, reject) => {
      thread.ref();
      thread.once("message", resolve);
      thread.once("error", reject);
      thread.once("exit", () => reject(new Error("The thread that drafts scoring clients ended.")));
      thread.postMessage(options);
    });
  return {
    // While the thread drafts, the formatter is loaded here.
    write: async (options) => {
      const [draft] = await Promise.all([drafted(options), formatTypeScript("")]);
      return formatTypeScript(draft);
    },
    // Nothing waits for its end.
    close: async () => void thread.terminate(),
  };
}
