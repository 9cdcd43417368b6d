import { describe, expect, test } from "vitest";
import { extractValue } from "../../support/pythonNotebook";

const READ = "import sqlite3\nimport pandas as pd\ndf = pd.read_csv('a.csv')";
const OPEN = "conn = sqlite3.connect('work.db')";
const WRITE = "df.to_sql('rows', conn, if_exists='replace')";
const QUERY = "out = pd.read_sql('select * from rows', conn)";

async function read(...cells: readonly string[]): Promise<readonly string[]> {
  const { references } = await extractValue("out", READ, ...cells);
  return references.map(({ path }) => path);
}

describe("a database is no data where the notebook makes every table that it reads", () => {
  test.each([
    ["of a table", [OPEN, WRITE, QUERY]],
    [
      "by a statement of SQL",
      [
        OPEN,
        "conn.execute('CREATE TABLE rows (x int)')\nconn.executemany('INSERT INTO rows VALUES (?)', df.values.tolist())",
        QUERY,
      ],
    ],
    ["and opens it twice", [OPEN, `${WRITE}\nconn.close()`, OPEN, QUERY]],
    ["and names the query", [OPEN, WRITE, "query = 'select x from Rows'", "out = pd.read_sql(query, conn)"]],
  ])("%s", async (_, cells) => {
    expect(await read(...cells)).toEqual(["a.csv"]);
  });
});

describe("it is data", () => {
  test.each([
    ["where it is only read", [OPEN, QUERY]],
    ["where another table is read", [OPEN, WRITE, "out = pd.read_sql('select * from rows join raw using (x)', conn)"]],
    [
      "where the table is read before",
      [
        OPEN,
        "old = pd.read_sql('select * from rows', conn)",
        WRITE,
        "out = [old, pd.read_sql('select * from rows', conn)]",
      ],
    ],
    ["where rows are added to a table", [OPEN, "df.to_sql('rows', conn, if_exists='append')", QUERY]],
    [
      "where the query is not known",
      [OPEN, WRITE, "names = list(df)", "out = pd.read_sql(f'select * from {names[0]}', conn)"],
    ],
    [
      "where another database is opened as well",
      [
        OPEN,
        WRITE,
        "raw = sqlite3.connect('raw.db')",
        "out = [pd.read_sql('select * from rows', conn), pd.read_sql('select * from rows', raw)]",
      ],
    ],
  ])("%s", async (_, cells) => {
    expect(await read(...cells)).toContain("work.db");
  });
});
