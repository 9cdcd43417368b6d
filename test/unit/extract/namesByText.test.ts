import { describe, expect, test } from "vitest";
import { extractValue, stepsText } from "../../support/pythonNotebook";

const MADE =
  'import pandas as pd\nlow_a = pd.read_csv("a.csv")\nlow_b = pd.read_csv("b.csv")\nhigh_a = pd.read_csv("h.csv")';
const TABLE = '{"low_a": low_a, "low_b": low_b}';

const dynamic = ({ diagnostics }: Awaited<ReturnType<typeof extractValue>>) =>
  diagnostics.flatMap(({ code, cell }) => (code === "notebook.dynamic-names" ? [cell] : []));

describe("a variable that is looked up by a text", () => {
  test.each([
    ['x = globals()[f"low_{kind}"]', `x = ${TABLE}[f"low_{kind}"]`],
    ['x = globals()["low_" + kind]', `x = ${TABLE}["low_" + kind]`],
    ["x = vars()['low_%s' % kind]", `x = ${TABLE}["low_%s" % kind]`],
    ['x = globals().get(f"low_{kind}")', `x = ${TABLE}.get(f"low_{kind}")`],
    ['x = eval(f"low_{kind}")', `x = ${TABLE}[f"low_{kind}"]`],
    ['import sys\nx = getattr(sys.modules[__name__], f"low_{kind}")', `x = ${TABLE}[f"low_{kind}"]`],
    ['x = globals()[f"{kind}ow_a"]', 'x = {"low_a": low_a}[f"{kind}ow_a"]'],
    ['x = locals()["high_a"]', 'x = {"high_a": high_a}["high_a"]'],
  ])("is one of those that the text may name: %s", async (cell, text) => {
    const extraction = await extractValue("x", MADE, 'kind = "abc"[0]', cell);
    expect(stepsText(extraction)).toContain(text);
    expect(extraction.references.map(({ path }) => path).includes("h.csv")).toBe(text.includes("high_a"));
    expect(dynamic(extraction)).toEqual([]);
  });

  test("in a function, too, which is given all of them", async () => {
    const pick = 'def pick(kind):\n    return globals()[f"low_{kind}"].sum()';
    const { module } = await extractValue("x", pick, MADE, 'x = pick("a")');
    expect(module.text).toContain(`return ${TABLE}[f"low_{kind}"].sum()`);
    expect(module.text).toContain('pick("a", low_a=low_a, low_b=low_b)');
  });

  test.each([
    ["all of its name is computed", 'x = globals()["".join(["low", "_a"])].sum()'],
    ["nothing has such a name", 'x = globals()[f"mid_{kind}"].sum()'],
  ])("is said to be unknown where %s", async (_why, cell) => {
    expect(dynamic(await extractValue("x", MADE, 'kind = "a"', cell))).toEqual([3]);
  });

  test.each([
    ["the function's own", 'def pick(kind):\n    low_a = 1\n    return eval(f"low_{kind}")\nx = pick("a")'],
    ["no name", 'x = [eval(text) for text in ["[1]", "[2]"]]'],
    ["said already", 'globals()[f"low_{2}"] = 1\nx = globals()[f"low_{3}"]'],
  ])("stays as it is where it is %s", async (what, cell) => {
    const extraction = await extractValue("x", MADE, cell);
    expect(stepsText(extraction)).not.toContain('"low_a": low_a');
    expect(dynamic(extraction)).toEqual(what === "said already" ? [2] : []);
  });
});

describe("a variable that is made by a text", () => {
  test.each([
    ["of the notebook", 'globals()["limit"] = 3\nglobals()["limit"] += 1\nx = limit', "limit = 3\n    limit += 1\n"],
    ["that is looked up", 'globals()["low_c"] = 3\nx = globals()[f"low_{kind}"]', '"low_c": low_c}[f"low_{kind}"]'],
  ])("that stands there is a variable %s", async (_what, cell, text) => {
    const extraction = await extractValue("x", MADE, 'kind = "abc"[0]', cell);
    expect(stepsText(extraction)).toContain(text);
    expect(dynamic(extraction)).toEqual([]);
  });

  test("that stands there, in a function, is a global one, and others are looked up beside it", async () => {
    const keep = 'def keep(rows):\n    """Keep."""\n    n = len(rows)\n    globals()["kept"] = n\n    return rows';
    const pick = 'def pick():\n    return globals().get("low_a", 0)';
    const extraction = await extractValue("x", MADE, keep, pick, "y = keep(low_b)\nx = kept + len(pick())");
    const text = extraction.module.text;
    expect(text).toContain('"""Keep."""\n        nonlocal kept\n        n = len(rows)\n        kept = n');
    expect(text).toContain('return {"low_a": low_a}.get("low_a", 0)');
    expect(dynamic(extraction)).toEqual([]);
  });

  test.each([
    ["another name", 'globals()[f"high_{kind}"] = 1', '{"low_a": low_a}.get("low_a")'],
    ["any name", "globals()[kind] = 1", '{"low_a": low_a}.get("low_a")'],
    ["the same name", 'globals()[f"{kind}_a"] = 1', 'globals().get("low_a")'],
  ])("as it runs may be %s", async (_what, made, text) => {
    const extraction = await extractValue("x", MADE, `kind = "abc"[0]\n${made}`, 'x = globals().get("low_a")');
    expect(stepsText(extraction)).toContain(text);
    expect(dynamic(extraction)).toEqual([2]);
  });

  test.each([
    ["has a variable of that name", "    kept = 1\n"],
    ["names it in front of all that stands there", "    for _ in rows if kept else []:\n        pass\n"],
  ])("stays where the function %s", async (_what, line) => {
    const keep = `kept = 1\ndef keep(rows):\n${line}    globals()["kept"] = rows\n    return rows`;
    const extraction = await extractValue("x", keep, "x = keep(1)");
    expect(extraction.module.text).toContain('globals()["kept"] = rows');
    expect(dynamic(extraction)).toEqual([1]);
  });
});
