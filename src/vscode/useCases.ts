/** What the worker does for each call: a use case, and of its result what the editor shows. Each is loaded when it is called. */
import { join } from "node:path";
import { readConfig } from "../app/config";
import type { Config } from "../core/config";
import { registryLocation } from "../app/registryLocation";
import type { Files, Host, Progress } from "../core/host";
import type { Extraction } from "../core/pipeline";
import type { Report } from "../core/report";
import type { CallOptions, Credential, ExtractedView, RegistryOptions, ReportView } from "./protocol";
import type { CallContext, Handlers } from "./workerServer";

/** What the worker's root provides. */
export interface Surroundings {
  readonly files: Files;
  /** Makes the host of one call. */
  readonly createHost: (options: HostOptions) => Promise<Host>;
}

interface ChosenPython {
  readonly path: string;
  /** What names it, for messages. */
  readonly source: string;
}

interface HostOptions {
  readonly insecure?: readonly string[];
  readonly progress: Progress;
  readonly python?: ChosenPython;
  readonly credentials: readonly Credential[];
}

/** What a use case gets besides its own options. */
interface Call {
  readonly host: Host;
  /** Where releases go. */
  readonly registry: string;
}

type Begin = (options: CallOptions & Partial<RegistryOptions>, context: CallContext) => Promise<Call>;

export function createHandlers(surroundings: Surroundings): Handlers {
  const begin: Begin = (options, context) => beginCall(surroundings, options, context);
  return { ...notebookHandlers(begin), ...pipelineHandlers(begin) };
}

function notebookHandlers(begin: Begin): Pick<Handlers, "extract" | "ship" | "doctor"> {
  return {
    async extract(options, context) {
      const { host } = await begin(options, context);
      const { extract } = await import("../app/extract");
      const { extraction, folder } = await extract(options, host, context.signal);
      return extractedView(extraction, folder);
    },
    async ship(options, context) {
      const { host, registry } = await begin(options, context);
      const { ship } = await import("../app/ship");
      const { extraction, folder, validation, release } = await ship({ ...options, registry }, host, context.signal);
      if (validation === undefined) throw new Error("Shipped without a validation, though a release was asked for.");
      return {
        ...extractedView(extraction, folder),
        report: reportView(validation.validation.report),
        ...(release !== undefined && { release: { reference: release.ref, digest: release.digest } }),
      };
    },
    async doctor(options, context) {
      const { host, registry } = await begin(options, context);
      const { doctor } = await import("../app/doctor");
      return doctor({ ...options, registry }, host, context.signal);
    },
  };
}

function pipelineHandlers(begin: Begin): Pick<Handlers, "snapshot" | "validate" | "package" | "push"> {
  return {
    async snapshot(options, context) {
      const { host } = await begin(options, context);
      const { snapshot } = await import("../app/snapshot");
      const taken = await snapshot({ ...options, target: options.pipeline }, host, context.signal);
      return { ...taken, files: taken.files.length };
    },
    async validate(options, context) {
      const { host } = await begin(options, context);
      const { validate } = await import("../app/validate");
      return reportView((await validate(options, host, context.signal)).validation.report);
    },
    async package(options, context) {
      const { host, registry } = await begin(options, context);
      const { buildPackage } = await import("../app/package");
      const { name, version, digest } = await buildPackage({ ...options, registry }, host, context.signal);
      return { reference: `${name}:${version}`, digest };
    },
    async push(options, context) {
      const { host, registry } = await begin(options, context);
      const { push } = await import("../app/push");
      const pushed = await push({ ...options, target: options.pipeline, registry }, host, context.signal);
      return { reference: pushed.ref, ...pushed };
    },
  };
}

async function beginCall(
  { files, createHost }: Surroundings,
  options: CallOptions & Partial<RegistryOptions>,
  context: CallContext,
): Promise<Call> {
  const config = await readConfig(options.workspace, { files });
  const python = chosenPython(options, config);
  const host = await createHost({
    progress: progressOf(context),
    credentials: options.credentials ?? [],
    ...(python !== undefined && { python }),
    ...(config.insecure !== undefined && { insecure: config.insecure }),
  });
  return { host, registry: registryLocation(options.workspace, options.registry, config) };
}

/** An explicit setting of the editor comes first, then `slipway.yaml`, then what happens to be selected. */
function chosenPython({ pythonPath, selectedPython }: CallOptions, { python }: Config): ChosenPython | undefined {
  const choices = [
    { path: pythonPath, source: "the setting slipway.pythonPath" },
    { path: python, source: "python in slipway.yaml" },
    { path: selectedPython, source: "the selected interpreter" },
  ];
  return choices.find((choice): choice is ChosenPython => choice.path !== undefined);
}

function extractedView({ pipeline, module, diagnostics }: Extraction, folder: string): ExtractedView {
  return { pipeline, module: join(folder, module.path), diagnostics };
}

function reportView({ pipeline, ok, gates }: Report): ReportView {
  const failed = gates.filter(({ status }) => status === "failed");
  return {
    pipeline,
    ok,
    passed: gates.filter(({ status }) => status === "passed").length,
    failed: failed.map(({ title }) => title),
  };
}

function progressOf({ report }: CallContext): Progress {
  return {
    stage: (text) => report({ kind: "stage", text }),
    report: (part, remark) => report({ kind: "part", part, ...(remark !== undefined && { remark }) }),
    note: (text) => report({ kind: "note", text }),
  };
}
