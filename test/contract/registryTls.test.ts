/** A real registry over HTTPS, with a certificate of an authority that only this test knows. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDockerRegistry, type DockerRegistry } from "../support/dockerRegistry";
import { makeReleasable, removeFolder } from "../support/releases";

let temp: string;
let child: string;
let server: DockerRegistry;
let expired: DockerRegistry;
let misnamed: DockerRegistry;
beforeAll(async () => {
  temp = await mkdtemp(join(tmpdir(), "slipway-tls-"));
  child = join(temp, "child.cjs");
  const entryPoints = [join(import.meta.dirname, "../support/releaseChild.ts")];
  await build({ entryPoints, outfile: child, bundle: true, platform: "node", format: "cjs", logLevel: "error" });
  openssl("req", "-x509", "-newkey", "ec", ...CURVE, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Harbour CA");
  server = await startDockerRegistry(await issue("server", {}));
  expired = await startDockerRegistry(await issue("expired", { days: -1 }));
  misnamed = await startDockerRegistry(await issue("misnamed", { names: "DNS:registry.example.com" }));
  await makeReleasable(temp);
});
afterAll(async () => {
  await Promise.all([server, expired, misnamed].map((registry) => registry.stop()));
  await removeFolder(temp);
});

const CURVE = ["-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

function openssl(...args: readonly string[]): void {
  execFileSync("openssl", args, { cwd: temp, stdio: "ignore" });
}

/** A certificate for this machine under a name that is not taken for it, so that HTTPS is spoken. */
async function issue(name: string, { days = 2, names = "IP:0.0.0.0" }) {
  openssl("req", "-newkey", "ec", ...CURVE, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", "/CN=registry");
  await writeFile(join(temp, "names"), `subjectAltName=${names}`);
  const authority = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"];
  openssl(
    "x509",
    "-req",
    "-in",
    `${name}.csr`,
    ...authority,
    "-days",
    `${days}`,
    "-extfile",
    "names",
    "-out",
    `${name}.pem`,
  );
  return { certificate: join(temp, `${name}.pem`), key: join(temp, `${name}.key`) };
}

/** Pushes in a process of its own: authorities are read when a process starts. */
async function push({ host }: DockerRegistry, env: Readonly<Record<string, string>> = {}) {
  const registry = `oci://${host.replace("127.0.0.1", "0.0.0.0")}/harbour`;
  const pushing = spawn(process.execPath, [child, "push", temp, registry, "penguins"], {
    env: { ...process.env, ...env },
  });
  let output = "";
  pushing.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await once(pushing, "close");
  return JSON.parse(output) as unknown;
}

const trusting = () => ({ NODE_EXTRA_CA_CERTS: join(temp, "ca.pem") });

describe("a registry over HTTPS", () => {
  test("takes a release where its authority is known", async () => {
    expect(await push(server, trusting())).toMatchObject({ ref: "penguins:1.0.0" });
  });

  test("is not sent anything where its authority is not known, which is said with what to do", async () => {
    expect(await push(server)).toMatchObject({
      kind: "registry",
      code: "REGISTRY_UNTRUSTED",
      message: expect.stringContaining("was not issued by an authority that this machine knows"),
      hint: expect.stringContaining("NODE_EXTRA_CA_CERTS"),
    });
  });

  test("is refused under a name that its certificate does not have", async () => {
    expect(await push(misnamed, trusting())).toMatchObject({
      code: "REGISTRY_UNTRUSTED",
      message: expect.stringContaining("was issued for another host"),
    });
  });

  test("is refused once its certificate has expired", async () => {
    expect(await push(expired, trusting())).toMatchObject({
      code: "REGISTRY_UNTRUSTED",
      message: expect.stringContaining("has expired"),
    });
  });
});
