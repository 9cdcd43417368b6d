import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { suite, test } from "mocha";
import { commands } from "vscode";
import { slipway } from "./extension";

const BUDGET_MS = 60;

function timed(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

/** Puts a clock around `activate`, which the host finds in the same cache: its own messages to the window are not ours. */
function timeActivation(requireAsHost: NodeJS.Require, script: string): () => number {
  const module = requireAsHost.cache[script];
  assert.ok(module);
  const { activate } = module.exports as { activate: (context: unknown) => void };
  let milliseconds = Number.NaN;
  module.exports = { activate: (context: unknown) => (milliseconds = timed(() => activate(context))) };
  return () => milliseconds;
}

// Mocha takes the files by name, so this is the first use of the extension.
suite("activation", () => {
  test("does not happen before a command is used", () => {
    assert.equal(slipway().isActive, false);
  });

  test(`takes at most ${BUDGET_MS} ms of the extension's own code, and loads that script alone`, async () => {
    const extension = slipway();
    const root = extension.extensionPath;
    const script = join(root, "dist", "extension.js");
    const requireAsHost = createRequire(script);
    const before = new Set(Object.keys(requireAsHost.cache));

    const loadMs = timed(() => requireAsHost(script));
    const activateMs = timeActivation(requireAsHost, script);
    await extension.activate();
    const times = { loadMs, activateMs: activateMs(), totalMs: loadMs + activateMs() };
    const file = join(root, "test", "vscode", ".results", "activation.json");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(times));

    const ours = Object.keys(requireAsHost.cache).filter((path) => !before.has(path) && path.startsWith(root));
    assert.deepEqual(ours, [script]);
    assert.ok(times.totalMs <= BUDGET_MS, `activation took ${times.totalMs.toFixed(1)} ms`);
  });

  test("registers every command of the manifest", async () => {
    const { contributes } = slipway().packageJSON as { contributes: { commands: { command: string }[] } };
    const registered = await commands.getCommands(true);
    const ids = contributes.commands.map(({ command }) => command).sort();
    assert.deepEqual(registered.filter((id) => id.startsWith("slipway.")).sort(), ids);
  });
});
