import { execFile, spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { slipway, startSlipway } from "../support/slipway";
import { makeWorkspace, removeWorkspace } from "../support/workspace";

const ROOT = resolve(__dirname, "../..");
const FIXTURES = join(ROOT, "test/fixtures/notebooks/targets");
const COLOUR = "\u001B[1m";
const REDRAW = "\r\u001B[2K";

let workspace: string;
beforeEach(() => {
  workspace = makeWorkspace({});
  for (const file of ["joblib-saved.ipynb", "loans.csv"]) cpSync(join(FIXTURES, file), join(workspace, file));
});
afterEach(() => removeWorkspace(workspace));

/** What a person sees who runs `slipway extract` in a terminal. */
function inTerminal(env: Readonly<Record<string, string>>, ...options: readonly string[]): Promise<string> {
  const terminal = join(ROOT, "test/support/terminal.py");
  const command = [process.execPath, join(ROOT, "dist/cli.js"), "extract", "joblib-saved.ipynb", ...options];
  const variables = { ...process.env, TERM: "xterm", NO_COLOR: "", ...env };
  return new Promise((resolve, reject) => {
    execFile("python3", [terminal, ...command], { cwd: workspace, env: variables }, (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(new Error(stdout, { cause: error }));
    });
  });
}

describe("in a terminal", () => {
  it("draws one line of progress again and again, clears it, and uses colours", async () => {
    const seen = await inTerminal({});
    expect(seen).toContain("Extracting the pipeline (0.");
    const [, result = ""] = seen.split(new RegExp(`.*${REDRAW.replace("[", "\\[")}`, "s"));
    expect(result).toContain(`${COLOUR}pipelines/joblib-saved/pipeline.py`);
    expect(result).not.toContain("Extracting");
  });

  it("uses no colours where NO_COLOR is set", async () => {
    expect(await inTerminal({ NO_COLOR: "1" })).not.toContain(COLOUR);
  });

  it("draws nothing with --quiet, and a line for each stage with --verbose", async () => {
    expect(await inTerminal({}, "--quiet")).not.toContain("Extracting");
    const seen = await inTerminal({}, "--verbose");
    expect(seen).toMatch(/0\.\d s {2}Extracting the pipeline/);
    expect(seen).not.toContain(REDRAW);
  });
});

describe("every command", () => {
  it("shows an example under its help", async () => {
    const { stdout } = await slipway(["--help"], workspace);
    const names = [...stdout.matchAll(/^ {2}([a-z]+) .*\[options\]/gm)].map(([, name = ""]) => name);
    expect(names).toEqual(
      expect.arrayContaining(
        "ship extract snapshot validate package push status list show pull verify doctor".split(" "),
      ),
    );
    for (const name of names) {
      const help = await slipway([name, "--help"], workspace);
      expect(help.exitCode).toBe(0);
      expect(help.stdout).toContain(`Example:\n  $ slipway ${name}`);
      for (const option of ["--json", "--cwd <dir>", "--quiet", "--verbose"]) expect(help.stdout).toContain(option);
    }
  });

  it("works in the folder that --cwd names, and refuses one that is not there", async () => {
    const elsewhere = await slipway(["extract", "joblib-saved.ipynb", "--cwd", workspace, "--json"], ROOT);
    expect(JSON.parse(elsewhere.stdout).module).toBe("pipelines/joblib-saved/pipeline.py");
    const nowhere = await slipway(["list", "--cwd", join(workspace, "gone"), "--json"], workspace);
    expect([nowhere.exitCode, JSON.parse(nowhere.stdout).error.code]).toEqual([2, "CWD_MISSING"]);
  });

  it("ends quietly when the reader of its output goes away", async () => {
    const run = startSlipway(["extract", "joblib-saved.ipynb", "--json"], workspace);
    run.child.stdout?.destroy();
    const { stderr } = await run.result;
    expect(stderr).toBe("");
  });

  it("fails where its output cannot be written", async () => {
    const run = (target: string) =>
      spawnSync("sh", ["-c", `"$0" "$1" list ${target}`, process.execPath, join(ROOT, "dist/cli.js")], {
        cwd: workspace,
        encoding: "utf8",
      });
    const { status, stderr } = run("--json > /dev/full");
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^error The result could not be written: ENOSPC/)]);
    expect(run("| head -c 0").stderr).toBe("");
  });

  it("refuses a slipway.yaml with an unknown key, and names it", async () => {
    const folder = makeWorkspace({ "slipway.yaml": "registri: oci://registry.example.com\n" });
    const { exitCode, stdout } = await slipway(["list", "--json"], folder);
    removeWorkspace(folder);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout).error.message).toContain("registri");
  });
});
