/** What a registry over HTTP does when the other side fails, lies or is slow. */
import { mkdtemp, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { digestOf } from "../../src/core/digest";
import { OCI_MANIFEST } from "../../src/core/oci/mediaTypes";
import type { Repository } from "../../src/core/oci/registry";
import type { Descriptor } from "../../src/core/oci/store";
import { openRegistry, type RegistryOptions } from "../../src/node/oci/openRegistry";
import { startCuttingProxy, type ProxyPlan } from "../support/cuttingProxy";
import { freePort, PASSWORD, startDockerRegistry, USER, type DockerRegistry } from "../support/dockerRegistry";
import { removeFolder } from "../support/releases";
import { startScriptedServer, type Answer, type ScriptedServer } from "../support/scriptedServer";

const signal = new AbortController().signal;
const login = { credentials: () => Promise.resolve({ username: USER, password: PASSWORD }) };
const nobody = { credentials: () => Promise.resolve(undefined) };
const large = Buffer.alloc(8_000_000, "guillemot");
const largeBlob = describeBlob(large);

let temp: string;
let registry: DockerRegistry;
const toStop: { stop(): Promise<void> }[] = [];
beforeAll(async () => {
  temp = await mkdtemp(join(tmpdir(), "slipway-faults-"));
  registry = await startDockerRegistry();
  await writeFile(join(temp, "large"), large);
});
afterAll(async () => {
  await registry.stop();
  await removeFolder(temp);
});
afterEach(async () => {
  for (const server of toStop.splice(0)) await server.stop();
});

function describeBlob(content: Uint8Array): Descriptor {
  return { mediaType: "application/octet-stream", digest: digestOf(content), size: content.length };
}

function repository(host: string, options: RegistryOptions = login, name = "auks"): Repository {
  return openRegistry(`oci://${host}/faults`, options).repository(name);
}

async function scripted(answer: Answer): Promise<ScriptedServer> {
  const server = await startScriptedServer(answer);
  toStop.push(server);
  return server;
}

async function proxied(plan: ProxyPlan) {
  const proxy = await startCuttingProxy(registry.host, plan);
  toStop.push(proxy);
  return proxy;
}

async function read(from: Repository, descriptor: Descriptor): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of from.readBlob(descriptor, signal)) parts.push(chunk);
  return Buffer.concat(parts);
}

function reply(response: ServerResponse, status: number, headers: Record<string, string> = {}, body = ""): void {
  response.writeHead(status, headers).end(body);
}

describe("a registry that cannot be reached", () => {
  test("is named, with the reason", async () => {
    const host = `127.0.0.1:${await freePort()}`;
    const failure = repository(host).tags(signal);
    await expect(failure).rejects.toMatchObject({ kind: "registry", code: "REGISTRY_UNREACHABLE" });
    await expect(failure).rejects.toThrow(`${host} could not be reached: nothing listens there`);
  });

  test("is not spoken to without encryption, unless that was asked for", async () => {
    const { host } = await scripted((_request, response) => reply(response, 404));
    const port = host.split(":")[1];
    // the name leads to this machine, but is not one of its own names: TLS is spoken, and the server does not know it
    const name = `0.0.0.0:${port}`;
    await expect(repository(name).tags(signal)).rejects.toMatchObject({
      code: "REGISTRY_UNREACHABLE",
      hint: `If it has no encryption, name it in slipway.yaml: insecure: ["${name}"]`,
    });
    const other = repository(name, { ...login, insecure: ["other.example.com"] });
    await expect(other.tags(signal)).rejects.toMatchObject({ code: "REGISTRY_UNREACHABLE" });
    expect(await repository(name, { ...login, insecure: [name] }).tags(signal)).toEqual([]);
  });
});

describe("a login", () => {
  test("that is wrong says how to log in", async () => {
    const wrong = { credentials: () => Promise.resolve({ username: USER, password: "wrong" }) };
    const failure = repository(registry.host, wrong).tags(signal);
    await expect(failure).rejects.toMatchObject({
      kind: "registry",
      code: "REGISTRY_UNAUTHORIZED",
      hint: `Run: docker login ${registry.host}`,
    });
    await expect(failure).rejects.toThrow("refused the login");
  });

  test("that is lacking is asked for", async () => {
    await expect(repository(registry.host, nobody).tags(signal)).rejects.toThrow("asks for a login");
  });

  test("never appears in what people see", async () => {
    const failure = repository(registry.host, {
      credentials: () => Promise.resolve({ username: USER, password: "very-secret" }),
    }).tags(signal);
    const error: unknown = await failure.catch((caught: unknown) => caught);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("very-secret");
  });

  test.each([
    { seconds: 300, fetches: 1 },
    { seconds: 0.2, fetches: 3 },
  ])(
    "by a token that is valid for $seconds s is fetched $fetches times for 3 requests",
    async ({ seconds, fetches }) => {
      const basic = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString("base64")}`;
      const tokens: string[] = [];
      const server = await scripted((request, response) => {
        if (request.url.startsWith("/token")) {
          tokens.push(request.url);
          const token = { token: `t${tokens.length}`, expires_in: seconds };
          reply(response, request.headers.authorization === basic ? 200 : 401, {}, JSON.stringify(token));
          return;
        }
        if (request.headers.authorization === `Bearer t${tokens.length}`) {
          reply(response, 200, {}, `{"tags":["1.0.0"]}`);
          return;
        }
        const challenge = `Bearer realm="http://${request.headers.host ?? ""}/token",service="here"`;
        reply(response, 401, { "www-authenticate": challenge });
      });
      const auks = repository(server.host);
      for (let count = 0; count < 3; count += 1) {
        expect(await auks.tags(signal)).toEqual(["1.0.0"]);
        await sleep(150);
      }
      expect(tokens).toEqual(Array(fetches).fill("/token?scope=repository%3Afaults%2Fauks%3Apull&service=here"));
    },
  );

  test("by an identity token is exchanged by POST", async () => {
    const server = await scripted((request, response) => {
      if (request.url === "/token") {
        expect(new URLSearchParams(request.body).get("refresh_token")).toBe("long-lived");
        reply(response, 200, {}, `{"access_token":"short"}`);
        return;
      }
      if (request.headers.authorization === "Bearer short") {
        reply(response, 200, {}, `{"tags":["1.0.0"]}`);
        return;
      }
      reply(response, 401, { "www-authenticate": `Bearer realm="http://${request.headers.host ?? ""}/token"` });
    });
    const credentials = () => Promise.resolve({ identityToken: "long-lived" });
    expect(await repository(server.host, { credentials }).tags(signal)).toEqual(["1.0.0"]);
  });

  test.each([
    ["is asked for where a token that anybody gets does not do", 401, "asks for a login"],
    [
      "is named where the registry forbids what was asked for",
      403,
      "refused to list what it has (HTTP 403): not yours",
    ],
  ])("%s", async (_what, status, message) => {
    const server = await scripted((request, response) => {
      if (request.url.startsWith("/token")) reply(response, 200, {}, `{"token":"anybody"}`);
      else if (request.headers.authorization === "Bearer anybody") {
        reply(response, status, {}, `{"errors":[{"message":"not yours"}]}`);
      } else reply(response, 401, { "www-authenticate": `Bearer realm="http://${request.headers.host ?? ""}/token"` });
    });
    await expect(repository(server.host, nobody).tags(signal)).rejects.toMatchObject({
      message: expect.stringContaining(message),
      hint: expect.stringContaining(`docker login ${server.host}`),
    });
  });

  test("is not sent to a token server without encryption", async () => {
    const server = await scripted((_request, response) =>
      reply(response, 401, { "www-authenticate": `Bearer realm="http://tokens.example.com/token"` }),
    );
    await expect(repository(server.host).tags(signal)).rejects.toMatchObject({ code: "REGISTRY_INSECURE" });
  });
});

describe("a redirect", () => {
  test("to a storage does not carry the login, and its bytes are verified", async () => {
    const content = Buffer.from("razorbill");
    const storage = await scripted((_request, response) => reply(response, 200, {}, content.toString()));
    const front = await scripted((request, response) => {
      if (request.headers.authorization === undefined) {
        reply(response, 401, { "www-authenticate": `Basic realm="harbour"` });
        return;
      }
      reply(response, 307, { location: `http://${storage.host}/bucket/blob` });
    });
    expect((await read(repository(front.host), describeBlob(content))).toString()).toBe("razorbill");
    expect(front.requests.map(({ headers }) => headers.authorization !== undefined)).toEqual([false, true]);
    expect(storage.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    await expect(read(repository(front.host), describeBlob(Buffer.from("RAZORBILL")))).rejects.toMatchObject({
      code: "BLOB_CORRUPT",
    });
  });

  test("to another host does not carry an upload's login either", async () => {
    const storage = await scripted((_request, response) => reply(response, 201));
    const front = await scripted((request, response) => {
      if (request.headers.authorization === undefined) {
        reply(response, 401, { "www-authenticate": `Basic realm="harbour"` });
        return;
      }
      reply(response, 202, { location: `http://${storage.host}/upload?session=1` });
    });
    const bytes = Buffer.from("puffin");
    await repository(front.host).putBlob(describeBlob(bytes), { bytes }, signal);
    expect(storage.requests).toMatchObject([{ method: "PUT", body: "puffin" }]);
    expect(storage.requests[0]?.url).toBe(`/upload?session=1&digest=${encodeURIComponent(digestOf(bytes))}`);
    expect(storage.requests[0]?.headers.authorization).toBeUndefined();
  });

  test.each(["http://storage.example.com/blob", "file:///etc/passwd", "http://"])(
    "to %s is refused",
    async (location) => {
      const server = await scripted((_request, response) => reply(response, 307, { location }));
      const failure = read(repository(server.host), describeBlob(Buffer.from("x")));
      await expect(failure).rejects.toMatchObject({ kind: "registry" });
      expect(server.requests).toHaveLength(1);
    },
  );

  test("without end is given up", async () => {
    const server = await scripted((request, response) => reply(response, 302, { location: `${request.url}x` }));
    await expect(repository(server.host).tags(signal)).rejects.toThrow("redirects without end");
  });
});

describe("a registry that is busy", () => {
  test.each([
    [429, { "retry-after": "0" }],
    [500, {}],
    [503, { "retry-after": "1" }],
  ])("with %i is asked again, not before it said", async (status, headers) => {
    const times: number[] = [];
    const server = await scripted((_request, response, count) => {
      times.push(performance.now());
      if (count < 3) reply(response, status, headers);
      else reply(response, 200, {}, `{"tags":["1.0.0"]}`);
    });
    expect(await repository(server.host).tags(signal)).toEqual(["1.0.0"]);
    const pause = Number((headers as Record<string, string>)["retry-after"] ?? 0) * 1000;
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(Math.max(pause, 95));
  });

  test("for good is given up with its own words, fit for a terminal", async () => {
    const server = await scripted((_request, response) =>
      reply(response, 503, {}, JSON.stringify({ errors: [{ code: "X", message: "dock\u001b[31m closed\r\n" }] })),
    );
    const failure = repository(server.host).tags(signal);
    await expect(failure).rejects.toMatchObject({ kind: "registry", code: "REGISTRY_REFUSED" });
    await expect(failure).rejects.toThrow("(HTTP 503): dock [31m closed.");
    expect(server.requests).toHaveLength(5);
  });

  test("is not asked again what it refused", async () => {
    const body = `{"errors":[{"code":"DENIED","message":"requested access is denied"}]}`;
    const server = await scripted((_request, response) => reply(response, 403, {}, body));
    const bytes = Buffer.from("skua");
    const failure = repository(server.host).putBlob(describeBlob(bytes), { bytes }, signal);
    await expect(failure).rejects.toThrow("refused to take a blob (HTTP 403): requested access is denied");
    expect(server.requests).toHaveLength(1);
  });

  test("and silent is given up", async () => {
    const server = await scripted(() => undefined);
    const failure = repository(server.host, { ...login, idleMs: 100 }).tags(signal);
    await expect(failure).rejects.toMatchObject({ kind: "registry", code: "REGISTRY_BROKE_OFF" });
    await expect(failure).rejects.toThrow("silent for 0.1 seconds");
  });

  test("and trickling is given up", async () => {
    const server = await scripted((_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(" "), 50);
      response.on("close", () => clearInterval(timer));
    });
    const failure = repository(server.host, { ...login, idleMs: 150 }).tags(signal);
    await expect(failure).rejects.toMatchObject({ kind: "registry", code: "REGISTRY_BROKE_OFF" });
  });
});

describe("an answer", () => {
  const manifest = Buffer.from(`{"schemaVersion":2}`);

  test.each([
    ["other bytes than were asked for by digest", {}, "{}", "BLOB_CORRUPT"],
    [
      "a digest that is not that of its bytes",
      { "docker-content-digest": digestOf("other") },
      manifest.toString(),
      "BLOB_CORRUPT",
    ],
    ["more bytes than any manifest has", {}, "x".repeat(4 * 1024 * 1024 + 1), "REGISTRY_INVALID"],
  ])("with %s is refused", async (_what, headers, body, code) => {
    const server = await scripted((_request, response) => reply(response, 200, { ...headers }, body));
    await expect(repository(server.host).manifest(digestOf(manifest), signal)).rejects.toMatchObject({ code });
  });

  test.each([
    ["truncated", "razor"],
    ["oversized", "razorbill and more"],
    ["wrong", "RAZORBILL"],
  ])("with a blob that is %s is refused", async (_what, body) => {
    const server = await scripted((_request, response) => reply(response, 200, {}, body));
    await expect(read(repository(server.host), describeBlob(Buffer.from("razorbill")))).rejects.toMatchObject({
      kind: "verification",
      code: "BLOB_CORRUPT",
    });
  });

  test.each(["", "<html>", `{"tags":7}`])("that is no list of tags is refused: %j", async (body) => {
    const server = await scripted((_request, response) => reply(response, 200, {}, body));
    await expect(repository(server.host).tags(signal)).rejects.toMatchObject({ code: "REGISTRY_INVALID" });
  });

  test("in pages is read to its end, and one without end is not", async () => {
    const server = await scripted((_request, response, count) => {
      const link: Record<string, string> =
        count < 3 ? { link: `</v2/faults/auks/tags/list?last=${count}>; rel="next"` } : {};
      reply(response, 200, link, JSON.stringify({ tags: [`1.0.${count}`] }));
    });
    expect(await repository(server.host).tags(signal)).toEqual(["1.0.1", "1.0.2", "1.0.3"]);
    const endless = await scripted((request, response) =>
      reply(response, 200, { link: `<http://elsewhere.example.com${request.url}>; rel="next"` }, `{"tags":[]}`),
    );
    await expect(repository(endless.host).tags(signal)).rejects.toThrow("no end");
  });

  test("to an upload without a place is refused", async () => {
    const server = await scripted((_request, response) => reply(response, 202));
    const bytes = Buffer.from("x");
    const failure = repository(server.host).putBlob(describeBlob(bytes), { bytes }, signal);
    await expect(failure).rejects.toMatchObject({ code: "REGISTRY_INVALID" });
  });

  test("that is not HTTP is refused", async () => {
    const server = await scripted((_request, response) => response.socket?.end("SSH-2.0-OpenSSH_9.6\r\n"));
    await expect(repository(server.host).tags(signal)).rejects.toMatchObject({ code: "REGISTRY_INVALID" });
  });
});

describe("a connection that is cut", () => {
  test("during an upload is made again, and the blob arrives", async () => {
    const proxy = await proxied({ cuts: 2, afterSent: 1_000_000 });
    const target = repository(proxy.host, login, "cut");
    await target.putBlob(largeBlob, { path: join(temp, "large") }, signal);
    expect(proxy.cut()).toBe(2);
    expect((await read(repository(registry.host, login, "cut"), largeBlob)).equals(large)).toBe(true);
  });

  test("again and again during an upload is an error, and no blob is there", async () => {
    const proxy = await proxied({ cuts: 100, afterSent: 1_000_000 });
    const failure = repository(proxy.host, login, "cut-off").putBlob(largeBlob, { path: join(temp, "large") }, signal);
    await expect(failure).rejects.toMatchObject({ kind: "registry", code: "REGISTRY_BROKE_OFF" });
    expect(await repository(registry.host, login, "cut-off").hasBlob(largeBlob, signal)).toBe(false);
  });

  test("during a download goes on where it was cut", async () => {
    const direct = repository(registry.host, login, "resumed");
    await direct.putBlob(largeBlob, { path: join(temp, "large") }, signal);
    const proxy = await proxied({ cuts: 2, afterReceived: 3_000_000 });
    expect((await read(repository(proxy.host, login, "resumed"), largeBlob)).equals(large)).toBe(true);
    expect(proxy.cut()).toBe(2);
  });
});

test("a manifest that was refused leaves its tag as it was", async () => {
  const target = repository(registry.host);
  const config = Buffer.from("{}");
  await target.putBlob(describeBlob(config), { bytes: config }, signal);
  const bytes = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, config: describeBlob(config), layers: [] }),
  );
  const digest = await target.putManifest(bytes, OCI_MANIFEST, "1.0.0", signal);
  await expect(target.putManifest(Buffer.from("{"), OCI_MANIFEST, "1.0.0", signal)).rejects.toMatchObject({
    code: "REGISTRY_REFUSED",
  });
  expect((await target.manifest("1.0.0", signal))?.descriptor.digest).toBe(digest);
});

test("an interruption stops an upload at once", async () => {
  const controller = new AbortController();
  const proxy = await proxied({ cuts: 0, onSent: async (total) => (total > 500_000 ? controller.abort() : undefined) });
  const target = repository(proxy.host, login, "stopped");
  const failure = target.putBlob(largeBlob, { path: join(temp, "large") }, controller.signal);
  await expect(failure).rejects.toMatchObject({ kind: "interrupted" });
  expect(await repository(registry.host, login, "stopped").hasBlob(largeBlob, signal)).toBe(false);
});

test("an upload needs little memory, however large the blob is", async () => {
  const path = join(temp, "huge");
  const huge = Buffer.alloc(200_000_000, 7);
  await writeFile(path, huge);
  const descriptor = describeBlob(huge);
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers - before)), 5);
  await repository(registry.host, login, "huge").putBlob(descriptor, { path }, signal);
  clearInterval(timer);
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(50_000_000);
});
