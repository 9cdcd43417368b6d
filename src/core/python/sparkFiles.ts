/** Files that Spark reads and writes: `spark.read.option("header", True).csv(path)`, `rows.write.mode("overwrite").parquet(path)`. */
import { calledName, childOf, type SyntaxNode } from "./syntax";

const FORMATS = /^(csv|json|load|orc|parquet|save|text)$/;

/** Whether a call reads or writes a file by way of Spark's reader or writer. */
export function sparkAccess(call: SyntaxNode): "reads" | "writes" | undefined {
  if (!FORMATS.test(calledName(call))) return undefined;
  const target = childOf(call, "function");
  for (let node = target && childOf(target, "object"); node !== undefined; node = reachedFrom(node)) {
    const name = node.type === "attribute" ? childOf(node, "attribute")?.text : undefined;
    if (name === "read" || name === "write") return name === "read" ? "reads" : "writes";
  }
  return undefined;
}

/** `rows.write` of `rows.write.mode("append")`. */
function reachedFrom(node: SyntaxNode): SyntaxNode | undefined {
  const target = node.type === "call" ? childOf(node, "function") : undefined;
  return target === undefined ? undefined : childOf(target, "object");
}
