import { l10n, window, workspace } from "vscode";
import { inputError } from "../../core/errors";
import type { Command } from "../command";
import { commandAction, offer } from "../offer";
import type { DoctorCheck } from "../protocol";
import { runCall } from "../runCall";
import { callOptions, registrySetting } from "../settings";

/** Says what of Python, packages and registry is missing; the whole list is in the log. */
export const doctor: Command = {
  needsTrust: true,
  run: async (services) => {
    const [folder] = workspace.workspaceFolders ?? [];
    if (folder === undefined)
      throw inputError("NO_FOLDER", l10n.t("Open a folder first: the doctor looks at its pipelines."));
    const registry = registrySetting(folder.uri);
    const credentials = await services.credentials.all();
    const options = { ...(await callOptions(folder.uri)), credentials, ...(registry !== undefined && { registry }) };
    const view = await runCall(services, { command: "doctor", title: l10n.t("Looking at your set-up"), options });
    for (const check of view.checks) services.log.info(`${check.ok ? "ok     " : "missing"} ${describe(check)}`);
    const missing = view.checks.filter(({ ok }) => !ok);
    const actions = [commandAction(l10n.t("Show Log"), "slipway.showLog")];
    if (missing.length === 0)
      offer(window.showInformationMessage, l10n.t("Everything that Slipway needs is there."), actions);
    else offer(window.showWarningMessage, missing.map(describe).join(" "), actions);
    return view;
  },
};

function describe({ title, message, command }: DoctorCheck): string {
  return `${title}: ${message}${command === undefined ? "" : ` To mend it: ${command}`}`;
}
