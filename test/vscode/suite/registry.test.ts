import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { suite, test } from "mocha";
import { commands } from "vscode";

suite("registry logins", () => {
  test("signing in can be given up, and then nobody is signed in", async () => {
    const signIn = commands.executeCommand("slipway.signIn");
    await sleep(1000);
    await commands.executeCommand("workbench.action.closeQuickOpen");
    assert.equal(await signIn, undefined);
    assert.equal(await commands.executeCommand("slipway.signOut"), undefined);
  });
});
