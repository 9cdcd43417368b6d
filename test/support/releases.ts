/** A workspace with a pipeline that was validated: the least from which a release can be made. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PackageHost } from "../../src/app/package";
import { writeValidation } from "../../src/app/validations";
import { formatLock } from "../../src/app/workspace";
import { digestOf, type Digest } from "../../src/core/digest";
import type { PipelineLock, Signature } from "../../src/core/pipeline";
import { formatSnapshot } from "../../src/core/snapshot/manifest";
import { nodeFiles } from "../../src/node/files";
import { openRegistry, type RegistryOptions } from "../../src/node/oci/openRegistry";
import { openStore } from "../../src/node/oci/store";

const CODE = "def run():\n    return 0.97\n";
const LOCK = `# Python 3.11 on linux-x86_64, for ${digestOf("numpy")}\nnumpy==1.26.4 \\\n    --hash=${digestOf("wheel")}\n`;
const SIGNATURE: Signature = {
  layout: "columns",
  inputs: [
    { name: "bill_length_mm", type: "number", nullable: true, range: [32.1, 59.6] },
    { name: "island", type: "string", nullable: false, categories: ["Biscoe", "Dream", "Torgersen"] },
  ],
  output: { name: "species", type: "string", classes: ["Adelie", "Chinstrap", "Gentoo"], probabilities: true },
};

/** What may differ between two workspaces. */
export interface Variation {
  readonly data?: string;
  readonly model?: Uint8Array;
  readonly ok?: boolean;
  /** When it was validated: no package may depend on it. */
  readonly createdAt?: string;
}

/** Writes the workspace into `folder`, which may have an older one. */
export async function makeReleasable(folder: string, variation: Variation = {}): Promise<void> {
  const store = openStore(join(folder, ".slipway", "store"));
  const data = Buffer.from(variation.data ?? "species,bill_length_mm\nAdelie,39.1\n");
  const part = await store.put(data);
  const { config, manifest } = formatSnapshot([
    {
      path: "data/penguins.csv",
      size: data.length,
      digest: part.digest,
      parts: [{ digest: part.digest, size: part.size }],
    },
  ]);
  await store.put(config);
  const snapshot = (await store.put(manifest)).digest;
  const lock: PipelineLock = {
    version: 1,
    pipeline: "penguins",
    language: "python",
    notebook: { path: "notebooks/penguins.ipynb", digest: digestOf("notebook") },
    module: digestOf(CODE),
    companions: {},
    snapshot,
    environment: digestOf(LOCK),
    signature: SIGNATURE,
    lines: [{ line: 1, cell: 3, cellLine: 1 }],
  };
  await writePipeline(join(folder, "pipelines", "penguins"), lock);
  const { digest, size } = await store.put(variation.model ?? Buffer.alloc(100_000, "onnx"));
  await keepValidation(folder, { snapshot, model: { digest, size } }, variation);
}

async function writePipeline(folder: string, lock: PipelineLock): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "pipeline.py"), CODE);
  await writeFile(join(folder, "scoring.ts"), "export {};\n");
  await writeFile(join(folder, "requirements.lock"), LOCK);
  await writeFile(join(folder, "pipeline.lock.json"), formatLock(lock));
  await writeFile(join(folder, "scratch.csv"), "left by somebody\n");
}

interface Proof {
  readonly snapshot: Digest;
  readonly model: { readonly digest: Digest; readonly size: number };
}

async function keepValidation(folder: string, { snapshot, model }: Proof, variation: Variation): Promise<void> {
  const ok = variation.ok ?? true;
  const gate = { id: "run.equals-notebook", title: "Gives the notebook's results", measured: "0", threshold: "0" };
  await writeValidation(
    folder,
    {
      report: {
        pipeline: "penguins",
        ok,
        gates: [{ ...gate, status: ok ? "passed" : "failed", message: "", seconds: 1.5 }],
        metrics: { accuracy: 0.97, f1: 0.96 },
        subject: { code: digestOf(CODE), notebook: digestOf("notebook"), snapshot, environment: digestOf(LOCK) },
        createdAt: variation.createdAt ?? "2024-05-01T00:00:00Z",
      },
      signature: SIGNATURE,
      model,
    },
    { files: nodeFiles },
  );
}

/** The real adapters, as far as releases need them. */
export function releaseHost(options: RegistryOptions = {}): PackageHost {
  return {
    files: nodeFiles,
    store: (workspace) => openStore(join(workspace, ".slipway", "store")),
    openRegistry: (location) => openRegistry(location, options),
    progress: { stage: () => undefined, report: () => undefined, note: () => undefined },
  };
}

/** Removes a folder. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
