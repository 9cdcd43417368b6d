/** What a run of mocha found, as it is written from the extension host and read outside. */
import Mocha from "mocha";

export interface Results {
  readonly passed: readonly string[];
  readonly failed: readonly { readonly title: string; readonly error: string }[];
}

/** Runs test files with mocha; prints as they go. `bail`: the tests follow one another, so the first failure ends them. */
export function runMocha(files: readonly string[], options: { timeoutMs: number; bail?: boolean }): Promise<Results> {
  const { timeoutMs: timeout, bail = false } = options;
  const mocha = new Mocha({ ui: "tdd", timeout, bail, color: false, reporter: "spec", forbidPending: true });
  for (const file of files) mocha.addFile(file);
  const passed: string[] = [];
  const failed: { title: string; error: string }[] = [];
  return new Promise((resolve) => {
    mocha
      .run(() => resolve({ passed, failed }))
      .on("pass", (test) => passed.push(test.fullTitle()))
      .on("fail", (test, error: unknown) => failed.push({ title: test.fullTitle(), error: describe(error) }));
  });
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
