import { resolve } from "node:path";
import { parseLocation } from "../../core/oci/reference";
import type { Registry } from "../../core/oci/registry";
import { dockerCredentials, type FindCredentials } from "./credentials";
import { openHttpRegistry } from "./httpRegistry";
import { openLayoutRegistry } from "./layoutRegistry";

const IDLE_MS = 60_000;

/** What may be set for registries over HTTP. */
export interface RegistryOptions {
  /** Where logins come from; docker's configuration by default. */
  readonly credentials?: FindCredentials;
  /** Hosts, besides this machine, that are spoken to without encryption; with their ports, if they have one. */
  readonly insecure?: readonly string[];
  /** Milliseconds of silence after which a request is given up. */
  readonly idleMs?: number;
}

/** Opens `oci://host[:port]/namespace`, or the folder at a path. Nothing is read or sent before it is used. */
export function openRegistry(location: string, options: RegistryOptions = {}): Registry {
  const place = parseLocation(location);
  if (place.kind === "folder") return openLayoutRegistry(resolve(place.path));
  return openHttpRegistry(place.namespace, {
    host: place.host,
    credentials: options.credentials ?? dockerCredentials(),
    insecure: options.insecure?.includes(place.host) ?? false,
    idleMs: options.idleMs ?? IDLE_MS,
  });
}
