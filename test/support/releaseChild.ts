/** A process of its own that writes to a registry, to be killed, starved or run beside others. Bundled by the tests. */
import { push } from "../../src/app/push";
import { digestOf } from "../../src/core/digest";
import { SlipwayError } from "../../src/core/errors";
import { OCI_MANIFEST } from "../../src/core/oci/mediaTypes";
import { openRegistry } from "../../src/node/oci/openRegistry";
import { PASSWORD, USER } from "./dockerRegistry";
import { releaseHost } from "./releases";

const signal = new AbortController().signal;
const host = releaseHost({ credentials: () => Promise.resolve({ username: USER, password: PASSWORD }) });

/** Writes `count` manifests with tags of their own into one repository of a folder. */
async function writeTags(folder: string, prefix: string, count: number): Promise<void> {
  const repository = openRegistry(folder).repository("shared");
  const config = Buffer.from("{}");
  const descriptor = { mediaType: "application/json", digest: digestOf(config), size: config.length };
  await repository.putBlob(descriptor, { bytes: config }, signal);
  for (let number = 0; number < count; number += 1) {
    const annotations = { number: `${prefix}${number}` };
    const manifest = { schemaVersion: 2, mediaType: OCI_MANIFEST, config: descriptor, layers: [], annotations };
    await repository.putManifest(Buffer.from(JSON.stringify(manifest)), OCI_MANIFEST, `${prefix}${number}`, signal);
  }
}

const [task, ...args] = process.argv.slice(2);
const [first = "", second = "", third = ""] = args;
const work =
  task === "tags"
    ? writeTags(first, second, Number(third))
    : push({ workspace: first, registry: second, target: third }, host, signal);

work.then(
  (result) => process.stdout.write(JSON.stringify(result ?? {})),
  (error: unknown) => {
    const { kind, code, message, hint } =
      error instanceof SlipwayError ? error : { kind: "defect", code: "", message: String(error), hint: "" };
    process.stdout.write(JSON.stringify({ kind, code, message, hint }));
    process.exitCode = 1;
  },
);
