/**
 * `node test/vscode/run.mjs [SUITE …]`: bundles the editor's tests and runs them in a real VS Code. The last line is
 * `N passed, N failed`. `--vsix FILE` takes a package that is already made.
 */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { ensureProgram } from "../../scripts/setup/apt.mjs";
import { ensureBuild, ROOT, run } from "../../scripts/setup/packages.mjs";
import { installVscodeHost } from "../../scripts/setup/vscodeHost.mjs";

const BUNDLES = join(ROOT, ".cache/vscode-tests");

/** Plain CommonJS, as the extension host loads it; packages stay outside. */
async function bundleTests() {
  rmSync(BUNDLES, { recursive: true, force: true });
  await build({
    absWorkingDir: ROOT,
    entryPoints: ["test/vscode/main.ts", "test/vscode/desktop.ts", "test/vscode/suite/*.ts", "test/vscode/ui/*.ts"],
    outbase: "test/vscode",
    outdir: BUNDLES,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    packages: "external",
    sourcemap: "inline",
    logLevel: "warning",
  });
}

/** The package that a user would install. */
function ensureVsix(given) {
  if (given !== undefined) return resolve(given);
  const vsix = join(ROOT, ".cache/slipway-test.vsix");
  run(process.execPath, ["scripts/package.mjs", "--out", vsix]);
  return vsix;
}

const { values, positionals: suites } = parseArgs({ options: { vsix: { type: "string" } }, allowPositionals: true });
ensureBuild();
await bundleTests();
const { status } = spawnSync(process.execPath, ["--enable-source-maps", join(BUNDLES, "main.js"), ...suites], {
  stdio: "inherit",
  env: {
    ...process.env,
    SLIPWAY_TEST_ROOT: ROOT,
    SLIPWAY_TEST_BUNDLES: BUNDLES,
    SLIPWAY_TEST_SERVER: installVscodeHost(),
    SLIPWAY_TEST_CHROMIUM: ensureProgram("chromium"),
    ...((suites.length === 0 || suites.some((suite) => suite.startsWith("ui"))) && {
      SLIPWAY_TEST_VSIX: ensureVsix(values.vsix),
    }),
  },
});
process.exitCode = status ?? 1;
