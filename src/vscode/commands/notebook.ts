import { basename, join } from "node:path";
import { env, l10n, Range, Uri, ViewColumn, window } from "vscode";
import { SlipwayError } from "../../core/errors";
import { withHint, type Diagnostic } from "../../core/report";
import type { Command } from "../command";
import { commandAction, offer } from "../offer";
import { problemOfDiagnostic } from "../problems";
import type { ExtractedView, NotebookOptions, ShippedView } from "../protocol";
import { runCall } from "../runCall";
import type { Services } from "../services";
import { callOptions, registrySetting } from "../settings";
import { chooseNotebook } from "../targets";

export const shipNotebook: Command = {
  needsTrust: true,
  run: async (services, argument) => {
    const shipped = await onNotebook(services, argument, async (notebook, options) => {
      const registry = registrySetting(notebook);
      const credentials = await services.credentials.all();
      return runCall(services, {
        command: "ship",
        title: l10n.t("Shipping {0}", basename(notebook.fsPath)),
        options: { ...options, credentials, ...(registry !== undefined && { registry }) },
      });
    });
    if (shipped !== undefined) tellShipped(shipped);
    return shipped;
  },
};

export const extractNotebook: Command = {
  needsTrust: true,
  run: async (services, argument) => {
    const extracted = await onNotebook(services, argument, (notebook, options) =>
      runCall(services, {
        command: "extract",
        title: l10n.t("Extracting {0}", basename(notebook.fsPath)),
        options,
      }),
    );
    const conflict = extracted?.diagnostics.find(isConflict);
    if (conflict?.file !== undefined) {
      const message = l10n.t("You and the notebook both changed lines of {0}.", basename(conflict.file));
      offer(window.showWarningMessage, withHint(message, conflict.hint), []);
    }
    return extracted;
  },
};

type Work<View> = (notebook: Uri, options: NotebookOptions) => Promise<View>;

/** Chooses the notebook, works on it, shows what was found on its cells, and opens the module beside it. */
async function onNotebook<View extends ExtractedView>(
  services: Services,
  argument: unknown,
  work: Work<View>,
): Promise<View | undefined> {
  const notebook = await chooseNotebook(argument);
  if (notebook === undefined) return undefined;
  await services.problems.show(notebook, []);
  const options = { ...(await callOptions(notebook)), notebook: notebook.fsPath };
  const view = await withDecisions(notebook, options, work);
  if (view === undefined) return undefined;
  await services.problems.show(notebook, view.diagnostics.map(problemOfDiagnostic));
  const conflict = view.diagnostics.find(isConflict);
  if (conflict?.file === undefined) await openBeside(view.module);
  else await openBeside(join(options.workspace, conflict.file), conflict.fileLine);
  return view;
}

/** A finding about a file of the pipeline, in which edits by hand and the notebook meet; the editor knows its marks. */
function isConflict({ code }: Diagnostic): boolean {
  return code === "edits.conflict";
}

/** Opens a file beside what is active, and leaves the focus there. Two columns are enough: right of the first, or in it. */
async function openBeside(file: string, line = 1): Promise<void> {
  const active = window.tabGroups.activeTabGroup.viewColumn;
  const viewColumn = active === ViewColumn.One ? ViewColumn.Two : ViewColumn.One;
  const selection = line === 1 ? undefined : new Range(line - 1, 0, line - 1, 0);
  await window.showTextDocument(Uri.file(file), {
    viewColumn,
    preview: false,
    preserveFocus: true,
    ...(selection && { selection }),
  });
}

/** Works; where the user has to decide something first, asks them and works again. */
async function withDecisions<View>(
  notebook: Uri,
  options: NotebookOptions,
  work: Work<View>,
): Promise<View | undefined> {
  try {
    return await work(notebook, options);
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    const decided = await decide(notebook, error);
    return decided && withDecisions(notebook, { ...options, ...decided }, work);
  }
}

/** The options that mend an error, from the user; `undefined`: they changed their mind. Throws what they cannot mend so. */
async function decide(notebook: Uri, error: SlipwayError): Promise<Partial<NotebookOptions> | undefined> {
  const overwrite = overwriting(error);
  if (overwrite !== undefined) {
    const chosen = await window.showWarningMessage(error.message, { modal: true }, overwrite);
    return chosen === overwrite ? { force: true } : undefined;
  }
  const { place } = error;
  if (error.code === "EXTRACT_CONFLICT" && place !== undefined) await openBeside(place.file, place.fileLine);
  if (error.candidates.length === 0) throw error;
  const title = l10n.t("Which model of {0}?", basename(notebook.fsPath));
  const placeHolder = l10n.t("What only the others need is left out of the pipeline");
  const model = await window.showQuickPick(error.candidates, { title, placeHolder });
  return model === undefined ? undefined : { model };
}

/** What the button says that writes over what is there; `undefined` if the error is about something else. */
function overwriting({ code }: SlipwayError): string | undefined {
  if (code === "EXTRACT_EDITED") return l10n.t("Lose the Edits");
  return code === "EXTRACT_FOREIGN" ? l10n.t("Write Over It") : undefined;
}

function tellShipped({ release, pipeline, report }: ShippedView): void {
  const show = commandAction(l10n.t("Show Report"), "slipway.showReport", pipeline);
  if (release === undefined) {
    offer(window.showWarningMessage, l10n.t("Not released. Failed: {0}.", report.failed.join(", ")), [show]);
    return;
  }
  const { reference } = release;
  offer(window.showInformationMessage, l10n.t("Released {0}. All {1} gates passed.", reference, report.passed), [
    show,
    { title: l10n.t("Copy Reference"), run: () => env.clipboard.writeText(reference) },
  ]);
}
