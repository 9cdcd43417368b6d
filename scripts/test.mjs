/**
 * `npm test`: installs what the tests need, then runs every check and every tier of tests. A component that cannot be had is a
 * failure, never a skip. The last line is `N passed, N failed`. Uses Node's built-ins alone until the packages are there.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { ensureProgram } from "./setup/apt.mjs";
import { ensureBuild, ensurePackages, ROOT } from "./setup/packages.mjs";
import { missingRequirements } from "./setup/requirements.mjs";
import { ensureUv } from "./setup/uv.mjs";
import { installVscodeHost } from "./setup/vscodeHost.mjs";

const RESULTS = join(ROOT, ".cache/test");

/** Programs that npm and PyPI do not have, and the Debian package that does. */
const PROGRAMS = [
  ["chromium", "chromium"],
  ["docker-registry", "docker-registry"],
  ["openssl", "openssl"],
  ["htpasswd", "apache2-utils"],
  ["rg", "ripgrep"],
];

/** What the tests need; each entry is one thing that can be had or not. */
const SETUP = [
  ["requirements", checkRequirements],
  ["npm packages", ensurePackages],
  ...PROGRAMS.map(([program, debianPackage]) => [program, () => ensureProgram(program, debianPackage)]),
  ["uv", ensureUv],
  ["VS Code host", installVscodeHost],
  ["build", ensureBuild],
];

const totals = { passed: 0, failed: 0 };

/** What failed in the tiers of vitest, said once more at the end, where a record that keeps the last lines alone has it. */
const failures = [];

function count({ passed, failed }) {
  totals.passed += passed;
  totals.failed += failed;
}

function checkRequirements() {
  const missing = missingRequirements();
  if (missing.length > 0) throw new Error(missing.join("\n"));
}

function setUp() {
  for (const [name, ensure] of SETUP) {
    try {
      ensure();
    } catch (error) {
      console.error(`FAIL ${name} could not be had: ${error.message}`);
      count({ passed: 0, failed: 1 });
    }
  }
}

/** Runs one tier of vitest; its own report is streamed, the counts come from its JSON. */
function runTier(name) {
  heading(`${name} tests`);
  const output = join(RESULTS, `${name}.json`);
  const args = ["run", "--project", name, "--reporter=default", "--reporter=json", `--outputFile.json=${output}`];
  const { status } = spawnSync(process.execPath, [join(ROOT, "node_modules/vitest/vitest.mjs"), ...args], {
    cwd: ROOT,
    stdio: "inherit",
  });
  count(tierCounts(output, status));
}

function tierCounts(output, status) {
  if (!existsSync(output)) return { passed: 0, failed: 1 };
  const { numPassedTests, numTotalTests, testResults } = JSON.parse(readFileSync(output, "utf8"));
  failures.push(...testResults.flatMap(failuresOf));
  const failed = numTotalTests - numPassedTests;
  // A file that cannot be loaded has no tests to fail.
  return { passed: numPassedTests, failed: failed === 0 && status !== 0 ? 1 : failed };
}

/** The failures of one file of tests: each test with the first lines of why, or why the file could not be loaded. */
function failuresOf({ name, status, message, assertionResults }) {
  const file = relative(ROOT, name);
  const failed = assertionResults.filter((test) => test.status === "failed");
  if (failed.length === 0 && status === "failed") return [`${file}: ${firstLines(message)}`];
  return failed.map((test) => `${file}: ${test.fullName}: ${firstLines(test.failureMessages.join("\n"))}`);
}

function firstLines(text) {
  return text.split("\n").slice(0, 12).join("\n  ");
}

/** Runs the editor's tests, which count for themselves: their last line is ours in form. */
async function runEditor() {
  heading("vscode tests");
  const child = spawn(process.execPath, ["test/vscode/run.mjs"], { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  let tail = "";
  child.stdout.on("data", (chunk) => {
    process.stdout.write(chunk);
    tail = (tail + chunk).slice(-4096);
  });
  const status = await new Promise((resolve) => child.on("close", resolve));
  const [, passed = 0, failed = 0] = /(\d+) passed, (\d+) failed\s*$/.exec(tail) ?? [];
  const isCrash = status !== 0 && Number(failed) === 0;
  count({ passed: Number(passed), failed: isCrash ? 1 : Number(failed) });
}

function heading(text) {
  console.log(`\n== ${text}`);
}

async function test() {
  rmSync(RESULTS, { recursive: true, force: true });
  mkdirSync(RESULTS, { recursive: true });
  heading("setup");
  setUp();
  heading("checks");
  const { runChecks } = await import("./check.mjs");
  count(await runChecks());
  for (const tier of ["unit", "contract", "cli"]) runTier(tier);
  await runEditor();
  for (const failure of failures) console.log(`FAIL ${failure}`);
  console.log(`${totals.passed} passed, ${totals.failed} failed`);
  return totals.failed === 0 ? 0 : 1;
}

process.exitCode = await test();
