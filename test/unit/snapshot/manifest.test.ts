import { join, relative } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digestOf } from "../../../src/core/digest";
import {
  changedFiles,
  formatSnapshot,
  parseSnapshotConfig,
  parseSnapshotManifest,
  type SnapshotFile,
} from "../../../src/core/snapshot/manifest";
import { isSafePlace } from "../../../src/core/snapshot/place";
import { steadyMoments } from "../../../src/core/snapshot/profile";
import { shownUrl } from "../../../src/core/snapshot/url";

const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).filter((text) => isSafePlace(text));
/** Paths in which a file never lies below another: the files' names end alike, the folders' do not. */
const path = fc.tuple(fc.array(name, { maxLength: 3 }), name).map(([folders, file]) => {
  return [...folders.map((folder) => `${folder}.d`), `${file}.f`].join("/");
});
const count = fc.nat();
const column = fc.record(
  {
    name: fc.string(),
    type: fc.constantFrom("BIGINT", "VARCHAR"),
    nulls: count,
    distinct: count,
    min: fc.string(),
    mean: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    top: fc.array(fc.record({ value: fc.string(), count })),
  },
  { requiredKeys: ["name", "type", "nulls", "distinct"] },
);
const file: fc.Arbitrary<SnapshotFile> = fc
  .record({ path, content: fc.string(), profile: fc.option(fc.record({ rows: count, columns: fc.array(column) })) })
  .map(({ path, content, profile }) => {
    const part = { digest: digestOf(content), size: Buffer.byteLength(content) };
    const parts = part.size === 0 ? [] : [part];
    return { path, ...part, parts, ...(profile === null ? {} : { profile }) };
  });
const files = fc.uniqueArray(file, { selector: ({ path }) => path, maxLength: 8 });

const read = (list: readonly SnapshotFile[]) => {
  const { config } = formatSnapshot(list);
  return parseSnapshotConfig(config, digestOf(config));
};

const plain = (path: string, content = path): SnapshotFile => {
  const part = { digest: digestOf(content), size: Buffer.byteLength(content) };
  return { path, ...part, parts: [part] };
};

describe("the documents of a snapshot", () => {
  test("hold what they were made of, whatever the order of the files", () => {
    fc.assert(
      fc.property(files, (list) => {
        const { config, manifest } = formatSnapshot(list);
        expect(formatSnapshot([...list].reverse())).toEqual({ config, manifest });
        const parsed = parseSnapshotConfig(config, digestOf(config));
        expect(parsed.files).toEqual([...list].sort((a, b) => (a.path < b.path ? -1 : 1)));
        const { config: descriptor, layers } = parseSnapshotManifest(manifest, digestOf(manifest));
        expect(descriptor.digest).toBe(digestOf(config));
        const parts = new Set(list.flatMap(({ parts }) => parts.map(({ digest }) => digest)));
        expect(layers.map(({ digest }) => digest).sort()).toEqual([...parts].sort());
      }),
    );
  });

  test("are refused if a file would leave the folder, clash with another, or not fit its parts", () => {
    const bad: readonly (readonly unknown[])[] = [
      [plain("../up.csv")],
      [plain("/etc/passwd")],
      [plain("a/../../b")],
      [plain("a\\..\\b")],
      [plain("C:/x")],
      [plain("a.csv"), plain("a.csv", "other")],
      [plain("a"), plain("a/b")],
      [{ ...plain("a.csv"), size: 1 }],
      [{ ...plain("a.csv"), digest: "sha256:0" }],
      [{ ...plain("a.csv"), origin: { url: "javascript:alert(1)" } }],
    ];
    for (const list of bad) {
      const bytes = Buffer.from(JSON.stringify({ version: 1, files: list }));
      expect(() => parseSnapshotConfig(bytes, digestOf(bytes))).toThrow(
        expect.objectContaining({ kind: "verification", code: "SNAPSHOT_INVALID" }),
      );
    }
  });

  test("of another artifact are refused", () => {
    const { manifest } = formatSnapshot([plain("a.csv")]);
    const other = Buffer.from(Buffer.from(manifest).toString().replace("vnd.slipway.snapshot.v1", "vnd.other"));
    expect(() => parseSnapshotManifest(other, digestOf(other))).toThrow("is not a data snapshot");
  });

  test("for more files than a registry's manifest can name are refused with what to do", () => {
    const many = Array.from({ length: 40_000 }, (_, index) => plain(`images/${index}.png`));
    expect(() => formatSnapshot(many)).toThrow(expect.objectContaining({ kind: "input", code: "SNAPSHOT_TOO_LARGE" }));
  });
});

test("the difference of two snapshots names each file once, and none for a new profile or order", () => {
  const before = read([plain("same.csv"), plain("gone.csv"), plain("new/value.csv", "1")]);
  const after = read([
    plain("new/value.csv", "2"),
    plain("added.csv"),
    { ...plain("same.csv"), profile: { rows: 1, columns: [] } },
  ]);
  expect(changedFiles(before, after)).toEqual([
    { path: "added.csv", change: "added" },
    { path: "gone.csv", change: "removed" },
    { path: "new/value.csv", change: "changed" },
  ]);
  expect(changedFiles(before, before)).toEqual([]);
});

describe("a place", () => {
  test("that is safe stays below any folder it is joined to", () => {
    const piece = fc.constantFrom("..", ".", "", "a", "..a", "a.", "C:", "\\", "\0", "/", "~", "%2e%2e", "\ud800");
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join("/")),
        (place) => {
          if (!isSafePlace(place)) return;
          expect(relative("/root/folder", join("/root/folder", place))).toBe(place);
        },
      ),
    );
  });

  test.each(["a.csv", "data/a b.csv", "..data/…", "~", "%2e%2e/x", "12:30.csv", "new\nline"])("%j is safe", (place) => {
    expect(isSafePlace(place)).toBe(true);
  });

  test.each([
    "",
    "/",
    "/a",
    "a//b",
    "a/",
    "./a",
    "a/..",
    "..",
    "a\\b",
    "C:x",
    "a\0",
    "\ud800",
    "a".repeat(256),
    "a/".repeat(3000),
  ])("%j is not", (place) => {
    expect(isSafePlace(place)).toBe(false);
  });
});

describe("the moments of a column", () => {
  test("do not show the noise of the order of addition", () => {
    expect(steadyMoments(4399.545131393988, 1098.2904971684036)).toEqual(
      steadyMoments(4399.545131393981, 1098.2904971683854),
    );
    expect(steadyMoments(3e-17, 1.0000000000000002)).toEqual({ mean: 0, deviation: 1 });
    expect(steadyMoments(-3e-17, 0.9999999999999999)).toEqual({ mean: 0, deviation: 1 });
  });

  test("keep what is worth knowing", () => {
    expect(steadyMoments(200.00949745, 13.99905811)).toEqual({ mean: 200.0095, deviation: 13.9991 });
    expect(steadyMoments(1_700_000_000.25, 10)).toEqual({ mean: 1_700_000_000, deviation: 10 });
    expect(steadyMoments(0, 0)).toEqual({ mean: 0, deviation: 0 });
    expect(steadyMoments(1 / 3, 0)).toEqual({ mean: 0.3333333333, deviation: 0 });
    expect(steadyMoments(-12345.678, 0)).toEqual({ mean: -12345.678, deviation: 0 });
  });
});

test("a URL is shown without what may be a secret", () => {
  expect(shownUrl("https://me:pw@host/data.csv?id=7&access_token=abc&X-Amz-Signature=def#part")).toBe(
    "https://host/data.csv?id=7&access_token=***&X-Amz-Signature=***",
  );
});
