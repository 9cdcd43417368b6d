/** Root of the thread that writes scoring clients: it loads what that needs while the extraction goes on. */
import { parentPort } from "node:worker_threads";
import { loadClientTools, scoringClient, type ScoringClientOptions } from "./core/typescript/scoringClient";

parentPort?.on("message", (options: ScoringClientOptions) => {
  void scoringClient(options).then((text) => parentPort?.postMessage(text));
});
void loadClientTools();
