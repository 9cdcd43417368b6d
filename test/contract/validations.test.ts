import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readValidation, writeValidation } from "../../src/app/validations";
import { digestOf } from "../../src/core/digest";
import type { ReportSubject } from "../../src/core/report";
import type { Validation } from "../../src/core/validate/validation";
import { nodeFiles } from "../../src/node/files";
import { removeFolder } from "../support/releases";

const host = { files: nodeFiles };
const subject: ReportSubject = {
  code: digestOf("code"),
  notebook: digestOf("notebook"),
  snapshot: undefined,
  environment: digestOf("environment"),
};
const validation: Validation = {
  report: {
    pipeline: "tides",
    ok: true,
    gates: [],
    metrics: { error: 0.1 },
    subject,
    createdAt: "2024-05-01T00:00:00Z",
  },
};

let workspace: string;
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), "slipway-validations-"));
});
afterEach(() => removeFolder(workspace));

test("a record is found by its subject, also where the pipeline reads no data", async () => {
  await writeValidation(workspace, validation, host);
  expect(await readValidation(workspace, subject, host)).toMatchObject({ report: { pipeline: "tides" } });
});

test("another subject has no record", async () => {
  await writeValidation(workspace, validation, host);
  expect(await readValidation(workspace, { ...subject, code: digestOf("edited") }, host)).toBeUndefined();
  expect(await readValidation(workspace, { ...subject, snapshot: digestOf("data") }, host)).toBeUndefined();
});

test("a damaged record counts as none", async () => {
  const path = await writeValidation(workspace, validation, host);
  await writeFile(path, `{"report":`);
  expect(await readValidation(workspace, subject, host)).toBeUndefined();
});
