import { SlipwayError } from "../core/errors";
import type { Host } from "../core/host";
import { sortVersions } from "../core/package/version";
import { forEachParallel } from "./parallel";

const PARALLEL_LISTS = 4;

/** What is listed. */
export interface ListOptions {
  readonly registry: string;
  /** Only this pipeline. */
  readonly name?: string;
}

/** A pipeline with its releases. */
export interface ListedPipeline {
  readonly name: string;
  /** The newest first. */
  readonly versions: readonly string[];
}

/** The pipelines that have releases, by name. */
export async function list(
  { registry: location, name }: ListOptions,
  host: Pick<Host, "openRegistry">,
  signal: AbortSignal,
): Promise<readonly ListedPipeline[]> {
  const registry = host.openRegistry(location);
  const names = name === undefined ? await registry.repositories(signal) : [name];
  if (names === undefined) {
    throw new SlipwayError("registry", "REGISTRY_NO_CATALOG", `The registry ${location} does not tell what it has.`, {
      hint: "Name the pipeline: slipway list NAME",
    });
  }
  const found: ListedPipeline[] = [];
  await forEachParallel(names, PARALLEL_LISTS, async (repository) => {
    const versions = sortVersions(await registry.repository(repository).tags(signal));
    if (versions.length > 0) found.push({ name: repository, versions });
  });
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}
