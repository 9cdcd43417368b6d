import { describe, expect, test } from "vitest";
import { figuresOf, type Judged } from "../../bench/extract/figures";
import type { Memory } from "../../bench/extract/record";

const made: Judged = {
  path: "good.ipynb",
  status: "module",
  cpuMs: 10,
  broken: [],
  fits: true,
  compileError: null,
  undefined: [],
  seeds: 1,
  lostSeeds: [],
  codeLines: 10,
  keptLines: 4,
};

const memory = (notebooks: number, objects: number): Memory => {
  // What V8 compiles is no leak, however much it grows.
  const heap = objects + notebooks;
  return { notebooks, objects, heap, external: 0, resident: heap };
};

function figure(name: string, judged: readonly Judged[], memories: readonly Memory[] = []) {
  const found = figuresOf(judged, memories, []).find((one) => one.figure.includes(name));
  return { reached: found?.reached, missing: found?.missing };
}

describe("a figure is missed, and the notebook is named, by", () => {
  test.each<[string, string, Partial<Judged>, string]>([
    ["a crash", "crashes", { status: "crash", message: "TypeError\n at f" }, "x.ipynb: TypeError |  at f"],
    ["a hang that was stopped", "hangs", { status: "hang" }, "x.ipynb: 10 ms"],
    ["a slow extraction", "hangs", { cpuMs: 5001 }, "x.ipynb: 5001 ms"],
    ["a refusal that says nothing", "without a reason", { status: "refused", message: "", code: "C" }, "x.ipynb: C"],
    ["a refused model", "module made", { status: "refused", code: "C", message: "why" }, "x.ipynb: C: why"],
    ["a module that is not Python", "compiles", { compileError: "bad" }, "x.ipynb: bad"],
    ["a lost seed", "seeds", { lostSeeds: ["random.seed"] }, "x.ipynb: random.seed"],
    ["an undefined name", "undefined", { undefined: [["df", 3]] }, "x.ipynb: df (line 3)"],
    ["a cell that was not read", "only Python can read", { unread: [2] }, "x.ipynb: cells 2"],
  ])("%s", (_, name, change, found) => {
    expect(figure(name, [made])).toEqual({ reached: true, missing: [] });
    expect(figure(name, [made, { ...made, ...change, path: "x.ipynb" }])).toEqual({ reached: false, missing: [found] });
  });
});

test("a notebook with a cell that is not Python, or without a fit, need not give a module", () => {
  const refused: Judged = { ...made, status: "refused", code: "C", message: "why" };
  expect(figure("module made", [made, { ...refused, broken: [1] }, { ...refused, fits: false }]).reached).toBe(true);
});

test("code lines, time and memory are compared with their limits", () => {
  expect(figure("code lines", [made]).reached).toBe(true);
  expect(figure("code lines", [{ ...made, keptLines: 6 }]).reached).toBe(false);
  expect(figure("median", [{ ...made, cpuMs: 16 }]).reached).toBe(false);
  expect(figure("objects in memory", [made], [memory(100, 10), memory(500, 50), memory(900, 51)]).reached).toBe(true);
  expect(figure("objects in memory", [made], [memory(500, 50), memory(900, 60)]).reached).toBe(false);
});

test("what could not be measured is neither reached nor missed", () => {
  expect(figuresOf([], [], []).filter(({ measured, reached }) => measured === "-" && reached !== undefined)).toEqual(
    [],
  );
  expect(figure("objects in memory", [made], [memory(100, 10)]).reached).toBeUndefined();
});
