import { l10n, NotebookRange, Range, Uri, window, workspace } from "vscode";
import { SlipwayError } from "../core/errors";
import { isTextNotebook } from "../core/notebook/textNotebook";
import { withHint } from "../core/report";
import { commandAction, offer, type Action } from "./offer";
import type { Services } from "./services";

/** Tells the user what went wrong and offers what they can do about it. The stack of a defect goes to the log alone. */
export function showError({ log }: Services, error: unknown): void {
  if (error instanceof SlipwayError) {
    if (error.kind === "interrupted") {
      window.setStatusBarMessage(l10n.t("Slipway: cancelled"), 5000);
      return;
    }
    log.error(`${error.code}: ${withHint(error.message, error.hint)}`, error.place ?? "");
    offer(window.showErrorMessage, withHint(error.message, error.hint), actionsFor(error));
    return;
  }
  const defect = error instanceof Error ? error : new Error(String(error));
  log.error(defect);
  const [what = ""] = defect.message.split("\n");
  offer(window.showErrorMessage, l10n.t("Slipway has a defect: {0}", what), [showLog()]);
}

function actionsFor(error: SlipwayError): readonly Action[] {
  const actions: Action[] = [];
  const { place } = error;
  if (place?.cell !== undefined) {
    const { file, cell } = place;
    const reveal = () => (isTextNotebook(file) ? revealLine(file, place.fileLine ?? 1) : revealCell(file, cell - 1));
    actions.push({ title: l10n.t("Go to Cell"), run: reveal });
  } else if (place?.fileLine !== undefined) {
    const { file, fileLine } = place;
    actions.push({ title: l10n.t("Go to Line"), run: () => revealLine(file, fileLine) });
  }
  if (error.kind === "environment") actions.push(commandAction(l10n.t("Run Doctor"), "slipway.doctor"));
  if (error.code.endsWith("UNAUTHORIZED")) actions.push(commandAction(l10n.t("Sign In"), "slipway.signIn"));
  if (error.kind === "verification") actions.push(commandAction(l10n.t("Show Report"), "slipway.showReport"));
  return [...actions, showLog()];
}

function showLog(): Action {
  return commandAction(l10n.t("Show Log"), "slipway.showLog");
}

async function revealLine(file: string, line: number): Promise<void> {
  const document = await workspace.openTextDocument(Uri.file(file));
  const start = document.lineAt(Math.min(line, document.lineCount) - 1).range.start;
  await window.showTextDocument(document, { selection: new Range(start, start) });
}

async function revealCell(file: string, cell: number): Promise<void> {
  const document = await workspace.openNotebookDocument(Uri.file(file));
  const range = new NotebookRange(cell, cell + 1);
  const editor = await window.showNotebookDocument(document, { selections: [range] });
  editor.revealRange(range);
}
