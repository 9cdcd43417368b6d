import type { Gate } from "../report";
import { codeTypes, type TypesMeasurement } from "./codeTypes";
import { environmentResolves, type EnvironmentMeasurement } from "./environmentResolves";
import { modelPortable, type PortableMeasurement } from "./modelPortable";
import { modelSpeed, type SpeedMeasurement } from "./modelSpeed";
import { runEqualsNotebook } from "./runEqualsNotebook";
import { runNotebook } from "./runNotebook";
import { runRepeatable } from "./runRepeatable";
import type { CheckMeasurement, RunMeasurement } from "./runs";
import { scoringPath, type PathMeasurement } from "./scoringPath";
import type { Thresholds } from "./thresholds";

/** All that was measured of a pipeline, whatever its language. */
export interface Measurements {
  readonly environment: EnvironmentMeasurement;
  readonly notebook: RunMeasurement;
  readonly module: RunMeasurement;
  readonly check: CheckMeasurement;
  readonly types: TypesMeasurement;
  readonly model: PortableMeasurement;
  readonly speed: SpeedMeasurement | undefined;
  /** Absent without a model, and for TypeScript. */
  readonly path?: PathMeasurement | undefined;
  /** The module's metrics that are single numbers. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** Every gate's verdict, in the order in which a person asks. */
export function gatesOf(measured: Measurements, thresholds: Thresholds): readonly Gate[] {
  const { environment, notebook, module, check, types, model, speed, path } = measured;
  return [
    environmentResolves(environment),
    runNotebook(notebook),
    runEqualsNotebook({ notebook, module, check, seconds: module.seconds }),
    runRepeatable({ module, check }),
    codeTypes(types),
    ...(path === undefined ? [] : [scoringPath(path)]),
    modelPortable(model, thresholds),
    modelSpeed(speed, thresholds),
  ];
}
