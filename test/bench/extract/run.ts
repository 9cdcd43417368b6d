import { Worker } from "node:worker_threads";
import type { Answer, Memory, Outcome, Request } from "./record";

/** A notebook that takes longer is stopped, and the rest goes on in a new process. */
const STOP_AFTER_MS = 30_000;
const MEMORY_EVERY = 100;
/** Extracted before anything is measured, from all over the folder: the process is then warm in each language. */
const WARM_UP = 25;

/** What is asked of a run. */
export interface RunOptions {
  readonly folder: string;
  readonly format: boolean;
  readonly worker: string;
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
    if (outcome.status === "hang") worker = await warmWorker(paths, options);
    if ((index + 1) % MEMORY_EVERY !== 0) continue;
    const answer = await ask(worker, { ask: "memory", notebooks: index + 1 });
    if (answer !== undefined && "memory" in answer) memories.push(answer.memory);
  }
  await worker.terminate();
  return memories;
}

/** Extracts one notebook several times in a warm process; the outcomes but those of the warm-up. */
export async function runOne(path: string, rounds: number, options: RunOptions): Promise<readonly Outcome[]> {
  const worker = new Worker(options.worker);
  const outcomes: Outcome[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const outcome = await extractIn(worker, path, options);
    outcomes.push(outcome);
    if (outcome.status === "hang") return outcomes;
  }
  await worker.terminate();
  return outcomes;
}

async function warmWorker(paths: readonly string[], options: RunOptions): Promise<Worker> {
  let worker = new Worker(options.worker);
  const step = Math.ceil(paths.length / WARM_UP);
  for (const path of paths.filter((_, index) => index % step === 0)) {
    const { status } = await extractIn(worker, path, options);
    if (status === "hang") worker = new Worker(options.worker);
  }
  return worker;
}

async function extractIn(worker: Worker, path: string, { folder, format }: RunOptions): Promise<Outcome> {
  const answer = await ask(worker, { ask: "extract", folder, path, format });
  if (answer !== undefined && "outcome" in answer) return answer.outcome;
  return { path, status: "hang", cpuMs: STOP_AFTER_MS };
}

/** The worker's answer; `undefined` where it had to be stopped. Its own end is a crash that nothing could catch. */
async function ask(worker: Worker, request: Request): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const done = (answer: Answer | undefined): void => {
      clearTimeout(timer);
      worker.off("message", done).off("error", failed);
      resolve(answer);
    };
    const failed = (error: Error): void => {
      const path = request.ask === "extract" ? request.path : "";
      void worker.terminate();
      done({ outcome: { path, status: "crash", cpuMs: 0, message: error.stack ?? error.message } });
    };
    const timer = setTimeout(() => {
      done(undefined);
      void worker.terminate();
    }, STOP_AFTER_MS);
    worker.once("message", done);
    worker.once("error", failed);
    worker.postMessage(request);
  });
}
