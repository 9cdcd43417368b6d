/** Logins as docker keeps them: `config.json` and credential helpers. Nothing of them is ever logged or written. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { inputError, SlipwayError } from "../../core/errors";
import { isDockerHub } from "../../core/oci/reference";
import { codeOf } from "../systemError";

/** A login for one registry: a name with a password, or a token that is exchanged for others (docker's "identity token"). */
export type Credentials = { readonly username: string; readonly password: string } | { readonly identityToken: string };

/** The login for a host (with its port); `undefined` if there is none. */
export type FindCredentials = (host: string) => Promise<Credentials | undefined>;

const HELPER_TIMEOUT_MS = 30_000;
const HELPER_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
/** What a helper gives as the user where the secret is an identity token. */
const TOKEN_USER = "<token>";

const configSchema = z.looseObject({
  auths: z
    .record(
      z.string(),
      z.looseObject({
        auth: z.string().exactOptional(),
        username: z.string().exactOptional(),
        password: z.string().exactOptional(),
        identitytoken: z.string().exactOptional(),
      }),
    )
    .exactOptional(),
  credHelpers: z.record(z.string(), z.string()).exactOptional(),
  credsStore: z.string().exactOptional(),
});
type DockerConfig = z.infer<typeof configSchema>;

/** Where docker keeps the login of Docker Hub. */
const HUB = "https://index.docker.io/v1/";

const helperAnswer = z.looseObject({ Username: z.string(), Secret: z.string() });

/** Finds logins in docker's configuration, which `docker login` and its kin write. */
export function dockerCredentials(env: NodeJS.ProcessEnv = process.env): FindCredentials {
  const path = join(env.DOCKER_CONFIG ?? join(env.HOME ?? homedir(), ".docker"), "config.json");
  return async (host) => {
    const config = await readConfig(path);
    const server = isDockerHub(host) ? HUB : host;
    const helper = config.credHelpers?.[server] ?? config.credHelpers?.[host] ?? config.credsStore;
    const kept = helper === undefined ? undefined : await askHelper(helper, server, env);
    return kept ?? fromAuths(config, hostOf(server));
  };
}

async function readConfig(path: string): Promise<DockerConfig> {
  try {
    return configSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return {};
    // the cause may quote the file, which holds passwords: it is not passed on
    throw inputError("DOCKER_CONFIG_INVALID", "The docker configuration, where the logins are, could not be read.", {
      place: { file: path },
    });
  }
}

function fromAuths(config: DockerConfig, host: string): Credentials | undefined {
  const [, entry] = Object.entries(config.auths ?? {}).find(([key]) => hostOf(key) === host) ?? [];
  if (entry === undefined) return undefined;
  if (entry.identitytoken !== undefined && entry.identitytoken !== "") return { identityToken: entry.identitytoken };
  const text = entry.auth === undefined ? "" : Buffer.from(entry.auth, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon > 0) return { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, "") };
  const { username, password } = entry;
  return username === undefined || password === undefined ? undefined : { username, password };
}

/** Docker writes `host`, `https://host` or `https://host/v1/`. */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
}

async function askHelper(helper: string, host: string, env: NodeJS.ProcessEnv): Promise<Credentials | undefined> {
  if (!HELPER_NAME.test(helper)) throw helperError(helper, "its name is not valid");
  const output = await runHelper(`docker-credential-${helper}`, host, env);
  if (output === undefined) return undefined;
  const parsed = helperAnswer.safeParse(parseOutput(output));
  if (!parsed.success) throw helperError(helper, "it did not answer in the form that docker defines");
  const { Username: username, Secret: secret } = parsed.data;
  return username === TOKEN_USER ? { identityToken: secret } : { username, password: secret };
}

function parseOutput(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    return undefined; // the caller says that the form is wrong
  }
}

/** Runs a helper as docker does; `undefined` if it keeps no login for the host. It is the user's own tool and gets their environment. */
function runHelper(command: string, host: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      ["get"],
      { env, timeout: HELPER_TIMEOUT_MS, maxBuffer: 65_536 },
      (error, stdout) => {
        if (error === null) resolve(stdout);
        else if (/credentials not found/i.test(stdout)) resolve(undefined);
        else reject(helperError(command, codeOf(error) === "ENOENT" ? "it is not installed" : "it failed"));
      },
    );
    child.stdin?.on("error", () => undefined); // it ended without reading: its exit code says why
    child.stdin?.end(host);
  });
}

function helperError(helper: string, why: string): SlipwayError {
  return new SlipwayError("registry", "REGISTRY_HELPER", `The credential helper ${helper} cannot be used: ${why}.`, {
    hint: "Check credsStore and credHelpers in docker's config.json.",
  });
}
