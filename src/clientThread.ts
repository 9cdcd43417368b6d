/** Root of the thread that drafts scoring clients: it loads ts-morph while the extraction goes on. */
import { parentPort } from "node:worker_threads";
import { clientDraft, loadDrafter, type ScoringClientOptions } from "./core/typescript/scoringClient";

parentPort?.on("message", (options: ScoringClientOptions) => {
  void clientDraft(options).then((text) => parentPort?.postMessage(text));
});
void loadDrafter();
