import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * Path of a file that Slipway brings along: `bundled` is its place beside the bundles (dist/), `source` its place in the
 * repository, for code that runs unbundled.
 */
export function assetPath(bundled: string, source: string): string {
  const path = join(__dirname, bundled);
  return existsSync(path) ? path : join(__dirname, "../..", source);
}
