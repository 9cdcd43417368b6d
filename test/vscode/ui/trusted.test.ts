/** The built package in the real workbench, used as a person uses it. The tests follow one another as in one session. */
import assert from "node:assert/strict";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "mocha";
import type { Page } from "playwright-core";
import { inWorkbench } from "../host/session";
import { until } from "../host/until";
import {
  answer,
  answerDialog,
  fillInput,
  inWebview,
  notification,
  openFile,
  openNotebook,
  openWorkbench,
  runCommand,
  screenshot,
  type Workbench,
} from "../host/workbench";

const SHIP_BUTTON = '.notebook-toolbar-container .action-label[aria-label^="Ship Notebook"]';
const EXTRACT = "Slipway: Extract Pipeline from Notebook";
const LINEAR = '.quick-input-list .monaco-list-row:has-text("linear")';

let workbench: Workbench;
let page: Page;

function moduleOf(pipeline: string): string {
  return join(workbench.workspace, "pipelines", pipeline, "pipeline.py");
}

suite("a trusted folder in the workbench", () => {
  inWorkbench(async () => {
    workbench = await openWorkbench();
    page = workbench.page;
    return workbench;
  });

  test("the toolbar's button ships the notebook, and cancelling ends it with no release", async () => {
    await openNotebook(page, "penguins.ipynb");
    await page.click(SHIP_BUTTON);
    await notification(page, "Shipping penguins.ipynb: ");
    await answer(page, "Shipping penguins.ipynb", "Cancel");
    await page.waitForSelector('.statusbar-item:has-text("Slipway: cancelled")');
    assert.equal(existsSync(join(workbench.workspace, ".slipway", "registry", "penguins")), false);
  });

  test("Ship Notebook in the palette makes a release and opens the module beside the notebook", async () => {
    await runCommand(page, "Slipway: Ship Notebook");
    await notification(page, "Shipping penguins.ipynb: ");
    await screenshot(page, "progress");
    await notification(page, "Released ");
    await page.waitForSelector('.editor-group-container >> nth=1 >> .tab:has-text("pipeline.py")');
    await screenshot(page, "shipped");
  });

  test("its message copies the reference", async () => {
    await answer(page, "Released penguins:1.0.0", "Copy Reference");
    const copied = () => page.evaluate("navigator.clipboard.readText()");
    await until(async () => (await copied()) === "penguins:1.0.0", "the reference is in the clipboard");
  });

  test("Show Report shows the gates", async () => {
    await runCommand(page, "Slipway: Show Report");
    await inWebview(page, ':text("Run twice, the module gives the same")');
    await screenshot(page, "report");
    await runCommand(page, "Preferences: Toggle between Light/Dark Themes");
    await screenshot(page, "report-dark");
    await runCommand(page, "Preferences: Toggle between Light/Dark Themes");
  });

  test("an error shows on its cell, and the message leads there", async () => {
    await runCommand(page, "View: Close All Editors");
    await openNotebook(page, "broken.ipynb");
    await runCommand(page, "Slipway: Ship Notebook");
    await notification(page, "Cell 3");
    await page.waitForSelector(".notebookOverlay .squiggly-error");
    await screenshot(page, "error-on-cell");
    await answer(page, "Cell 3", "Go to Cell");
    await page.waitForSelector('.statusbar-item:has-text("Cell 3 of 4")');
  });

  test("a notebook with two models asks which one", async () => {
    await runCommand(page, "View: Close All Editors");
    await openNotebook(page, "undecided.ipynb");
    await runCommand(page, EXTRACT);
    await page.waitForSelector('.quick-input-list .monaco-list-row:has-text("forest")');
    await screenshot(page, "which-model");
    await page.click(LINEAR);
    await page.waitForSelector('.tab:has-text("pipeline.py")');
  });

  test("a notebook with unsaved changes is saved first, if the user agrees", async () => {
    await page.click('.notebookOverlay .view-line:has-text("catch = 3")');
    await page.keyboard.press("End");
    await page.keyboard.type("  # baskets");
    const dirty = '.tab.dirty:has-text("undecided.ipynb")';
    await page.waitForSelector(dirty);
    await runCommand(page, EXTRACT);
    await screenshot(page, "unsaved");
    await answerDialog(page, "undecided.ipynb has unsaved changes", "Cancel");
    await page.waitForSelector(dirty);

    appendFileSync(moduleOf("undecided"), "# reviewed\n");
    await runCommand(page, EXTRACT);
    await answerDialog(page, "undecided.ipynb has unsaved changes", "Save and Continue");
    await page.waitForSelector(dirty, { state: "detached" });
    assert.match(readFileSync(join(workbench.workspace, "undecided.ipynb"), "utf8"), /# baskets/);
  });

  test("edits of the module stay when the notebook has changed", async () => {
    const lock = join(moduleOf("undecided"), "../pipeline.lock.json");
    const before = readFileSync(lock, "utf8");
    await page.click(LINEAR);
    await until(() => readFileSync(lock, "utf8") !== before, "the notebook is extracted again");
    assert.match(readFileSync(moduleOf("undecided"), "utf8"), /# reviewed/);
  });

  test("a login is kept for the registry and removed on request", async () => {
    await runCommand(page, "Slipway: Sign In to Registry");
    await fillInput(page, "Registry, as host", "oci://Registry.example:5000/team");
    await fillInput(page, "User name at registry.example:5000", "ada");
    await screenshot(page, "sign-in");
    await fillInput(page, "Password or token of ada", "enchantress");
    await notification(page, "Saved the login for registry.example:5000");
    await runCommand(page, "Slipway: Sign Out of Registry");
    await page.click('.quick-input-list .monaco-list-row:has-text("registry.example:5000")');
    await notification(page, "Removed the login for registry.example:5000");
  });

  test("directives stand out in a cell", async () => {
    await openFile(page, "directives.py");
    await page.waitForSelector('.editor-instance .view-line:has-text("slipway: step=train")');
    const classes = await page.$$eval('.view-line:has-text("slipway: step=train") span span', (spans) =>
      spans.map((span) => `${span.textContent}/${span.className}`),
    );
    assert.ok(new Set(classes.map((entry) => entry.split("/")[1])).size > 1, classes.join(" "));
    await screenshot(page, "directives");
  });

  test("the walkthrough has four steps", async () => {
    await runCommand(page, "View: Close All Editors");
    await runCommand(page, "Notifications: Clear All Notifications");
    await runCommand(page, "Welcome: Open Walkthrough...");
    await page.click('.quick-input-list .monaco-list-row:has-text("Ship your first model")');
    await page.waitForSelector('.getting-started-step:has-text("Check your set-up")');
    assert.equal(await page.locator(".getting-started-step").count(), 4);
    await screenshot(page, "walkthrough");
  });
});
