import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { alternate, milliseconds, type Row } from "./measure";
import { ROOT } from "./places";

const CLI = join(ROOT, "dist/cli.js");
const ROUNDS = 11;

/** What a command costs from the shell, beside Node that does nothing. */
export async function shell(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  const node = (...args: string[]) => execFileSync(process.execPath, args, { cwd: folder, stdio: "ignore" });
  try {
    const times = await alternate(ROUNDS, {
      nothing: () => node("-e", "0"),
      version: () => node(CLI, "--version"),
      extract: () =>
        node(CLI, "extract", join(ROOT, "examples/penguins/penguins.ipynb"), "--cwd", ROOT, "--out", folder),
    });
    const yardstick = { name: "node -e 0", ...milliseconds(times.nothing) };
    return [
      { figure: "slipway --version", value: milliseconds(times.version), yardstick, reach: "<= 120 ms" },
      { figure: "slipway extract penguins", value: milliseconds(times.extract), yardstick, reach: "<= 700 ms" },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
