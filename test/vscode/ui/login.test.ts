/** A release in a registry that wants a login, made as a person makes it. The tests follow one another as in one session. */
import assert from "node:assert/strict";
import { suite, suiteTeardown, test } from "mocha";
import type { Page } from "playwright-core";
import { PASSWORD, startDockerRegistry, USER, type DockerRegistry } from "../../support/dockerRegistry";
import { inWorkbench } from "../host/session";
import {
  answer,
  fillInput,
  notification,
  openNotebook,
  openWorkbench,
  runCommand,
  screenshot,
} from "../host/workbench";

let registry: DockerRegistry;
let page: Page;

suite("a registry that wants a login, in the workbench", () => {
  inWorkbench(async () => {
    registry = await startDockerRegistry();
    const workbench = await openWorkbench({ "slipway.registry": `oci://${registry.host}/harbour` });
    page = workbench.page;
    return workbench;
  });

  suiteTeardown(() => registry.stop());

  test("without a login, shipping says so and offers to sign in", async () => {
    await openNotebook(page, "penguins.ipynb");
    await runCommand(page, "Slipway: Ship Notebook");
    await notification(page, "asks for a login");
    await screenshot(page, "login-refused");
    await answer(page, "asks for a login", "Sign In");
    await page.waitForFunction(`document.querySelector(".quick-input-widget input")?.value === "${registry.host}"`);
    await fillInput(page, "Registry, as host", registry.host);
    await fillInput(page, `User name at ${registry.host}`, USER);
    await fillInput(page, `Password or token of ${USER}`, PASSWORD);
    await notification(page, `Saved the login for ${registry.host}`);
    assert.deepEqual(await tags(), []);
  });

  test("with the login, the release is in the registry", async () => {
    await runCommand(page, "Slipway: Ship Notebook");
    await notification(page, "Released penguins:1.0.0");
    assert.deepEqual(await tags(), ["1.0.0"]);
  });

  test("once signed out, the registry refuses again", async () => {
    await runCommand(page, "Notifications: Clear All Notifications");
    await runCommand(page, "Slipway: Sign Out of Registry");
    await page.click(`.quick-input-list .monaco-list-row:has-text("${registry.host}")`);
    await runCommand(page, "Slipway: Push Release");
    await notification(page, "asks for a login");
  });
});

/** The releases that the registry itself knows. */
async function tags(): Promise<readonly string[]> {
  const authorization = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString("base64")}`;
  const response = await fetch(`http://${registry.host}/v2/harbour/penguins/tags/list`, { headers: { authorization } });
  if (response.status === 404) return [];
  const { tags = [] } = (await response.json()) as { tags?: readonly string[] };
  return tags.filter((tag) => /^\d/.test(tag));
}
