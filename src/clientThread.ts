/** Root of the thread that writes scoring clients: it loads ts-morph while the extraction goes on. */
import { parentPort } from "node:worker_threads";
import { loadClientWriter, scoringClient, type ScoringClientOptions } from "./core/typescript/scoringClient";

parentPort?.on("message", (options: ScoringClientOptions) => {
  void scoringClient(options).then((text) => parentPort?.postMessage(text));
});
void loadClientWriter();
