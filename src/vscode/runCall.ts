import { relative } from "node:path";
import { l10n, ProgressLocation, Uri, window, type CancellationToken, type Progress } from "vscode";
import { inputError, SlipwayError } from "../core/errors";
import { problemOfError } from "./problems";
import type { CallName, CallOptions, Calls, ProgressEvent } from "./protocol";
import type { Services } from "./services";

/** One run of a use case, as the user sees it. */
interface Job<Name extends CallName> {
  readonly command: Name;
  /** Of the progress notification: `Shipping penguins.ipynb`. */
  readonly title: string;
  readonly options: Calls[Name]["options"];
}

/** Runs a use case in the worker, with progress and cancel. Errors about a cell are shown on the cell, then thrown. */
export async function runCall<Name extends CallName>(
  services: Services,
  job: Job<Name>,
): Promise<Calls[Name]["value"]> {
  const { workspace } = job.options;
  if (services.busy.has(workspace)) {
    throw inputError("BUSY", l10n.t("Slipway is already at work in this folder."), {
      hint: l10n.t("Wait until it is done, or cancel it in its notification."),
    });
  }
  services.busy.add(workspace);
  services.log.info(job.title);
  try {
    return await window.withProgress(
      { location: ProgressLocation.Notification, title: job.title, cancellable: true },
      (progress, token) =>
        services.worker.call(job.command, job.options, {
          onProgress: progressShower(services, progress),
          signal: toSignal(token),
        }),
    );
  } catch (error) {
    await showOnCell(services, job.options, error);
    throw error;
  } finally {
    services.busy.delete(workspace);
  }
}

function progressShower({ log }: Services, progress: Progress<{ message: string }>): (event: ProgressEvent) => void {
  let stage = "";
  return (event) => {
    if (event.kind === "note") {
      log.info(event.text);
      return;
    }
    if (event.kind === "stage") {
      stage = event.text;
      log.info(stage);
    }
    progress.report({ message: event.kind === "stage" ? stage : partMessage(stage, event) });
  };
}

function partMessage(stage: string, { part, remark }: { readonly part: number; readonly remark?: string }): string {
  const percent = `${Math.round(part * 100)}%`;
  return `${stage}: ${remark === undefined ? percent : `${percent}, ${remark}`}`;
}

/** A choice that is the user's is asked for, and no problem. */
async function showOnCell({ problems }: Services, options: CallOptions, error: unknown): Promise<void> {
  if (!(error instanceof SlipwayError) || error.candidates.length > 0) return;
  const problem = problemOfError(error);
  if (problem === undefined || error.place === undefined) return;
  // The cell may be of a file that the notebook runs; the next run of the notebook takes the problem away.
  const { file } = error.place;
  const notebook = "notebook" in options && typeof options.notebook === "string" ? options.notebook : file;
  const other = notebook === file ? {} : { file: relative(options.workspace, file) };
  await problems.show(Uri.file(notebook), [{ ...problem, ...other }]);
}

function toSignal(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
