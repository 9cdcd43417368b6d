/** The way of a package: built, pushed, listed, shown, verified, pulled. The same for both registries. */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { list } from "../../src/app/list";
import { buildPackage } from "../../src/app/package";
import { pull } from "../../src/app/pull";
import { push } from "../../src/app/push";
import { show } from "../../src/app/show";
import { verify } from "../../src/app/verify";
import { digestOf, hexOf, isDigest } from "../../src/core/digest";
import { PASSWORD, startDockerRegistry, USER, type DockerRegistry } from "../support/dockerRegistry";
import { makeReleasable, releaseHost, removeFolder } from "../support/releases";

const signal = new AbortController().signal;
const host = releaseHost({ credentials: () => Promise.resolve({ username: USER, password: PASSWORD }) });

let temp: string;
let server: DockerRegistry;
let workspace: string;
let count = 0;
beforeAll(async () => {
  temp = await mkdtemp(join(tmpdir(), "slipway-release-"));
  server = await startDockerRegistry();
});
afterAll(async () => {
  await server.stop();
  await removeFolder(temp);
});
beforeEach(async () => {
  workspace = join(temp, `workspace${(count += 1)}`);
  await makeReleasable(workspace);
});

describe("a package", () => {
  const build = (folder: string) =>
    buildPackage({ workspace: folder, pipeline: "penguins", registry: join(folder, "registry") }, host, signal);

  test("has the model, the code and the card, each under its path", async () => {
    const built = await build(workspace);
    expect(built.layers.map(({ path }) => path)).toEqual([
      "model.onnx",
      "signature.json",
      "pipeline.lock.json",
      "pipeline.py",
      "requirements.lock",
      "scoring.ts",
      "README.md",
    ]);
    expect(built).toMatchObject({ name: "penguins", version: "1.0.0", ref: `penguins@${built.digest}` });
    expect(isDigest(built.digest)).toBe(true);
  });

  test("is the same from another folder at another time", async () => {
    const elsewhere = join(temp, "else", "where");
    await makeReleasable(elsewhere, { createdAt: "2031-01-01T12:00:00Z" });
    expect((await build(elsewhere)).digest).toBe((await build(workspace)).digest);
  });

  test("is another for other data, another model, another module", async () => {
    const digests = new Set([(await build(workspace)).digest]);
    await makeReleasable(workspace, { data: "species,bill_length_mm\nAdelie,39.2\n" });
    digests.add((await build(workspace)).digest);
    await makeReleasable(workspace, { model: Buffer.from("other") });
    digests.add((await build(workspace)).digest);
    expect(digests.size).toBe(3);
  });

  test("is not built of a pipeline that was edited after its validation", async () => {
    await writeFile(join(workspace, "pipelines", "penguins", "pipeline.py"), "def run():\n    return 1\n");
    await expect(build(workspace)).rejects.toMatchObject({ kind: "input", code: "VALIDATION_MISSING" });
  });

  test("is not built of a pipeline that failed: the gates are named", async () => {
    await makeReleasable(workspace, { ok: false });
    await expect(build(workspace)).rejects.toMatchObject({ kind: "verification", code: "VALIDATION_FAILED" });
    await expect(build(workspace)).rejects.toThrow("Gives the notebook's results");
  });
});

describe.each([
  { kind: "folder", location: () => join(workspace, "registry") },
  { kind: "docker-registry", location: () => `oci://${server.host}/team${count}` },
])("a release in the registry: $kind", ({ location }) => {
  const send = (target = "penguins") => push({ workspace, target, registry: location() }, host, signal);

  test("is sent once, and then only looked up", async () => {
    const first = await send();
    expect(first).toMatchObject({ ref: "penguins:1.0.0", version: "1.0.0", bytesReused: 0 });
    expect(first.bytesSent).toBeGreaterThan(100_000);
    const second = await send();
    expect(second).toMatchObject({ ref: "penguins:1.0.0", digest: first.digest, bytesSent: 0 });
    expect(second.bytesReused).toBe(first.bytesSent);
  });

  test("takes the next version when the data changed, and sends only what is new", async () => {
    await send();
    await makeReleasable(workspace, { data: "species,bill_length_mm\nAdelie,39.2\n" });
    const second = await send();
    expect(second.version).toBe("1.0.1");
    expect(second.bytesSent).toBeLessThan(10_000);
    expect(second.bytesReused).toBeGreaterThan(100_000);
  });

  test("is the newest again when what was released before it comes back", async () => {
    const first = await send();
    await makeReleasable(workspace, { data: "species,bill_length_mm\nAdelie,39.2\n" });
    await send();
    await makeReleasable(workspace);
    for (const _ of ["reverted", "again"]) {
      expect(await send()).toMatchObject({ version: "1.0.2", digest: first.digest, bytesSent: 0 });
    }
    expect(await show({ ref: "penguins", registry: location() }, host, signal)).toMatchObject({
      ref: "penguins:1.0.2",
      digest: first.digest,
    });
    expect(await list({ registry: location() }, host, signal)).toEqual([
      { name: "penguins", versions: ["1.0.2", "1.0.1", "1.0.0"] },
    ]);
  });

  test("can be sent by the digest of a package that was built before", async () => {
    const built = await buildPackage({ workspace, pipeline: "penguins", registry: location() }, host, signal);
    expect(await send(built.ref)).toMatchObject({ digest: built.digest, ref: "penguins:1.0.0" });
  });

  test("can be sent on from the workspace's own registry, without the store", async () => {
    const own = join(workspace, ".slipway", "registry");
    const first = await push({ workspace, target: "penguins", registry: own }, host, signal);
    await rm(join(workspace, ".slipway", "store"), { recursive: true });
    expect(await send("penguins:1.0.0")).toMatchObject({ digest: first.digest, bytesSent: first.bytesSent });
    expect(await verify({ ref: "penguins:1.0.0", registry: location() }, host, signal)).toMatchObject({ ok: true });
  });

  test("that is sent on once more is no newer release", async () => {
    const own = join(workspace, ".slipway", "registry");
    for (const data of ["species\nAdelie\n", "species\nGentoo\n"]) {
      await makeReleasable(workspace, { data });
      await push({ workspace, target: "penguins", registry: own }, host, signal);
    }
    const versions = ["1.0.0", "1.0.1", "1.0.0"];
    for (const version of versions) expect(await send(`penguins:${version}`)).toMatchObject({ version });
    expect((await list({ registry: location() }, host, signal))[0]?.versions).toEqual(["1.0.1", "1.0.0"]);
  });

  test("tells what it is", async () => {
    const { digest } = await send();
    const shown = await show({ ref: "penguins", registry: location() }, host, signal);
    expect(shown).toMatchObject({
      ref: "penguins:1.0.0",
      digest,
      pipeline: "penguins",
      language: "python",
      metrics: { accuracy: 0.97, f1: 0.96 },
      signature: { output: { name: "species" } },
      snapshot: { repository: "data/penguins", files: [{ path: "data/penguins.csv" }] },
    });
  });

  test("is verified down to its data", async () => {
    await send();
    const { ok, checks } = await verify({ ref: "penguins", registry: location() }, host, signal);
    expect(ok).toBe(true);
    expect(checks.map(({ subject }) => subject).sort()).toEqual(
      [
        "README.md",
        "config",
        "data/penguins.csv",
        "manifest",
        "model.onnx",
        "pipeline.lock.json",
        "pipeline.py",
      ].concat(["requirements.lock", "scoring.ts", "signature.json", "snapshot"]),
    );
  });

  test("is pulled with its data, into a new folder and into an empty one", async () => {
    await send();
    const fresh = join(temp, `out${count}`, "new");
    const empty = join(temp, `out${count}`, "empty");
    await mkdir(empty, { recursive: true });
    for (const out of [fresh, empty]) {
      const pulled = await pull({ ref: "penguins:1.0.0", registry: location(), out }, host, signal);
      expect(pulled.files).toContain("data/penguins.csv");
      expect((await readdir(out)).sort()).toEqual(
        ["README.md", "data", "model.onnx", "pipeline.lock.json", "pipeline.py"].concat([
          "requirements.lock",
          "scoring.ts",
          "signature.json",
        ]),
      );
      expect(await readFile(join(out, "data", "penguins.csv"), "utf8")).toContain("Adelie,39.1");
    }
    const again = await pull({ ref: "penguins:1.0.0", registry: location(), out: fresh }, host, signal);
    expect(again.files).toHaveLength(8);
  });

  test("is not pulled over other files", async () => {
    await send();
    const out = join(temp, `mine${count}`);
    await mkdir(out);
    await writeFile(join(out, "thesis.md"), "mine");
    await expect(pull({ ref: "penguins", registry: location(), out }, host, signal)).rejects.toMatchObject({
      kind: "input",
      code: "OUT_NOT_EMPTY",
    });
    expect(await readdir(out)).toEqual(["thesis.md"]);
  });

  test("that does not exist is an input error that says what there is", async () => {
    await send();
    const missing = show({ ref: "penguins:9.9.9", registry: location() }, host, signal);
    await expect(missing).rejects.toMatchObject({ kind: "input", code: "RELEASE_MISSING" });
    await expect(missing).rejects.toThrow("1.0.0");
    await expect(show({ ref: "walrus", registry: location() }, host, signal)).rejects.toThrow("no release of walrus");
  });
});

describe("a release that was damaged", () => {
  const damage = async (repository: string, path: string, change: (file: string) => Promise<void>) => {
    const registry = join(workspace, "registry");
    await push({ workspace, target: "penguins", registry }, host, signal);
    // the registry shares its files with the store: the copy is what is damaged
    const copy = join(workspace, "copy");
    await cp(registry, copy, { recursive: true });
    const shown = await show({ ref: "penguins", registry: copy }, host, signal);
    const files = [...shown.layers, ...(shown.snapshot?.files ?? [])];
    const digest = files.find((file) => file.path === path)?.digest;
    if (digest === undefined) throw new Error(`no ${path}`);
    await change(join(copy, repository, "blobs", "sha256", hexOf(digest)));
    return copy;
  };
  const flip = async (file: string) => {
    const bytes = await readFile(file);
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    await writeFile(file, bytes);
  };

  const cut = (file: string) => writeFile(file, "cut");
  test.each([
    { repository: "penguins", path: "model.onnx", what: "cut short", change: cut },
    { repository: "penguins", path: "model.onnx", what: "changed", change: flip },
    { repository: "data/penguins", path: "data/penguins.csv", what: "cut short", change: cut },
    { repository: "data/penguins", path: "data/penguins.csv", what: "changed", change: flip },
  ])("is mended where $path was $what, once it is sent again", async ({ repository, path, change }) => {
    const registry = await damage(repository, path, change);
    expect((await verify({ ref: "penguins", registry }, host, signal)).ok).toBe(false);
    const again = await push({ workspace, target: "penguins", registry }, host, signal);
    expect(again).toMatchObject({ version: "1.0.0", bytesSent: path === "model.onnx" ? 100_000 : 35 });
    expect((await verify({ ref: "penguins", registry }, host, signal)).ok).toBe(true);
  });

  test.each([
    ["a folder", () => Promise.resolve([join(workspace, "registry"), join(workspace, "registry")])],
    ["docker-registry", () => Promise.resolve([`oci://${server.host}/damaged`, server.folder])],
  ])("fails its verification where the bytes of its manifest changed in %s", async (_what, where) => {
    const [registry = "", folder = ""] = await where();
    const { digest } = await push({ workspace, target: "penguins", registry }, host, signal);
    for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const path = join(file.parentPath, file.name);
      const isManifest = file.isFile() && digestOf(await readFile(path)) === digest;
      if (isManifest) await writeFile(path, (await readFile(path, "utf8")).replace('"penguins"', '"penguin5"'));
    }
    const verified = await verify({ ref: "penguins", registry }, host, signal);
    expect(verified).toMatchObject({ ok: false, checks: [{ subject: "manifest", ok: false }] });
  });

  test.each([
    ["cut short", (bytes: Buffer) => bytes.subarray(9)],
    ["changed", (bytes: Buffer) => Buffer.from(bytes.toString().replace('"penguins"', '"penguin5"'))],
  ])("is mended by the next release where its manifest, and that of its data, was %s", async (_what, change) => {
    const registry = join(workspace, "registry");
    const { digest } = await push({ workspace, target: "penguins", registry }, host, signal);
    const { snapshot } = await show({ ref: "penguins", registry }, host, signal);
    for (const [repository, manifest] of [
      ["penguins", digest],
      ["data/penguins", snapshot?.digest ?? digest],
    ] as const) {
      const file = join(registry, repository, "blobs", "sha256", hexOf(manifest));
      const bytes = await readFile(file);
      await rm(file); // the store has a second link to it
      await writeFile(file, change(bytes));
    }
    const again = await push({ workspace, target: "penguins", registry }, host, signal);
    expect(again).toMatchObject({ version: "1.0.1", digest });
    for (const ref of ["penguins:1.0.0", "penguins:1.0.1"]) {
      expect(await verify({ ref, registry }, host, signal)).toMatchObject({ ok: true });
    }
  });

  test.each([
    ["cut short", cut],
    ["changed", flip],
  ])("is not sent from a store whose own copy was %s", async (_what, change) => {
    const registry = join(workspace, "registry");
    await push({ workspace, target: "penguins", registry }, host, signal);
    const { layers } = await show({ ref: "penguins", registry }, host, signal);
    const model = layers.find(({ path }) => path === "model.onnx");
    if (model === undefined) throw new Error("no model");
    await change(host.store(workspace).path(model.digest)); // the registry has a second link to the file
    await expect(push({ workspace, target: "penguins", registry }, host, signal)).rejects.toMatchObject({
      code: "VALIDATION_MISSING",
    });
  });

  test.each([
    { what: "a corrupt model", repository: "penguins", path: "model.onnx", change: flip },
    { what: "a missing module", repository: "penguins", path: "pipeline.py", change: (file: string) => rm(file) },
    { what: "corrupt data", repository: "data/penguins", path: "data/penguins.csv", change: flip },
  ])("fails its verification and names $what; pull writes nothing", async ({ repository, path, change }) => {
    const registry = await damage(repository, path, change);
    const { ok, checks } = await verify({ ref: "penguins", registry }, host, signal);
    expect(ok).toBe(false);
    expect(checks.filter((check) => !check.ok).map(({ subject }) => subject)).toEqual([path]);
    const out = join(temp, `damaged${count}`);
    await expect(pull({ ref: "penguins", registry, out }, host, signal)).rejects.toMatchObject({
      kind: "verification",
    });
    await expect(readdir(out)).rejects.toMatchObject({ code: "ENOENT" });
  });
});
