import { appendFileSync, cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { slipway } from "../support/slipway";
import { makeWorkspace, pythonNotebook, removeWorkspace } from "../support/workspace";

const NOTEBOOKS = resolve(__dirname, "../fixtures/notebooks");

let workspace: string;
beforeEach(() => {
  workspace = makeWorkspace({});
  cpSync(NOTEBOOKS, workspace, { recursive: true });
  writeFileSync(join(workspace, "targets/undecided.ipynb"), UNDECIDED);
});
afterEach(() => removeWorkspace(workspace));

interface Refusal {
  readonly code: string;
  readonly place: object;
  readonly message: RegExp;
}

/** Two models that are fitted and evaluated side by side. */
const UNDECIDED = pythonNotebook(
  "import pandas as pd\nfrom sklearn.linear_model import LogisticRegression\nfrom sklearn.ensemble import RandomForestClassifier",
  'loans = pd.read_csv("loans.csv")\nX, y = loans[["income", "amount"]], loans["defaulted"]',
  "logistic = LogisticRegression().fit(X, y)\nforest = RandomForestClassifier().fit(X, y)",
  "print(logistic.score(X, y), forest.score(X, y))",
);

const REFUSED: readonly (readonly [string, string, Refusal])[] = [
  [
    "what is not a notebook",
    "container/not-a-notebook.ipynb",
    { code: "NOTEBOOK_INVALID", place: {}, message: /not a notebook/ },
  ],
  ["nbformat 2", "container/nbformat2.ipynb", { code: "NOTEBOOK_OLD_FORMAT", place: {}, message: /nbformat 2/ }],
  [
    "nbformat 3 in Python 2",
    "container/nbformat3.ipynb",
    { code: "EXTRACT_NO_TARGET", place: { cell: 2, line: 3 }, message: /Cell 2 is Python 2, so it was not read/ },
  ],
  [
    "Markdown that is no notebook",
    "README.md",
    { code: "NOTEBOOK_INVALID", place: {}, message: /Markdown without the header of a notebook/ },
  ],
  ["an empty file", "container/empty.ipynb", { code: "NOTEBOOK_EMPTY", place: {}, message: /is empty/ }],
  ["a notebook without cells", "container/no-cells.ipynb", { code: "NOTEBOOK_EMPTY", place: {}, message: /no code/ }],
  [
    "a needed cell that Python rejects",
    "cells/syntax-error-needed.ipynb",
    { code: "NOTEBOOK_SYNTAX", place: { cell: 4, line: 2 }, message: /is not Python/ },
  ],
  [
    "neither a model nor a saved result",
    "targets/no-target.ipynb",
    { code: "EXTRACT_NO_TARGET", place: {}, message: /neither a model nor a saved result.*fit.*to_csv/ },
  ],
  [
    "two candidate models",
    "targets/undecided.ipynb",
    { code: "EXTRACT_AMBIGUOUS", place: {}, message: /logistic.*forest/ },
  ],
  [
    "a notebook that is not there",
    "targets/gone.ipynb",
    { code: "NOTEBOOK_MISSING", place: {}, message: /no notebook at/ },
  ],
];

describe("a notebook is refused with its place, and nothing is written, for", () => {
  it.each(REFUSED)("%s", async (_what, file, { code, place, message }) => {
    const before = readdirSync(workspace, { recursive: true });
    const { exitCode, stdout, stderr } = await slipway(["ship", file, "--json"], workspace);
    expect(exitCode).toBe(2);
    const { error } = JSON.parse(stdout);
    expect(error).toMatchObject({ code, place: { file, ...place } });
    expect(error.message).toMatch(message);
    expect(stderr).toContain(error.message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(readdirSync(workspace, { recursive: true })).toEqual(before);
  });

  it("a missing data file, with the cell that reads it", async () => {
    const before = readdirSync(workspace, { recursive: true });
    const { exitCode, stdout, stderr } = await slipway(["ship", "data/missing-data.ipynb", "--json"], workspace);
    expect(exitCode).toBe(2);
    const { error } = JSON.parse(stdout);
    expect(error).toMatchObject({
      code: "DATA_MISSING",
      place: { file: "data/missing-data.ipynb", cell: expect.any(Number), line: expect.any(Number) },
    });
    expect(error.message).toContain("rides-2023.csv");
    expect(stderr).toMatch(/data\/missing-data\.ipynb, cell \d+, line \d+/);
    expect(readdirSync(workspace, { recursive: true })).toEqual(before);
  });
});

it("a pipeline that is not there is named from the workspace", async () => {
  const { exitCode, stdout, stderr } = await slipway(["validate", "gone", "--json", "--cwd", workspace], tmpdir());
  expect(exitCode).toBe(2);
  expect(JSON.parse(stdout).error.place).toEqual({ file: "pipelines/gone/pipeline.lock.json" });
  expect(stderr).toContain("pipelines/gone");
});

describe("extract", () => {
  it("says of each broken cell beside the model that it is left out", async () => {
    const { exitCode, stdout } = await slipway(["extract", "cells/syntax-error-aside.ipynb", "--json"], workspace);
    expect(exitCode).toBe(0);
    const { diagnostics } = JSON.parse(stdout);
    expect(diagnostics).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ code: "notebook.syntax", severity: "warning", cell: expect.any(Number) }),
      ]),
    );
  });

  it("takes the best of models that are equally good, and names all", async () => {
    const { exitCode, stdout } = await slipway(["extract", "targets/undecided.ipynb", "--json"], workspace);
    expect(exitCode).toBe(0);
    const { target, diagnostics } = JSON.parse(stdout);
    expect(target).toBe("forest");
    const message = expect.stringMatching(/logistic.*forest/);
    expect(diagnostics).toContainEqual(expect.objectContaining({ code: "notebook.several-models", message }));
    const lock = readFileSync(join(workspace, "pipelines/undecided/pipeline.lock.json"), "utf8");
    expect(JSON.parse(lock)).toMatchObject({ model: "forest" });
  });

  it("--explain shows each statement, and the chain of those that need it", async () => {
    const { stdout } = await slipway(
      ["extract", "targets/two-models.ipynb", "--explain", "--model", "logistic"],
      workspace,
    );
    expect(stdout).toMatch(/^cell 2$/m);
    expect(stdout).toMatch(/^ +\d+ \+ .*read_csv.* for cell \d+:\d+ → .*logistic$/m);
    expect(stdout).toMatch(/^ +\d+ - .*$/m);
    const { stdout: json } = await slipway(["extract", "targets/two-models.ipynb", "--explain", "--json"], workspace);
    expect(JSON.parse(json).explained[0]).toMatchObject({ cell: 2, line: 1, kept: true });
  });

  it("takes the model that --model names", async () => {
    const result = await slipway(["extract", "targets/two-models.ipynb", "--model", "logistic", "--json"], workspace);
    expect(JSON.parse(result.stdout)).toMatchObject({ target: "logistic", pipeline: "two-models" });
  });

  it("prints all that product documents, and nothing but JSON", async () => {
    const { exitCode, stdout, stderr } = await slipway(["extract", "targets/joblib-saved.ipynb", "--json"], workspace);
    expect([exitCode, stderr]).toEqual([0, ""]);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      pipeline: "joblib-saved",
      language: "python",
      module: "pipelines/joblib-saved/pipeline.py",
      target: "risk",
      references: [{ path: "loans.csv", cell: expect.any(Number) }],
    });
    expect(document.steps[0]).toEqual({
      name: expect.any(String),
      cells: expect.any(Array),
      inputs: expect.any(Array),
      outputs: expect.any(Array),
    });
    for (const key of ["params", "dropped", "diagnostics"]) expect(document[key]).toBeInstanceOf(Array);
  });

  it("merges edits by hand with what the notebook gives now, unless --force is given", async () => {
    const path = join(workspace, "targets/joblib-saved.ipynb");
    await slipway(["extract", path], workspace);
    const module = join(workspace, "pipelines/joblib-saved/pipeline.py");
    appendFileSync(module, "# reviewed\n");
    writeFileSync(path, readFileSync(path, "utf8").replaceAll("C=0.5", "C=0.7"));
    const merged = await slipway(["extract", path], workspace);
    expect(merged.exitCode).toBe(0);
    expect(merged.stdout).toContain("Your edits were merged with what the notebook gives now.");
    expect(readFileSync(module, "utf8")).toMatch(/0\.7[^]*# reviewed\n$/);
    expect((await slipway(["extract", path, "--force"], workspace)).exitCode).toBe(0);
    expect(readFileSync(module, "utf8")).not.toContain("# reviewed");
  });

  it("names the lines that both changed, and nothing is shipped until they are resolved", async () => {
    const path = join(workspace, "targets/joblib-saved.ipynb");
    await slipway(["extract", path], workspace);
    const module = join(workspace, "pipelines/joblib-saved/pipeline.py");
    writeFileSync(module, readFileSync(module, "utf8").replaceAll("0.5", "0.9"));
    writeFileSync(path, readFileSync(path, "utf8").replaceAll("C=0.5", "C=0.7"));
    const conflict = await slipway(["extract", path, "--json"], workspace);
    expect(conflict.exitCode).toBe(1);
    const { merged, diagnostics } = JSON.parse(conflict.stdout);
    const file = "pipelines/joblib-saved/pipeline.py";
    expect(merged).toEqual([{ path: file, conflicts: expect.any(Array) }]);
    const [{ line }] = merged[0].conflicts;
    expect(readFileSync(module, "utf8").split("\n")[line - 1]).toBe("<<<<<<< edited by hand");
    expect(diagnostics).toContainEqual(expect.objectContaining({ code: "edits.conflict", file, fileLine: line }));
    const shipped = await slipway(["ship", path], workspace);
    expect(shipped.exitCode).toBe(2);
    expect(shipped.stderr).toContain(`${file}:${line}`);
  });
});
