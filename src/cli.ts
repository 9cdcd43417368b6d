#!/usr/bin/env node
import { watchInterrupts } from "./cli/interrupt";
import { main } from "./cli/main";
import { createTerminal } from "./cli/terminal";
import { optimizeLate } from "./node/engine";
import { removeTempDirsSync } from "./node/tempDirs";

optimizeLate();
let lost: Error | undefined;
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // The reader of a pipe may go away before the end: then nobody is left to be told.
  if (error.code !== "EPIPE") lost = error;
});
process.stderr.on("error", () => undefined);

/** What is still in a pipe would be lost by `process.exit`. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write("", () => resolve()));
}

async function start(): Promise<void> {
  const exitCode = await main({
    args: process.argv.slice(2),
    cwd: process.cwd(),
    terminal: createTerminal(process.stdout, process.stderr, process.env),
    signal: watchInterrupts(removeTempDirsSync),
    createHost: async (options) => (await import("./node/host")).createHost(options),
  });
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  if (lost !== undefined) process.stderr.write(`error The result could not be written: ${lost.message}\n`);
  // Natives keep threads of their own: without this the process would wait for them.
  process.exit(lost !== undefined && exitCode === 0 ? 1 : exitCode);
}

void start();
