import type { LogOutputChannel, Uri } from "vscode";
import type { CredentialStore } from "./credentials";
import type { CellProblems } from "./cellProblems";
import type { WorkerClient } from "./workerClient";

/** What the commands work with; made once, by the extension's root. */
export interface Services {
  readonly log: LogOutputChannel;
  readonly worker: WorkerClient;
  readonly problems: CellProblems;
  readonly credentials: CredentialStore;
  /** Folders in which a call is under way. */
  readonly busy: Set<string>;
  readonly extensionUri: Uri;
}
