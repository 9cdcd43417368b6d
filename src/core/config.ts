import * as z from "zod";
import { isHost } from "./oci/reference";
import { libraryFacts } from "./python/libraryFacts";
import { MAX_TIMEOUT_SECONDS } from "./timeLimit";

const DAY = z.iso.date("not a day: YYYY-MM-DD");

/** `slipway.yaml`. Every key is optional; an unknown key is an error, so that a slip of the pen is seen. */
export const configSchema = z.strictObject({
  registry: z
    .string()
    .min(1)
    .exactOptional()
    .describe("Where releases go: oci://host[:port]/namespace, or a folder. Default: .slipway/registry"),
  insecure: z
    .array(z.string().refine(isHost, "not HOST or HOST:PORT"))
    .exactOptional()
    .describe("Registries, HOST or HOST:PORT, that are spoken to without encryption. This machine always is."),
  asOf: DAY.exactOptional().describe("Packages are taken as they were on this day, YYYY-MM-DD. Default: the newest"),
  python: z.string().min(1).exactOptional().describe("The Python interpreter to make environments with."),
  timeoutSeconds: z
    .number()
    .positive()
    .max(MAX_TIMEOUT_SECONDS)
    .exactOptional()
    .describe("Time limit of one run of a notebook. Default: 600"),
  memoryGigabytes: z
    .number()
    .positive()
    .exactOptional()
    .describe("Memory that one run of a notebook may use, in GB. Default: three quarters of the machine's"),
  thresholds: z
    .strictObject({
      modelDifference: z
        .number()
        .nonnegative()
        .exactOptional()
        .describe("Largest difference between the ONNX model and Python's. Default: 0.0001"),
      modelDisagreement: z
        .number()
        .min(0)
        .max(1)
        .exactOptional()
        .describe("Largest share of rows whose predictions disagree. Default: 0.001"),
      modelMilliseconds: z
        .number()
        .positive()
        .exactOptional()
        .describe("Time that 95 of 100 predictions of one row may take. Default: 50"),
      modelRequired: z
        .boolean()
        .exactOptional()
        .describe("Whether a model that cannot be exported to ONNX holds back the release. Default: true"),
    })
    .exactOptional()
    .describe("What a pipeline has to reach."),
  effects: libraryFacts.exactOptional().describe("What libraries do that Slipway does not know, as your own ones."),
  notebooks: z
    .record(
      z.string(),
      z.strictObject({
        asOf: DAY.exactOptional().describe("Packages are taken as they were on this day, YYYY-MM-DD."),
        model: z.string().exactOptional().describe("Name of the model to ship."),
        pipeline: z
          .string()
          .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
          .exactOptional()
          .describe("Name of the pipeline. Default: the notebook's file name."),
      }),
    )
    .exactOptional()
    .describe("Overrides for single notebooks, by their path from the workspace."),
});

/** The parsed configuration. */
export type Config = z.infer<typeof configSchema>;
