import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
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
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nodeFiles } from "../../src/node/files";
import { removeTempDirsSync } from "../../src/node/tempDirs";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "files-")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (...names: string[]): string => join(folder, ...names);

describe("reading", () => {
  test("a missing file is undefined, a missing folder is empty", async () => {
    expect(await nodeFiles.read(at("no"))).toBeUndefined();
    expect(await nodeFiles.readText(at("no", "deeper"))).toBeUndefined();
    expect(await nodeFiles.stat(at("no"))).toBeUndefined();
    expect(await nodeFiles.realPath(at("no"))).toBeUndefined();
    expect(await nodeFiles.list(at("no"))).toEqual([]);
  });

  test("text loses its byte order mark, and bytes that are no text are refused", async () => {
    writeFileSync(at("marked.txt"), "\uFEFFprice,€");
    expect(await nodeFiles.readText(at("marked.txt"))).toBe("price,€");
    writeFileSync(at("latin.txt"), Buffer.from([0x70, 0xe9]));
    await expect(nodeFiles.readText(at("latin.txt"))).rejects.toMatchObject({ code: "FILE_NOT_TEXT", kind: "input" });
  });

  test("a stream gives the whole file in chunks of at most 1 MiB", async () => {
    const content = Buffer.alloc(2_500_000, "penguin");
    writeFileSync(at("big.bin"), content);
    const chunks: Uint8Array[] = [];
    for await (const chunk of nodeFiles.stream(at("big.bin"))) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
    expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThanOrEqual(1024 * 1024);
  });

  test("a stream of a missing file is an error that names it", async () => {
    const read = async (): Promise<void> => {
      for await (const _ of nodeFiles.stream(at("gone.csv")));
    };
    await expect(read()).rejects.toMatchObject({ code: "FILE_MISSING", message: expect.stringContaining("gone.csv") });
  });

  test("a loop of links is an error, not a hang", async () => {
    symlinkSync(at("b"), at("a"));
    symlinkSync(at("a"), at("b"));
    await expect(nodeFiles.read(at("a"))).rejects.toMatchObject({ code: "FILE_LOOP" });
  });
});

describe("writing", () => {
  test("makes folders, replaces content, keeps the mode, and leaves nothing beside", async () => {
    await nodeFiles.write(at("deep", "er", "run.sh"), "one");
    chmodSync(at("deep", "er", "run.sh"), 0o750);
    await nodeFiles.write(at("deep", "er", "run.sh"), "two");
    expect(readFileSync(at("deep", "er", "run.sh"), "utf8")).toBe("two");
    expect(statSync(at("deep", "er", "run.sh")).mode & 0o777).toBe(0o750);
    expect(readdirSync(at("deep", "er"))).toEqual(["run.sh"]);
  });

  test("a write through a symbolic link changes its target and keeps the link", async () => {
    writeFileSync(at("real.txt"), "old");
    symlinkSync(at("real.txt"), at("link.txt"));
    await nodeFiles.write(at("link.txt"), "new");
    expect(readFileSync(at("real.txt"), "utf8")).toBe("new");
    expect(realpathSync(at("link.txt"))).toBe(at("real.txt"));
  });

  test("writeAll writes all, or leaves every file and folder as it was", async () => {
    writeFileSync(at("first.txt"), "old");
    mkdirSync(at("blocked.txt", "inside"), { recursive: true });
    const files = [
      { path: at("first.txt"), data: "new" },
      { path: at("made", "second.txt"), data: "new" },
      { path: at("blocked.txt"), data: "a folder is in the way" },
    ];
    await expect(nodeFiles.writeAll(files)).rejects.toMatchObject({
      kind: "input",
      message: expect.stringContaining("blocked.txt"),
    });
    expect(readFileSync(at("first.txt"), "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["blocked.txt", "first.txt"]);

    await nodeFiles.writeAll(files.slice(0, 2));
    expect(readFileSync(at("first.txt"), "utf8")).toBe("new");
    expect(readdirSync(folder)).toEqual(["blocked.txt", "first.txt", "made"]);
    expect(readdirSync(at("made"))).toEqual(["second.txt"]);
  });

  test("a stream that breaks off leaves the old content", async () => {
    const chunks = async function* (fails: boolean): AsyncGenerator<Uint8Array> {
      yield Buffer.from("new ");
      if (fails) throw new Error("the source broke off");
      yield Buffer.from("content");
    };
    writeFileSync(at("data.csv"), "old");
    await expect(nodeFiles.writeStream(at("data.csv"), chunks(true))).rejects.toThrow("broke off");
    expect(readFileSync(at("data.csv"), "utf8")).toBe("old");
    await nodeFiles.writeStream(at("data.csv"), chunks(false));
    expect(readFileSync(at("data.csv"), "utf8")).toBe("new content");
    expect(readdirSync(folder)).toEqual(["data.csv"]);
  });

  test("copy replaces the target at once and keeps the source's mode", async () => {
    writeFileSync(at("tool"), "x", { mode: 0o755 });
    writeFileSync(at("copy"), "old");
    await nodeFiles.copy(at("tool"), at("copy"));
    expect(readFileSync(at("copy"), "utf8")).toBe("x");
    expect(statSync(at("copy")).mode & 0o777).toBe(0o755);
    expect(readdirSync(folder)).toEqual(["copy", "tool"]);
  });

  test("share gives the content without a copy of it where that can be, and never writes over a file", async () => {
    writeFileSync(at("data"), "krill");
    await nodeFiles.share(at("data"), at("run", "data"));
    expect(readFileSync(at("run", "data"), "utf8")).toBe("krill");
    await nodeFiles.remove(at("run"));
    expect(readFileSync(at("data"), "utf8")).toBe("krill");
    writeFileSync(at("other"), "squid");
    await expect(nodeFiles.share(at("data"), at("other"))).rejects.toMatchObject({ kind: "input" });
    expect(readFileSync(at("other"), "utf8")).toBe("squid");
  });

  test("a copy of what is not there names it", async () => {
    const copying = nodeFiles.copy(at("gone"), at("made", "copy"));
    await expect(copying).rejects.toMatchObject({ code: "FILE_MISSING", message: expect.stringContaining("gone") });
    expect(readdirSync(folder)).toEqual([]);
  });

  test("remove takes files and folders, and what is not there", async () => {
    await nodeFiles.write(at("tree", "leaf"), "x");
    await nodeFiles.remove(at("tree"));
    await nodeFiles.remove(at("tree"));
    expect(existsSync(at("tree"))).toBe(false);
  });
});

describe("a full disk", () => {
  beforeEach(() => {
    mkdirSync(at("small"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", at("small")]);
  });
  afterEach(() => execFileSync("umount", [at("small")]));

  test("is an error that names the file, and everything is as before", async () => {
    writeFileSync(at("small", "kept.txt"), "old");
    const files = [
      { path: at("small", "kept.txt"), data: "new" },
      { path: at("small", "made", "big.bin"), data: Buffer.alloc(1_000_000, 1) },
    ];
    await expect(nodeFiles.writeAll(files)).rejects.toMatchObject({
      kind: "input",
      code: "DISK_FULL",
      message: expect.stringContaining("big.bin"),
    });
    expect(readFileSync(at("small", "kept.txt"), "utf8")).toBe("old");
    expect(readdirSync(at("small"))).toEqual(["kept.txt"]);
  });
});

describe("temporary folders", () => {
  test("are removed when their use ends, well or badly", async () => {
    const path = await nodeFiles.withTempDir(async (temp) => {
      await nodeFiles.write(join(temp, "a", "b"), "x");
      return temp;
    });
    expect(existsSync(path)).toBe(false);

    let failed = "";
    const fail = nodeFiles.withTempDir(async (temp) => {
      failed = temp;
      await nodeFiles.write(join(temp, "a"), "x");
      throw new Error("interrupted");
    });
    await expect(fail).rejects.toThrow("interrupted");
    expect(existsSync(failed)).toBe(false);
  });

  test("and files that a killed process left are removed by the next one, and no others", async () => {
    const leave = `
      const { nodeFiles } = require(process.argv[1]);
      const halves = async function* () { yield Buffer.from("half"); process.send("ready"); await new Promise(() => {}); };
      nodeFiles.withTempDir(() => nodeFiles.writeStream(process.argv[2], halves()));
      setInterval(() => {}, 1000);`;
    const adapter = at("adapter.cjs");
    buildSync({ entryPoints: ["src/node/files.ts"], outfile: adapter, bundle: true, platform: "node" });
    mkdirSync(at("temp"));
    mkdirSync(at("temp", "slipway-of-mine"));
    const start = (): ChildProcess =>
      spawn(process.execPath, ["-e", leave, adapter, at("out", "b.csv")], {
        env: { ...process.env, TMPDIR: at("temp") },
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      });
    const left: string[][] = [];
    for (const _ of ["first", "second"]) {
      const child = start();
      await once(child, "message");
      left.push([...readdirSync(at("temp")), ...readdirSync(at("out"))].sort());
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    expect(left[0]).toHaveLength(3);
    expect(left[1]).toHaveLength(3);
    expect(left[1]).toContain("slipway-of-mine");
    expect(left[1]?.filter((name) => left[0]?.includes(name))).toEqual(["slipway-of-mine"]);
  });

  test("in use can be removed at once when the process must end", async () => {
    await nodeFiles.withTempDir(async (temp) => {
      removeTempDirsSync();
      expect(existsSync(temp)).toBe(false);
    });
  });
});
