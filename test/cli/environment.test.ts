import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { slipway } from "../support/slipway";
import { makeWorkspace, pythonNotebook, removeWorkspace } from "../support/workspace";

const FIXTURES = resolve(__dirname, "../fixtures/notebooks");

const LOANS = pythonNotebook(
  'import pandas as pd\nimport pilot_station_tools\nloans = pd.read_csv("loans.csv")',
  'checked = pilot_station_tools.check(loans)\nchecked.to_csv("checked.csv")',
);

let workspace: string;
beforeEach(() => {
  workspace = makeWorkspace({ "loans.ipynb": LOANS });
  cpSync(join(FIXTURES, "targets/loans.csv"), join(workspace, "loans.csv"));
  cpSync(join(FIXTURES, "run/never-ends.ipynb"), join(workspace, "never-ends.ipynb"));
  cpSync(join(FIXTURES, "run/exports"), join(workspace, "exports"), { recursive: true });
});
afterEach(() => removeWorkspace(workspace));

describe("an environment that lacks something", () => {
  it("without Python ends with 3 and the command that installs it", async () => {
    const { exitCode, stdout } = await slipway(["ship", "loans.ipynb", "--json"], workspace, {
      PATH: workspace,
      SLIPWAY_PYTHON: "",
      HOME: workspace,
    });
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout).error).toMatchObject({
      message: expect.stringContaining("Python"),
      hint: expect.stringMatching(/install/),
    });
  });

  it("without the Python that slipway.yaml names ends with 3 and the key", async () => {
    writeFileSync(join(workspace, "slipway.yaml"), "python: /nope/python\n");
    const { exitCode, stdout } = await slipway(["ship", "never-ends.ipynb", "--json"], workspace);
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout).error).toMatchObject({
      message: expect.stringContaining("/nope/python (python in slipway.yaml)"),
      hint: expect.stringContaining("python in slipway.yaml"),
    });
  });

  it("is what doctor finds, with exit code 3", async () => {
    const { exitCode, stdout } = await slipway(["doctor", "--json"], workspace, {
      PATH: workspace,
      SLIPWAY_PYTHON: "",
      HOME: workspace,
    });
    expect(exitCode).toBe(3);
    const { ok, checks } = JSON.parse(stdout);
    expect(ok).toBe(false);
    expect(checks).toContainEqual(expect.objectContaining({ id: "python", ok: false, command: expect.any(String) }));
    expect((await slipway(["doctor"], workspace)).exitCode).toBe(0);
  });

  it("with a package that cannot be installed ends with 3 and names it", async () => {
    // Nothing else is needed: an installer without an index names the first package that it misses.
    writeFileSync(
      join(workspace, "loans.ipynb"),
      pythonNotebook(
        "import json\nimport pilot_station_tools",
        'with open("checked.json", "w") as file:\n    json.dump(pilot_station_tools.check(), file)',
      ),
    );
    const { exitCode, stdout } = await slipway(["ship", "loans.ipynb", "--json"], workspace, {
      UV_OFFLINE: "1",
      PIP_NO_INDEX: "1",
    });
    expect(exitCode).toBe(3);
    const { error } = JSON.parse(stdout);
    expect(`${error.message} ${error.hint}`).toContain("pilot-station-tools");
    expect(error.place).toEqual({ file: "loans.ipynb", cell: 1, line: 2 });
    expect(existsSync(join(workspace, "pipelines"))).toBe(false);
  });

  it("with a package that cannot be installed leaves the pipeline as it was", async () => {
    writeFileSync(join(workspace, "loans.ipynb"), LOANS.replaceAll("pilot_station_tools", "json"));
    expect((await slipway(["extract", "loans.ipynb"], workspace)).exitCode).toBe(0);
    const folder = join(workspace, "pipelines/loans");
    const files = () => readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    const before = files();
    writeFileSync(join(workspace, "loans.ipynb"), LOANS);
    const offline = { UV_OFFLINE: "1", PIP_NO_INDEX: "1" };
    expect((await slipway(["ship", "loans.ipynb"], workspace, offline)).exitCode).toBe(3);
    expect(files()).toEqual(before);
  });
});

describe("a notebook that never ends", () => {
  it("is ended by --timeout; the gate fails and nothing is released", async () => {
    const { exitCode, stdout, seconds } = await slipway(
      ["ship", "never-ends.ipynb", "--timeout", "3", "--json"],
      workspace,
    );
    expect(exitCode).toBe(1);
    const { release, report } = JSON.parse(stdout);
    expect(release).toBeNull();
    const failed = (report.gates as readonly { readonly status: string }[]).filter(({ status }) => status === "failed");
    expect(JSON.stringify(failed)).toMatch(/3 s/);
    expect(seconds).toBeLessThan(60);
    const list = await slipway(["list", "--json"], workspace);
    expect(JSON.parse(list.stdout).pipelines).toEqual([]);
  });

  it("is not ended by a time limit that is none", async () => {
    const { exitCode, stderr } = await slipway(["ship", "never-ends.ipynb", "--timeout", "soon"], workspace);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("not a number of seconds")]);
  });
});
