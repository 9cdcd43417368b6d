import assert from "node:assert/strict";
import { join } from "node:path";
import { extensions, Uri, window, workspace, type Extension, type NotebookDocument } from "vscode";

/** The extension under test. */
export function slipway(): Extension<unknown> {
  const extension = extensions.getExtension("slipway.slipway");
  assert.ok(extension, "the extension is there");
  return extension;
}

export function inWorkspace(...path: readonly string[]): string {
  const [folder] = workspace.workspaceFolders ?? [];
  assert.ok(folder, "a folder is open");
  return join(folder.uri.fsPath, ...path);
}

export async function openNotebook(name: string): Promise<NotebookDocument> {
  const document = await workspace.openNotebookDocument(Uri.file(inWorkspace(name)));
  await window.showNotebookDocument(document);
  return document;
}
