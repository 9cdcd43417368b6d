import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Extraction } from "../../src/core/pipeline";
import { nodePython } from "../../src/node/python";
import { never } from "./pipelines";

/** What the whole program gives for a variable, and what two runs of the module give for it; or what they raise. */
export interface Answer {
  readonly program: string | { readonly error: string };
  readonly module: readonly string[] | { readonly error: string };
}

/** A Python process that runs notebooks and modules, one after the other. */
export interface PythonRunner {
  run(extraction: Extraction, name: string): Promise<Answer>;
  close(): void;
}

/** Starts the process, with the interpreter that the product would use. */
export async function startRunner(): Promise<PythonRunner> {
  const { path } = await nodePython().find(never);
  const child = spawn(path, [join(__dirname, "pythonRunner.py")], { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run({ program, module }, name) {
      const request = { program: program.cells.map(({ source }) => source), module: module.text, name };
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await answers.next();
      if (done === true) throw new Error("the Python process ended");
      return JSON.parse(value);
    },
    close: () => child.stdin.end(),
  };
}
