import { dirname } from "node:path";
import { extensions, l10n, workspace, type Uri } from "vscode";
import { SlipwayError } from "../core/errors";
import type { CallOptions } from "./protocol";

/** What every call of the worker needs, for a notebook or a pipeline at `uri`. */
export async function callOptions(uri: Uri): Promise<CallOptions> {
  const settings = workspace.getConfiguration("slipway", uri);
  const pythonPath = settings.get<string>("pythonPath", "");
  const timeoutSeconds = settings.get<number>("timeoutSeconds", 0);
  const memoryGigabytes = settings.get<number>("memoryGigabytes", 0);
  return {
    workspace: workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? dirname(uri.fsPath),
    ...(timeoutSeconds > 0 && { timeoutSeconds }),
    ...(memoryGigabytes > 0 && { memoryGigabytes }),
    ...(pythonPath === "" ? await selectedInterpreter(uri) : { pythonPath }),
  };
}

/** `undefined` where the user leaves it to `slipway.yaml`. */
export function registrySetting(uri?: Uri): string | undefined {
  return workspace.getConfiguration("slipway", uri).get<string>("registry", "") || undefined;
}

/** The part of the Python extension's interface that is used here. */
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource: Uri): { readonly path: string };
    resolveEnvironment(environment: {
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri?: Uri } } | undefined>;
  };
}

/** The interpreter that is selected in the Python extension, where that is installed. */
async function selectedInterpreter(uri: Uri): Promise<Pick<CallOptions, "selectedPython">> {
  const extension = extensions.getExtension<PythonApi>("ms-python.python");
  if (extension === undefined) return {};
  try {
    const { environments } = await extension.activate();
    const environment = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(uri));
    const selectedPython = environment?.executable.uri?.fsPath;
    return selectedPython === undefined ? {} : { selectedPython };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = l10n.t("The Python extension does not say which interpreter is selected: {0}", reason);
    throw new SlipwayError("environment", "PYTHON_EXTENSION", message, {
      hint: l10n.t("Name the interpreter in the setting slipway.pythonPath."),
      cause,
    });
  }
}
