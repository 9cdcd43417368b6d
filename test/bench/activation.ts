import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { milliseconds, timed, type Row } from "./measure";
import { ROOT } from "./places";

/** Written by the editor's tests, which run inside a VS Code host. */
const RESULT = join(ROOT, "test/vscode/.results/activation.json");
const times = z.object({ loadMs: z.number(), activateMs: z.number(), totalMs: z.number() });

/** The extension's own code at activation, as the editor's tests last measured it. */
export async function activation(): Promise<readonly Row[]> {
  const figure = { figure: "extension activation", reach: "<= 60 ms" };
  if (!existsSync(RESULT)) {
    return [
      { ...figure, value: milliseconds(Number.NaN), remark: "run the editor's tests first: npm run test:vscode" },
    ];
  }
  const { totalMs } = times.parse(JSON.parse(readFileSync(RESULT, "utf8")));
  const script = await timed(() => readFileSync(join(ROOT, "dist/extension.js")));
  return [
    {
      ...figure,
      value: milliseconds(totalMs),
      yardstick: { name: "reading the script", ...milliseconds(script) },
      remark: `measured in the VS Code host at ${statSync(RESULT).mtime.toISOString()}`,
    },
  ];
}
