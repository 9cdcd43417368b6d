/** Root of the process that does the editor's work: joins the use cases to the real adapters and answers the extension. */
import { optimizeLate } from "./node/engine";
import { nodeFiles } from "./node/files";
import { dockerCredentials } from "./node/oci/credentials";
import { removeTempDirsSync } from "./node/tempDirs";
import type { Credential, ToWorker } from "./vscode/protocol";
import { createHandlers } from "./vscode/useCases";
import { createWorkerServer } from "./vscode/workerServer";

optimizeLate();

/** The logins of the editor come first, then those of `docker login`. */
function findCredentials(credentials: readonly Credential[]) {
  const docker = dockerCredentials();
  return async (host: string) => credentials.find((credential) => credential.host === host) ?? docker(host);
}

const handlers = createHandlers({
  files: nodeFiles,
  createHost: async ({ credentials, ...options }) => {
    const { createHost } = await import("./node/host");
    return createHost({ ...options, credentials: findCredentials(credentials) });
  },
});
const server = createWorkerServer(handlers, (message) => process.send?.(message));

process.on("message", (message: ToWorker) => void server.receive(message));
// The extension is gone or wants no more: everything under way is cancelled, and nothing is left behind.
process.on("disconnect", () => {
  void server.close().finally(() => {
    removeTempDirsSync();
    process.exit();
  });
});
