/** Root of the editor's face. Nothing is loaded here but thin code: the work is done in the worker process. */
import { join } from "node:path";
import { window, type ExtensionContext } from "vscode";
import { createCellProblems } from "./vscode/cellProblems";
import { registerCommands } from "./vscode/command";
import { COMMANDS } from "./vscode/commands";
import { createCredentialStore } from "./vscode/credentials";
import { createWorkerClient } from "./vscode/workerClient";

const IDLE_SECONDS = 120;
const OBEY_SECONDS = 5;

export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel("Slipway", { log: true });
  const worker = createWorkerClient({
    script: join(context.extensionPath, "dist", "worker.js"),
    log: (line) => log.debug(line),
    idleSeconds: IDLE_SECONDS,
    obeySeconds: OBEY_SECONDS,
  });
  const problems = createCellProblems();
  const credentials = createCredentialStore(context.secrets, context.globalState);
  const services = { log, worker, problems, credentials, busy: new Set<string>(), extensionUri: context.extensionUri };
  context.subscriptions.push(log, worker, problems, ...registerCommands(COMMANDS, services));
}
