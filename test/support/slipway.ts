import { spawn, type ChildProcess } from "node:child_process";
import { resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");
const CLI = resolve(ROOT, "dist/cli.js");

/** How a run of the command line ended. */
export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** A run of the command line that can be interrupted. */
export interface CliRun {
  readonly child: ChildProcess;
  readonly result: Promise<CliResult>;
}

/** Starts the built command line in a process group of its own, its output piped. */
export function startSlipway(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): CliRun {
  const started = performance.now();
  const child = spawn(process.execPath, [CLI, ...args], { cwd, env: { ...process.env, ...env }, detached: true });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  const result = new Promise<CliResult>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) =>
      resolve({
        exitCode,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
        seconds: (performance.now() - started) / 1000,
      }),
    );
  });
  return { child, result };
}

/** Resolves once standard error says `text`; rejects if the run ends before. */
export function untilSaid({ child, result }: CliRun, text: string): Promise<void> {
  let said = "";
  const heard = new Promise<void>((resolve) => {
    child.stderr?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes(text)) resolve();
    });
  });
  const ended = result.then(({ stderr }) => Promise.reject(new Error(`ended without saying "${text}": ${stderr}`)));
  return Promise.race([heard, ended]);
}

/** Ctrl-C: the terminal sends it to the whole process group. */
export function pressCtrlC({ child }: CliRun): void {
  if (child.pid !== undefined) process.kill(-child.pid, "SIGINT");
}

/** Runs the built command line to its end. */
export function slipway(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  return startSlipway(args, cwd, env).result;
}
