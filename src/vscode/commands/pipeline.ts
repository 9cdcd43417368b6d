import { env, l10n, window } from "vscode";
import type { Command } from "../command";
import { commandAction, offer, type Action } from "../offer";
import type { CallName, Calls, PipelineOptions, ReportView } from "../protocol";
import { runCall } from "../runCall";
import { callOptions, registrySetting } from "../settings";
import { choosePipeline } from "../targets";

export const snapshotData = onPipeline({
  command: "snapshot",
  title: (pipeline) => l10n.t("Snapshot of {0}'s data", pipeline),
  tell: ({ files, digest, bytesStored }) => {
    const stored = bytesStored === 0 ? l10n.t("nothing new") : l10n.t("{0} new", formatBytes(bytesStored));
    offer(window.showInformationMessage, l10n.t("Snapshot of {0} file(s) taken: {1}.", files, stored), [copy(digest)]);
  },
});

export const validatePipeline = onPipeline({
  command: "validate",
  title: (pipeline) => l10n.t("Validating {0}", pipeline),
  tell: tellReport,
});

export const packagePipeline = onPipeline({
  command: "package",
  title: (pipeline) => l10n.t("Packaging {0}", pipeline),
  tell: ({ reference }) => offer(window.showInformationMessage, l10n.t("Packaged {0}.", reference), [copy(reference)]),
});

export const pushRelease = onPipeline({
  command: "push",
  title: (pipeline) => l10n.t("Pushing {0}", pipeline),
  tell: ({ reference, bytesSent, bytesReused }) => {
    const sizes = l10n.t("{0} sent, {1} there before", formatBytes(bytesSent), formatBytes(bytesReused));
    offer(window.showInformationMessage, l10n.t("Pushed {0} ({1}).", reference, sizes), [copy(reference)]);
  },
});

/** The calls that take a pipeline; those that reach no registry ignore how to. */
type PipelineCall = {
  [Name in CallName]: Calls[Name]["options"] extends PipelineOptions ? Name : never;
}[CallName];

interface PipelineCommand<Name extends PipelineCall> {
  readonly command: Name;
  readonly title: (pipeline: string) => string;
  /** Says the result. */
  readonly tell: (value: Calls[Name]["value"]) => void;
}

function onPipeline<Name extends PipelineCall>({ command, title, tell }: PipelineCommand<Name>): Command {
  return {
    needsTrust: true,
    run: async (services, argument) => {
      const pipeline = await choosePipeline(argument);
      if (pipeline === undefined) return undefined;
      const registry = registrySetting(pipeline.folder);
      const options = {
        ...(await callOptions(pipeline.folder)),
        pipeline: pipeline.folder.fsPath,
        credentials: await services.credentials.all(),
        ...(registry !== undefined && { registry }),
      };
      const value = await runCall(services, { command, title: title(pipeline.name), options });
      tell(value);
      return value;
    },
  };
}

function tellReport({ pipeline, ok, passed, failed }: ReportView): void {
  const actions = [commandAction(l10n.t("Show Report"), "slipway.showReport", pipeline)];
  if (ok) offer(window.showInformationMessage, l10n.t("All {0} gates of {1} passed.", passed, pipeline), actions);
  else offer(window.showWarningMessage, l10n.t("{0} failed: {1}.", pipeline, failed.join(", ")), actions);
}

function copy(text: string): Action {
  return { title: l10n.t("Copy Reference"), run: () => env.clipboard.writeText(text) };
}

function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  const power = bytes === 0 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power] ?? ""}`;
}
