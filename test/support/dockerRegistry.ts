/** A real registry, Debian's `docker-registry`, on a free loopback port. */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
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

/** Starts a registry that wants `USER` and `PASSWORD`. */
export async function startDockerRegistry(): Promise<DockerRegistry> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-registry-"));
  const host = `127.0.0.1:${await freePort()}`;
  await writeFile(join(folder, "htpasswd"), `${USER}:${HASH}\n`);
  await writeFile(join(folder, "config.json"), JSON.stringify(configuration(folder, host)));
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
  await Promise.race([untilUp(host), ended.then(() => Promise.reject(new Error("docker-registry ended at once")))]);
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

function configuration(folder: string, addr: string): unknown {
  return {
    version: 0.1,
    log: { level: "error" },
    storage: { filesystem: { rootdirectory: join(folder, "data") }, delete: { enabled: true } },
    http: { addr, relativeurls: true },
    auth: { htpasswd: { realm: "harbour", path: join(folder, "htpasswd") } },
  };
}

async function untilUp(host: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const up = await fetch(`http://${host}/v2/`).then(
      (answer) => answer.status === 401,
      () => false,
    );
    if (up) return;
    await sleep(50);
  }
  throw new Error("docker-registry does not answer");
}
