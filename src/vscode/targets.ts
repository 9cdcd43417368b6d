/** What a command works on: the notebook or pipeline at hand, or one that the user picks. */
import { basename, dirname } from "node:path";
import { l10n, RelativePattern, Uri, window, workspace, type NotebookDocument, type TextDocument } from "vscode";
import { inputError } from "../core/errors";
import { showsCells } from "../core/notebook/textNotebook";
import { commandAction, offer } from "./offer";

const NOTEBOOK_TYPE = "jupyter-notebook";
const GENERATED = "**/{node_modules,.venv,.slipway,.ipynb_checkpoints}/**";

/** A pipeline folder in the workspace. */
export interface PipelineFolder {
  readonly name: string;
  readonly folder: Uri;
  /** The notebook it was made from, if that is still there to be named. */
  readonly notebook: Uri | undefined;
}

/** The notebook that a menu named, that is active, or that the user picks; saved. `undefined`: the user changed their mind. */
export async function chooseNotebook(argument: unknown): Promise<Uri | undefined> {
  const uri = notebookOf(argument) ?? activeNotebook() ?? (await pickNotebook());
  if (uri === undefined) return undefined;
  if (uri.scheme !== "file" && uri.scheme !== "untitled") {
    throw inputError(
      "NOTEBOOK_NOT_LOCAL",
      l10n.t("Slipway runs notebooks of this machine; {0} is elsewhere.", uri.toString()),
      {
        hint: l10n.t("Clone the repository and open its folder."),
      },
    );
  }
  return saved(uri);
}

/** The pipeline at hand, or one that the user picks. Where there is none, says how to make one. */
export async function choosePipeline(argument: unknown): Promise<PipelineFolder | undefined> {
  const pipelines = await findPipelines();
  const atHand = pipelines.find((pipeline) => isAtHand(pipeline, notebookOf(argument) ?? argument));
  if (atHand !== undefined) return atHand;
  if (pipelines.length === 0) {
    offerToExtract();
    return undefined;
  }
  const items = pipelines.map((pipeline) => ({
    label: pipeline.name,
    description: workspace.asRelativePath(pipeline.folder),
    pipeline,
  }));
  return (await window.showQuickPick(items, { placeHolder: l10n.t("Choose a pipeline") }))?.pipeline;
}

/** What a menu hands over: the notebook toolbar an object with the editor, the explorer a URI. */
function notebookOf(argument: unknown): Uri | undefined {
  if (argument instanceof Uri) return argument;
  if (!isRecord(argument) || !isRecord(argument.notebookEditor)) return undefined;
  const uri = argument.notebookEditor.notebookUri;
  return uri instanceof Uri ? uri : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function activeNotebook(): Uri | undefined {
  const notebook = window.activeNotebookEditor?.notebook;
  if (notebook?.notebookType === NOTEBOOK_TYPE) return notebook.uri;
  const document = activeDocument();
  return document !== undefined && showsCells(document.uri.path, document.getText()) ? document.uri : undefined;
}

async function pickNotebook(): Promise<Uri | undefined> {
  const found = await workspace.findFiles("**/*.ipynb", GENERATED, 500);
  if (found.length === 0) {
    throw inputError("NOTEBOOK_MISSING", l10n.t("There is no notebook in this folder."), {
      hint: l10n.t("Open a folder with a notebook (.ipynb)."),
    });
  }
  const items = found.map((uri) => ({ label: basename(uri.fsPath), description: workspace.asRelativePath(uri), uri }));
  return (await window.showQuickPick(items, { placeHolder: l10n.t("Choose a notebook") }))?.uri;
}

/** The saved file of a notebook: Slipway reads what is on disk. */
async function saved(uri: Uri): Promise<Uri | undefined> {
  const document = [...workspace.notebookDocuments, ...workspace.textDocuments].find(
    (open) => open.uri.toString() === uri.toString(),
  );
  if (document === undefined || !(document.isDirty || document.isUntitled)) return uri;
  const save = l10n.t("Save and Continue");
  const question = l10n.t("{0} has unsaved changes. Slipway works on the saved file.", basename(uri.path));
  if ((await window.showWarningMessage(question, { modal: true }, save)) !== save) return undefined;
  return saveNotebook(document);
}

async function saveNotebook(document: NotebookDocument | TextDocument): Promise<Uri | undefined> {
  if (document.isUntitled) return workspace.saveAs(document.uri);
  return (await document.save()) ? document.uri : undefined;
}

async function findPipelines(): Promise<readonly PipelineFolder[]> {
  const folders = workspace.workspaceFolders ?? [];
  const found = folders.map(async (folder) => {
    const pattern = new RelativePattern(folder, "pipelines/*/pipeline.lock.json");
    const locks = (await workspace.findFiles(pattern)).sort((a, b) => (a.path < b.path ? -1 : 1));
    return Promise.all(locks.map((lock) => readPipeline(folder.uri, lock)));
  });
  return (await Promise.all(found)).flat();
}

async function readPipeline(workspaceFolder: Uri, lock: Uri): Promise<PipelineFolder> {
  const folder = Uri.file(dirname(lock.fsPath));
  const text = new TextDecoder().decode(await workspace.fs.readFile(lock));
  const path = notebookPathIn(text);
  return {
    name: basename(folder.fsPath),
    folder,
    notebook: path === undefined ? undefined : Uri.joinPath(workspaceFolder, path),
  };
}

/** The worker reads the whole lock and complains where it is broken; here only a name is wanted. */
function notebookPathIn(lock: string): string | undefined {
  const [, json] = /"notebook"\s*:\s*\{\s*"path"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(lock) ?? [];
  const path: unknown = json === undefined ? undefined : JSON.parse(json);
  return typeof path === "string" ? path : undefined;
}

function isAtHand({ folder, notebook }: PipelineFolder, argument: unknown): boolean {
  const uri = argument instanceof Uri ? argument : (activeNotebook() ?? activeDocument()?.uri);
  if (uri === undefined) return false;
  return uri.toString() === notebook?.toString() || `${uri.toString()}/`.startsWith(`${folder.toString()}/`);
}

function activeDocument(): TextDocument | undefined {
  return window.activeTextEditor?.document;
}

function offerToExtract(): void {
  offer(window.showInformationMessage, l10n.t("There is no pipeline yet: extract or ship a notebook first."), [
    commandAction(l10n.t("Extract Notebook"), "slipway.extractNotebook"),
  ]);
}
