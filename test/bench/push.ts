import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, statSync } from "node:fs";
import { request, type IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import type { Digest } from "../../src/core/digest";
import { SNAPSHOT_PART } from "../../src/core/snapshot/manifest";
import { openRegistry } from "../../src/node/oci/openRegistry";
import { PASSWORD, startDockerRegistry, USER } from "../support/dockerRegistry";
import { alternate, rate, type Row } from "./measure";
import { surveyCsv } from "./places";

const ROUNDS = 3;

interface Upload {
  readonly host: string;
  readonly path: string;
  readonly digest: Digest;
  readonly size: number;
}

/** Sending a large blob to a real registry, beside the plainest upload there is to the same one. */
export async function push(): Promise<readonly Row[]> {
  const path = await surveyCsv();
  const size = statSync(path).size;
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  const digest: Digest = `sha256:${hash.digest("hex")}`;

  const registry = await startDockerRegistry();
  try {
    const login = { username: USER, password: PASSWORD };
    const slipway = openRegistry(`oci://${registry.host}/slipway`, { credentials: async () => login });
    let round = 0; // a repository of its own each time: none has the blob yet
    const times = await alternate(ROUNDS, {
      plain: () => plainUpload({ host: registry.host, path, digest, size }, `plain/r${(round += 1)}`),
      slipway: async () => {
        const repository = slipway.repository(`r${(round += 1)}`);
        const signal = new AbortController().signal;
        await repository.putBlob({ mediaType: SNAPSHOT_PART, digest, size }, { path }, signal);
      },
    });
    const yardstick = { name: "plain PUT", ...rate(size, times.plain) };
    return [{ figure: "push of 256 MB", value: rate(size, times.slipway), yardstick }];
  } finally {
    await registry.stop();
  }
}

/** OCI distribution specification 1.1, "POST then PUT". */
async function plainUpload({ host, path, digest, size }: Upload, repository: string): Promise<void> {
  const begun = await send(`http://${host}/v2/${repository}/blobs/uploads/`, "POST", 0);
  const place = new URL(begun.headers.location ?? "", `http://${host}`);
  place.searchParams.set("digest", digest);
  const done = await send(place.href, "PUT", size, path);
  if (done.statusCode !== 201) throw new Error(`The registry answered ${done.statusCode}.`);
}

async function send(url: string, method: string, size: number, path?: string): Promise<IncomingMessage> {
  const headers = { "content-length": size, "content-type": "application/octet-stream" };
  const call = request(url, { method, auth: `${USER}:${PASSWORD}`, headers });
  const answered = once(call, "response");
  if (path === undefined) call.end();
  else await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), call);
  const [answer] = (await answered) as [IncomingMessage];
  answer.resume();
  await once(answer, "end");
  return answer;
}
