import assert from "node:assert/strict";
import { suite, test } from "mocha";
import { commands } from "vscode";
import { until } from "../host/until";

suite("registry logins", () => {
  test("signing in can be given up, and then nobody is signed in", async () => {
    let isOver = false;
    const signIn = Promise.resolve(commands.executeCommand("slipway.signIn")).finally(() => (isOver = true));
    await until(async () => {
      await commands.executeCommand("workbench.action.closeQuickOpen");
      return isOver;
    }, "the question is closed");
    assert.equal(await signIn, undefined);
    assert.equal(await commands.executeCommand("slipway.signOut"), undefined);
  });
});
