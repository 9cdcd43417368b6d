import { z } from "zod";

/** `slipway.yaml`. Every key is optional; an unknown key is an error, so that a slip of the pen is seen. */
export const configSchema = z.strictObject({
  registry: z
    .string()
    .min(1)
    .exactOptional()
    .describe("Where releases go: oci://host[:port]/namespace, or a folder. Default: .slipway/registry"),
  python: z.string().min(1).exactOptional().describe("The Python interpreter to make environments with."),
  timeoutSeconds: z.number().positive().exactOptional().describe("Time limit of one run of a notebook. Default: 600"),
  notebooks: z
    .record(
      z.string(),
      z.strictObject({
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
