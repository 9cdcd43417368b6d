import { randomBytes } from "node:crypto";
import { access, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { digestOf, hexOf } from "../../core/digest";
import type { Interpreter } from "../../core/host";
import { isAlive } from "../leftovers";
import type { Installer } from "./installer";

/** What an environment is made from, and where environments are kept. */
export interface EnvironmentOptions {
  readonly cacheFolder: string;
  readonly lock: string;
  readonly interpreter: Interpreter;
  readonly installer: Installer;
}

/** The interpreter of an environment that holds just `lock`: found by the digest of what it is made from, or made. */
export async function lockedEnvironment(options: EnvironmentOptions, signal: AbortSignal): Promise<Interpreter> {
  const { cacheFolder, lock, interpreter, installer } = options;
  const key = hexOf(digestOf(`${lock}\n${interpreter.version} ${interpreter.platform}`)).slice(0, 16);
  const folder = join(cacheFolder, "environments", key);
  await buildOnce(folder, async (building) => {
    const file = `${building}.txt`;
    try {
      await writeFile(file, lock);
      await installer.install(file, building, interpreter, signal);
    } finally {
      await rm(file, { force: true });
    }
  });
  return { ...interpreter, path: interpreterIn(folder) };
}

/** The Python of the environment in `folder`. */
export function interpreterIn(folder: string): string {
  return process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
}

/**
 * Makes `folder` by `build`, unless it is there. It is built under another name and renamed when it is whole, so that neither a
 * kill nor a second builder can leave half a folder: the first to finish wins.
 */
export async function buildOnce(folder: string, build: (building: string) => Promise<void>): Promise<void> {
  if (await exists(folder)) return;
  await mkdir(dirname(folder), { recursive: true });
  await removeAbandoned(folder);
  const building = `${folder}.building-${process.pid}-${randomBytes(4).toString("hex")}`;
  try {
    await build(building);
    await rename(building, folder);
  } catch (error) {
    if (!(await exists(folder))) throw error;
  } finally {
    await rm(building, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Clears away what a killed builder left behind. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(dirname(folder))) {
    const [, owner] = /\.building-(\d+)-/.exec(name) ?? [];
    if (!name.startsWith(basename(folder)) || owner === undefined || isAlive(Number(owner))) continue;
    await rm(join(dirname(folder), name), { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
