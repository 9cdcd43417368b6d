import * as z from "zod";
import type { Signature } from "./pipeline";

const columnType = z.enum(["number", "integer", "string", "boolean"]);

/** The form of a model's signature, in a lock, a validation record and a package. */
export const signatureSchema: z.ZodType<Signature> = z.object({
  layout: z.enum(["columns", "matrix"]),
  precision: z.literal("float64").exactOptional(),
  inputs: z.array(
    z.object({
      name: z.string(),
      type: columnType,
      nullable: z.boolean(),
      categories: z.array(z.string()).exactOptional(),
      range: z.tuple([z.number(), z.number()]).exactOptional(),
      meaning: z.string().exactOptional(),
    }),
  ),
  output: z.object({
    name: z.string(),
    type: columnType,
    classes: z.array(z.union([z.string(), z.number()])).exactOptional(),
    probabilities: z.boolean(),
    meaning: z.string().exactOptional(),
  }),
});
