import { describe, expect, test } from "vitest";
import { extractNotebook, notebookOf, stepsText } from "../../support/pythonNotebook";

const PANDAS = "import pandas as pd";
const BLEND =
  "def blend(paths, out):\n    table = pd.read_csv(paths[0])\n    for path in paths[1:]:\n        table['y'] += pd.read_csv(path)['y']\n    table.to_csv(out, index=False)";
const MAIN = `from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler
def main():
    df = pd.read_csv("a.csv")
    scaler = StandardScaler()
    X = scaler.fit_transform(df[["a"]])
    scaler.fit(df[["a"]])
    model = Ridge()
    model.fit(X, df["y"])
    table = pd.DataFrame({"y": model.predict(X)})
    table.to_csv("out.csv")
    if len(table) > 10:
        pass`;

/** The targets of a notebook, and what is said of functions that keep something. */
async function given(...cells: readonly string[]) {
  const extraction = await extractNotebook(notebookOf(PANDAS, ...cells));
  const { targets, diagnostics } = extraction;
  return {
    extraction,
    targets: targets.map(({ kind, name }) => `${kind} ${name}`),
    said: diagnostics.filter(({ code }) => code === "notebook.kept-inside").map(({ message }) => message),
  };
}

const CALL = "blend(['a.csv', 'b.csv'], 'out.csv')";

describe("a function that gives nothing back", () => {
  test("gives the table that it saves, where the notebook gives nothing else", async () => {
    const { extraction, targets, said } = await given(BLEND, CALL);
    expect(targets).toEqual(["value table"]);
    expect(stepsText(extraction)).toContain("    table.to_csv(out, index=False)\n    return table\n");
    expect(stepsText(extraction)).toContain('table = blend(["a.csv", "b.csv"], "out.csv")');
    expect(said).toEqual(["blend keeps to itself what it makes: in the module it gives back table."]);
  });

  test("gives the model that it trains, with its scaler and the table", async () => {
    const { extraction, targets, said } = await given(MAIN, "main()");
    expect(targets).toEqual(["model model", "value scaler", "value table"]);
    expect(stepsText(extraction)).toContain("        return model, scaler, table\n");
    expect(said).toEqual(["main keeps to itself what it makes: in the module it gives back model, scaler and table."]);
  });

  test("gives it below its last statement, whatever comment ends it", async () => {
    const { extraction } = await given(
      `${MAIN.replace(/\n {4}if.*\n.*$/, "")}\n    print("done")\n    # print(model)`,
      "main()",
    );
    expect(stepsText(extraction)).toMatch(/\n {8}return model, scaler, table\n/);
  });

  test("gives the model that its loop leaves, and not what only a condition makes", async () => {
    const tries = (indent: string, head: string): string =>
      `from sklearn.linear_model import Ridge
def tries():
    df = pd.read_csv("a.csv")
    ${head}
${indent}m = Ridge()
${indent}m.fit(df[["a"]], df["y"])`;
    const { targets } = await given(tries("        ", "for seed in (1, 2):"), "tries()");
    expect(targets).toEqual(["model m"]);
    await expect(given(tries("        ", "if len(df) > 9:"), "tries()")).rejects.toMatchObject({
      code: "EXTRACT_NO_TARGET",
    });
  });

  test("hands on what functions give that it calls, also behind the guard of a script", async () => {
    const guard = `if __name__ == "__main__":\n    main()`;
    const { extraction, targets } = await given(BLEND, `def main():\n    print("go")\n    ${CALL}`, guard);
    expect(targets).toEqual(["value table"]);
    expect(stepsText(extraction)).toContain(
      '        table = blend(["a.csv", "b.csv"], "out.csv")\n        return table\n',
    );
  });

  test("is called for a name of its own", async () => {
    const { extraction, targets } = await given("table = 1", BLEND, CALL);
    expect(targets).toEqual(["value table_2"]);
    expect(stepsText(extraction)).toContain("table_2 = blend(");
  });

  test.each([
    ["that ends in a loop", "\nafter = 1", "    for one in [1]:\n        one", undefined],
    ["that ends in a loop above an empty line", "\n\nafter = 1", "    for one in [1]:\n        one", 10],
    ["that ends in a statement with a comment", "\nafter = 1", "    done = 1  # so", 8],
  ])("%s: everything below stays in its line", async (_, below, end, line) => {
    const notebook = notebookOf(PANDAS, `${BLEND}\n${end}${below}\nblend(['a.csv'], 'out.csv')`);
    const extracted = extractNotebook(notebook);
    if (line === undefined) await expect(extracted).rejects.toThrow("only inside of the function blend");
    else expect((await extracted).targets).toMatchObject([{ name: "table", line }]);
  });

  test.each([
    ["gives something back here and there", `${BLEND}\n    if out: return None`, CALL],
    ["is defined twice", `${BLEND}\n${BLEND}`, CALL],
    ["has no name for it in the end", BLEND.replace("table.to_csv", "table.head().to_csv"), CALL],
    ["is not called", BLEND, "1"],
    ["calls itself only", "def blend():\n    blend()\ndef other(df):\n    df.a.to_csv('a.csv')", "blend()"],
  ])("is left as it is where it %s", async (_, code, call) => {
    await expect(given(code, call)).rejects.toThrow("only inside of the function");
  });

  test("is left as it is where the notebook gives something", async () => {
    const { targets, said } = await given(BLEND, CALL, "rows = pd.read_csv('out.csv')\nrows.to_csv('rows.csv')");
    expect(targets).toEqual(["value rows"]);
    expect(said).toEqual([]);
  });
});

describe("a function that gives back what it saves", () => {
  const SAVES = `${BLEND}\n    return table`;

  test.each([
    ["gives it to a variable", `result = ${CALL}`, ["value result"]],
    ["gives it to nobody", CALL, ["value blend_2"]],
    ["gives it to the name of what is thrown away", `_ = ${CALL}`, ["value blend_2"]],
    ["is called by another one", `def all():\n    return ${CALL}\nfinal = all()`, ["value final"]],
  ])("%s", async (_, call, targets) => {
    expect((await given(SAVES, call)).targets).toEqual(targets);
  });

  test("may be a method", async () => {
    const code = "class Maker:\n    def make(self, rows):\n        rows.to_csv('a.csv')\n        return rows";
    const { targets } = await given(code, "made = Maker().make(pd.read_csv('b.csv'))");
    expect(targets).toEqual(["value made"]);
  });

  test("is no result where a block calls it and gives it to nobody", async () => {
    const code = `try:\n    rows = 1\n    ${CALL}\nexcept OSError:\n    pass`;
    await expect(given(SAVES, code)).rejects.toThrow("only inside of the function blend");
  });
});

test("of a loop that trains in a function, what that gives is the result, and not what else the loop binds", async () => {
  const train =
    "from sklearn.svm import SVC\ndef train(df):\n    clf = SVC()\n    clf.fit(df[['a']], df.y)\n    return clf.score(df[['a']], df.y), 1";
  const loop = "for path in ['a.csv', 'b.csv']:\n    df = pd.read_csv(path)\n    score, rank = train(df)\n    del df";
  expect((await given(train, loop)).targets).toEqual(["value score", "value rank"]);
});
