/** The way of the penguins from the notebook to a release. Each command is run once; later ones find what earlier ones made. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { suite, test } from "mocha";
import { commands, Uri, ViewColumn, window } from "vscode";
import type { CallName, Calls } from "../../../src/vscode/protocol";
import { until } from "../host/until";
import { inWorkspace, openNotebook } from "./extension";

const RELEASE = /^penguins:\d+\.\d+\.\d+$/;

suite("from the notebook to a release", () => {
  test("Ship Notebook releases it and opens the module beside it", async () => {
    await openNotebook("penguins.ipynb");
    const shipped = await run<"ship">("shipNotebook");
    assert.equal(shipped.report.ok, true);
    assert.match(shipped.release?.reference ?? "none", RELEASE);
    assert.ok(existsSync(inWorkspace(".slipway", "registry")));

    const module = inWorkspace("pipelines", "penguins", "pipeline.py");
    const editor = window.visibleTextEditors.find(({ document }) => document.uri.fsPath === module);
    assert.equal(editor?.viewColumn, ViewColumn.Two);
    assert.equal(window.activeNotebookEditor?.notebook.uri.fsPath, inWorkspace("penguins.ipynb"));
  });

  test("Extract Pipeline from Notebook takes the notebook that the explorer hands over", async () => {
    const extracted = await run<"extract">("extractNotebook", Uri.file(inWorkspace("penguins.ipynb")));
    assert.equal(extracted.module, inWorkspace("pipelines", "penguins", "pipeline.py"));
  });

  test("Snapshot Data finds the data unchanged", async () => {
    const { files, bytesStored, bytesReused } = await run<"snapshot">("snapshotData");
    assert.deepEqual([files, bytesStored], [1, 0]);
    assert.ok(bytesReused > 0);
  });

  test("Validate Pipeline gives the gates' verdict", async () => {
    const { ok, passed, failed } = await run<"validate">("validatePipeline");
    assert.deepEqual([ok, failed], [true, []]);
    assert.ok(passed >= 5);
  });

  test("Package Pipeline gives the package of the release", async () => {
    const { reference, digest } = await run<"package">("packagePipeline");
    assert.match(reference, RELEASE);
    assert.match(digest, /^sha256:[0-9a-f]{64}$/);
  });

  test("Push Release sends nothing that is there", async () => {
    const { reference, bytesSent } = await run<"push">("pushRelease");
    assert.match(reference, RELEASE);
    assert.equal(bytesSent, 0);
  });

  test("Show Report shows the report of the pipeline at hand", async () => {
    assert.equal(await commands.executeCommand("slipway.showReport"), "penguins");
    await until(() => window.tabGroups.activeTabGroup.activeTab?.label === "Report: penguins", "the report's tab");
  });

  test("Check Set-up names what was looked at", async () => {
    const { checks } = await run<"doctor">("doctor");
    assert.ok(
      checks.some(({ title }) => /python/i.test(title)),
      JSON.stringify(checks),
    );
  });
});

/** Runs a command that makes a call of the worker, and gives what the call gave. */
async function run<Name extends CallName>(command: string, argument?: unknown): Promise<Calls[Name]["value"]> {
  const value = await commands.executeCommand(`slipway.${command}`, argument);
  assert.ok(value, `slipway.${command} did its work`);
  return value as Calls[Name]["value"];
}
