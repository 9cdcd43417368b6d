import type { Gate } from "../report";

/** The environment that a pipeline was validated in. */
export interface EnvironmentMeasurement {
  /** Number of packages that are pinned. */
  readonly packages: number;
  /** `Python 3.11.7`. */
  readonly runtime: string;
  /** What installed the packages; nothing where there are none to install. */
  readonly installer: string | undefined;
  readonly seconds: number;
}

/** Passed once a clean environment was built from the lock alone; where that fails, validation ends with an error instead. */
export function environmentResolves({ packages, runtime, installer, seconds }: EnvironmentMeasurement): Gate {
  const by = installer === undefined ? "" : `, installed by ${installer}`;
  return {
    id: "environment.resolves",
    title: "A clean environment builds from the lock alone",
    status: "passed",
    measured: `${packages} ${packages === 1 ? "package" : "packages"} pinned for ${runtime}${by}`,
    threshold: "every package pinned",
    message: "The pipeline ran in an environment that holds what its lock names, and nothing else.",
    seconds,
  };
}
