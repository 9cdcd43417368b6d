import { Command, CommanderError } from "@commander-js/extra-typings";
import { resolve } from "node:path";
import { version } from "../../package.json";
import { inputError, SlipwayError } from "../core/errors";
import type { Host, Progress } from "../core/host";
import { given, type CommonOptions, type Context, type Outcome, type Run } from "./command";
import { allCommands } from "./commands/all";
import { describeFailure, failureJson, toFailure, type ExitCode } from "./failure";
import { createProgress } from "./progress";
import type { Terminal } from "./terminal";

/** What the command line needs of the process around it. */
export interface Surroundings {
  /** Without the program's own name. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Called only if a command has work to do. */
  readonly createHost: (options: HostSettings) => Promise<Host>;
}

/** What a host is made with. */
export interface HostSettings {
  readonly progress: Progress;
  /** The interpreter to use, and what names it; absent: the one that is found. */
  readonly python?: { readonly path: string; readonly source: string };
  /** Registries that are spoken to without encryption. */
  readonly insecure?: readonly string[];
}

type Task = (context: Context) => Promise<Outcome>;

/** Runs one command and gives its exit code. Never throws. */
export async function main(surroundings: Surroundings): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const run: Run = async (options, task) => {
    exitCode = await runTask(surroundings, options, task);
  };
  const program = createProgram(surroundings.terminal, run);
  try {
    await program.parseAsync([...surroundings.args], { from: "user" });
    return exitCode;
  } catch (error) {
    return refuse(error, program, surroundings);
  }
}

function createProgram(terminal: Terminal, run: Run): Command {
  const program = new Command("slipway")
    .description("From notebook to production: a typed module, a fixed snapshot of its data, proof, and a release.")
    .version(version)
    .addHelpText("after", "\nExample:\n  $ slipway ship notebooks/churn.ipynb");
  for (const command of allCommands(run)) program.addCommand(command);
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => terminal.result(text.trimEnd()),
      writeErr: (text) => terminal.message(text.trimEnd()),
      // Told by `refuse`, in the form that was asked for.
      outputError() {},
    });
  }
  return program;
}

async function runTask(surroundings: Surroundings, options: CommonOptions, task: Task): Promise<ExitCode> {
  const { terminal, signal, cwd } = surroundings;
  const json = options.json === true;
  const verbose = options.verbose === true;
  const progress = createProgress(terminal, { quiet: options.quiet === true, verbose });
  try {
    const outcome = await task(await createContext(surroundings, options, progress));
    progress.end();
    const text = textOf(outcome, options, terminal);
    if (text !== "") terminal.result(text);
    return outcome.exitCode ?? 0;
  } catch (error) {
    progress.end();
    // Once interrupted, a library may throw what it likes.
    const interrupted = new SlipwayError("interrupted", "INTERRUPTED", "Interrupted.", { cause: error });
    const form = { json, verbose, workspace: resolve(cwd, options.cwd ?? ".") };
    return fail(signal.aborted ? interrupted : error, surroundings, form);
  }
}

function textOf({ json, text, essence = text }: Outcome, options: CommonOptions, { resultColors }: Terminal): string {
  if (options.json === true) return JSON.stringify(json, null, 2);
  return options.quiet === true ? essence(resultColors) : text(resultColors);
}

async function createContext(
  { createHost, cwd, signal }: Surroundings,
  options: CommonOptions,
  progress: Progress,
): Promise<Context> {
  const host = await createHost({ progress });
  const workspace = await workspaceAt(resolve(cwd, options.cwd ?? "."), host);
  const [{ readConfig }, { registryLocation }] = await Promise.all([
    import("../app/config"),
    import("../app/registryLocation"),
  ]);
  const config = await readConfig(workspace, host);
  const { insecure } = config;
  const python = config.python === undefined ? undefined : { path: config.python, source: "python in slipway.yaml" };
  return {
    workspace,
    config,
    registryAt: (asked) => registryLocation(workspace, asked, config),
    host: await createHost({ progress, ...given({ python, insecure }) }),
    signal,
  };
}

async function workspaceAt(folder: string, host: Pick<Host, "files">): Promise<string> {
  const stat = await host.files.stat(folder);
  if (stat?.kind === "directory") return folder;
  throw inputError("CWD_MISSING", `There is no folder ${folder}.`, { hint: "Give --cwd a folder that exists." });
}

/** Commander throws to end the command: after help, after the version, and when the arguments are wrong. */
function refuse(error: unknown, { commands }: Command, surroundings: Surroundings): ExitCode {
  const { args, cwd } = surroundings;
  const form = { json: args.includes("--json"), verbose: args.includes("--verbose"), workspace: cwd };
  if (!(error instanceof CommanderError)) return fail(error, surroundings, form);
  if (error.exitCode === 0) return 0;
  if (error.code === "commander.help") return 2;
  const [message = "", suggestion] = error.message.replace(/^error: /, "").split("\n");
  const asked = commands.find((command) => command.name() === args[0]);
  const help = asked === undefined ? "slipway --help" : `slipway ${asked.name()} --help`;
  const hint = suggestion?.replace(/^\(|\)$/g, "") ?? `Run: ${help}`;
  return fail(inputError("WRONG_USE", `${upperFirst(message).replace(/\.$/, "")}.`, { hint }), surroundings, form);
}

interface Form {
  readonly json: boolean;
  readonly verbose: boolean;
  readonly workspace: string;
}

function fail(error: unknown, { terminal }: Surroundings, form: Form): ExitCode {
  const failure = toFailure(error, form.workspace);
  terminal.message(describeFailure(failure, terminal.messageColors, form));
  if (form.json) terminal.result(JSON.stringify(failureJson(failure), null, 2));
  return failure.exitCode;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
