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

/** Parses `NAME[:VERSION|@DIGEST]`; throws an input error that says what is wrong. */
export function parseReference(text: string): Reference {
  const [head = "", digest, ...rest] = text.split("@");
  const [name = "", version, ...more] = head.split(":");
  const invalid = (why: string): Error =>
    inputError("REFERENCE_INVALID", `"${text}" does not name a release: ${why}.`, {
      hint: "Write NAME, NAME:VERSION or NAME@sha256:DIGEST.",
    });
  if (rest.length > 0 || more.length > 0) throw invalid("it has too many parts");
  if (!isRepositoryName(name)) throw invalid("the name must be of lower-case letters, digits, dots and dashes");
  if (version !== undefined && !isTag(version)) throw invalid("the version has a character that no tag may have");
  if (digest === undefined) return version === undefined ? { name } : { name, version };
  if (version !== undefined) throw invalid("it has both a version and a digest");
  if (!isDigest(digest)) throw invalid("the digest is not sha256: and 64 hexadecimal digits");
  return { name, digest };
}

/** Writes a reference as the user would. */
export function formatReference({ name, version, digest }: Reference): string {
  if (digest !== undefined) return `${name}@${digest}`;
  return version === undefined ? name : `${name}:${version}`;
}

/** Parses `oci://host[:port][/namespace]`, or takes the text as the path of a folder. */
export function parseLocation(text: string): Location {
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]+):\/\//.exec(text);
  const invalid = (why: string): Error =>
    inputError("REGISTRY_LOCATION", `"${text}" is not a registry: ${why}.`, {
      hint: "Write oci://HOST[:PORT]/NAMESPACE or the path of a folder.",
    });
  if (text === "") throw invalid("it is empty");
  if (scheme === null) return { kind: "folder", path: text };
  if (scheme[1] !== "oci") throw invalid(`it begins with ${scheme[0]}`);
  const rest = text.slice("oci://".length).replace(/\/$/, "");
  const slash = rest.indexOf("/");
  const host = slash < 0 ? rest : rest.slice(0, slash);
  const namespace = slash < 0 ? "" : rest.slice(slash + 1);
  if (!HOST.test(host) || Number(/:([0-9]+)$/.exec(host)?.[1] ?? 1) > 65535) throw invalid("the host is not valid");
  if (slash >= 0 && !isRepositoryName(namespace)) throw invalid("the namespace is not valid");
  return { kind: "http", host, namespace };
}
