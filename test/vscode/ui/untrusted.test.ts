import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "mocha";
import { inWorkbench } from "../host/session";
import { commandsFor, openNotebook, openWorkbench, screenshot, type Workbench } from "../host/workbench";

let workbench: Workbench;

suite("a folder that is not trusted, in the workbench", () => {
  inWorkbench(async () => (workbench = await openWorkbench({ "security.workspace.trust.enabled": true })));

  test("neither the toolbar nor the palette offers to ship", async () => {
    const { page, workspace } = workbench;
    await openNotebook(page, "penguins.ipynb");
    const offered = await commandsFor(page, "Slipway", "Slipway: Show Log");
    await screenshot(page, "untrusted");
    assert.deepEqual([...offered].sort(), [
      "Slipway: Show Log",
      "Slipway: Sign In to Registry",
      "Slipway: Sign Out of Registry",
    ]);
    assert.equal(
      await page.locator('.notebook-toolbar-container .action-label[aria-label^="Ship Notebook"]').count(),
      0,
    );
    assert.equal(existsSync(join(workspace, ".slipway")), false);
  });
});
