import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_BASE, packBase, textInBase } from "../../../src/core/extract/base";
import { conflictLines, mergeEdits, movedLines } from "../../../src/core/extract/merge";

const BASE = "import a\n\nx = 1\ny = 2\n\nprint(x)\n";
const merge = (edited: string, generated: string, base = BASE) => mergeEdits({ base, edited, generated });

describe("edits and a new module", () => {
  test("meet in one text where they are apart", () => {
    const edited = BASE.replace("import a", "import a  # needed");
    const generated = BASE.replace("print(x)", "print(x, y)");
    const both = "import a  # needed\n\nx = 1\ny = 2\n\nprint(x, y)\n";
    expect(merge(edited, generated)).toBe(both);
    expect(conflictLines(both)).toEqual([]);
  });

  test("are both there, between git's marks, where they touch", () => {
    const text = merge(BASE.replace("x = 1", "x = 10"), BASE.replace("x = 1", "x = 5"));
    expect(text).toBe(
      "import a\n\n<<<<<<< edited by hand\nx = 10\n=======\nx = 5\n>>>>>>> notebook\ny = 2\n\nprint(x)\n",
    );
    expect(conflictLines(text)).toEqual([3]);
  });

  test("are no conflict where they are the same", () => {
    const same = BASE.replace("x = 1", "x = 5");
    expect(merge(same, same)).toBe(same);
  });

  test("are no conflict where the notebook's cells only have other numbers now", () => {
    const base =
      "def load(a: Path):  # cell 1\n    return a\n\n\ndef train(x: int) -> int:  # cells 2, 3\n    return x\n";
    const edited = base.replace("x: int", "x: float").replace("    return x", "    # twice\n    return 2 * x");
    const moved = (text: string) => text.replace("cell 1", "cell 2").replace("cells 2, 3", "cells 3, 4");
    expect(merge(edited, moved(base), base)).toBe(moved(edited));
    const changed = moved(base).replace("x: int", "x: str");
    expect(conflictLines(merge(edited, changed, base))).toEqual([5]);
  });

  test("conflict where one changes what the other removes", () => {
    const text = merge(BASE.replace("y = 2\n", ""), BASE.replace("y = 2", "y = 3"));
    expect(text).toContain("<<<<<<< edited by hand\n=======\ny = 3\n>>>>>>> notebook\n");
  });

  test("meet in a file that an editor or git gave other line ends", () => {
    const windows = (text: string) => text.replaceAll("\n", "\r\n");
    const generated = BASE.replace("x = 1", "x = 5");
    expect(merge(windows(BASE), generated)).toBe(windows(generated));
    const conflict = merge(windows(BASE.replace("x = 1", "x = 10")), generated);
    expect(conflictLines(conflict)).toEqual([3]);
    expect(conflict).not.toMatch(/[^\r]\n/);
  });

  test("meet in a file without a line end at its end", () => {
    expect(merge(BASE.trimEnd(), BASE.replace("x = 1", "x = 5"))).toBe(BASE.replace("x = 1", "x = 5").trimEnd());
  });

  test("of thousands of lines take little time, also where nothing is common", () => {
    const lines = Array.from({ length: 8000 }, (_, index) => (index % 3 === 0 ? "" : `x${index % 900} = ${index}`));
    const base = lines.join("\n");
    const start = process.cpuUsage();
    expect(merge(`# mine\n${base}`, `${base}\n# new`, base)).toBe(`# mine\n${base}\n# new`);
    const mine = lines.map((line) => `${line}#`).join("\n");
    expect(merge(mine, `${base}\n# new`, base)).toContain(mine);
    expect(process.cpuUsage(start).user).toBeLessThan(3_000_000);
  });
});

describe("of any three texts", () => {
  const line = fc.constantFrom("", "a = 1", "b = 2", "def f():", "    return a", "constructor", "__proto__", "=======");
  const text = fc.array(line, { maxLength: 14 }).map((lines) => lines.join("\n"));

  test("no edit gives what is generated, and no change of the notebook what was edited", () => {
    fc.assert(
      fc.property(text, text, (base, other) => {
        expect(merge(base, other, base)).toBe(other);
        expect(merge(other, base, base)).toBe(other);
      }),
    );
  });

  test("no line that either side brought is lost", () => {
    fc.assert(
      fc.property(text, text, text, (base, edited, generated) => {
        const merged = merge(edited, generated, base).split("\n");
        const old = new Set(base.split("\n"));
        for (const side of [edited, generated])
          for (const brought of side.split("\n").filter((one) => !old.has(one))) expect(merged).toContain(brought);
      }),
    );
  });

  test("merging again changes nothing", () => {
    fc.assert(
      fc.property(text, text, text, (base, edited, generated) => {
        const merged = merge(edited, generated, base);
        expect(merge(merged, generated, generated)).toBe(merged);
      }),
    );
  });

  test("the lines that are still there keep their origin, and each has at most one", () => {
    fc.assert(
      fc.property(text, text, (generated, present) => {
        const from = generated.split("\n");
        const to = present.split("\n");
        const origins = from.map((_, index) => ({ line: index + 1, cell: 1, cellLine: index + 1 }));
        const moved = movedLines(origins, generated, present);
        for (const { line: at, cellLine } of moved) expect(to[at - 1]).toBe(from[cellLine - 1]);
        const places = moved.map(({ line: at }) => at);
        expect(places).toEqual([...new Set(places)].sort((one, other) => one - other));
      }),
    );
  });
});

test("edits of other lines than the notebook changed are both made", () => {
  const changes = fc.array(fc.constantFrom("keep", "edit", "generate", "delete", "insert"), { maxLength: 12 });
  const apply = (kinds: readonly string[], mine: boolean, theirs: boolean) =>
    kinds
      .flatMap((kind, index) => {
        const old = `line ${index}`;
        if (kind === "edit" && mine) return [`${old} by hand`];
        if (kind === "generate" && theirs) return [`${old} of the notebook`];
        if (kind === "delete" && mine) return [];
        if (kind === "insert" && theirs) return [old, `new ${index}`];
        return [old];
      })
      .join("\n");
  fc.assert(
    fc.property(changes, (kinds) => {
      // lines that nobody touches, between those that somebody may
      const apart = kinds.flatMap((kind) => [kind, "keep"]);
      const [base, edited, generated, both] = [
        apply(apart, false, false),
        apply(apart, true, false),
        apply(apart, false, true),
        apply(apart, true, true),
      ];
      expect(merge(edited, generated, base)).toBe(both);
    }),
  );
});

describe("the base in the lock", () => {
  test("gives back each text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string(), (one, other) => {
        const packed = packBase([
          { path: "pipeline.py", text: one },
          { path: "pyproject.toml", text: other },
        ]);
        expect(textInBase(packed ?? "", "pipeline.py")).toBe(one);
        expect(textInBase(packed ?? "", "pyproject.toml")).toBe(other);
        expect(textInBase(packed ?? "", "constructor")).toBeUndefined();
      }),
      { numRuns: 20 },
    );
  });

  test("is small, and the same wherever it is made", () => {
    const text = Array.from({ length: 200 }, (_, index) => `    value_${index} = frame["column_${index}"]`).join("\n");
    expect(packBase([{ path: "pipeline.py", text }])?.length).toBeLessThan(text.length / 3);
    expect(packBase([{ path: "pipeline.py", text: "x = 1\n" }])).toBe("q1YqyCxIzcnMS9UrqFSyUqpQsFUwjMlTqgUA");
  });

  test("has nothing where it is damaged, or unpacks to more than a pipeline can be", () => {
    const bomb = packBase([{ path: "pipeline.py", text: "x".repeat(20_000_000) }]);
    for (const packed of ["", "?", "AAAA", "q1Yq", bomb ?? ""])
      expect(textInBase(packed, "pipeline.py"), packed.slice(0, 20)).toBeUndefined();
  });

  test("is left out where it would be longer than a lock may be", () => {
    const noise = Array.from({ length: MAX_BASE / 5 }, (_, index) => Math.imul(index, 0x9e3779b1) >>> 0).join();
    expect(packBase([{ path: "pipeline.py", text: noise }])).toBeUndefined();
  });
});
