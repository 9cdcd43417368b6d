import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nodeFiles } from "../files";
import { interpreterIn } from "./environment";
import { endOfDay, runInstaller, type Installer } from "./installer";

/** Installs with the uv at `uv`. Every step runs in a scratch folder, so that no settings of a project apply. */
export function uvInstaller(uv: string, env: NodeJS.ProcessEnv): Installer {
  return {
    name: "uv",
    lock: ({ requirements, constraints, asOf }, interpreter, signal) =>
      nodeFiles.withTempDir(async (cwd) => {
        const file = join(cwd, "requirements.lock");
        const limits = join(cwd, "constraints.txt");
        await writeFile(limits, `${constraints.join("\n")}\n`);
        const args = ["pip", "compile", "-", "--generate-hashes", "--no-header", "--no-annotate", "--quiet"];
        const input = `${requirements.join("\n")}\n`;
        const compile = [...args, "--python", interpreter.path, "--output-file", file, "--constraint", limits];
        if (asOf !== undefined) compile.push("--exclude-newer", endOfDay(asOf));
        await runInstaller({ command: uv, args: compile, cwd, env, input, requirements }, signal);
        return readFile(file, "utf8");
      }),
    install: (lock, folder, interpreter, signal) =>
      nodeFiles.withTempDir(async (cwd) => {
        const make = ["venv", "--quiet", "--no-project", "--relocatable", "--python", interpreter.path, folder];
        await runInstaller({ command: uv, args: make, cwd, env }, signal);
        const sync = ["pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode"];
        await runInstaller({ command: uv, args: [...sync, "--python", interpreterIn(folder), lock], cwd, env }, signal);
      }),
  };
}
