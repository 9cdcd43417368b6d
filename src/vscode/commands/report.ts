import { FileSystemError, l10n, Uri, ViewColumn, window, workspace } from "vscode";
import type { Command } from "../command";
import { commandAction, offer } from "../offer";
import { restrictPage } from "../reportPage";
import { choosePipeline } from "../targets";

/** Shows the report of the last validation. `argument`: a pipeline's name, or what a menu hands over. */
export const showReport: Command = {
  needsTrust: true,
  run: async (services, argument) => {
    const name = typeof argument === "string" ? argument : (await choosePipeline(argument))?.name;
    if (name === undefined) return undefined;
    const page = await readReport(name);
    if (page === undefined) {
      offer(window.showInformationMessage, l10n.t("{0} has no report yet: validate it first.", name), [
        commandAction(l10n.t("Validate Pipeline"), "slipway.validatePipeline"),
      ]);
      return undefined;
    }
    const panel = window.createWebviewPanel("slipway.report", l10n.t("Report: {0}", name), ViewColumn.Active, {
      localResourceRoots: [],
    });
    panel.iconPath = Uri.joinPath(services.extensionUri, "media", "slipway.svg");
    panel.webview.html = restrictPage(page);
    return name;
  },
};

/** The text of the page; `undefined` where there is none. */
async function readReport(name: string): Promise<string | undefined> {
  for (const { uri } of workspace.workspaceFolders ?? []) {
    const page = Uri.joinPath(uri, ".slipway", "reports", name, "report.html");
    try {
      return new TextDecoder().decode(await workspace.fs.readFile(page));
    } catch (error) {
      if (!(error instanceof FileSystemError) || error.code !== "FileNotFound") throw error;
    }
  }
  return undefined;
}
