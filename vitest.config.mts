import { defineConfig } from "vitest/config";

const tier = (name: string, include: string, testTimeout: number) => ({
  test: { name, include: [include], testTimeout, hookTimeout: testTimeout, setupFiles: ["test/support/seed.ts"] },
});

export default defineConfig({
  test: {
    projects: [
      tier("unit", "test/unit/**/*.test.ts", 30_000),
      tier("contract", "test/contract/**/*.test.ts", 300_000),
      tier("cli", "test/cli/**/*.test.ts", 300_000),
    ],
    // Two files at a time: the slow tiers start Python, registries and compilers of their own.
    maxWorkers: 2,
  },
});
