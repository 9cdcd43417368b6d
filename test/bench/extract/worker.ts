/** The warm process of the bench: extracts the notebooks it is asked for, one after the other. */
import { join } from "node:path";
import { parentPort } from "node:worker_threads";
import { analyse, openNotebook } from "../../../src/app/analyse";
import { SlipwayError } from "../../../src/core/errors";
import { plainPython } from "../../../src/core/notebook/magics";
import type { Extraction } from "../../../src/core/pipeline";
import { optimizeLate } from "../../../src/node/engine";
import { nodeFiles } from "../../../src/node/files";
import { createFormatter } from "../../../src/node/formatter";
import { createGrammar } from "../../../src/node/grammar";
import type { ExtractedModule, Memory, Outcome, Request } from "./record";

// As the roots do.
optimizeLate();
const silent = { stage: () => undefined, report: () => undefined, note: () => undefined };
const host = { files: nodeFiles, formatter: createFormatter(), grammar: createGrammar(), progress: silent };
const unformatted = { ...host, formatter: { python: async (text: string) => text } };

type Wanted = Extract<Request, { ask: "extract" }>;

async function outcomeOf(request: Wanted): Promise<Outcome> {
  const { folder, path } = request;
  const options = { workspace: folder, notebook: join(folder, path), ranked: true };
  const before = process.cpuUsage();
  const spent = (): number => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  try {
    const extraction = await analyse(options, request.format ? host : unformatted, new AbortController().signal);
    const cpuMs = spent();
    return { path, status: "module", cpuMs, module: moduleOf(extraction), ...(await cellsOf(request, extraction)) };
  } catch (error) {
    const cpuMs = spent();
    const cells = await cellsOf(request);
    if (error instanceof SlipwayError)
      return { path, status: "refused", cpuMs, code: error.code, message: error.message, ...cells };
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { path, status: "crash", cpuMs, message, ...cells };
  }
}

function moduleOf({ module, companions, targets, dropped, program }: Extraction): ExtractedModule {
  return {
    text: module.text,
    companions: companions.filter(({ path }) => path.endsWith(".py")),
    targets: targets.map(({ kind, cell, line }) => ({ kind, cell, line })),
    read: program.cells.map(({ cell }) => cell),
    dropped: dropped.map(({ cell, line, endLine }) => ({ cell, line, endLine })),
  };
}

/** All code cells, in the order in which the extraction takes them to be run; those that it could not read come last. */
async function cellsOf({ folder, path }: Wanted, extraction?: Extraction): Promise<Pick<Outcome, "cells">> {
  try {
    const { language, cells } = await openNotebook(folder, join(folder, path), host);
    if (language !== "python") return {};
    const order = new Map(extraction?.program.cells.map(({ cell }, index) => [cell, index]));
    const rank = (number: number): number => (order.size === 0 ? number : (order.get(number) ?? Infinity));
    const code = cells.filter(({ kind }) => kind === "code");
    const plain = code.map(({ number, source }) => ({ cell: number, source: plainPython(source).source }));
    return { cells: plain.sort((a, b) => (rank(a.cell) === rank(b.cell) ? 0 : rank(a.cell) - rank(b.cell))) };
  } catch {
    return {}; // it cannot be read, and the refusal says so
  }
}

function memoryAfter(notebooks: number): Omit<Memory, "objects"> {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { notebooks, heap: heapUsed, external, resident: rss };
}

parentPort?.on("message", (request: Request) => {
  if (request.ask === "memory") parentPort?.postMessage({ memory: memoryAfter(request.notebooks) });
  else void outcomeOf(request).then((outcome) => parentPort?.postMessage({ outcome }));
});
