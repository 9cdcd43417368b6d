/** Runs a bundle of tests inside the extension host of a real VS Code. */
import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { format } from "node:util";
import { launchBrowser } from "./browser";
import { root } from "./paths";
import { print, type Results } from "./results";
import { createProfile, removeProfile, startServer } from "./server";

const LIMIT_MS = 20 * 60_000;

export interface HostRun {
  /** Folder of the extension under test. */
  readonly extension: string;
  /** Module with `run()`. */
  readonly tests: string;
  readonly workspace: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

export async function runInHost(options: HostRun): Promise<Results> {
  const profile = createProfile(options.settings);
  cpSync(join(root(), "test/fixtures/pythonExtension"), join(profile.extensions, "ms-python.python"), {
    recursive: true,
  });
  const resultFile = join(profile.home, "results.json");
  const server = await startServer(profile, {
    underTest: true,
    env: { ...options.env, SLIPWAY_TEST_RESULTS: resultFile },
  });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const exited = new Promise<string>((resolve) => {
      void page.exposeFunction("codeAutomationExit", (code: number) => resolve(`exit code ${code}`));
    });
    await page.exposeFunction("codeAutomationLog", printLine);
    await page.goto(pageUrl(server.authority, options));
    const end = await Promise.race([exited, sleep(LIMIT_MS, "time limit", { ref: false })]);
    if (existsSync(resultFile)) return JSON.parse(readFileSync(resultFile, "utf8")) as Results;
    return { passed: [], failed: [{ title: `extension host: ${end}, and no results`, error: server.log() }] };
  } finally {
    await browser.close();
    await server.stop();
    removeProfile(profile);
  }
}

/** What the workbench says of itself on the way; the rest is mocha's report. */
const NOISE =
  /^(Ignoring fetching|Resolv(ing|ed) connection token|Creating a socket|\[Service Worker\]|ChatSessionStore|DialogService|Updating additional)/;

/** The workbench calls this with all that the host prints. */
function printLine(_type: string, args: readonly unknown[]): void {
  const line = format(...args);
  if (!NOISE.test(line)) print(line);
}

function pageUrl(authority: string, { extension, tests, workspace }: HostRun): string {
  const remote = (path: string): string => `vscode-remote://${authority}${path}`;
  const payload = [
    ["extensionDevelopmentPath", remote(extension)],
    ["extensionTestsPath", remote(tests)],
    ["skipWelcome", "true"],
  ];
  return `http://${authority}/?folder=${workspace}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}
