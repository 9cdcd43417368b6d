import { chmod, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { dockerCredentials } from "../../src/node/oci/credentials";
import { removeFolder } from "../support/releases";

const HOST = "registry.example.com:5000";
const base64 = (text: string): string => Buffer.from(text).toString("base64");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-docker-"));
});
afterEach(() => removeFolder(folder));

/** Looks a login up in a docker configuration; `helper` is the script of `docker-credential-harbour`. */
async function find(config: unknown, helper?: string, host = HOST) {
  await writeFile(join(folder, "config.json"), typeof config === "string" ? config : JSON.stringify(config));
  if (helper !== undefined) {
    const path = join(folder, "docker-credential-harbour");
    await writeFile(path, `#!/bin/sh\n${helper}\n`);
    await chmod(path, 0o755);
  }
  return dockerCredentials({ DOCKER_CONFIG: folder, PATH: `${folder}${delimiter}${process.env.PATH ?? ""}` })(host);
}

describe("a login of docker's configuration", () => {
  test.each([HOST, `https://${HOST}`, `https://${HOST}/v1/`])("is found under %s", async (key) => {
    const auths = { "other.example.com": { auth: base64("other:one") }, [key]: { auth: base64("skipper:a:hoy") } };
    expect(await find({ auths })).toEqual({ username: "skipper", password: "a:hoy" });
  });

  test("may be an identity token, or in the clear", async () => {
    expect(await find({ auths: { [HOST]: { auth: base64("x:"), identitytoken: "t" } } })).toEqual({
      identityToken: "t",
    });
    const auths = { [HOST]: { username: "skipper", password: "ahoy" } };
    expect(await find({ auths })).toEqual({ username: "skipper", password: "ahoy" });
  });

  test("is not taken from another host or port", async () => {
    const auths = { "registry.example.com": { auth: base64("a:b") }, "example.com:5000": { auth: base64("a:b") } };
    expect(await find({ auths })).toBeUndefined();
    expect(await find({})).toBeUndefined();
    expect(await dockerCredentials({ DOCKER_CONFIG: join(folder, "none") })(HOST)).toBeUndefined();
  });

  test.each(["docker.io", "index.docker.io", "registry-1.docker.io"])("for %s is Docker Hub's", async (host) => {
    const auths = { "https://index.docker.io/v1/": { auth: base64("skipper:ahoy") } };
    expect(await find({ auths }, undefined, host)).toEqual({ username: "skipper", password: "ahoy" });
    expect(await find({ auths }, undefined, "docker.io.example.com")).toBeUndefined();
    const helper = `read server; echo "{\\"Username\\":\\"skipper\\",\\"Secret\\":\\"$server\\"}"`;
    expect(await find({ credsStore: "harbour" }, helper, host)).toEqual({
      username: "skipper",
      password: "https://index.docker.io/v1/",
    });
  });

  test("that cannot be read is an error that does not repeat the file", async () => {
    const failure = find(`{"auths": secret`);
    await expect(failure).rejects.toMatchObject({ kind: "input", code: "DOCKER_CONFIG_INVALID" });
    const error: unknown = await failure.catch((caught: unknown) => caught);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("secret");
  });
});

describe("a credential helper", () => {
  const config = { credHelpers: { [HOST]: "harbour" } };
  const answer = (username: string, secret: string): string =>
    `echo '${JSON.stringify({ ServerURL: HOST, Username: username, Secret: secret })}'`;

  test("is asked for the host, and its answer used", async () => {
    const script = `[ "$1" = get ] && [ "$(cat)" = "${HOST}" ] && ${answer("skipper", "ahoy")}`;
    expect(await find(config, script)).toEqual({ username: "skipper", password: "ahoy" });
    expect(await find({ credsStore: "harbour" }, script)).toEqual({ username: "skipper", password: "ahoy" });
  });

  test("may give an identity token, or have none", async () => {
    expect(await find(config, `cat >/dev/null; ${answer("<token>", "t")}`)).toEqual({ identityToken: "t" });
    const nothing = `echo "credentials not found in native keychain"; exit 1`;
    expect(await find(config, nothing)).toBeUndefined();
    expect(await find({ ...config, auths: { [HOST]: { auth: base64("a:b") } } }, nothing)).toEqual({
      username: "a",
      password: "b",
    });
  });

  test.each([
    ["fails", config, "exit 3"],
    ["answers something else", config, "echo hello"],
    ["is not there", { credHelpers: { [HOST]: "absent" } }, undefined],
    ["has a path for a name", { credHelpers: { [HOST]: "../../bin/sh" } }, undefined],
  ])("that %s is named in the error", async (_what, broken, script) => {
    await expect(find(broken, script)).rejects.toMatchObject({ kind: "registry", code: "REGISTRY_HELPER" });
  });
});
