/** What `npm start` says on a machine that lacks Node or Python. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { makeWorkspace, removeWorkspace } from "../support/workspace";

const SCRIPTS = resolve(__dirname, "../../scripts");
const INSTALL = /Install it: (sudo|brew|winget) \w/;

let folder: string;
beforeEach(() => {
  folder = makeWorkspace({});
  mkdirSync(join(folder, "bin"));
  symlinkSync(process.execPath, join(folder, "bin", "node"));
});
afterEach(() => removeWorkspace(folder));

function start() {
  const env = { PATH: join(folder, "bin") };
  return spawnSync("node", [join(SCRIPTS, "start.mjs")], { env, encoding: "utf8" });
}

it("names the command that installs Python where there is none", () => {
  const { status, stderr, stdout } = start();
  expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
  expect(stderr).toMatch(/^Python 3\.10 or newer with venv or pip is needed, and none was found\./);
  expect(stderr).toMatch(INSTALL);
});

it("names the Python that is too old", () => {
  const python = join(folder, "bin", "python3");
  writeFileSync(python, "#!/bin/sh\necho 3.8\nexit 1\n");
  chmodSync(python, 0o755);
  const { status, stderr } = start();
  expect(status).toBe(3);
  expect(stderr).toMatch(/and this is 3\.8\. /);
  expect(stderr).toMatch(INSTALL);
});

it("names the command that installs a newer Node", () => {
  const module = pathToFileURL(join(SCRIPTS, "setup/requirements.mjs")).href;
  const program = `import { missingRequirements } from "${module}"; console.log(missingRequirements("18.20.4").join("\\n"));`;
  const said = execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  expect(said).toMatch(/^Node 20 or newer is needed, and this is 18\.20\.4\./);
  expect(said).toMatch(INSTALL);
});
