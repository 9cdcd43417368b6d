import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ColumnProfile, TableProfile } from "../../src/core/snapshot/profile";
import { createTables } from "../../src/node/tables";

const tables = createTables();
const never = new AbortController().signal;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tables-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const profile = (name: string, content: string | Uint8Array): Promise<TableProfile | undefined> =>
  tables.profile(write(name, content), name, never);

function column(table: TableProfile | undefined, name: string): ColumnProfile | undefined {
  return table?.columns.find((column) => column.name === name);
}

const PENGUINS = `species,mass,sex,day
Adelie,3750,male,2007-11-11
Adelie,NA,,2007-11-12
Gentoo,5000,female,2008-11-11
Adelie,3250,nan,2009-11-11
`;

describe("a table", () => {
  test("has rows, and for each column type, missing values, range, moments and frequent values", async () => {
    expect(await profile("penguins.csv", PENGUINS)).toEqual({
      rows: 4,
      columns: [
        {
          name: "species",
          type: "VARCHAR",
          nulls: 0,
          distinct: 2,
          min: "Adelie",
          max: "Gentoo",
          top: [
            { value: "Adelie", count: 3 },
            { value: "Gentoo", count: 1 },
          ],
        },
        {
          name: "mass",
          type: "BIGINT",
          nulls: 1,
          distinct: 3,
          min: "3250",
          max: "5000",
          mean: 4000,
          deviation: 901.388,
          top: [
            { value: "3250", count: 1 },
            { value: "3750", count: 1 },
            { value: "5000", count: 1 },
          ],
        },
        expect.objectContaining({ name: "sex", nulls: 2, distinct: 2 }),
        expect.objectContaining({ name: "day", type: "DATE", min: "2007-11-11", max: "2009-11-11" }),
      ],
    });
  });

  test("of many values has no list of them", async () => {
    const rows = Array.from({ length: 5000 }, (_, index) => `${index},${index % 7}`);
    const table = await profile("many.csv", `id,day\n${rows.join("\n")}\n`);
    expect(column(table, "id")).not.toHaveProperty("top");
    expect(Math.abs((column(table, "id")?.distinct ?? 0) - 5000)).toBeLessThan(500);
    expect(column(table, "day")?.top).toHaveLength(7);
  });

  test("has its values counted in full even if some come late, and not at all if many do", async () => {
    const rows = Array.from({ length: 60_000 }, (_, row) => [
      row % 3,
      row < 50_000 ? "early" : "late",
      row < 25_000 ? 0 : row,
    ]);
    const table = await profile("late.csv", `digit,when,many\n${rows.map((row) => row.join(",")).join("\n")}\n`);
    expect(column(table, "digit")?.top?.map(({ count }) => count)).toEqual([20_000, 20_000, 20_000]);
    expect(column(table, "when")?.top).toEqual([
      { value: "early", count: 50_000 },
      { value: "late", count: 10_000 },
    ]);
    expect(column(table, "many")).not.toHaveProperty("top");
  });

  test.each(["", "NA", "N/A", "n/a", "NaN", "nan", "-NaN", "-nan", "NULL", "null", "None", "<NA>", "#N/A", "#NA"])(
    "takes %j for missing, among texts as among numbers, early and late",
    async (word) => {
      const early = [`${word},${word},1`, ...Array.from({ length: 30_000 }, (_, row) => `bird ${row},${row},1`)];
      for (const rows of [early, [...early].reverse()]) {
        const table = await profile("missing.csv", `name,mass,year\n${rows.join("\n")}\n`);
        expect(column(table, "name")).toMatchObject({ type: "VARCHAR", nulls: 1, max: "bird 9999" });
        expect(column(table, "mass")).toMatchObject({ type: "BIGINT", nulls: 1, max: "29999" });
      }
    },
  );

  test("may be separated by tabs, compressed, in another encoding, or change type late", async () => {
    expect(column(await profile("a.tsv", PENGUINS.replaceAll(",", "\t")), "mass")?.max).toBe("5000");
    expect((await profile("b.csv.gz", gzipSync(PENGUINS)))?.rows).toBe(4);
    expect((await tables.profile(write("blob", gzipSync(PENGUINS)), "b.csv.gz", never))?.rows).toBe(4);
    expect(column(await profile("c.csv", Buffer.from("city,n\nOrléans,1\n", "latin1")), "city")?.max).toBe("Orléans");
    const late = `code\n${"1\n".repeat(30_000)}unknown\n`;
    expect(column(await profile("d.csv", late), "code")).toMatchObject({ type: "VARCHAR", max: "unknown", nulls: 0 });
  });

  test("keeps its header even if every value is text", async () => {
    expect((await profile("words.csv", "animal,island\npuffin,Dream\n"))?.columns.map(({ name }) => name)).toEqual([
      "animal",
      "island",
    ]);
  });

  test("may be JSON records, one a line or in a list", async () => {
    const records = [
      { depth: 1.5, tags: ["a"] },
      { depth: null, tags: [] },
    ];
    for (const [name, content] of [
      ["list.json", JSON.stringify(records)],
      ["lines.jsonl", records.map((record) => JSON.stringify(record)).join("\n")],
    ] as const) {
      const table = await profile(name, content);
      expect(table?.rows).toBe(2);
      expect(column(table, "depth")).toMatchObject({ type: "DOUBLE", nulls: 1, mean: 1.5, deviation: 0 });
      expect(column(table, "tags")).toMatchObject({ nulls: 0 });
    }
  });

  test("may be Parquet, where NaN is missing and infinite values have no moments", async () => {
    const path = join(folder, "x.parquet");
    const connection = await (await DuckDBInstance.create()).connect();
    await connection.run(
      `COPY (SELECT * FROM (VALUES (1.0::DOUBLE), (3.0), ('nan'), ('inf'), (-1e300)) t(x)) TO '${path}' (FORMAT parquet)`,
    );
    connection.closeSync();
    const table = await tables.profile(path, path, never);
    expect(column(table, "x")).toMatchObject({ type: "DOUBLE", nulls: 1, distinct: 4, mean: 2, deviation: 1.41421 });
  });

  test("has the same profile whichever way its threads add up", async () => {
    const rows = Array.from({ length: 400_000 }, (_, index) => `${Math.sin(index) * 1e3 + 0.1},${index / 7}`);
    const path = write("large.csv", `a,b\n${rows.join("\n")}\n`);
    const profiles = [await tables.profile(path, path, never), await createTables().profile(path, path, never)];
    expect(profiles[0]).toEqual(profiles[1]);
    expect(profiles[0]?.rows).toBe(400_000);
  });
});

describe("what is no table", () => {
  test.each([
    ["notes.md", "# Penguins, and more"],
    ["empty.csv", ""],
    ["prose.txt", "It was a dark night.\nNothing moved\n"],
    ["settings.json", '{"depth": 3, "names": ["a", "b"]}'],
    ["broken.json", '[{"a": 1}, {"a":'],
    ["broken.parquet", "PAR1 and then nothing"],
    ["model.pkl", new Uint8Array([128, 4, 149])],
    ["plain.csv.gz", "a,b\n1,2\n"],
    ["garbage.csv", new Uint8Array(4096).map((_, index) => (index * 7919) % 256)],
    ["class.constructor", "a,b\n1,2\n"],
    ["noname", "a,b\n1,2\n"],
  ])("%s has no profile", async (name, content) => {
    expect(await profile(name, content)).toBeUndefined();
  });
});

describe("hostile names", () => {
  test.each([
    "it's; DROP TABLE x --.csv",
    'quo"te.csv',
    "star*.csv",
    "[ab]?.csv",
    "$path.csv",
    "новые данные 🐧.csv",
    "year=2020/part.csv",
    "line\nbreak.csv",
  ])("%j is only a name", async (name) => {
    write("a.csv", "other\n1\n"); // what a pattern would match
    write("stars.csv", "other\n1\n");
    expect((await profile(name, "a,b\n1,2\n"))?.columns.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  test("column names are only names, too", async () => {
    const table = await profile("columns.csv", `"a""); DROP TABLE x --","it's",rows,c0\n1,2,3,4\n`);
    expect(table?.columns.map(({ name }) => name)).toEqual([`a"); DROP TABLE x --`, "it's", "rows", "c0"]);
    expect(table?.columns.map(({ max }) => max)).toEqual(["1", "2", "3", "4"]);
  });
});

test("a table of very many columns is refused, one of many is profiled", async () => {
  const wide = (columns: number): string => {
    const names = Array.from({ length: columns }, (_, index) => `gene${index}`);
    return `${names.join(",")}\n${names.map((_, index) => index % 2).join(",")}\n${names.map(() => 0.5).join(",")}\n`;
  };
  const table = await profile("many.csv", wide(250));
  expect(table?.columns).toHaveLength(250);
  expect(column(table, "gene201")).toMatchObject({ min: "0.5", max: "1.0", mean: 0.75, distinct: 2 });
  await expect(profile("more.csv", wide(2001))).rejects.toMatchObject({ code: "TABLE_UNREADABLE", kind: "input" });
});

test("cancelling ends the query at once, and nothing is written beside the file", async () => {
  const line = `${"0.123456789,".repeat(20)}1\n`;
  const path = write("wide.csv", `${Array.from({ length: 21 }, (_, i) => `c${i}`).join(",")}\n${line.repeat(150_000)}`);
  const controller = new AbortController();
  const started = tables.profile(path, path, controller.signal);
  setTimeout(() => controller.abort(), 20);
  await expect(started).rejects.toMatchObject({ kind: "interrupted" });
  expect(readdirSync(folder)).toEqual(["wide.csv"]);
  expect((await profile("after.csv", PENGUINS))?.rows).toBe(4);
});
