import { suiteSetup, suiteTeardown, teardown } from "mocha";
import { print } from "./results";
import { screenshot, type Workbench } from "./workbench";

/** Opens a workbench before the tests of a suite and closes it behind them; of a test that fails a picture and the log are kept. */
export function inWorkbench(open: () => Promise<Workbench>): void {
  let workbench: Workbench | undefined;
  suiteSetup(async () => {
    workbench = await open();
  });
  suiteTeardown(() => workbench?.close());
  teardown(async function () {
    if (workbench === undefined || this.currentTest?.state !== "failed") return;
    await screenshot(workbench.page, `failed-${this.currentTest.title}`);
    print(workbench.log());
  });
}
