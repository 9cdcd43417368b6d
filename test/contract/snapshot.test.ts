import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildSync } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  readSnapshotConfig,
  readSnapshotManifest,
  restoreSnapshot,
  snapshot,
  takeSnapshot,
} from "../../src/app/snapshot";
import { currentData, type DataOptions } from "../../src/app/data";
import type { SnapshotHost, SnapshotResult } from "../../src/app/snapshot";
import { extract } from "../../src/app/extract";
import { loadPipeline } from "../../src/app/workspace";
import type { Digest } from "../../src/core/digest";
import { digestOf } from "../../src/core/digest";
import type { Reference } from "../../src/core/pipeline";
import { changedFiles } from "../../src/core/snapshot/manifest";
import { nodeFiles } from "../../src/node/files";
import { createFormatter } from "../../src/node/formatter";
import { createGrammar } from "../../src/node/grammar";
import { nodeHttp } from "../../src/node/http";
import { openStore } from "../../src/node/oci/store";
import { nodeClients } from "../../src/node/clients";
import { createTables } from "../../src/node/tables";
import { pythonNotebook } from "../support/workspace";

const never = new AbortController().signal;
const tables = createTables();
const profiled: string[] = [];
const notes: string[] = [];

let workspace: string;
beforeEach(() => {
  workspace = realpathSync(mkdtempSync(join(tmpdir(), "snapshot-")));
  profiled.length = 0;
  notes.length = 0;
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

/** The real adapters; profiles are counted on their way. */
const host: SnapshotHost = {
  files: nodeFiles,
  http: nodeHttp,
  store: (folder) => openStore(join(folder, ".slipway", "store")),
  tables: {
    profile: (path, name, signal) => {
      profiled.push(name);
      return tables.profile(path, name, signal);
    },
  },
  progress: { stage: () => undefined, report: () => undefined, note: (text) => void notes.push(text) },
  clock: { now: () => new Date() },
};

const at = (...names: string[]): string => join(workspace, ...names);

/** Writes a file whose time is long past, so that its digest may be remembered. */
function write(name: string, content: string | Uint8Array, ageSeconds = 3600): string {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), content);
  const time = Date.now() / 1000 - ageSeconds;
  utimesSync(at(name), time, time);
  return at(name);
}

function reference(path: string, more: Partial<Reference> = {}): Reference {
  const literal = { start: 0, end: 0 };
  return { name: "data", kind: "file", path, place: path, reader: "pd.read_csv", cell: 3, line: 2, literal, ...more };
}

function take(
  references: readonly Reference[],
  more: Partial<DataOptions> = {},
  signal = never,
): Promise<SnapshotResult> {
  return takeSnapshot({ workspace, notebook: "work/model.ipynb", references, ...more }, host, signal);
}

/** What the data is now, without a snapshot. */
const now = (references: readonly Reference[]) =>
  currentData({ workspace, notebook: "work/model.ipynb", references }, host, never);

const store = () => host.store(workspace);
const blobs = (): readonly string[] => {
  const folder = at(".slipway", "store", "blobs", "sha256");
  return existsSync(folder) ? readdirSync(folder).sort() : [];
};

/** Built once, so that a child starts at once. */
const child = join(import.meta.dirname, "..", "..", ".cache", `snapshotChild-${process.pid}.cjs`);
beforeAll(() =>
  buildSync({
    entryPoints: [join(import.meta.dirname, "..", "support", "snapshotChild.ts")],
    outfile: child,
    bundle: true,
    platform: "node",
    external: ["@duckdb/node-api"],
  }),
);
afterAll(() => rmSync(child));

/** Takes a snapshot in a process of its own, and kills it after a while if told so. Gives what it printed. */
async function snapshotInChild(
  references: readonly Reference[],
  { killAfterMs, uid }: { readonly killAfterMs?: number; readonly uid?: number },
): Promise<string> {
  const options: DataOptions = { workspace, notebook: "work/model.ipynb", references };
  const run = spawn(process.execPath, [child, JSON.stringify(options)], uid === undefined ? {} : { uid });
  const output: Buffer[] = [];
  run.stdout.on("data", (chunk: Buffer) => output.push(chunk));
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => run.kill("SIGKILL"), killAfterMs);
  await once(run, "close");
  clearTimeout(timer);
  return Buffer.concat(output).toString();
}

const LFS_POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${"7".repeat(64)}\nsize 150828752\n`;
const PENGUINS = "species,mass\nAdelie,3750\nGentoo,NA\n";

describe("a pattern", () => {
  const logs = reference("logs/**/2*.csv", { kind: "pattern" });

  test("stands for the files that Python's glob finds, in their places", async () => {
    for (const name of ["2024.csv", "x/y/25.csv", "1999.csv", "2024.txt", ".2.csv", "x/.hidden/2.csv"])
      write(`work/logs/${name}`, PENGUINS);
    const { files } = await take([logs]);
    expect(files.map(({ path }) => path)).toEqual(["logs/2024.csv", "logs/x/y/25.csv"]);
  });

  test("that matches nothing is missing data", async () => {
    write("work/logs/1999.csv", PENGUINS);
    await expect(take([logs])).rejects.toMatchObject({ code: "DATA_MISSING", place: { cell: 3, line: 2 } });
  });
});

describe("a snapshot", () => {
  test("holds each referenced file by content, with its profile, found from the notebook's folder", async () => {
    write("work/penguins.csv", PENGUINS);
    write("shared/notes.bin", "\0\0");
    const outside = reference("../shared/notes.bin", { place: "shared/notes.bin" });
    const result = await take([reference("penguins.csv"), outside]);

    expect(result).toMatchObject({ bytesStored: PENGUINS.length + 2, bytesReused: 0 });
    expect(result.files[0]).toMatchObject({
      path: "penguins.csv",
      size: PENGUINS.length,
      digest: digestOf(PENGUINS),
      rows: 2,
    });
    expect(result.files[0]?.columns.map(({ name, nulls }) => [name, nulls])).toEqual([
      ["species", 0],
      ["mass", 1],
    ]);
    expect(result.files[1]).toEqual({ path: "shared/notes.bin", size: 2, digest: digestOf("\0\0"), columns: [] });
    const manifest = await readSnapshotManifest(store(), result.digest);
    expect(manifest.layers.map(({ digest }) => digest)).toEqual([digestOf(PENGUINS), digestOf("\0\0")]);
  });

  test("of unchanged data stores nothing, profiles nothing, and has the same digest", async () => {
    write("work/penguins.csv", PENGUINS);
    write("work/fresh.csv", "a\n1\n", 0); // too new for its time to be trusted: it is read again
    const references = [reference("penguins.csv"), reference("fresh.csv")];
    const first = await take(references);
    const before = blobs();
    profiled.length = 0;
    const second = await take(references);
    expect(second).toEqual({ ...first, bytesStored: 0, bytesReused: first.bytesStored });
    expect(blobs()).toEqual(before);
    expect(profiled).toEqual([]);
  });

  test("has the same digest in another folder, at another time", async () => {
    write("work/penguins.csv", PENGUINS);
    const first = await take([reference("penguins.csv")]);
    rmSync(workspace, { recursive: true });
    workspace = realpathSync(mkdtempSync(join(tmpdir(), "elsewhere-")));
    write("work/penguins.csv", PENGUINS, 10);
    expect((await take([reference("penguins.csv")])).digest).toBe(first.digest);
  });

  test("tells which file changed, even if size and time of it did not show it", async () => {
    write("work/a.csv", "a\n1\n", 0);
    write("work/b.csv", "b\n1\n");
    const references = [reference("a.csv"), reference("b.csv")];
    const first = await take(references);
    const { mtime } = statSync(at("work/a.csv"));
    writeFileSync(at("work/a.csv"), "a\n2\n");
    utimesSync(at("work/a.csv"), mtime, mtime);
    const second = await take(references);
    const [before, after] = [
      await readSnapshotConfig(store(), first.digest),
      await readSnapshotConfig(store(), second.digest),
    ];
    expect(changedFiles(before, after)).toEqual([{ path: "a.csv", change: "changed" }]);
  });

  test("stores again what the store lost", async () => {
    write("work/penguins.csv", PENGUINS);
    const first = await take([reference("penguins.csv")]);
    rmSync(store().path(digestOf(PENGUINS)));
    expect(await take([reference("penguins.csv")])).toMatchObject({
      digest: first.digest,
      bytesStored: PENGUINS.length,
    });
  });

  test("is compared with the data of now, of which nothing is stored", async () => {
    const written = () => readdirSync(at(".slipway"));
    write("work/penguins.csv", PENGUINS);
    write("work/archive/log.csv", "day\n1\n");
    const references = [reference("penguins.csv"), reference("archive")];
    const data = [
      { path: "penguins.csv", digest: digestOf(PENGUINS) },
      { path: "archive/log.csv", digest: digestOf("day\n1\n") },
    ];
    expect(await now(references)).toEqual(data);
    expect(written()).toEqual(["cache"]);
    expect(await take(references)).toMatchObject({ files: data, bytesReused: 0 });
    const stored = blobs();
    write("work/penguins.csv", `${PENGUINS}Gentoo,47.3\n`);
    expect((await now(references))[0]?.digest).toBe(digestOf(`${PENGUINS}Gentoo,47.3\n`));
    expect(blobs()).toEqual(stored);
  });

  test("survives a cache that is damaged", async () => {
    write("work/penguins.csv", PENGUINS);
    const first = await take([reference("penguins.csv")]);
    writeFileSync(at(".slipway/cache/files.json"), '{"version": 1, "files": {"');
    expect((await take([reference("penguins.csv")])).digest).toBe(first.digest);
  });

  test("holds a table that is too wide to be profiled, and says so", async () => {
    write(
      "work/genes.csv",
      `${Array.from({ length: 2001 }, (_, index) => `g${index}`).join(",")}\n${"1,".repeat(2000)}1\n`,
    );
    expect((await take([reference("genes.csv")])).files[0]).toMatchObject({ path: "genes.csv", columns: [] });
    expect(notes).toEqual([expect.stringMatching(/genes\.csv .*without a profile.*2000 columns/)]);
  });

  test("may hold an empty file, and no file at all", async () => {
    write("work/empty.bin", "");
    const { digest } = await take([reference("empty.bin")]);
    await restoreSnapshot({ workspace, digest, folder: at("out") }, host, never);
    expect(readFileSync(at("out/empty.bin"), "utf8")).toBe("");
    expect((await take([])).files).toEqual([]);
  });
});

describe("a folder", () => {
  const folder = (): Reference => reference("data", { kind: "directory", reader: "os.listdir" });

  test("becomes all its files, links inside it followed, loops and links out of it left out and told", async () => {
    write("work/data/a/one.csv", "x\n1\n");
    write("work/data/b/two.csv", "x\n2\n");
    write("work/data/.git/config", "no data");
    write("work/secret.txt", "outside");
    symlinkSync("../a", at("work/data/b/also"));
    symlinkSync("..", at("work/data/b/loop"));
    symlinkSync("../../secret.txt", at("work/data/b/out"));
    symlinkSync("nowhere", at("work/data/broken"));
    const { files } = await take([folder()]);
    expect(files.map(({ path }) => path)).toEqual(["data/a/one.csv", "data/b/also/one.csv", "data/b/two.csv"]);
    expect(notes).toEqual([
      expect.stringMatching(/data\/b\/loop": .*lies in/),
      expect.stringMatching(/data\/b\/out": .*leads out/),
      expect.stringMatching(/data\/broken": .*broken/),
    ]);
  });

  test("may be read as a whole and file by file", async () => {
    write("work/data/one.csv", "x\n1\n");
    const { files } = await take([folder(), reference("data/one.csv")]);
    expect(files.map(({ path }) => path)).toEqual(["data/one.csv"]);
  });

  test("may hold names of any kind, and gives them back", async () => {
    const names = ["it's", 'quo"te.csv', "new\nline.csv", "*.csv", "🐧 penguins.csv", "--help", "%2e%2e", "a:b"];
    for (const name of names) write(`work/data/${name}`, `name\n${JSON.stringify(name)}\n`);
    const { digest } = await take([folder()]);
    await restoreSnapshot({ workspace, digest, folder: at("out") }, host, never);
    expect(readdirSync(at("out/data")).sort()).toEqual([...names].sort());
    for (const name of names) {
      expect(readFileSync(at("out/data", name))).toEqual(readFileSync(at("work/data", name)));
    }
  });

  test("without files is refused where the notebook reads it as one file", async () => {
    mkdirSync(at("work/data.csv"), { recursive: true });
    await expect(take([reference("data.csv")])).rejects.toMatchObject({
      kind: "input",
      code: "DATA_EMPTY",
      message: expect.stringMatching(/reads data\.csv, but .*data\.csv is a folder without files/),
      place: { cell: 3, line: 2 },
    });
    mkdirSync(at("work/data"));
    expect((await take([folder()])).files).toEqual([]);
  });

  test("with a name that no other system takes is refused", async () => {
    write("work/data/a\\b.csv", "x\n1\n");
    await expect(take([folder()])).rejects.toMatchObject({ code: "DATA_NAME", place: { cell: 3, line: 2 } });
  });
});

describe("a notebook's data", () => {
  const NOTEBOOK = pythonNotebook(
    "import pandas as pd",
    'survey = pd.read_csv("data/survey.csv")\nunused = pd.read_csv("data/unused.csv")\nunused.head()',
    'totals = survey.groupby("species").sum()\ntotals.to_csv("totals.csv")',
  );
  const full = { ...host, clients: nodeClients, formatter: createFormatter(), grammar: createGrammar() };

  test("is found without running it, whether it or its pipeline is named, and the lock records it", async () => {
    write("work/total.ipynb", NOTEBOOK);
    write("work/data/survey.csv", PENGUINS);
    const first = await snapshot({ workspace, target: "work/total.ipynb" }, full, never);
    expect(first.files.map(({ path, rows }) => [path, rows])).toEqual([["data/survey.csv", 2]]);
    expect(existsSync(at("pipelines"))).toBe(false);

    await extract({ workspace, notebook: "work/total.ipynb" }, full, never);
    for (const target of ["work/total.ipynb", "total", "pipelines/total"]) {
      write("work/data/survey.csv", `${PENGUINS}Chinstrap,${target.length}\n`);
      const { digest } = await snapshot({ workspace, target }, full, never);
      expect(digest).not.toBe(first.digest);
      expect((await loadPipeline(workspace, "total", host)).lock.snapshot).toBe(digest);
    }
  });

  test("that is missing is told with the cell that reads it, and the lock stays as it was", async () => {
    write("work/total.ipynb", NOTEBOOK);
    await extract({ workspace, notebook: "work/total.ipynb" }, full, never);
    const before = readFileSync(at("pipelines/total/pipeline.lock.json"), "utf8");
    await expect(snapshot({ workspace, target: "total" }, full, never)).rejects.toMatchObject({
      code: "DATA_MISSING",
      place: { file: at("work/total.ipynb"), cell: 2, line: 1 },
    });
    expect(readFileSync(at("pipelines/total/pipeline.lock.json"), "utf8")).toBe(before);
  });
});

describe("bad data", () => {
  test("a missing file is told with cell, line and where it was looked for", async () => {
    const error = { kind: "input", code: "DATA_MISSING", place: { file: at("work/model.ipynb"), cell: 3, line: 2 } };
    const taking = take([reference("no/penguins.csv")]);
    await expect(taking).rejects.toMatchObject({
      ...error,
      message: expect.stringContaining(at("work/no/penguins.csv")),
    });
    expect(existsSync(at(".slipway"))).toBe(false);
  });

  test("a pointer of Git LFS is refused instead of the data, wherever it lies", async () => {
    write("work/data/2024.csv", LFS_POINTER);
    const pointer = {
      code: "DATA_LFS_POINTER",
      place: { cell: 3, line: 2 },
      hint: expect.stringContaining("git lfs pull"),
    };
    for (const read of [reference("data/2024.csv"), reference("data", { kind: "directory" })]) {
      await expect(take([read])).rejects.toMatchObject(pointer);
      await expect(now([read])).rejects.toMatchObject(pointer);
    }
    expect(blobs()).toEqual([]);
  });

  test("a file that grows while it is read is told, and nothing of it is kept", async () => {
    const path = write("work/growing.csv", Buffer.alloc(8 * 1024 * 1024, "0,1\n"));
    const files = {
      ...nodeFiles,
      stream: async function* (name: string) {
        for await (const chunk of nodeFiles.stream(name)) {
          appendFileSync(path, "2,3\n");
          yield chunk;
        }
      },
    };
    const options = { workspace, notebook: "work/model.ipynb", references: [reference("growing.csv")] };
    await expect(takeSnapshot(options, { ...host, files }, never)).rejects.toMatchObject({
      kind: "input",
      code: "DATA_CHANGED",
      message: expect.stringContaining("growing.csv"),
      place: { file: at("work/model.ipynb"), cell: 3, line: 2 },
    });
    expect(blobs()).toEqual([]);
  });

  test("a file that another program keeps writing to is told", async () => {
    write("work/log.csv", Buffer.alloc(64 * 1024 * 1024, "0,1\n"));
    const writer = spawn(process.execPath, [
      "-e",
      `setInterval(() => require("fs").appendFileSync(${JSON.stringify(at("work/log.csv"))}, "2,3\\n"), 1)`,
    ]);
    try {
      await expect.poll(() => statSync(at("work/log.csv")).size).toBeGreaterThan(64 * 1024 * 1024);
      await expect(take([reference("log.csv")])).rejects.toMatchObject({ code: "DATA_CHANGED" });
    } finally {
      writer.kill("SIGKILL");
    }
    expect(blobs()).toEqual([]);
  });

  test("a device is refused rather than read for ever", async () => {
    await expect(take([reference("/dev/zero", { place: "zero" })])).rejects.toMatchObject({ code: "DATA_NOT_A_FILE" });
  });

  test("a file that may not be read is told with its cell", async () => {
    write("work/private.csv", PENGUINS);
    chmodSync(at("work/private.csv"), 0);
    chmodSync(workspace, 0o755);
    mkdirSync(at(".slipway"), { mode: 0o777 });
    chmodSync(at(".slipway"), 0o777);
    const printed = await snapshotInChild([reference("private.csv")], { uid: 65534 });
    expect(JSON.parse(printed)).toMatchObject({ code: "FILE_DENIED", place: { cell: 3, line: 2 } });
  });

  test("a full disk is told, and what was stored stays whole", async () => {
    mkdirSync(at(".slipway"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", at(".slipway")]);
    try {
      write("work/small.csv", PENGUINS);
      write("work/large.csv", Buffer.alloc(4 * 1024 * 1024, "1,2\n"));
      const small = await take([reference("small.csv")]);
      const before = blobs();
      await expect(take([reference("small.csv"), reference("large.csv")])).rejects.toMatchObject({ code: "DISK_FULL" });
      expect(blobs()).toEqual(before);
      await restoreSnapshot({ workspace, digest: small.digest, folder: at("out") }, host, never);
      expect(readFileSync(at("out/small.csv"), "utf8")).toBe(PENGUINS);
    } finally {
      execFileSync("umount", [at(".slipway")]);
    }
  });
});

describe("interrupting", () => {
  test("a snapshot leaves nothing half-written", async () => {
    write("work/large.csv", Buffer.alloc(32 * 1024 * 1024, "1,2\n"));
    const controller = new AbortController();
    const taking = take([reference("large.csv")], {}, controller.signal);
    setTimeout(() => controller.abort(), 10);
    await expect(taking).rejects.toMatchObject({ kind: "interrupted" });
    expect(blobs()).toEqual([]);
  });

  test("by kill -9 at any moment loses nothing and leaves nothing: the next snapshot has the same digest", async () => {
    write("work/a.csv", PENGUINS);
    write("work/large.csv", Buffer.alloc(24 * 1024 * 1024, "1,2\n"));
    const references = [reference("a.csv"), reference("large.csv")];
    for (const delay of [60, 100, 140, 180, 240, 320]) await snapshotInChild(references, { killAfterMs: delay });
    const survived = await take(references);
    for (const name of blobs()) {
      expect(name).toMatch(/^[0-9a-f]{64}$/);
      const digest: Digest = `sha256:${name}`;
      for await (const _ of store().read(digest)); // throws if the bytes are not its own
    }
    rmSync(at(".slipway"), { recursive: true });
    expect((await take(references)).digest).toBe(survived.digest);
  });
});

describe("restoring", () => {
  test("a damaged blob is found, and no file is made of it", async () => {
    write("work/penguins.csv", PENGUINS);
    const { digest } = await take([reference("penguins.csv")]);
    const blob = store().path(digestOf(PENGUINS));
    chmodSync(blob, 0o644);
    writeFileSync(blob, PENGUINS.replace("3750", "3751"));
    const restoring = restoreSnapshot({ workspace, digest, folder: at("out") }, host, never);
    await expect(restoring).rejects.toMatchObject({ kind: "verification", code: "BLOB_CORRUPT" });
    expect(existsSync(at("out"))).toBe(false);
  });

  test("something that is no snapshot is refused", async () => {
    const { digest } = await store().put(Buffer.from("{}"));
    await expect(readSnapshotConfig(store(), digest)).rejects.toMatchObject({ kind: "verification" });
  });
});

describe("what a notebook reads where something else cannot be read", () => {
  const body = { group: "3:0", branch: 0 };
  const handler = { group: "3:0", branch: 1 };
  const local = reference("local.csv", { alternative: body });
  const more = reference("more.csv", { alternative: body });
  const spare = reference("spare.csv", { alternative: handler });
  const url = reference("http://127.0.0.1:9/p.csv?token=hush", {
    kind: "url",
    place: "web/p.csv",
    alternative: handler,
  });

  test("is left out where it cannot be had, with a warning", async () => {
    write("work/local.csv", "x\n1\n");
    const { files, diagnostics } = await take([local, url]);
    expect(files.map(({ path }) => path)).toEqual(["local.csv"]);
    expect(diagnostics).toMatchObject([{ code: "data.left-out", severity: "warning", cell: 3, line: 2 }]);
    expect(diagnostics[0]?.message).toContain("127.0.0.1:9 could not be reached");
    expect(JSON.stringify(diagnostics)).not.toContain("hush");
    expect(await now([local, url])).toMatchObject([{ path: "local.csv" }]);
  });

  test("is kept where it can be had, and is enough", async () => {
    write("work/spare.csv", "x\n1\n");
    expect((await take([local, spare])).files.map(({ path }) => path)).toEqual(["spare.csv"]);
    write("work/local.csv", "x\n1\n");
    const { files, diagnostics } = await take([local, spare]);
    expect(files.map(({ path }) => path)).toEqual(["local.csv", "spare.csv"]);
    expect(diagnostics).toEqual([]);
  });

  test("is missed where no branch has all of its data", async () => {
    write("work/local.csv", "x\n1\n");
    await expect(take([local, more, spare])).rejects.toMatchObject({ code: "DATA_MISSING", place: { cell: 3 } });
    await expect(take([local, more, url])).rejects.toMatchObject({ code: "DATA_MISSING" });
    await expect(take([more])).rejects.toMatchObject({ code: "DATA_MISSING" });
  });
});

describe("a URL", () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function serve(listener: RequestListener): Promise<string> {
    server = createServer(listener).listen(0, "127.0.0.1");
    await once(server, "listening");
    // SAFETY: a server that listens on a port has an address object.
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const remote = (url: string): Reference => reference(url, { kind: "url", place: "web/penguins.csv" });

  test("is fetched, stored with where it came from, and not sent again while its ETag holds", async () => {
    const sent: number[] = [];
    const url = await serve((request, response) => {
      const known = request.headers["if-none-match"] === '"v1"';
      sent.push(known ? 304 : 200);
      response.writeHead(known ? 304 : 200, { etag: '"v1"' }).end(known ? undefined : PENGUINS);
    });
    const first = await take([remote(`${url}/p.csv?v=2&token=hush`)]);
    const second = await take([remote(`${url}/p.csv?v=2&token=hush`)]);
    expect(second).toEqual({ ...first, bytesStored: 0, bytesReused: PENGUINS.length });
    expect(sent).toEqual([200, 304]);
    const [file] = (await readSnapshotConfig(store(), first.digest)).files;
    expect(file).toMatchObject({
      path: "web/penguins.csv",
      origin: { url: `${url}/p.csv?v=2&token=***`, etag: '"v1"' },
    });
    const written = [
      ...blobs().map((name) => at(".slipway/store/blobs/sha256", name)),
      at(".slipway/cache/files.json"),
    ];
    for (const path of written) expect(readFileSync(path, "utf8")).not.toContain("hush");
  });

  test("is asked for its digest without being stored; a snapshot then stores it", async () => {
    const sent: number[] = [];
    const url = await serve((request, response) => {
      const known = request.headers["if-none-match"] === '"v1"';
      sent.push(known ? 304 : 200);
      response.writeHead(known ? 304 : 200, { etag: '"v1"' }).end(known ? undefined : PENGUINS);
    });
    const data = { path: "web/penguins.csv", digest: digestOf(PENGUINS) };
    expect(await now([remote(url)])).toEqual([data]);
    expect(await now([remote(url)])).toEqual([data]);
    expect(existsSync(at(".slipway", "store"))).toBe(false);
    expect(await take([remote(url)])).toMatchObject({ files: [data], bytesStored: PENGUINS.length });
    expect(sent).toEqual([200, 304, 200]);
  });

  test.each<[string, string, RequestListener]>([
    ["is not there", "URL_FAILED", (_, response) => response.writeHead(404).end()],
    [
      "breaks off",
      "URL_FAILED",
      (_, response) => response.writeHead(200, { "content-length": 99 }).write("x", () => response.destroy()),
    ],
    ["never ends", "URL_TIMEOUT", (_, response) => response.writeHead(200).write("x")],
    ["gives a pointer of Git LFS", "URL_LFS_POINTER", (_, response) => response.end(LFS_POINTER)],
    ["is too large", "URL_TOO_LARGE", (_, response) => response.end("x".repeat(2000))],
  ])("that %s is told with its cell, and nothing is kept", async (_, code, listener) => {
    const url = await serve(listener);
    const taking = take([remote(url)], { urlLimits: { seconds: 0.5, bytes: 1000 } });
    await expect(taking).rejects.toMatchObject({ kind: "input", code, place: { cell: 3, line: 2 } });
    expect(blobs()).toEqual([]);
  });

  test("that nobody answers is told", async () => {
    await expect(take([remote("http://127.0.0.1:9/p.csv")])).rejects.toMatchObject({ code: "URL_FAILED" });
    await expect(take([remote("ftp://127.0.0.1/p.csv")])).rejects.toMatchObject({ code: "URL_FAILED" });
  });

  test("is given up at once when the user cancels", async () => {
    const url = await serve((_, response) => response.writeHead(200).write("x"));
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    await expect(take([remote(url)], {}, controller.signal)).rejects.toMatchObject({ kind: "interrupted" });
    expect(blobs()).toEqual([]);
  });
});
