import { existsSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Clients, ClientWriter } from "../core/host";
import { scoringClient } from "../core/typescript/scoringClient";

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
  return {
    write: (options) =>
      new Promise((resolve, reject) => {
        thread.ref();
        thread.once("message", resolve);
        thread.once("error", reject);
        thread.once("exit", () => reject(new Error("The thread that writes scoring clients ended.")));
        thread.postMessage(options);
      }),
    // Nothing waits for its end.
    close: async () => void thread.terminate(),
  };
}
