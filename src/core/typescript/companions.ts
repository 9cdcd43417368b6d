import type { GeneratedFile } from "../pipeline";

/** What the files beside the module depend on. */
export interface CompanionInput {
  /** Names of the metrics. */
  readonly metrics: readonly string[];
  /** False if the notebook's code is not written for `strict`. */
  readonly isStrict: boolean;
  /** True if the module writes files. */
  readonly writes: boolean;
}

/** `deno.json` and `pipeline_test.ts`. */
export function writeCompanions({ metrics, isStrict, writes }: CompanionInput): readonly GeneratedFile[] {
  const allowed = writes ? "--allow-read --allow-write" : "--allow-read";
  const project = {
    tasks: {
      run: `deno run ${allowed} pipeline.ts`,
      test: `deno test ${allowed}`,
      check: "deno check pipeline.ts",
    },
    compilerOptions: { strict: isStrict },
  };
  return [
    { path: "deno.json", text: `${JSON.stringify(project, null, 2)}\n` },
    { path: "pipeline_test.ts", text: testText(metrics) },
  ];
}

function testText(metrics: readonly string[]): string {
  const checks = metrics.map((name) => `    result.${name},`).join("\n");
  const finite = `
Deno.test("every metric is a number", async () => {
  const result = await run();
  const metrics = [
${checks}
  ];
  if (!metrics.every(Number.isFinite)) throw new Error(\`not all are numbers: \${metrics}\`);
});
`;
  return `import { run } from "./pipeline.ts";

Deno.test("two runs give the same", async () => {
  const [first, second] = [JSON.stringify(await run()), JSON.stringify(await run())];
  if (first !== second) throw new Error(\`\${first} is not \${second}\`);
});
${metrics.length === 0 ? "" : finite}`;
}
