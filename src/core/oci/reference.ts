import { isDigest, type Digest } from "../digest";
import { inputError } from "../errors";

/** A release or a package as a user names it: `penguins`, `penguins:1.0.2`, `penguins@sha256:…`. */
export interface Reference {
  readonly name: string;
  /** The tag; absent together with `digest` where the newest release is meant. */
  readonly version?: string;
  readonly digest?: Digest;
}

/** Where a registry is. */
export type Location =
  | { readonly kind: "folder"; readonly path: string }
  /** `host` with its port, if it has one; `namespace` is put before every repository's name, and may be empty. */
  | { readonly kind: "http"; readonly host: string; readonly namespace: string };

const MAX_NAME = 255;
/** OCI distribution specification 1.1, "Pulling manifests": `<name>` and `<reference>` as a tag. */
const NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const HOST = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?$/;
const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]+)?$/;

/** True if a registry takes `name` as the name of a repository. */
export function isRepositoryName(name: string): boolean {
  return name.length <= MAX_NAME && NAME.test(name);
}

/** True if a registry takes `tag` as a tag. */
export function isTag(tag: string): boolean {
  return TAG.test(tag);
}

/** True if `host` (with or without port) is this machine, so that plain HTTP to it leaves no network trace. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** Names of Docker Hub; it is logged in to as `index.docker.io` and spoken to as `registry-1.docker.io`. */
export function isDockerHub(host: string): boolean {
  return ["docker.io", "index.docker.io", "registry-1.docker.io"].includes(host);
}

/** The host that speaks for the registry `host`. */
export function registryHost(host: string): string {
  return isDockerHub(host) ? "registry-1.docker.io" : host;
}

/** Where a registry keeps the repository `name`. Docker Hub has no repository deeper than its namespace: `/` becomes `-` there. */
export function repositoryPath({ host, namespace }: { host: string; namespace: string }, name: string): string {
  const place = isDockerHub(host) ? name.replaceAll("/", "-") : name;
  return namespace === "" ? place : `${namespace}/${place}`;
}

/** Parses `NAME[:VERSION|@DIGEST]`; throws an input error that says what is wrong. */
export function parseReference(text: string): Reference {
  const at = text.indexOf("@");
  if (at >= 0) return { name: checkedName(text, text.slice(0, at)), digest: checkedDigest(text, text.slice(at + 1)) };
  const colon = text.indexOf(":");
  if (colon < 0) return { name: checkedName(text, text) };
  const version = text.slice(colon + 1);
  if (!isTag(version)) throw invalidReference(text, `"${version}" cannot be a version`);
  return { name: checkedName(text, text.slice(0, colon)), version };
}

function checkedName(text: string, name: string): string {
  if (isRepositoryName(name)) return name;
  throw invalidReference(text, "a name has lower-case letters and digits, with single dots, dashes or slashes between");
}

function checkedDigest(text: string, digest: string): Digest {
  if (isDigest(digest)) return digest;
  throw invalidReference(text, "after @ comes sha256: and 64 hexadecimal digits");
}

function invalidReference(text: string, why: string): Error {
  return inputError("REFERENCE_INVALID", `"${text}" does not name a release: ${why}.`, {
    hint: "Write NAME, NAME:VERSION or NAME@sha256:DIGEST.",
  });
}

/** Writes a reference as the user would. */
export function formatReference({ name, version, digest }: Reference): string {
  if (digest !== undefined) return `${name}@${digest}`;
  return version === undefined ? name : `${name}:${version}`;
}

/** Parses `oci://host[:port][/namespace]`, or takes the text as the path of a folder. */
export function parseLocation(text: string): Location {
  if (text === "") throw invalidLocation(text, "it is empty");
  if (text.startsWith("oci://")) return parseHttp(text);
  const scheme = /^[a-zA-Z][a-zA-Z0-9+.-]+:\/\//.exec(text);
  if (scheme !== null) throw invalidLocation(text, `it begins with ${scheme[0]}`);
  return { kind: "folder", path: text };
}

function parseHttp(text: string): Location {
  const [, host = "", namespace = ""] = /^oci:\/\/([^/]*)(?:\/(.*?))?\/?$/.exec(text) ?? [];
  if (!isHost(host)) throw invalidLocation(text, "the host is not valid");
  if (namespace !== "" && !isRepositoryName(namespace)) throw invalidLocation(text, "the namespace is not valid");
  return { kind: "http", host, namespace };
}

/** True if `host` is a host, with or without a port. */
export function isHost(host: string): boolean {
  const port = Number(/:([0-9]+)$/.exec(host)?.[1] ?? 1);
  return HOST.test(host) && port >= 1 && port <= 65535;
}

function invalidLocation(text: string, why: string): Error {
  return inputError("REGISTRY_LOCATION", `"${text}" is not a registry: ${why}.`, {
    hint: "Write oci://HOST[:PORT]/NAMESPACE or the path of a folder.",
  });
}
