import { describe, expect, test } from "vitest";
import { inputError, throwIfAborted } from "../../../src/core/errors";
import type { FromWorker, Request } from "../../../src/vscode/protocol";
import { createWorkerServer, type CallContext, type Handlers } from "../../../src/vscode/workerServer";

const request: Request = {
  kind: "request",
  id: 7,
  command: "snapshot",
  options: { workspace: "/work", pipeline: "/work/pipelines/churn", timeoutSeconds: 60 },
};
const view = { digest: "sha256:0", files: 1, bytesStored: 2, bytesReused: 3 };

/** A server whose snapshot does what the test says, and the messages it sent. */
function serverWith(snapshot: (context: CallContext) => Promise<typeof view>) {
  const sent: FromWorker[] = [];
  const handlers = { snapshot: (_options: unknown, context: CallContext) => snapshot(context) } as unknown as Handlers;
  return { sent, server: createWorkerServer(handlers, (message) => sent.push(message)) };
}

/** Runs until it is cancelled. */
async function untilCancelled({ signal }: CallContext): Promise<never> {
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  throwIfAborted(signal);
  throw new Error("not cancelled");
}

describe("the worker's server", () => {
  test("sends progress, then the result", async () => {
    const { server, sent } = serverWith(async ({ report }) => {
      report({ kind: "stage", text: "Reading" });
      return view;
    });
    await server.receive(request);
    expect(sent).toEqual([
      { kind: "progress", id: 7, event: { kind: "stage", text: "Reading" } },
      { kind: "result", id: 7, value: view },
    ]);
  });

  test("sends a SlipwayError with its hint, its candidates and the absolute path of its place", async () => {
    const { server, sent } = serverWith(() => {
      throw inputError("EXTRACT_AMBIGUOUS", "Two models.", {
        hint: "Choose.",
        candidates: ["a"],
        place: { file: "a.ipynb" },
      });
    });
    await server.receive(request);
    const failure = { kind: "input", code: "EXTRACT_AMBIGUOUS", message: "Two models.", hint: "Choose." };
    expect(sent).toEqual([
      { kind: "error", id: 7, failure: { ...failure, candidates: ["a"], place: { file: "/work/a.ipynb" } } },
    ]);
  });

  test("sends anything else that is thrown as a defect with its stack", async () => {
    const { server, sent } = serverWith(() => Promise.reject(new TypeError("x is not a function")));
    await server.receive(request);
    expect(sent).toMatchObject([{ failure: { kind: "defect", message: "x is not a function", stack: /TypeError/ } }]);
  });

  test("cancels the call that is named", async () => {
    const { server, sent } = serverWith(untilCancelled);
    const done = server.receive(request);
    await server.receive({ kind: "cancel", id: 8 });
    expect(sent).toEqual([]);
    await server.receive({ kind: "cancel", id: 7 });
    await done;
    expect(sent).toMatchObject([{ kind: "error", id: 7, failure: { kind: "interrupted" } }]);
  });

  test("close cancels every call and waits for its end", async () => {
    const { server, sent } = serverWith(untilCancelled);
    void server.receive(request);
    await server.close();
    expect(sent).toMatchObject([{ failure: { kind: "interrupted" } }]);
  });
});
