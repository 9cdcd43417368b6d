import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
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

export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  limitMs = 20_000,
): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await condition())) {
    assert.ok(Date.now() < end, `timed out: ${what}`);
    await sleep(50);
  }
}
