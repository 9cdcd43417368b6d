import { resolve } from "node:path";
import type { Config } from "../core/config";
import { parseLocation } from "../core/oci/reference";
import { DEFAULT_REGISTRY } from "./workspace";

/**
 * The registry that a command uses: the one that was asked for, else that of `slipway.yaml`, else the workspace's own. A folder
 * is taken from the workspace and made absolute.
 */
export function registryLocation(workspace: string, asked: string | undefined, { registry }: Config): string {
  const location = parseLocation(asked ?? registry ?? DEFAULT_REGISTRY);
  if (location.kind === "folder") return resolve(workspace, location.path);
  return `oci://${[location.host, location.namespace].filter((part) => part !== "").join("/")}`;
}
