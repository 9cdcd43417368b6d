import { join } from "node:path";
import type { Host, Progress } from "../core/host";
import { nodeClients } from "./clients";
import { nodeDeno } from "./deno";
import { nodeDisk } from "./disk";
import { nodeFiles } from "./files";
import { createFormatter } from "./formatter";
import { createGrammar } from "./grammar";
import { nodeHttp } from "./http";
import { nodeModels } from "./models";
import { dockerCredentials, type FindCredentials } from "./oci/credentials";
import { openRegistry } from "./oci/openRegistry";
import { openStore } from "./oci/store";
import { nodePython } from "./python";
import type { ChosenPython } from "./python/interpreter";
import { createTables } from "./tables";
import { nodeTypeChecker } from "./typeChecker";

/** What a face decides about its host. */
export interface HostOptions {
  readonly progress: Progress;
  /** The Python to use, whatever else is there. */
  readonly python?: ChosenPython;
  /** Registries that are spoken to without encryption. */
  readonly insecure?: readonly string[];
  /** Logins for registries; default: those of `docker login`. */
  readonly credentials?: FindCredentials;
}

/** The real adapters. What is large among them is loaded when it is first used. */
export function createHost(options: HostOptions): Host {
  const { progress, python, insecure = [], credentials = dockerCredentials() } = options;
  return {
    files: nodeFiles,
    http: nodeHttp,
    progress,
    clock: { now: () => new Date() },
    formatter: createFormatter(),
    grammar: createGrammar(),
    tables: createTables(),
    clients: nodeClients,
    python: nodePython(python === undefined ? {} : { python }),
    typeChecker: nodeTypeChecker,
    models: nodeModels,
    deno: nodeDeno,
    disk: nodeDisk,
    store: (workspace) => openStore(join(workspace, ".slipway", "store")),
    openRegistry: (location) => openRegistry(location, { credentials, insecure }),
  };
}
