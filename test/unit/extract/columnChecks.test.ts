import { describe, expect, test } from "vitest";
import { extractPython } from "../../../src/core/extract/python";
import type { Extraction } from "../../../src/core/pipeline";
import { createFormatter } from "../../../src/node/formatter";
import { notebookOf, pythonParser } from "../../support/pythonNotebook";

const formatter = createFormatter();
const SHOPS = "shop,size,town,open,area,rent\n1,50.5,Ulm,True,3,\n2,60,Bonn,False,4,\n3,,Ulm,True,5,\n";
const IMPORTS = "import pandas as pd\nfrom sklearn.linear_model import LinearRegression";

/** The pipeline of cells that read tables with this text. */
async function extracted(table: string, ...cells: readonly string[]): Promise<Extraction> {
  const format = (text: string): Promise<string> => formatter.python(text);
  const tools = { parse: await pythonParser(), format, table: async () => ({ text: table }) };
  return extractPython(notebookOf(IMPORTS, ...cells), { pipeline: "shops", folder: "pipelines/shops" }, tools);
}

/** The constants of columns, without their comment; empty if there are none. */
function constantsIn({ module }: Extraction): string {
  return /(?<=missing values\.\n)[^]*?(?=\n\n)/.exec(module.text)?.[0] ?? "";
}

const FIT = "model = LinearRegression().fit(df[['size', 'area']], df['shop'])";

describe("the columns that a module relies on", () => {
  test("are those that the text names or the model is given, by what pandas makes of them", async () => {
    const extraction = await extracted(
      SHOPS,
      "df = pd.read_csv('shops.csv').dropna(subset=['rent'])\ndf = df[df.open]\nmodel = LinearRegression()",
      "model.fit(df.drop(columns='town'), df['shop'])",
    );
    expect(constantsIn(extraction)).toBe(
      'SHOPS_COLUMNS = {\n    "numbers": ["shop", "size", "area"],\n    "text": ["town"],\n    "booleans": ["open"],\n    "values": ["rent"],\n}',
    );
    expect(extraction.module.text).toContain(
      '    df = check_columns(pd.read_csv(shops), shops, SHOPS_COLUMNS).dropna(subset=["rent"])\n',
    );
  });

  test("are not those that nothing uses", async () => {
    const extraction = await extracted(SHOPS, "df = pd.read_csv('shops.csv')", FIT);
    expect(constantsIn(extraction)).toBe('SHOPS_COLUMNS = {\n    "numbers": ["shop", "size", "area"],\n}');
  });

  test.each([
    "df = df.drop(['town', 'open'], axis=1)",
    "df.drop(columns=['town', 'open'], inplace=True)",
    "del df['town'], df['open']",
    "town, open_ = df.pop('town'), df.pop('open')",
    "def clean(rows):\n    return rows.drop(columns=['town', 'open'])\ndf = clean(df)",
  ])("are not those that are only taken out of another table: %s", async (cell) => {
    const { module } = await extracted(
      SHOPS,
      `df = pd.read_csv('shops.csv')\nlate = pd.read_csv('late.csv')\n${cell}\n${FIT}`,
      "r2 = model.score(late[['size', 'area']], late['shop'])",
    );
    const [shops = "", late = ""] = module.text.split("LATE_CSV_COLUMNS = {");
    expect(shops).toMatch(/SHOPS_COLUMNS = \{[^}]*"town"[^}]*"open"/);
    expect(late.split("}")[0]).not.toMatch(/town|open/);
  });

  test("are asked of every table where it is not known of which they are taken out", async () => {
    const { module } = await extracted(
      SHOPS,
      `df = pd.read_csv('shops.csv')\ndf = pd.get_dummies(df, columns=['rent'])\ndf = df.drop(columns='town')\n${FIT}`,
    );
    expect(module.text).toMatch(/"text": \["town"\]/);
  });

  test.each([
    ["df['town'] = pd.to_numeric(df['town'], errors='coerce')", '"values": ["town"]'],
    ["df = df.dropna(subset=['size'])\ndf.town = pd.to_numeric(df.town)", '"values": ["town"]'],
    ["df[['area', 'town']] = df[['area', 'town']].apply(pd.to_numeric, errors='coerce')", '"values": ["town", "area"]'],
    ["df['town'] = df['town'].apply(pd.to_numeric, errors='coerce')", '"values": ["town"]'],
    ["df['town'] = pd.to_numeric(df['town'].str.strip(), errors='coerce')", '"text": ["town"]'],
  ])("may hold anything where they are made numbers, and nothing else needs text: %s", async (cell, columns) => {
    const extraction = await extracted(SHOPS, `df = pd.read_csv('shops.csv')\n${cell}\n${FIT}`);
    expect(constantsIn(extraction)).toContain(columns);
  });

  test("are checked of every table, also of those that are read after the fit", async () => {
    const extraction = await extracted(
      SHOPS,
      `df = pd.read_csv('shops.csv')\n${FIT}`,
      "late = pd.read_csv('late.csv')\nr2 = model.score(late[['size', 'area']], late['shop'])",
    );
    expect(extraction.module.text).toContain("check_columns(pd.read_csv(late_csv), late_csv, LATE_CSV_COLUMNS)");
  });

  test("have what they hold after the reader's own options", async () => {
    const extraction = await extracted(
      SHOPS,
      `df = pd.read_csv('shops.csv', index_col='town', na_values=['50.5'], usecols=['shop', 'size', 'area', 'town'])\n${FIT}`,
    );
    expect(constantsIn(extraction)).toContain('"numbers": ["shop", "size", "area"],\n}');
  });

  test.each([
    ["an option is not followed", `df = pd.read_csv('shops.csv', dtype={'shop': str})\n${FIT}`],
    ["a function reads the file", `def read():\n    return pd.read_csv('shops.csv')\ndf = read()\n${FIT}`],
    [
      "each turn of a loop may read another one",
      `for name in ['a', 'b']:\n    df = pd.read_csv(name + '.csv')\n${FIT}`,
    ],
    ["columns have no names", "df = pd.read_csv('shops.csv', header=None)\nmodel = LinearRegression().fit(df, df[0])"],
  ])("are not checked where %s", async (_, code) => {
    const { module } = await extracted(SHOPS, code);
    expect(module.text).toContain("pd.read_csv(");
    expect(module.text).not.toContain("check_columns");
  });

  test("are not checked where an encoding may give them other names", async () => {
    const code =
      "df = pd.read_csv('shops.csv', encoding='latin1')\nmodel = LinearRegression().fit(df[['size']], df['größe'])";
    const { module } = await extracted("size,größe\n1,2\n", code);
    expect(module.text).not.toContain("check_columns");
  });

  test("are what two readings of a file have in common", async () => {
    const cells =
      "a = pd.read_csv('shops.csv', usecols=['shop', 'size', 'area'])\nb = pd.read_csv('shops.csv', index_col='area')";
    const extraction = await extracted(
      SHOPS,
      `${cells}\nmodel = LinearRegression().fit(a[['size', 'area']], b['shop'])`,
    );
    expect(constantsIn(extraction)).toBe('SHOPS_COLUMNS = {\n    "numbers": ["shop", "size"],\n}');
  });
});

describe("a wide table", () => {
  const wide = (count: number): string => {
    const names = Array.from({ length: count }, (_, index) => `column_${index}`);
    return `${names.join(",")}\n${names.map((_, index) => index).join(",")}\n`;
  };
  const code = "df = pd.read_csv('wide.csv')\nmodel = LinearRegression().fit(df, df['column_3'])";

  test("has as many names a line as fit", async () => {
    const lines = constantsIn(await extracted(wide(40), code)).split("\n");
    expect(lines.length).toBeLessThan(12);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(lines.slice(0, 3)).toEqual([
      "WIDE_COLUMNS = {",
      '    "numbers": [',
      '        "column_0", "column_1", "column_2", "column_3", "column_4", "column_5", "column_6",',
    ]);
  });

  test("is checked for the columns that the text names, if it has too many", async () => {
    expect(constantsIn(await extracted(wide(200), code))).toBe('WIDE_COLUMNS = {\n    "numbers": ["column_3"],\n}');
  });
});

describe("the check", () => {
  test("has names that the notebook does not use", async () => {
    const { module, steps } = await extracted(
      SHOPS,
      `# slipway: step=kind_of\ncheck_columns = 3\ndf = pd.read_csv('shops.csv').head(check_columns)\n${FIT}`,
    );
    expect(module.text).toContain("= check_columns_2(pd.read_csv(shops), shops, SHOPS_COLUMNS)");
    expect(steps.map(({ name }) => name)).not.toContain("kind_of");
  });

  test("is a schema of pandera where the notebook imports it", async () => {
    const { module, imports } = await extracted(
      SHOPS,
      `import pandera.pandas as pa\ndf = pd.read_csv('shops.csv')\n${FIT}`,
    );
    expect(module.text).toContain("import pandera.pandas as pa\n");
    expect(module.text).toContain('SHOPS_COLUMNS = schema_of(\n    "shops",\n');
    expect(module.text).toContain("    df = SHOPS_COLUMNS.validate(pd.read_csv(shops), lazy=True)\n");
    expect(module.text).not.toContain("check_columns");
    expect(imports.module).toContain("pandera");
  });
});

describe("a pointer of Git LFS", () => {
  const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${"7".repeat(64)}\nsize 150828752\n`;

  test("is no table: it is said, and nothing else is claimed of its columns", async () => {
    const { module, diagnostics, client } = await extracted(
      POINTER,
      `df = pd.read_csv('shops.csv')\nlate = pd.read_csv('shops.csv')\n${FIT}`,
      "r2 = model.score(late[['size', 'area']], late['shop'])",
    );
    expect(module.text).not.toContain("_COLUMNS");
    expect(client?.obstacle?.reason).toBe("shops.csv is a pointer of Git LFS");
    expect(diagnostics.filter(({ code }) => code === "data.lfs-pointer")).toEqual([
      {
        code: "data.lfs-pointer",
        severity: "warning",
        cell: 2,
        line: 1,
        message:
          "pandas.read_csv reads shops.csv, which is a pointer of Git LFS and not the data: nothing is known of its columns.",
        hint: "Fetch the data itself: git lfs pull",
      },
    ]);
  });

  test("is told by its first line and its size", async () => {
    for (const table of [`${POINTER}${"x".repeat(1000)}`, `shop\n${POINTER}`]) {
      const { diagnostics } = await extracted(table, `df = pd.read_csv('shops.csv')\n${FIT}`);
      expect(diagnostics.map(({ code }) => code)).not.toContain("data.lfs-pointer");
    }
  });
});
