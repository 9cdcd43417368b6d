import { describe, expect, test } from "vitest";
import { inputError } from "../../../src/core/errors";
import { problemOfDiagnostic, problemOfError } from "../../../src/vscode/problems";

describe("problems of a notebook", () => {
  test("a finding is on its line, counted from 0, with its hint", () => {
    const finding = { code: "notebook.hidden-state", severity: "warning", cell: 5, line: 2 } as const;
    expect(problemOfDiagnostic({ ...finding, message: "Run out of order.", hint: "Run all cells." })).toEqual({
      cell: 4,
      line: 1,
      severity: "warning",
      code: "notebook.hidden-state",
      message: "Run out of order. Run all cells.",
    });
  });

  test("a hint behind a line of code begins a sentence of its own", () => {
    const finding = { code: "notebook.syntax", severity: "warning", cell: 5, line: 2 } as const;
    const { message } = problemOfDiagnostic({ ...finding, message: "This is not Python: x =", hint: "Mend it." });
    expect(message).toBe("This is not Python: x =. Mend it.");
  });

  test("a finding of a notebook that is text knows its line of the file, and one of another file its path", () => {
    const finding = { code: "c", severity: "info", cell: 2, line: 3, message: "m" } as const;
    expect(problemOfDiagnostic({ ...finding, fileLine: 9, file: "lib/a.py" })).toMatchObject({
      file: "lib/a.py",
      fileLine: 8,
    });
    expect(Object.keys(problemOfDiagnostic(finding))).not.toContain("fileLine");
    const place = { file: "/a.py", cell: 2, line: 3, fileLine: 9 };
    expect(problemOfError(inputError("X", "m", { place }))).toMatchObject({ cell: 1, line: 2, fileLine: 8 });
  });

  test("a finding about the whole notebook is on its first line", () => {
    const finding = { code: "c", severity: "info", cell: 0, line: 0, message: "m" } as const;
    expect(problemOfDiagnostic(finding)).toMatchObject({ cell: 0, line: 0 });
  });

  test("an error about a cell is on the cell's first line where it names none", () => {
    const error = inputError("PYTHON_SYNTAX", "Not Python.", { place: { file: "/a.ipynb", cell: 3 } });
    expect(problemOfError(error)).toMatchObject({ cell: 2, line: 0, severity: "error", code: "PYTHON_SYNTAX" });
  });

  test("an error about a file, or about nothing in particular, is on no cell", () => {
    expect(
      problemOfError(inputError("CONFIG_INVALID", "m", { place: { file: "/slipway.yaml", line: 2 } })),
    ).toBeUndefined();
    expect(problemOfError(inputError("X", "m"))).toBeUndefined();
  });
});
