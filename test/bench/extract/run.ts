import { Worker } from "node:worker_threads";
import { objectBytes } from "./heapObjects";
import type { Answer, Memory, Outcome, Request } from "./record";

const MEMORY_EVERY = 250;
/** Extracted before anything is measured, from all over the folder: the process is then warm in each language. */
const WARM_UP = 25;

/** What is asked of a run. */
export interface RunOptions {
  readonly folder: string;
  readonly format: boolean;
  readonly worker: string;
  /** Milliseconds after which a notebook is stopped; the rest goes on in a new process. */
  readonly stopAfter: number;
}

/** Extracts the notebooks one after the other in one warm process. Each outcome is handed over as it comes. */
export async function runAll(
  paths: readonly string[],
  options: RunOptions,
  take: (outcome: Outcome) => void,
): Promise<readonly Memory[]> {
  const memories: Memory[] = [];
  let worker = await warmWorker(paths, options);
  for (const [index, path] of paths.entries()) {
    const outcome = await extractIn(worker, path, options);
    take(outcome);
    if (isEnded(worker)) worker = await warmWorker(paths, options);
    if ((index + 1) % MEMORY_EVERY !== 0) continue;
    const memory = await memoryOf(worker, index + 1, options);
    if (memory !== undefined) memories.push(memory);
  }
  await worker.terminate();
  return memories;
}

async function memoryOf(worker: Worker, notebooks: number, options: RunOptions): Promise<Memory | undefined> {
  const answer = await ask(worker, { ask: "memory", notebooks }, options.stopAfter);
  if (answer === undefined || answer instanceof Error || !("memory" in answer)) return undefined;
  return { ...answer.memory, objects: await objectBytes(await worker.getHeapSnapshot()) };
}

/** Extracts one notebook several times in a warm process; the outcomes but those of the warm-up. */
export async function runOne(path: string, rounds: number, options: RunOptions): Promise<readonly Outcome[]> {
  const worker = new Worker(options.worker);
  const outcomes: Outcome[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const outcome = await extractIn(worker, path, options);
    outcomes.push(outcome);
    if (isEnded(worker)) return outcomes;
  }
  await worker.terminate();
  return outcomes;
}

async function warmWorker(paths: readonly string[], options: RunOptions): Promise<Worker> {
  let worker = new Worker(options.worker);
  const step = Math.ceil(paths.length / WARM_UP);
  for (const path of paths.filter((_, index) => index % step === 0)) {
    await extractIn(worker, path, options);
    if (isEnded(worker)) worker = new Worker(options.worker);
  }
  return worker;
}

/** Node's sign that a thread is no more. */
function isEnded(worker: Worker): boolean {
  return worker.threadId === -1;
}

async function extractIn(worker: Worker, path: string, { folder, format, stopAfter }: RunOptions): Promise<Outcome> {
  const answer = await ask(worker, { ask: "extract", folder, path, format }, stopAfter);
  if (answer === undefined) return { path, status: "hang", cpuMs: stopAfter };
  if (answer instanceof Error) return { path, status: "crash", cpuMs: 0, message: answer.stack ?? answer.message };
  if ("outcome" in answer) return answer.outcome;
  throw new Error("The worker answered another question.");
}

/** The worker's answer; what ended the worker, if something did; `undefined` where it had to be stopped. */
async function ask(worker: Worker, request: Request, stopAfter: number): Promise<Answer | Error | undefined> {
  const answer = await new Promise<Answer | Error | undefined>((resolve) => {
    const done = (given: Answer | Error | undefined): void => {
      clearTimeout(timer);
      worker.off("message", done).off("error", done);
      resolve(given);
    };
    const timer = setTimeout(done, stopAfter, undefined);
    worker.on("message", done).on("error", done);
    worker.postMessage(request);
  });
  if (answer === undefined || answer instanceof Error) await worker.terminate();
  return answer;
}
