/** The in-host suite in a desktop VS Code, for machines that can download one: `node test/vscode/run.mjs desktop`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runTests } from "@vscode/test-electron";
import { createWorkspace, removeWorkspace, root } from "./host/paths";
import { print, type Results } from "./host/results";

export async function runOnDesktop(tests: string): Promise<Results> {
  const workspace = createWorkspace();
  const resultFile = join(workspace, ".slipway-test-results.json");
  try {
    // Rejects where a test failed; the results say which.
    await runTests({
      extensionDevelopmentPath: root(),
      extensionTestsPath: tests,
      extensionTestsEnv: { SLIPWAY_TEST_RESULTS: resultFile },
      launchArgs: [workspace, "--disable-extensions", "--disable-workspace-trust"],
    }).catch((error: unknown) => print(String(error)));
    return JSON.parse(readFileSync(resultFile, "utf8")) as Results;
  } finally {
    removeWorkspace(workspace);
  }
}
