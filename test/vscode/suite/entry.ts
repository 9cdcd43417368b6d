/** What the extension host calls: runs the in-host tests and leaves their results where the runner looks for them. */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runMocha } from "../host/results";

const TIMEOUT_MS = 500_000;

export async function run(): Promise<void> {
  const only = process.env.SLIPWAY_TEST_ONLY ?? ".test.js";
  const files = readdirSync(__dirname).filter((name) => name.endsWith(only));
  const results = await runMocha(
    files.sort().map((name) => join(__dirname, name)),
    { timeoutMs: TIMEOUT_MS },
  );
  if (process.env.SLIPWAY_TEST_RESULTS !== undefined) {
    writeFileSync(process.env.SLIPWAY_TEST_RESULTS, JSON.stringify(results));
  }
  if (results.failed.length > 0) throw new Error(`${results.failed.length} failed`);
}
