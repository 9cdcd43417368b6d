/** What the checks of columns let pass and what they refuse, in real Python with real pandas. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { analyse } from "../../src/app/analyse";
import type { Interpreter } from "../../src/core/host";
import { never, realHost } from "../support/pipelines";
import { makeWorkspace, pythonNotebook, removeWorkspace } from "../support/workspace";

const SHOPS = `shop,size,town,open,rent,since,note
1,50.5,Ulm,True,1200,2020-01-31,
2,60,Bonn,False,,2021-02-28,
3,,,,900,2019-12-01,
4,72.25,Ulm,True,1500,,
`;
const IMPORTS = "import pandas as pd";
const USES = "df = df[[c for c in df if c in ['size', 'town', 'open', 'rent', 'since', 'note', 'shop']]]";

const workspaces: string[] = [];
afterEach(() => workspaces.splice(0).forEach(removeWorkspace));

async function environment(...requirements: readonly string[]): Promise<Interpreter> {
  const { python } = realHost();
  return python.environment(await python.lock({ requirements, constraints: [] }, never), never);
}

/** The module of a notebook that reads the table with this call; it names every column. */
async function moduleFor(read: string, table = SHOPS, imports = IMPORTS): Promise<string> {
  const workspace = makeWorkspace({
    "study.ipynb": pythonNotebook(imports, `df = ${read}\n${USES}\ndf.to_csv("out.csv")`),
    "shops.csv": table,
  });
  workspaces.push(workspace);
  const { module } = await analyse({ workspace, notebook: "study.ipynb" }, realHost(), never);
  writeFileSync(join(workspace, "pipeline.py"), module.text);
  expect(module.text).toContain("SHOPS_COLUMNS");
  return workspace;
}

/** What the module says of a table: nothing where it takes it. */
function refusalOf(workspace: string, { path }: Interpreter, table: string): string {
  writeFileSync(join(workspace, "shops.csv"), table);
  const run = spawnSync(path, ["pipeline.py", "--json"], { cwd: workspace, encoding: "utf8" });
  return run.status === 0 ? "" : run.stderr;
}

describe("with pandas", () => {
  let interpreter: Interpreter;
  beforeAll(async () => {
    interpreter = await environment("pandas", "scikit-learn", "scipy");
  });

  test.each([
    "pd.read_csv('shops.csv')",
    "pd.read_csv('shops.csv', parse_dates=['since'])",
    "pd.read_csv('shops.csv', index_col='town', na_values=['Ulm', '60'])",
    "pd.read_csv('shops.csv', header=0, names=['shop', 'size', 'town', 'open', 'rent', 'since', 'note'])",
    "pd.read_csv('shops.csv', usecols=['shop', 'open', 'note'])",
    "pd.read_csv('shops.csv', header=None, names=['shop', 'size', 'town', 'open', 'rent', 'since', 'note'], nrows=1)",
    "pd.read_csv('shops.csv', nrows=1)",
  ])("a module takes the data that the notebook ran on: %s", async (read) => {
    const isHeadless = read.includes("header=None");
    const table = isHeadless ? SHOPS.split("\n").slice(1).join("\n") : SHOPS;
    expect(refusalOf(await moduleFor(read, table), interpreter, table)).toBe("");
  });

  test("a module reads what another separator divides as pandas does", async () => {
    const table = SHOPS.replaceAll(",", ";");
    const workspace = await moduleFor("pd.read_csv('shops.csv', sep=';')", table);
    expect(refusalOf(workspace, interpreter, table)).toBe("");
  });

  test("a module takes data that differs harmlessly", async () => {
    const workspace = await moduleFor("pd.read_csv('shops.csv')");
    const whole = "note,since,rent,open,town,size,shop,more\n,,900,,,50,1.5,x\n,2020-01-31,1000,,,60,2,y\n";
    expect(refusalOf(workspace, interpreter, whole)).toBe("");
    const filled = "shop,size,town,open,rent,since,note\n1,1,Ulm,True,1,2020-01-31,good\n2,2,Jena,False,2,x,bad\n";
    expect(refusalOf(workspace, interpreter, filled)).toBe("");
  });

  test("a module says which columns are missing, and which hold something else", async () => {
    const workspace = await moduleFor("pd.read_csv('shops.csv')");
    const other = "shop,size,open,rent,since,note\none,50,1,1200,2020-01-31,\ntwo,60,0,900,2021-02-28,\n";
    const refusal = refusalOf(workspace, interpreter, other);
    expect(refusal.trim().split("\n").at(-1)).toBe(
      "ValueError: shops.csv: the column 'shop' holds text, not numbers; there is no column 'town'; the column 'open' holds numbers, not booleans",
    );
    expect(refusal).not.toContain("KeyError");
  });
});

describe("with pandera", () => {
  test("a schema takes the notebook's data and what differs harmlessly, and names what does not fit", async () => {
    const interpreter = await environment("pandas", "pandera");
    const workspace = await moduleFor("pd.read_csv('shops.csv')", SHOPS, `${IMPORTS}\nimport pandera.pandas as pa`);
    expect(refusalOf(workspace, interpreter, SHOPS)).toBe("");
    expect(refusalOf(workspace, interpreter, SHOPS.replaceAll(/\d\.\d+/g, ""))).toBe("");
    const refusal = refusalOf(workspace, interpreter, SHOPS.replace("town", "city").replace(/^1,/m, "one,"));
    expect(refusal).toContain("SchemaErrors");
    expect(refusal).toMatch(/column 'town' not in dataframe/);
    expect(refusal).toMatch(/"column": "shop"[^}]*"check": "numbers"/s);
  });
});
