import { SlipwayError } from "../../core/errors";
import type { Interpreter, PackageWishes, ProcessResult } from "../../core/host";
import { installEnv, runChild } from "../process";

/** Pins packages and fills environments: uv where it is installed, else pip. */
export interface Installer {
  readonly name: "uv" | "pip";
  /** The required packages with every dependency and its hashes. */
  lock(packages: PackageWishes, interpreter: Interpreter, signal: AbortSignal): Promise<string>;
  /** Makes an environment in the new folder `folder` that holds just what `lock`, a file, lists. */
  install(lock: string, folder: string, interpreter: Interpreter, signal: AbortSignal): Promise<void>;
}

/** Ten minutes: a large wheel over a slow line. */
const INSTALL_SECONDS = 600;

/** A step of an installation. */
export interface InstallerRun {
  readonly command: string;
  readonly args: readonly string[];
  /** A scratch folder of the caller's. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly input?: string;
  /** One a line, to tell which of them a failure is about. */
  readonly requirements?: readonly string[];
}

/** When the packages of a day end, as both installers read it. */
export function endOfDay(asOf: string): string {
  return `${asOf}T23:59:59Z`;
}

/** Runs an installer; throws an environment error that names the package in the way. Gives standard output. */
export async function runInstaller(run: InstallerRun, signal: AbortSignal): Promise<string> {
  const { requirements = [], env, ...rest } = run;
  // An installer that is killed leaves what it was unpacking: there it goes with the scratch folder.
  const temporary = { TMPDIR: run.cwd, TEMP: run.cwd, TMP: run.cwd };
  const own = { ...installEnv(env), ...temporary };
  const result = await runChild({ ...rest, env: own, timeoutSeconds: INSTALL_SECONDS }, signal);
  if (result.exitCode === 0) return result.stdout;
  throw installError(result, requirements);
}

function installError(result: ProcessResult, requirements: readonly string[]): SlipwayError {
  const said = lastLines(result.stderr.trim() === "" ? result.stdout : result.stderr);
  if (result.timedOut) {
    return environmentError(
      "INSTALL_TIMEOUT",
      `Packages were not installed in ${INSTALL_SECONDS} s. ${said}`,
      "Try again.",
    );
  }
  if (UNREACHABLE.test(result.stderr)) {
    return environmentError(
      "PACKAGE_INDEX_UNREACHABLE",
      `The package index could not be reached: ${said}`,
      "Check the network, the proxy, and the index that pip or uv is configured to use.",
    );
  }
  const guilty = requirements.find((line) => isBlamed(result.stderr, line));
  if (guilty === undefined) {
    return environmentError(
      "PACKAGES_UNAVAILABLE",
      `The packages could not be had: ${said}`,
      "Pin versions that go together in requirements.txt.",
    );
  }
  const [name = "", why] = guilty.split(/\s+#\s*/);
  return environmentError(
    "PACKAGE_UNAVAILABLE",
    `The package ${name} (${why ?? "required"}) could not be had: ${said}`,
    `If it has another name on the package index, or another version is meant, name it in requirements.txt beside the notebook.`,
  );
}

function environmentError(code: string, message: string, hint: string): SlipwayError {
  return new SlipwayError("environment", code, message, { hint });
}

const UNREACHABLE =
  /dns error|error sending request|Connection refused|ConnectionError|NewConnectionError|Could not connect|timed out|Failed to establish a new connection/i;

/** Whether the first complaint of an installer is about this requirement. */
function isBlamed(stderr: string, line: string): boolean {
  const name = (/^[\w.-]+/.exec(line) ?? [""])[0].replace(/[-_.]+/g, "[-_.]+");
  const complaint =
    /(Because|No solution|No matching distribution|Could not find a version|Failed to build|Failed to download)[^]*/i.exec(
      stderr,
    );
  return new RegExp(`(?<![\\w.-])${name}(?![\\w-])`, "i").test(complaint?.[0] ?? "");
}

function lastLines(text: string): string {
  return text.trim().split("\n").slice(-6).join(" ").replace(/\s+/g, " ").slice(0, 600);
}
