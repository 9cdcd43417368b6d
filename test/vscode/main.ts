/** Runs the editor's suites one after the other; the last line is `N passed, N failed`. */
import { join } from "node:path";
import { runOnDesktop } from "./desktop";
import { runInHost } from "./host/inHost";
import { createWorkspace, removeWorkspace, required, root } from "./host/paths";
import { print, runMocha, type Results } from "./host/results";

const UI_TIMEOUT_MS = 500_000;
const bundles = required("SLIPWAY_TEST_BUNDLES");

/** In the extension host: the extension's own behaviour, in a trusted folder and in one that is not. */
async function inHost(tests: string, settings: Readonly<Record<string, unknown>> = {}): Promise<Results> {
  const workspace = createWorkspace();
  try {
    return await runInHost({
      extension: root(),
      tests: join(bundles, "suite", "entry.js"),
      workspace,
      settings,
      env: { SLIPWAY_TEST_ONLY: tests },
    });
  } finally {
    removeWorkspace(workspace);
  }
}

/** In the workbench, as a user, with the package that a user would install. */
async function inWorkbench(name: string): Promise<Results> {
  return runMocha([join(bundles, "ui", `${name}.test.js`)], { timeoutMs: UI_TIMEOUT_MS, bail: true });
}

/** Run where they are asked for by name: a desktop VS Code is a download. */
const OPTIONAL = ["desktop"];

const SUITES: Readonly<Record<string, () => Promise<Results>>> = {
  host: () => inHost(".test.js"),
  untrusted: () => inHost(".untrusted.js", { "security.workspace.trust.enabled": true }),
  ui: () => inWorkbench("trusted"),
  "ui-login": () => inWorkbench("login"),
  "ui-untrusted": () => inWorkbench("untrusted"),
  desktop: () => runOnDesktop(join(bundles, "suite", "entry.js")),
};

async function main(names: readonly string[]): Promise<void> {
  const results: Results[] = [];
  for (const [name, run] of Object.entries(SUITES)) {
    if (names.length === 0 ? OPTIONAL.includes(name) : !names.includes(name)) continue;
    print(`\n== editor: ${name}`);
    results.push(await run());
  }
  const failed = results.flatMap((result) => result.failed);
  for (const { title, error } of failed) print(`FAILED ${title}\n${error}\n`);
  print(`${results.flatMap(({ passed }) => passed).length} passed, ${failed.length} failed`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
void main(process.argv.slice(2));
