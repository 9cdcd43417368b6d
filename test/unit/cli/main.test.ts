import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { createTerminal } from "../../../src/cli/terminal";
import { main } from "../../../src/cli/main";

/** A stream that keeps what is written; a terminal of `columns`, if they are given. */
function capture(columns?: number) {
  const stream = Object.assign(new PassThrough({ encoding: "utf8" }), { isTTY: columns !== undefined, columns });
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => String(stream.read() ?? "") };
}

async function slipway(...args: readonly string[]) {
  const stdout = capture();
  const stderr = capture();
  const exitCode = await main({
    args,
    cwd: "/nowhere",
    terminal: createTerminal(stdout.stream, stderr.stream, {}),
    signal: new AbortController().signal,
    createHost: () => Promise.reject(new Error("no host is needed here")),
  });
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

describe("main", () => {
  it("prints the version", async () => {
    expect(await slipway("--version")).toEqual({ exitCode: 0, stdout: "0.1.0\n", stderr: "" });
  });

  it("shows the help on standard error and exits with 2 where no command is given", async () => {
    const { exitCode, stdout, stderr } = await slipway();
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("Usage: slipway");
  });

  it("suggests the command that was meant", async () => {
    const { exitCode, stderr } = await slipway("shpi", "churn.ipynb");
    expect(exitCode).toBe(2);
    expect(stderr).toBe("error Unknown command 'shpi'.\nhint  Did you mean ship?\n");
  });

  it.each([
    ["Option '--timeout <seconds>' argument '1e99' is invalid. It is not a number of seconds up to 1000000.", "1e99"],
    ["Option '--timeout <seconds>' argument 'soon' is invalid. It is not a number of seconds up to 1000000.", "soon"],
  ])("refuses a time limit, and names the help of the command: %s", async (message, timeout) => {
    const { exitCode, stderr } = await slipway("ship", "churn.ipynb", "--timeout", timeout);
    expect([exitCode, stderr]).toEqual([2, `error ${message}\nhint  Run: slipway ship --help\n`]);
  });

  it("ends what is said of too many arguments with one full stop", async () => {
    expect((await slipway("list", "a", "b")).stderr).toMatch(/Expected 1 argument but got 2\.\nhint/);
  });

  it("tells a wrong option as one JSON document where --json is given", async () => {
    const { exitCode, stdout, stderr } = await slipway("extract", "churn.ipynb", "--modle", "x", "--json");
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      error: { code: "WRONG_USE", message: "Unknown option '--modle'.", hint: "Did you mean --model?" },
    });
    expect(stderr).toContain("Unknown option '--modle'.");
  });

  it("calls what was not foreseen a defect of Slipway, and shows the stack only with --verbose", async () => {
    const plain = await slipway("extract", "churn.ipynb");
    expect(plain.exitCode).toBe(1);
    expect(plain.stderr).toContain("defect of Slipway: no host is needed here");
    expect(plain.stderr).not.toContain("main.test.ts");
    expect((await slipway("extract", "churn.ipynb", "--verbose")).stderr).toContain("main.test.ts");
  });
});
