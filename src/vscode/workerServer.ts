/** The worker's end of the protocol: runs the handlers by name, one `AbortController` a call. */
import { resolve } from "node:path";
import { SlipwayError, throwIfAborted } from "../core/errors";
import type { CallName, Calls, Failure, FromWorker, ProgressEvent, Request, ToWorker } from "./protocol";

/** What a handler gets besides its options. */
export interface CallContext {
  readonly report: (event: ProgressEvent) => void;
  readonly signal: AbortSignal;
}

export type Handlers = {
  readonly [Name in CallName]: (options: Calls[Name]["options"], context: CallContext) => Promise<Calls[Name]["value"]>;
};

/** Takes the messages of the extension. */
export interface WorkerServer {
  receive(message: ToWorker): Promise<void>;
  /** Cancels every call; resolves when all have ended. */
  close(): Promise<void>;
}

export function createWorkerServer(handlers: Handlers, send: (message: FromWorker) => void): WorkerServer {
  const running = new Map<number, { readonly controller: AbortController; readonly done: Promise<void> }>();

  const run = async (request: Request, signal: AbortSignal): Promise<void> => {
    const { id } = request;
    try {
      throwIfAborted(signal);
      const value = await dispatch(handlers, request, {
        report: (event) => send({ kind: "progress", id, event }),
        signal,
      });
      send({ kind: "result", id, value });
    } catch (error) {
      send({ kind: "error", id, failure: toFailure(error, request.options.workspace) });
    } finally {
      running.delete(id);
    }
  };

  return {
    async receive(message) {
      if (message.kind === "cancel") {
        running.get(message.id)?.controller.abort();
        return;
      }
      const controller = new AbortController();
      // The handler starts in a later turn, so that the call is known before it can end.
      const done = Promise.resolve().then(() => run(message, controller.signal));
      running.set(message.id, { controller, done });
      await done;
    },
    async close() {
      const calls = [...running.values()];
      for (const { controller } of calls) controller.abort();
      await Promise.all(calls.map(({ done }) => done));
    },
  };
}

function dispatch(handlers: Handlers, request: Request, context: CallContext): Promise<Calls[CallName]["value"]> {
  // SAFETY: a request's options belong to its command; TypeScript cannot follow that through the lookup.
  const handler = handlers[request.command] as (
    options: Request["options"],
    context: CallContext,
  ) => Promise<Calls[CallName]["value"]>;
  return handler(request.options, context);
}

function toFailure(error: unknown, workspace: string): Failure {
  if (error instanceof SlipwayError) {
    const { kind, code, message, hint, candidates } = error;
    const place = error.place && { ...error.place, file: resolve(workspace, error.place.file) };
    return { kind, code, message, candidates, ...(hint !== undefined && { hint }), ...(place && { place }) };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { kind: "defect", code: "DEFECT", message, candidates: [], ...(stack !== undefined && { stack }) };
}
