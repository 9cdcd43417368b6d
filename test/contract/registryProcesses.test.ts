/** Several processes at one registry, and processes that die. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pull } from "../../src/app/pull";
import { push } from "../../src/app/push";
import { verify } from "../../src/app/verify";
import { digestOf } from "../../src/core/digest";
import { OCI_MANIFEST } from "../../src/core/oci/mediaTypes";
import { openRegistry } from "../../src/node/oci/openRegistry";
import { startCuttingProxy } from "../support/cuttingProxy";
import { PASSWORD, startDockerRegistry, USER, type DockerRegistry } from "../support/dockerRegistry";
import { startHoldingProxy } from "../support/holdingProxy";
import { makeReleasable, releaseHost, removeFolder } from "../support/releases";

const signal = new AbortController().signal;
const host = releaseHost({ credentials: () => Promise.resolve({ username: USER, password: PASSWORD }) });

let temp: string;
let child: string;
let server: DockerRegistry;
beforeAll(async () => {
  temp = await mkdtemp(join(tmpdir(), "slipway-processes-"));
  child = join(temp, "child.cjs");
  const entryPoints = [join(import.meta.dirname, "../support/releaseChild.ts")];
  await build({ entryPoints, outfile: child, bundle: true, platform: "node", format: "cjs", logLevel: "error" });
  server = await startDockerRegistry();
});
afterAll(async () => {
  await server.stop();
  await removeFolder(temp);
});

async function outcome(process: ChildProcess): Promise<{ code: number | null; output: Record<string, unknown> }> {
  let text = "";
  process.stdout?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => process.once("close", resolve));
  return { code, output: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

/** Names of files that no complete write leaves. */
async function leftovers(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter(
    (name) => /\.part-|\.tmp$|\.lock$|pull-/.test(name) && !/(pipeline|requirements)\.lock$/.test(name),
  );
}

test("three writers to one folder lose nothing", async () => {
  const folder = join(temp, "shared-registry");
  const writers = ["a", "b", "c"].map((prefix) =>
    outcome(spawn(process.execPath, [child, "tags", folder, prefix, "25"])),
  );
  for (const { code } of await Promise.all(writers)) expect(code).toBe(0);
  const expected = ["a", "b", "c"].flatMap((prefix) => Array.from({ length: 25 }, (_, number) => `${prefix}${number}`));
  expect(await openRegistry(folder).repository("shared").tags(signal)).toEqual(expected.sort());
  expect(await leftovers(folder)).toEqual([]);
});

test.each([
  { what: "a process that is dead", owner: `999999999 ${hostname()}`, age: 0 },
  { what: "another machine, long ago", owner: "1 elsewhere", age: 60_000 },
])("a lock that was left by $what does not stop anybody", async ({ owner, age }) => {
  const folder = join(temp, `stale${age}`);
  const put = async (tag: string) => {
    const repository = openRegistry(folder).repository("terns");
    const config = Buffer.from("{}");
    const descriptor = { mediaType: "application/json", digest: digestOf(config), size: config.length };
    await repository.putBlob(descriptor, { bytes: config }, signal);
    const manifest = { schemaVersion: 2, mediaType: OCI_MANIFEST, config: descriptor, layers: [] };
    await repository.putManifest(Buffer.from(JSON.stringify(manifest)), OCI_MANIFEST, tag, signal);
    return repository.tags(signal);
  };
  await put("first");
  const lock = join(folder, "terns", ".index.lock");
  await writeFile(lock, owner);
  const then = new Date(Date.now() - age);
  await utimes(lock, then, then);
  expect(await put("second")).toEqual(["first", "second"]);
});

/** Pushes two packages at once, each by a process of its own. Gives what they released. */
async function pushBoth(registry: string): Promise<readonly Record<string, unknown>[]> {
  const pushing = ["Adelie", "Gentoo"].map(async (species) => {
    const workspace = join(temp, `${species}-${digestOf(registry).slice(7, 15)}`);
    await makeReleasable(workspace, { data: `species\n${species}\n` });
    return outcome(spawn(process.execPath, [child, "push", workspace, registry, "penguins"]));
  });
  return (await Promise.all(pushing)).map(({ output }) => output);
}

/** Each release is there under a version of its own. */
async function expectBoth(registry: string, pushed: readonly Record<string, unknown>[]): Promise<void> {
  expect(pushed.map(({ version }) => version).sort()).toEqual(["1.0.0", "1.0.1"]);
  for (const { version, digest } of pushed) {
    const found = await host.openRegistry(registry).repository("penguins").manifest(String(version), signal);
    expect(found?.descriptor.digest).toBe(digest);
  }
}

test("two that ship to one folder at once get a version each", async () => {
  const registry = join(temp, "both");
  await expectBoth(registry, await pushBoth(registry));
});

test.each([
  ["both take it at once", 0],
  ["one takes it a good while after the other", 700],
])(
  "two that ship to one server get a version each, though both found the same one free: %s",
  async (_what, laterMs) => {
    const held: (() => void)[] = [];
    // the first two that would take the version are held until both have looked and found it free
    const proxy = await startHoldingProxy(server.host, async (request) => {
      if (!/^PUT .*\/penguins\/manifests\/1\.0\.0$/.test(request) || held.length === 2) return;
      const turn = new Promise<void>((resolve) => held.push(resolve));
      if (held.length === 2) held.forEach((letThrough, index) => setTimeout(letThrough, index * laterMs));
      await turn;
    });
    try {
      const registry = `oci://${proxy.host}/both${laterMs}`;
      await expectBoth(registry, await pushBoth(registry));
      expect(held).toHaveLength(2);
    } finally {
      await proxy.stop();
    }
  },
);

test("a push that is killed leaves no version, and the next one makes it whole", async () => {
  const workspace = join(temp, "killed");
  await makeReleasable(workspace, { model: Buffer.alloc(20_000_000, "model") });
  let kill: () => void = () => undefined;
  const proxy = await startCuttingProxy(server.host, {
    cuts: 0,
    onSent: async (total) => {
      if (total > 5_000_000) kill();
    },
  });
  const pushing = spawn(process.execPath, [child, "push", workspace, `oci://${proxy.host}/killed`, "penguins"]);
  kill = () => pushing.kill("SIGKILL");
  expect((await outcome(pushing)).output).toEqual({});
  await proxy.stop();

  const registry = `oci://${server.host}/killed`;
  expect(await host.openRegistry(registry).repository("penguins").tags(signal)).toEqual([]);
  expect(await push({ workspace, target: "penguins", registry }, host, signal)).toMatchObject({ version: "1.0.0" });
  expect(await verify({ ref: "penguins", registry }, host, signal)).toMatchObject({ ok: true });
});

test("a push to a folder that is killed at any moment leaves nothing that is not whole", async () => {
  const workspace = join(temp, "killed-folder");
  await makeReleasable(workspace, { model: Buffer.alloc(20_000_000, "model") });
  for (const delay of [50, 120, 200, 300]) {
    const registry = join(temp, `registry-killed-${delay}`);
    const pushing = spawn(process.execPath, [child, "push", workspace, registry, "penguins"]);
    setTimeout(() => pushing.kill("SIGKILL"), delay);
    await outcome(pushing);
    const tags = await openRegistry(registry).repository("penguins").tags(signal);
    if (tags.length > 0) expect(await verify({ ref: "penguins", registry }, host, signal)).toMatchObject({ ok: true });
    await push({ workspace, target: "penguins", registry }, host, signal);
    expect(await verify({ ref: "penguins", registry }, host, signal)).toMatchObject({ ok: true });
    expect(await leftovers(registry)).toEqual([]);
  }
});

test("a full disk is said, with what was needed, and leaves nothing half-written", async () => {
  const workspace = join(temp, "full");
  await makeReleasable(workspace, { model: Buffer.alloc(6_000_000, "model") });
  await push({ workspace, target: "penguins", registry: join(workspace, ".slipway", "registry") }, host, signal);
  // The release is fetched into an empty store, where no file may grow over 2 MB: the writes fail as on a full disk.
  await removeFolder(join(workspace, ".slipway", "store"));
  const registry = join(temp, "full-registry");
  const command = `trap '' XFSZ; ulimit -f 2000; exec "$0" "$@"`;
  const pushing = spawn("bash", [
    "-c",
    command,
    process.execPath,
    child,
    "push",
    workspace,
    registry,
    "penguins:1.0.0",
  ]);
  const { code, output } = await outcome(pushing);
  expect(output).toMatchObject({ kind: "input", code: "DISK_FULL" });
  expect(output.message).toMatch(/at least [0-9.]+ MB were needed/);
  expect(code).toBe(1);
  expect(await leftovers(workspace)).toEqual([]);
  expect(await host.openRegistry(registry).repositories(signal)).toEqual([]);
});

test("a pull that is interrupted leaves the folder as it was", async () => {
  const workspace = join(temp, "interrupted");
  await makeReleasable(workspace, { model: Buffer.alloc(20_000_000, "model") });
  const registry = join(temp, "interrupted-registry");
  await push({ workspace, target: "penguins", registry }, host, signal);
  const controller = new AbortController();
  const stopping = {
    ...host,
    progress: {
      ...host.progress,
      report: (_part: number, remark?: string) => remark === "pipeline.py" && controller.abort(),
    },
  };
  const out = join(temp, "interrupted-out");
  const failure = pull({ ref: "penguins", registry, out }, stopping, controller.signal);
  await expect(failure).rejects.toMatchObject({ kind: "interrupted" });
  await expect(readFile(out)).rejects.toMatchObject({ code: "ENOENT" });
});
