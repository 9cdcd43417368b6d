import { describe, expect, it } from "vitest";
import type { Extraction, Reference } from "../../../src/core/pipeline";
import { runnerProgram } from "../../../src/core/validate/program";

function reference(source: string, path: string, place: string): Reference {
  const start = source.indexOf(JSON.stringify(path));
  const literal = { start, end: start + JSON.stringify(path).length };
  return { name: "data", kind: "file", path, place, reader: "pd.read_csv", cell: 2, line: 1, literal };
}

function extraction(source: string, references: readonly Reference[]): Extraction {
  return {
    pipeline: "study",
    language: "python",
    notebook: "study.ipynb",
    notebookDigest: `sha256:${"0".repeat(64)}`,
    module: { path: "pipeline.py", text: "" },
    companions: [],
    targets: [{ name: "rmse", kind: "metric", type: "float", expression: "rmse", cell: 2, line: 3 }],
    steps: [],
    params: [],
    references,
    dropped: [{ cell: 2, line: 2, endLine: 2, text: "df.head()", reason: "it only shows" }],
    diagnostics: [],
    map: [],
    program: { cells: [{ cell: 2, source }] },
    scoring: { features: { expression: "X", cell: 2, line: 3 } },
    imports: { module: [], notebook: [] },
  };
}

describe("runnerProgram", () => {
  it("reads the snapshot in place of absolute paths, parents and addresses, on the same lines", () => {
    const source =
      'a = read("/home/ada/a.csv")\nb = read("../b.csv"); c = read("https://x.org/ü.csv")\nd = read("d.csv")';
    const found = runnerProgram(
      extraction(source, [
        reference(source, "/home/ada/a.csv", "a.csv"),
        reference(source, "../b.csv", "up/b.csv"),
        reference(source, "https://x.org/ü.csv", "x.org/ü.csv"),
        reference(source, "d.csv", "d.csv"),
      ]),
    );
    expect(found.cells[0]?.source).toBe(
      'a = read("a.csv")\nb = read("up/b.csv"); c = read("x.org/ü.csv")\nd = read("d.csv")',
    );
  });

  it("replaces a literal once that two references share", () => {
    const source = 'path = "/data/a.csv"';
    const shared = reference(source, "/data/a.csv", "a.csv");
    expect(runnerProgram(extraction(source, [shared, shared])).cells[0]?.source).toBe('path = "a.csv"');
  });

  it("keeps targets and the model's rows, and lets dropped statements fail", () => {
    const found = runnerProgram(extraction("", []));
    expect(found.captures.map(({ as, kind }) => [as, kind])).toEqual([
      ["target:rmse", "metric"],
      ["features", "rows"],
    ]);
    expect(found.cells[0]?.optional).toEqual([[2, 2]]);
  });
});
