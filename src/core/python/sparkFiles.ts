/** Files that Spark reads and writes: `spark.read.option("header", True).csv(path)`, `rows.write.mode("overwrite").parquet(path)`. */
import { calledName, childOf, type SyntaxNode } from "./syntax";

const FORMATS = /^(csv|json|load|orc|parquet|save|text)$/;

/** Whether a call reads or writes a file by way of Spark's reader or writer. */
export function sparkAccess(call: SyntaxNode): "reads" | "writes" | undefined {
  const name = FORMATS.test(calledName(call)) ? accessOf(call)?.name : undefined;
  return name === undefined ? undefined : name === "read" ? "reads" : "writes";
}

/** What a call writes by way of Spark's writer, be it to a table: `rows` of `rows.coalesce(1).write.saveAsTable(name)`. */
export function writtenBySpark(call: SyntaxNode): SyntaxNode | undefined {
  const name = calledName(call);
  const access = FORMATS.test(name) || TABLES.test(name) ? accessOf(call) : undefined;
  let written = access?.name === "write" ? access.object : undefined;
  while (written?.type === "call" && SAME_ROWS.test(calledName(written))) written = reachedFrom(written);
  return written;
}

const TABLES = /^(saveAsTable|insertInto|jdbc)$/;
/** What changes only into how many files the rows go. */
const SAME_ROWS = /^(coalesce|repartition)$/;

/** The `read` or `write` by way of which a method is called, and the object that has it. */
function accessOf(call: SyntaxNode): { readonly name: string; readonly object: SyntaxNode | undefined } | undefined {
  for (let node = reachedFrom(call); node !== undefined; node = reachedFrom(node)) {
    const name = node.type === "attribute" ? childOf(node, "attribute")?.text : undefined;
    if (name === "read" || name === "write") return { name, object: childOf(node, "object") };
  }
  return undefined;
}

/** `rows.write` of `rows.write.mode("append")`. */
function reachedFrom(node: SyntaxNode): SyntaxNode | undefined {
  const target = node.type === "call" ? childOf(node, "function") : undefined;
  return target === undefined ? undefined : childOf(target, "object");
}
