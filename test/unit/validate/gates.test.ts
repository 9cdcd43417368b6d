import { describe, expect, it } from "vitest";
import { codeTypes } from "../../../src/core/validate/codeTypes";
import { compareJson } from "../../../src/core/validate/compareJson";
import { modelPortable, type PortableMeasurement } from "../../../src/core/validate/modelPortable";
import { modelSpeed } from "../../../src/core/validate/modelSpeed";
import { runEqualsNotebook } from "../../../src/core/validate/runEqualsNotebook";
import { runNotebook } from "../../../src/core/validate/runNotebook";
import { runRepeatable } from "../../../src/core/validate/runRepeatable";
import { scoringPath } from "../../../src/core/validate/scoringPath";
import { DEFAULT_THRESHOLDS } from "../../../src/core/validate/thresholds";

const run = { seconds: 1, limitSeconds: 600, skipped: [] };
const same = { name: "model", ok: true, text: "equal" };
const different = { name: "rmse", ok: false, text: "1 ≠ 2" };

describe("run.notebook", () => {
  it("passes a run that ended, and fails one with the place and the exception", () => {
    expect(runNotebook(run).status).toBe("passed");
    expect(runNotebook(run).message).not.toContain("network");
    expect(runNotebook({ ...run, isolated: false }).message).toContain("cannot keep programs");
    const failed = runNotebook({ ...run, failure: { cell: 4, line: 2, message: "KeyError: 'age'" } });
    expect(failed).toMatchObject({ status: "failed", measured: "cell 4, line 2: KeyError: 'age'" });
    const advised = runNotebook({ ...run, failure: { message: "it ended" }, advice: "It is old." });
    expect(advised.message).toMatch(/extract again\. It is old\. What failed: it ended$/);
  });
});

describe("run.equals-notebook", () => {
  it("passes only if every target is equal", () => {
    const both = { notebook: run, module: run, seconds: 1 };
    expect(runEqualsNotebook({ ...both, check: { equal: [same] } }).status).toBe("passed");
    expect(runEqualsNotebook({ ...both, check: { equal: [same, different] } })).toMatchObject({
      status: "failed",
      measured: "1 of 2 targets equal",
    });
  });

  it("fails where a metric is no finite number, and says which", () => {
    const check = { equal: [same], notFinite: { f1: "nan" } };
    expect(runEqualsNotebook({ notebook: run, module: run, check, seconds: 1 })).toMatchObject({
      status: "failed",
      measured: "1 of 1 targets equal, f1 is nan",
      message: expect.stringContaining("A metric has to be a finite number"),
    });
  });

  it("fails where there was nothing to compare: that proves nothing", () => {
    const failure = { message: "it was killed" };
    for (const measurement of [
      { notebook: { ...run, failure }, module: run, check: {}, seconds: 1 },
      { notebook: run, module: { ...run, failure }, check: {}, seconds: 1 },
      { notebook: run, module: run, check: {}, seconds: 1 },
      { notebook: run, module: run, check: { equal: [] }, seconds: 1 },
    ]) {
      expect(runEqualsNotebook(measurement).status).toBe("failed");
    }
  });
});

describe("run.repeatable", () => {
  it("passes equal runs and names what differs in others", () => {
    expect(runRepeatable({ module: run, check: { seconds: 1, repeated: [same] } }).status).toBe("passed");
    const gate = runRepeatable({ module: run, check: { seconds: 1, repeated: [same, different] } });
    expect(gate.status).toBe("failed");
    expect(gate.message).toMatch(/^rmse differ/);
  });
});

describe("code.types", () => {
  it("counts errors and not warnings", () => {
    const problem = { line: 3, message: "No.", rule: "reportCallIssue" };
    const measured = { checker: "pyright", file: "pipeline.py", seconds: 1 };
    expect(codeTypes({ ...measured, problems: [{ ...problem, severity: "warning" }] }).status).toBe("passed");
    expect(codeTypes({ ...measured, problems: [{ ...problem, severity: "error" }] })).toMatchObject({
      status: "failed",
      details: [{ subject: "pipeline.py:3", value: "No. (reportCallIssue)", ok: false }],
    });
  });
});

describe("model.portable", () => {
  const compared = (
    python: Extract<PortableMeasurement, { kind: "compared" }>["python"],
    onnx: Extract<PortableMeasurement, { kind: "compared" }>["onnx"],
  ) => modelPortable({ kind: "compared", python, onnx, size: 2048, seconds: 1 }, DEFAULT_THRESHOLDS);

  it("compares classes exactly and probabilities within the threshold", () => {
    const python = {
      labels: ["a", "b"],
      probabilities: [
        [0.9, 0.1],
        [0.2, 0.8],
      ],
    };
    expect(
      compared(python, {
        ...python,
        probabilities: [
          [0.90001, 0.09999],
          [0.2, 0.8],
        ],
      }).status,
    ).toBe("passed");
    expect(
      compared(python, {
        ...python,
        probabilities: [
          [0.89, 0.11],
          [0.2, 0.8],
        ],
      }).status,
    ).toBe("failed");
    expect(compared(python, { ...python, labels: ["a", "a"] })).toMatchObject({
      status: "failed",
      details: [{ subject: "row 2" }],
    });
  });

  it("compares numbers relative to their size", () => {
    expect(compared({ labels: [1_000_000, 0.5] }, { labels: [1_000_010, 0.5] }).status).toBe("passed");
    expect(compared({ labels: [1, 0.5] }, { labels: [1.1, 0.5] }).status).toBe("failed");
    expect(compared({ labels: [1] }, { labels: [Number.NaN] }).status).toBe("failed");
  });

  it("fails where rows are missing, where the model has no probabilities, and where there is no ONNX model", () => {
    expect(compared({ labels: [1, 2] }, { labels: [1] }).status).toBe("failed");
    expect(compared({ labels: ["a"], probabilities: [[1]] }, { labels: ["a"] }).status).toBe("failed");
    const gate = modelPortable(
      { kind: "obstacle", message: "Mine cannot be exported.", seconds: 0 },
      DEFAULT_THRESHOLDS,
    );
    expect(gate).toMatchObject({ status: "failed", message: expect.stringContaining("Mine") });
    expect(gate.message).toContain("modelRequired: false");
  });

  it("lets a model without an ONNX form pass where none is required, and still compares the one that there is", () => {
    const optional = { ...DEFAULT_THRESHOLDS, modelRequired: false };
    const obstacle = { kind: "obstacle", message: "Mine cannot be exported.", seconds: 0 } as const;
    expect(modelPortable(obstacle, optional)).toMatchObject({ status: "skipped", message: "Mine cannot be exported." });
    const compared = { python: { labels: ["a"] }, onnx: { labels: ["b"] }, size: 1, seconds: 1 };
    expect(modelPortable({ kind: "compared", ...compared }, optional).status).toBe("failed");
    expect(modelPortable(obstacle, optional).threshold).not.toBe(modelPortable(obstacle, DEFAULT_THRESHOLDS).threshold);
  });

  it("does not apply to a pipeline without a model", () => {
    expect(modelPortable({ kind: "none", reason: "No model." }, DEFAULT_THRESHOLDS).status).toBe("skipped");
  });
});

describe("model.speed", () => {
  it("judges by the slow ones, not by the slowest", () => {
    const quick = Array.from({ length: 99 }, () => 1);
    expect(modelSpeed({ latencies: [...quick, 500], seconds: 1 }, DEFAULT_THRESHOLDS).status).toBe("passed");
    expect(modelSpeed({ latencies: quick.map(() => 60), seconds: 1 }, DEFAULT_THRESHOLDS).status).toBe("failed");
  });
});

describe("compareJson", () => {
  it("takes numbers within a billionth as equal, and names the place of what is not", () => {
    const first = { rmse: 0.1, model: { weights: [1, 2] } };
    expect(compareJson(["rmse", "model"], first, { ...first, rmse: 0.1 + 1e-12 }).map(({ ok }) => ok)).toEqual([
      true,
      true,
    ]);
    expect(compareJson(["model"], first, { model: { weights: [1, 3] } })).toEqual([
      { name: "model", ok: false, text: ".weights[1]: 2 ≠ 3" },
    ]);
  });

  it("tells apart what only looks alike", () => {
    for (const [one, other] of [
      [[], {}],
      ["1", 1],
      [null, { $: "undefined" }],
      [{ a: 1 }, { b: 1 }],
      [[1], [1, 2]],
    ]) {
      expect(compareJson(["x"], { x: one }, { x: other })[0]?.ok).toBe(false);
    }
    expect(compareJson(["x"], { x: 1 }, {})[0]?.ok).toBe(false);
  });
});

describe("model.raw-rows", () => {
  it("tells a predict that differs how to mend it, and why there is none", () => {
    const found = { ok: true, text: "equal predictions for 9 of 9 rows of the fit", seconds: 1 };
    expect(scoringPath({ isWritten: true, found })).toMatchObject({
      status: "passed",
      measured: found.text,
      seconds: 1,
    });
    const failed = scoringPath({ isWritten: true, found: { ...found, ok: false } });
    expect(failed).toMatchObject({ status: "failed", message: expect.stringContaining("Mend predict in pipeline.py") });
    const obstacle = "The module has no predict for raw rows";
    expect(scoringPath({ isWritten: false, obstacle })).toMatchObject({ status: "skipped", message: obstacle });
    expect(scoringPath({ isWritten: true, found: null }).message).toContain("taken out of the module");
  });
});
