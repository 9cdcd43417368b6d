import { dirname, join } from "node:path";
import { SlipwayError, throwIfAborted } from "../core/errors";
import type { Host } from "../core/host";
import { STATE_FOLDER } from "./workspace";

/** What to look at. */
export interface DoctorOptions {
  readonly workspace: string;
  /** Where releases go. */
  readonly registry: string;
}

/** The ports that are looked at. */
export type DoctorHost = Pick<Host, "files" | "python" | "deno" | "disk" | "openRegistry" | "progress">;

/** One thing that Slipway needs. */
export interface Check {
  readonly id: "python" | "installer" | "network" | "deno" | "registry" | "workspace" | "disk";
  /** What it is, in a few words. */
  readonly title: string;
  readonly ok: boolean;
  /** What there is; empty if there is nothing. */
  readonly found: string;
  readonly message: string;
  /** What mends it. */
  readonly command?: string;
}

/** All checks; `ok` if every one is. */
export interface DoctorResult {
  readonly ok: boolean;
  readonly checks: readonly Check[];
}

const GIB = 1024 ** 3;
/** An environment with scikit-learn and pandas has half of that. */
const ENOUGH_BYTES = 2 * GIB;

/** Says what of Python, packages and registry is missing, and what mends it. Changes nothing. */
export async function doctor(options: DoctorOptions, host: DoctorHost, signal: AbortSignal): Promise<DoctorResult> {
  host.progress.stage("Looking at the set-up");
  const checks = await Promise.all([
    check("python", "Python", async () => {
      const { path, version } = await host.python.find(signal);
      return { found: `Python ${version}`, message: `Environments are made with ${path}.` };
    }),
    check("installer", "Package installer", async () => {
      const found = await host.python.installer(signal);
      return {
        found,
        message: found === "uv" ? "Packages are installed by uv." : `Packages are installed by pip; ${SLOWER}`,
      };
    }),
    checkNetwork(host, signal),
    checkDeno(host, signal),
    check("registry", "Registry", () => checkRegistry(options.registry, host, signal)),
    check("workspace", "Workspace", () => checkWrite(options.workspace, host)),
    check("disk", "Disk", () => checkDisk(options.workspace, host)),
  ]);
  throwIfAborted(signal);
  const present = checks.filter((one) => one !== undefined);
  return { ok: present.every(({ ok }) => ok), checks: present };
}

const ANSWER_SECONDS = 10;
const SLOWER = "with uv (pip install uv) it is quicker.";

type Finding = Pick<Check, "found" | "message">;

/** A check passes unless `look` throws one of Slipway's own errors, whose hint says what mends it. */
async function check(id: Check["id"], title: string, look: () => Promise<Finding>): Promise<Check> {
  try {
    return { id, title, ok: true, ...(await look()) };
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.kind === "interrupted") throw error;
    const command = error.hint?.replace(/^Run: /, "");
    return { id, title, ok: false, found: "", message: error.message, ...(command !== undefined && { command }) };
  }
}

/** Deno is missed only by those who have TypeScript notebooks. */
async function checkDeno({ deno }: DoctorHost, signal: AbortSignal): Promise<Check> {
  const found = await check("deno", "Deno", async () => {
    const { path, version } = await deno.find(signal);
    return { found: `Deno ${version}`, message: `TypeScript pipelines run with ${path}.` };
  });
  return found.ok ? found : { ...found, ok: true, message: "Not found; only TypeScript notebooks need it." };
}

/** Nothing is said where there is no Python to ask. */
async function checkNetwork({ files, python }: DoctorHost, signal: AbortSignal): Promise<Check | undefined> {
  const interpreter = await python.find(signal).catch(() => undefined);
  if (interpreter === undefined) return undefined;
  const script = join(python.scripts, "own_network.py");
  const { stdout } = await files.withTempDir((cwd) =>
    python.run({ interpreter, script, args: [], cwd, timeoutSeconds: ANSWER_SECONDS }, signal),
  );
  const isolated = stdout.trim() === "yes";
  return {
    id: "network",
    title: "Network of runs",
    ok: true,
    found: isolated ? "none" : "not Python's",
    message: isolated
      ? "Notebooks, and programs that they start, are validated without a network."
      : "Notebooks are validated without a network; programs that they start can reach it on this machine.",
  };
}

/** A registry that does not answer would be asked again and again for minutes. */
async function checkRegistry(location: string, host: DoctorHost, signal: AbortSignal): Promise<Finding> {
  const deadline = AbortSignal.timeout(ANSWER_SECONDS * 1000);
  try {
    await host.openRegistry(location).repositories(AbortSignal.any([signal, deadline]));
    if (!location.startsWith("oci://")) await tryToWrite(await nearestFolder(location, host), host);
  } catch (error) {
    if (signal.aborted || !deadline.aborted) throw error;
    const message = `The registry ${location} did not answer within ${ANSWER_SECONDS} s.`;
    const address = location.replace("oci://", "").replace(/\/.*/, "");
    throw new SlipwayError("registry", "REGISTRY_SILENT", message, { hint: `Run: curl -v ${address}/v2/` });
  }
  return { found: location, message: "The registry answers." };
}

/** The folder, or the one that it would be made in. */
async function nearestFolder(path: string, host: Pick<DoctorHost, "files">): Promise<string> {
  return (await host.files.stat(path)) === undefined ? nearestFolder(dirname(path), host) : path;
}

async function checkWrite(workspace: string, { files }: DoctorHost): Promise<Finding> {
  await tryToWrite(await nearestFolder(join(workspace, STATE_FOLDER), { files }), { files });
  return { found: workspace, message: "The folder can be written to." };
}

async function tryToWrite(folder: string, { files }: Pick<DoctorHost, "files">): Promise<void> {
  const path = join(folder, ".slipway-doctor");
  try {
    await files.write(path, "");
    await files.remove(path);
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    const hint = `Run: sudo chown -R "$(id -un)" "${folder}"`;
    throw new SlipwayError("environment", "FOLDER_READ_ONLY", error.message, { hint, cause: error });
  }
}

async function checkDisk(workspace: string, { disk }: DoctorHost): Promise<Finding> {
  const free = await disk.free(workspace);
  const found = `${(free / GIB).toFixed(1)} GiB free`;
  if (free >= ENOUGH_BYTES) return { found, message: "There is room for environments and snapshots." };
  throw new SlipwayError("environment", "DISK_LOW", `Only ${found}; an environment takes about 0.5 GiB.`, {
    hint: "Make room; environments are made again when they are needed: rm -r ~/.cache/slipway",
  });
}
