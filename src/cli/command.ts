import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import type { Config } from "../core/config";
import type { Host } from "../core/host";
import { MAX_TIMEOUT_SECONDS } from "../core/timeLimit";
import type { ExitCode } from "./failure";
import type { Colors } from "./terminal";

/** Options that every command takes. */
export interface CommonOptions {
  readonly json?: true | undefined;
  readonly cwd?: string | undefined;
  readonly quiet?: true | undefined;
  readonly verbose?: true | undefined;
}

/** What a task is given. */
export interface Context {
  /** Absolute path of the folder that the command works in. */
  readonly workspace: string;
  /** `slipway.yaml` of the workspace. */
  readonly config: Config;
  /** The registry to use where `asked` was given to `--registry`. */
  readonly registryAt: (asked: string | undefined) => string;
  readonly host: Host;
  readonly signal: AbortSignal;
}

/** How a task ended: one JSON document for programs, text for people. */
export interface Outcome {
  readonly json: unknown;
  readonly text: (colors: Colors) => string;
  /** What `--quiet` leaves of the text: the name of what was made, or what failed. All of it if absent. */
  readonly essence?: (colors: Colors) => string;
  /** 0 if absent. */
  readonly exitCode?: ExitCode;
}

/** Runs the work of a command, with progress, cancellation and errors seen to. */
export type Run = (options: CommonOptions, task: (context: Context) => Promise<Outcome>) => Promise<void>;

/** A command with the options that all have, and an example under its help. */
export function command(name: string, summary: string, example: string) {
  return new Command(name)
    .description(summary)
    .option("--json", "print one JSON document instead of text")
    .option("--cwd <dir>", "work in this folder (default: the current one)")
    .option("--quiet", "print only the name of what was made, or what failed")
    .option("--verbose", "a line for each stage, and the details of errors")
    .addHelpText("after", `\nExample:\n  $ ${example}`);
}

/** The options that several commands take: flags and description. */
export const REGISTRY = [
  "--registry <registry>",
  "oci://HOST[:PORT]/NAMESPACE or a folder (default: that of slipway.yaml, else .slipway/registry)",
] as const;
export const TIMEOUT = [
  "--timeout <seconds>",
  "time limit of one run of the notebook (default: that of slipway.yaml, else 600)",
] as const;

export const MEMORY = [
  "--memory <gigabytes>",
  "memory that one run may use (default: that of slipway.yaml, else three quarters of the machine's)",
] as const;

/** Parses the value of `--memory`. */
export function gigabytes(text: string): number {
  const value = Number(text);
  if (value > 0 && value < Infinity) return value;
  throw new InvalidArgumentError("It is not a number of gigabytes.");
}

/** Parses the value of `--timeout`. */
export function seconds(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= MAX_TIMEOUT_SECONDS) return value;
  throw new InvalidArgumentError(`It is not a number of seconds up to ${MAX_TIMEOUT_SECONDS}.`);
}

/** What was given: an option that is `undefined` is left out. */
export function given<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  // SAFETY: what is undefined was filtered out, and nothing else changed.
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
