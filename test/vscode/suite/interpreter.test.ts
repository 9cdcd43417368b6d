import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { suite, teardown, test } from "mocha";
import { commands, extensions, workspace } from "vscode";
import type { DoctorView } from "../../../src/vscode/protocol";
import { inWorkspace } from "./extension";

const SELECTED = "python.defaultInterpreterPath";
const NAMED = "slipway.pythonPath";

suite("the Python that is used", () => {
  teardown(async () => {
    await set(SELECTED, undefined);
    await set(NAMED, undefined);
  });

  test("is the one that is selected in the Python extension", async () => {
    assert.ok(extensions.getExtension("ms-python.python"));
    await set(SELECTED, environment("selected"));
    assert.match((await python()).message, new RegExp(environment("selected")));
  });

  test("is the one that slipway.pythonPath names, whatever is selected", async () => {
    await set(SELECTED, environment("selected"));
    await set(NAMED, environment("named"));
    assert.match((await python()).message, new RegExp(environment("named")));
  });

  test("is found on the path where none is selected", async () => {
    const { ok, message } = await python();
    assert.equal(ok, true);
    assert.doesNotMatch(message, /selected|named/);
  });

  test("is asked for where the Python extension fails", async () => {
    await set(SELECTED, "broken");
    assert.equal(await commands.executeCommand("slipway.doctor"), undefined);
    await set(NAMED, environment("named"));
    assert.equal((await python()).ok, true);
  });
});

async function set(name: string, value: string | undefined): Promise<void> {
  await workspace.getConfiguration().update(name, value);
}

/** The interpreter of an environment in the workspace, made when it is first asked for. */
function environment(name: string): string {
  const folder = inWorkspace(".environments", name);
  if (!existsSync(folder)) execFileSync("python3", ["-m", "venv", "--without-pip", folder]);
  return process.platform === "win32" ? `${folder}\\Scripts\\python.exe` : `${folder}/bin/python`;
}

/** What the doctor says of Python. */
async function python(): Promise<{ readonly ok: boolean; readonly message: string }> {
  const view = await commands.executeCommand<DoctorView | undefined>("slipway.doctor");
  const check = view?.checks.find(({ title }) => title === "Python");
  assert.ok(check);
  return check;
}
