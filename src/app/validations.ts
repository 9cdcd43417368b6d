/** Records of validations, under `.slipway/validations/`: what was proved need not be proved again. */
import { join } from "node:path";
import * as z from "zod";
import { canonicalJson, digestOf, hexOf } from "../core/digest";
import type { Host } from "../core/host";
import { digestSchema } from "../core/oci/manifest";
import type { ReportSubject } from "../core/report";
import { signatureSchema } from "../core/signature";
import type { Validation } from "../core/validate/validation";
import { pipelineCode, STATE_FOLDER, type Pipeline } from "./workspace";

const subjectSchema = z
  .object({ code: digestSchema, notebook: digestSchema, snapshot: digestSchema.optional(), environment: digestSchema })
  .transform(({ snapshot, ...rest }) => ({ ...rest, snapshot }));

const gateSchema = z.object({
  id: z.string(),
  title: z.string(),
  status: z.enum(["passed", "failed", "skipped"]),
  measured: z.string(),
  threshold: z.string(),
  message: z.string(),
  seconds: z.number(),
  details: z.array(z.object({ subject: z.string(), value: z.string(), ok: z.boolean() })).exactOptional(),
});

const validationSchema: z.ZodType<Validation> = z.object({
  report: z.object({
    pipeline: z.string(),
    ok: z.boolean(),
    gates: z.array(gateSchema),
    metrics: z.record(z.string(), z.number()),
    subject: subjectSchema,
    createdAt: z.string(),
  }),
  signature: signatureSchema.exactOptional(),
  model: z.object({ digest: digestSchema, size: z.int().min(0) }).exactOptional(),
});

/** What a validation of the pipeline as it is on disk would be about; `undefined` if its environment is not locked yet. */
export async function subjectOf(pipeline: Pipeline, host: Pick<Host, "files">): Promise<ReportSubject | undefined> {
  const { lock } = pipeline;
  const code = await pipelineCode(pipeline, host);
  if (code === undefined || lock.environment === undefined) return undefined;
  return {
    code: digestOf(code),
    notebook: lock.notebook.digest,
    snapshot: lock.snapshot,
    environment: lock.environment,
  };
}

/** The record about `subject`; `undefined` if there is none that can be read: then it is validated again. */
export async function readValidation(
  workspace: string,
  subject: ReportSubject,
  host: Pick<Host, "files">,
): Promise<Validation | undefined> {
  const text = await host.files.readText(validationPath(workspace, subject));
  const parsed = validationSchema.safeParse(text === undefined ? undefined : parse(text));
  return parsed.data;
}

/** Keeps a record under its subject, and says where. */
export async function writeValidation(
  workspace: string,
  validation: Validation,
  host: Pick<Host, "files">,
): Promise<string> {
  const path = validationPath(workspace, validation.report.subject);
  await host.files.write(path, `${JSON.stringify(validation, null, 2)}\n`);
  return path;
}

function validationPath(workspace: string, subject: ReportSubject): string {
  return join(workspace, STATE_FOLDER, "validations", `${hexOf(digestOf(canonicalJson(subject)))}.json`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no record
  }
}
