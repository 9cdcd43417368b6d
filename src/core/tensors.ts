import type { InputColumn, Signature } from "./pipeline";

/**
 * How rows become the tensors of an exported ONNX model. The exporter, the model runner and the scoring client agree on it:
 *
 * - Inputs are bound by position: the order of `Signature.inputs` is that of the model's inputs. Not by name, for skl2onnx
 *   renames `cars on board` to `cars_on_board`.
 * - `columns`: one tensor [rows, 1] an input. `matrix`: one tensor [rows, inputs], strings if every input is, else float32.
 * - Where the signature's precision is float64, numbers and booleans are float64 in both layouts.
 * - A missing number or boolean is NaN, and so its column is float32. A missing string is "": skl2onnx cannot convert an
 *   imputer of strings for NaN, so the exporter sets `missing_values=""` on it, and pandas' None and NaN both become "".
 * - Outputs are bound by position too: the prediction, then, where there are any, probabilities as [rows, classes] (no ZipMap).
 */
export type InputTensorType = "float32" | "float64" | "int64" | "string" | "bool";

/** Type of the tensor that holds `column` in the layout `columns`. */
export function inputTensorType(column: InputColumn, { precision }: Pick<Signature, "precision">): InputTensorType {
  if (column.type === "string") return "string";
  if (precision !== undefined) return precision;
  if (column.nullable || column.type === "number") return "float32";
  return column.type === "integer" ? "int64" : "bool";
}

/** Type of the one tensor of the layout `matrix`. */
export function matrixTensorType({ inputs, precision }: Signature): "float32" | "float64" | "string" {
  return inputs.length > 0 && inputs.every((column) => column.type === "string") ? "string" : (precision ?? "float32");
}
