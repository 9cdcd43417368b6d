import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { suite, test } from "mocha";
import { commands, workspace } from "vscode";
import { inWorkspace, openNotebook, slipway } from "./extension";

suite("in a folder that is not trusted", () => {
  test("the extension is there", () => {
    assert.equal(workspace.isTrusted, false);
    assert.ok(slipway());
  });

  for (const command of [
    "shipNotebook",
    "extractNotebook",
    "snapshotData",
    "validatePipeline",
    "doctor",
    "showReport",
  ]) {
    test(`${command} does nothing`, async () => {
      await openNotebook("penguins.ipynb");
      assert.equal(await commands.executeCommand(`slipway.${command}`), undefined);
      assert.equal(existsSync(inWorkspace("pipelines")), false);
      assert.equal(existsSync(inWorkspace(".slipway")), false);
    });
  }

  test("showing the log is allowed", async () => {
    await commands.executeCommand("slipway.showLog");
  });
});
