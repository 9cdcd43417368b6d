/** A real registry, Debian's `docker-registry`, on a free loopback port. */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { get as httpGet } from "node:http";
import { get as httpsGet } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export const USER = "skipper";
export const PASSWORD = "ahoy";
/** bcrypt of the password, cost 5. */
const HASH = "$2y$05$r5OBn1wkXk.1e2PddRMZPu42cifUmcBTi7cdRT6tpYhhzlV4IIr.S";

export interface DockerRegistry {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Where it keeps its files. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** Files of a server's certificate and its key, in PEM. */
export interface ServerCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** Starts a registry that wants `USER` and `PASSWORD`; with a certificate, it speaks HTTPS and nothing else. */
export async function startDockerRegistry(tls?: ServerCertificate): Promise<DockerRegistry> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-registry-"));
  const host = `127.0.0.1:${await freePort()}`;
  await writeFile(join(folder, "htpasswd"), `${USER}:${HASH}\n`);
  await writeFile(join(folder, "config.json"), JSON.stringify(configuration(folder, host, tls)));
  const server = spawn("docker-registry", ["serve", join(folder, "config.json")], { stdio: "ignore" });
  const ended = new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.once("exit", () => resolve());
  });
  const stop = async (): Promise<void> => {
    server.kill("SIGKILL");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  await Promise.race([
    untilUp(`${tls === undefined ? "http" : "https"}://${host}/v2/`),
    ended.then(() => Promise.reject(new Error("docker-registry ended at once"))),
  ]);
  return { host, folder, stop };
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

function configuration(folder: string, addr: string, tls: ServerCertificate | undefined): unknown {
  return {
    version: 0.1,
    log: { level: "error" },
    storage: { filesystem: { rootdirectory: join(folder, "data") }, delete: { enabled: true } },
    http: { addr, relativeurls: true, ...(tls && { tls }) },
    auth: { htpasswd: { realm: "harbour", path: join(folder, "htpasswd") } },
  };
}

async function untilUp(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await statusOf(url)) === 401) return;
    await sleep(50);
  }
  throw new Error("docker-registry does not answer");
}

/** `undefined` if nobody answers. Whose certificate it is does not matter here. */
function statusOf(url: string): Promise<number | undefined> {
  const get = url.startsWith("https:") ? httpsGet : httpGet;
  return new Promise((resolve) => {
    get(url, { rejectUnauthorized: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).on("error", () => resolve(undefined));
  });
}
