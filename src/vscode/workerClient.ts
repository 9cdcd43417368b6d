/** The extension's end of the protocol: starts the worker when it is needed and ends it when it is idle, stuck or unwanted. */
import { fork, type ChildProcess } from "node:child_process";
import { SlipwayError } from "../core/errors";
import { killTree } from "./processTree";
import type { CallName, Calls, Failure, FromWorker, ProgressEvent, Request, ToWorker } from "./protocol";

export interface WorkerOptions {
  /** Absolute path of the worker's script. */
  readonly script: string;
  /** What the worker prints, line by line; it goes to the log. */
  readonly log: (line: string) => void;
  /** The worker ends when it had nothing to do for so long. */
  readonly idleSeconds: number;
  /** A call that was cancelled has so long to end before the worker is killed. */
  readonly obeySeconds: number;
}

export interface WorkerClient {
  /** Runs a use case. Throws a `SlipwayError`, or a plain `Error` where the worker has a defect. */
  call<Name extends CallName>(
    command: Name,
    options: Calls[Name]["options"],
    watch: CallWatch,
  ): Promise<Calls[Name]["value"]>;
  /** Ends the worker and all that it started. */
  dispose(): void;
}

export interface CallWatch {
  readonly onProgress: (event: ProgressEvent) => void;
  readonly signal: AbortSignal;
}

interface PendingCall {
  readonly resolve: (value: Calls[CallName]["value"]) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: (event: ProgressEvent) => void;
}

export function createWorkerClient(options: WorkerOptions): WorkerClient {
  let worker: WorkerProcess | undefined;
  let lastId = 0;

  return {
    async call(command, callOptions, watch) {
      if (worker === undefined) {
        const started = startWorker(options, () => {
          if (worker === started) worker = undefined;
        });
        worker = started;
      }
      lastId += 1;
      // SAFETY: command and options come as a pair.
      const request = { kind: "request", id: lastId, command, options: callOptions } as Request;
      return worker.call(request, watch);
    },
    dispose() {
      worker?.stop();
      worker = undefined;
    },
  };
}

interface WorkerProcess {
  call(request: Request, watch: CallWatch): Promise<Calls[CallName]["value"]>;
  stop(): void;
}

function startWorker(options: WorkerOptions, onEnd: () => void): WorkerProcess {
  const child = forkWorker(options);
  const pending = new Map<number, PendingCall>();
  let idle: NodeJS.Timeout | undefined;

  const end = (error: Error): void => {
    clearTimeout(idle);
    onEnd();
    for (const call of pending.values()) call.reject(error);
    pending.clear();
  };
  const stop = (): void => {
    end(interrupted());
    // A worker that loses its channel cancels its calls and exits.
    if (child.connected) child.disconnect();
    killLater(child, options);
  };
  child.on("message", (message: FromWorker) => settle(message, pending));
  child.on("error", (error) => end(error));
  child.on("exit", (code, signal) => end(stoppedError(signal ?? `exit code ${String(code)}`)));

  return {
    async call(request, { onProgress, signal }) {
      clearTimeout(idle);
      const stopWatching = cancelOnAbort(child, request.id, signal, options);
      try {
        return await new Promise((resolve, reject) => {
          pending.set(request.id, { resolve, reject, onProgress });
          child.send(request);
        });
      } catch (error) {
        throw signal.aborted ? interrupted() : error;
      } finally {
        stopWatching();
        pending.delete(request.id);
        if (pending.size === 0) idle = setTimeout(stop, options.idleSeconds * 1000).unref();
      }
    },
    stop,
  };
}

function forkWorker({ script, log }: WorkerOptions): ChildProcess {
  const child = fork(script, [], {
    silent: true,
    execArgv: [],
    // The extension host of the desktop is Electron: this makes it a plain Node.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      for (const line of text.split("\n").filter((part) => part.trim() !== "")) log(line);
    });
  }
  return child;
}

function settle(message: FromWorker, pending: ReadonlyMap<number, PendingCall>): void {
  const call = pending.get(message.id);
  if (message.kind === "progress") call?.onProgress(message.event);
  else if (message.kind === "result") call?.resolve(message.value);
  else call?.reject(toError(message.failure));
}

/** Passes a cancellation on, and kills a worker that does not obey. Gives what ends the watch. */
function cancelOnAbort(child: ChildProcess, id: number, signal: AbortSignal, options: WorkerOptions): () => void {
  let timer: NodeJS.Timeout | undefined;
  const cancel = (): void => {
    const message: ToWorker = { kind: "cancel", id };
    if (child.connected) child.send(message);
    timer = killLater(child, options);
  };
  if (signal.aborted) setImmediate(cancel);
  else signal.addEventListener("abort", cancel, { once: true });
  return () => {
    signal.removeEventListener("abort", cancel);
    clearTimeout(timer);
  };
}

function killLater(child: ChildProcess, { obeySeconds, log }: WorkerOptions): NodeJS.Timeout {
  const timer = setTimeout(() => {
    if (child.pid !== undefined) killTree(child.pid).catch((error: unknown) => log(String(error)));
  }, obeySeconds * 1000);
  child.once("exit", () => clearTimeout(timer));
  return timer;
}

function interrupted(): SlipwayError {
  return new SlipwayError("interrupted", "INTERRUPTED", "Interrupted.");
}

function stoppedError(how: string): SlipwayError {
  return new SlipwayError("environment", "WORKER_STOPPED", `Slipway's worker process ended unexpectedly (${how}).`, {
    hint: "Run the command again. If it happens again, look at the log.",
  });
}

function toError({ kind, code, message, hint, place, candidates, stack }: Failure): Error {
  if (kind === "defect") return Object.assign(new Error(message), { stack });
  return new SlipwayError(kind, code, message, {
    candidates,
    ...(hint !== undefined && { hint }),
    ...(place !== undefined && { place }),
  });
}
