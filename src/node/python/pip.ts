import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import type { Interpreter } from "../../core/host";
import { nodeFiles } from "../files";
import { buildOnce, interpreterIn } from "./environment";
import { endOfDay, runInstaller, type Installer } from "./installer";

/** What is used of pip's installation report, version 1. */
const reportSchema = z.object({
  install: z.array(
    z.object({
      download_info: z.object({ archive_info: z.object({ hashes: z.object({ sha256: z.string() }) }) }),
      metadata: z.object({ name: z.string(), version: z.string() }),
    }),
  ),
});

/**
 * Installs with pip, from an environment of its own in the cache folder: the user's pip may be missing, old, or kept from
 * installing (PEP 668), and environments made for notebooks need none.
 */
export function pipInstaller(cacheFolder: string, env: NodeJS.ProcessEnv): Installer {
  return {
    name: "pip",
    lock: ({ requirements, constraints, asOf }, interpreter, signal) =>
      nodeFiles.withTempDir(async (cwd) => {
        const least = asOf === undefined ? OLDEST_PIP : OLDEST_DATED_PIP;
        const command = await pipHome({ cacheFolder, env, interpreter, cwd, least }, signal);
        const list = join(cwd, "requirements.txt");
        const report = join(cwd, "report.json");
        const limits = join(cwd, "constraints.txt");
        await writeFile(list, `${requirements.join("\n")}\n`);
        await writeFile(limits, `${constraints.join("\n")}\n`);
        const args = [
          "-m",
          "pip",
          "install",
          "--quiet",
          "--dry-run",
          "--ignore-installed",
          "--report",
          report,
          "-r",
          list,
          "-c",
          limits,
          ...(asOf === undefined ? [] : ["--uploaded-prior-to", endOfDay(asOf)]),
        ];
        await runInstaller({ command, args, cwd, env, requirements }, signal);
        return lockText(await readFile(report, "utf8"));
      }),
    install: (lock, folder, interpreter, signal) =>
      nodeFiles.withTempDir(async (cwd) => {
        const command = await pipHome({ cacheFolder, env, interpreter, cwd, least: OLDEST_PIP }, signal);
        const make = ["-m", "venv", "--without-pip", folder];
        await runInstaller({ command: interpreter.path, args: make, cwd, env }, signal);
        const pip = ["-m", "pip", "--python", interpreterIn(folder), "install", "--quiet"];
        const args = [...pip, "--no-deps", "--require-hashes", "-r", lock];
        await runInstaller({ command, args, cwd, env }, signal);
      }),
  };
}

interface PipHome {
  readonly cacheFolder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly interpreter: Interpreter;
  readonly cwd: string;
  /** The oldest version of pip that will do. */
  readonly least: string;
}

/** Knows `--python` and `--report`. */
const OLDEST_PIP = "22.3";
/** Knows `--uploaded-prior-to`. */
const OLDEST_DATED_PIP = "26.0";

/** The Python of an environment with a pip that is not older than `least`. */
async function pipHome({ cacheFolder, env, interpreter, cwd, least }: PipHome, signal: AbortSignal): Promise<string> {
  const suffix = least === OLDEST_PIP ? "" : `-pip${least}`;
  const folder = join(cacheFolder, "pip", `${interpreter.version}-${interpreter.platform}${suffix}`);
  await buildOnce(folder, async (building) => {
    await runInstaller({ command: interpreter.path, args: ["-m", "venv", building], cwd, env }, signal);
    const args = ["-m", "pip", "install", "--quiet", `pip>=${least}`];
    await runInstaller({ command: interpreterIn(building), args, cwd, env }, signal);
  });
  return interpreterIn(folder);
}

function lockText(report: string): string {
  return reportSchema
    .parse(JSON.parse(report))
    .install.map(({ metadata, download_info: { archive_info: archive } }) => ({
      name: metadata.name.replace(/[-_.]+/g, "-").toLowerCase(),
      version: metadata.version,
      hash: archive.hashes.sha256,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, version, hash }) => `${name}==${version} \\\n    --hash=sha256:${hash}\n`)
    .join("");
}
