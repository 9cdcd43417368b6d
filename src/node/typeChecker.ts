import { copyFile, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import * as z from "zod";
import { SlipwayError } from "../core/errors";
import type { TypeChecker, TypeProblem } from "../core/host";
import { typeRulesFor } from "../core/validate/typeRules";
import { nodeFiles } from "./files";
import { plainEnv, runChild } from "./process";

const LIMIT_SECONDS = 120;
const KEEP_BYTES = 8 * 1024 * 1024;

/** What is used of pyright's JSON output. Lines count from 0. */
const outputSchema = z.object({
  generalDiagnostics: z.array(
    z.object({
      severity: z.enum(["error", "warning", "information"]),
      message: z.string(),
      rule: z.string().optional(),
      range: z.object({ start: z.object({ line: z.int() }) }).optional(),
    }),
  ),
});

/** Type-checks Python with pyright. */
export const nodeTypeChecker: TypeChecker = {
  check: (file, interpreter, signal) =>
    nodeFiles.withTempDir(async (cwd) => {
      await copyFile(file, join(cwd, basename(file)));
      const rules = typeRulesFor(await readFile(file, "utf8"));
      const config = { ...rules, include: [basename(file)], extraPaths: [dirname(file)] };
      await writeFile(join(cwd, "pyrightconfig.json"), JSON.stringify(config));
      const args = [pyrightPath(), "--outputjson", "--project", cwd, "--pythonpath", interpreter.path];
      const env = plainEnv(process.env, { HOME: cwd, ELECTRON_RUN_AS_NODE: "1" });
      const result = await runChild(
        { command: process.execPath, args, cwd, env, timeoutSeconds: LIMIT_SECONDS, keepBytes: KEEP_BYTES },
        signal,
      );
      return problemsIn(result.stdout, result.stderr);
    }),
};

function pyrightPath(): string {
  const manifest = createRequire(join(__dirname, "typeChecker.js")).resolve("pyright/package.json");
  return join(dirname(manifest), "index.js");
}

function problemsIn(stdout: string, stderr: string): readonly TypeProblem[] {
  let output: z.infer<typeof outputSchema>;
  try {
    output = outputSchema.parse(JSON.parse(stdout));
  } catch (cause) {
    const message = `pyright gave no result: ${stderr.trim().slice(-400)}`;
    throw new SlipwayError("environment", "TYPE_CHECKER_FAILED", message, { hint: "Run the command again.", cause });
  }
  return output.generalDiagnostics.flatMap(({ severity, message, rule, range }) =>
    severity === "information"
      ? []
      : [{ line: (range?.start.line ?? 0) + 1, severity, message: message.split("\n")[0] ?? "", rule }],
  );
}
