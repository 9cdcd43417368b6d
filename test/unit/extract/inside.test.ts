import { describe, expect, test } from "vitest";
import { Inside } from "../../../src/core/extract/inside";
import type { SyntaxNode } from "../../../src/core/python/syntax";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

/** What functions find that call each other, where each finds its own name; how often each is looked at is counted. */
function followed(calls: Readonly<Record<string, readonly string[]>>) {
  const definitions = new Map(Object.keys(calls).map((name) => [name, { text: name } as SyntaxNode]));
  const inside = new Inside<readonly string[]>([]);
  const looks: string[] = [];
  const find = (name: string): readonly string[] => {
    const definition = definitions.get(name);
    if (definition === undefined) return [];
    return inside.of(definition, () => {
      looks.push(name);
      return [...new Set([name, ...(calls[name] ?? []).flatMap(find)])].sort();
    });
  };
  return { find, looks };
}

describe("what is found inside of functions", () => {
  test("is looked for once in each, however many calls lead to it", () => {
    const { find, looks } = followed({ a: ["b", "b", "c"], b: ["c", "c"], c: [] });
    expect(find("a")).toEqual(["a", "b", "c"]);
    expect(find("b")).toEqual(["b", "c"]);
    expect(looks).toEqual(["a", "b", "c"]);
  });

  test("ends where a function calls itself", () => {
    const { find, looks } = followed({ a: ["a", "b"], b: ["b"] });
    expect(find("a")).toEqual(["a", "b"]);
    expect(find("b")).toEqual(["b"]);
    expect(looks).toEqual(["a", "b"]);
  });

  test("is all that there is, whichever of two functions that call each other is asked first", () => {
    const calls = { a: ["b", "d"], b: ["c"], c: ["a"], d: [] };
    const { find } = followed(calls);
    expect(find("a")).toEqual(["a", "b", "c", "d"]);
    expect(find("c")).toEqual(["a", "b", "c", "d"]);
    expect(find("b")).toEqual(["a", "b", "c", "d"]);
  });

  test("is looked for a few times where all call each other, however many ways there are", () => {
    const names = Array.from({ length: 12 }, (_, index) => `f${index}`);
    const { find, looks } = followed(Object.fromEntries(names.map((name) => [name, names])));
    for (const name of names) expect(find(name)).toEqual([...names].sort());
    expect(looks.length).toBeLessThanOrEqual(names.length ** 2);
  });

  test("ends where they lead deeper into each other than the stack", () => {
    const calls = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`f${index}`, [`f${index + 1}`]]));
    expect(followed(calls).find("f0").length).toBeGreaterThan(100);
  });
});

const HEAD = `import pandas as pd
from sklearn.linear_model import Ridge
df = pd.read_csv("a.csv")
def f0(x):
    return x + 1`;
const USE = (last: number): string => `df["a"] = f${last}(df["a"])
def fitted(x):
    return Ridge().fit(df[["a"]], f${last}(x))
model = fitted(df["y"])
score = f${last}(model.score(df[["a"]], df["y"]))
print(score)`;

/** Each function calls the one before as many times: so many ways lead to the first one. */
const notebook = (functions: number, calls: (before: string) => string): Promise<{ readonly model?: string }> => {
  const definitions = Array.from({ length: functions }, (_, index) => {
    return `def f${index + 1}(x):\n    return ${calls(`f${index}`)}`;
  });
  const cells = [HEAD, ...definitions, USE(functions)];
  return extractNotebook(notebookOf(...cells)).then(({ targets }) => ({
    model: targets.find(({ kind }) => kind === "model")?.name ?? "",
  }));
};

test("a notebook is read in no time, however many ways lead through its functions", async () => {
  expect(await notebook(25, (before) => `${before}(x) + ${before}(${before}(x))`)).toEqual({ model: "model" });
});

test("a notebook is read whose functions lead deep into each other", async () => {
  expect(await notebook(950, (before) => `${before}(x)`)).toEqual({ model: "model" });
}, 30_000);
