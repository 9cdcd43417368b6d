/** What a heap snapshot of V8 says of the program's own values. */
import type { Readable } from "node:stream";
import { json } from "node:stream/consumers";
import * as z from "zod";

const snapshotSchema = z.object({
  snapshot: z.object({
    meta: z.object({
      node_fields: z.array(z.string()),
      node_types: z.tuple([z.array(z.string())], z.unknown()),
    }),
  }),
  nodes: z.array(z.number()),
});

/** V8's own: what it compiled, knows of shapes and calls, or holds outside of its heap. */
const NO_VALUES = new Set(["code", "native", "hidden", "object shape"]);

/**
 * Bytes of all objects, arrays, texts and functions in a heap snapshot. V8's compiled code is none of them: it grows as long as new
 * paths become hot, and V8 drops it when it is cold. Format: `v8/src/profiler/heap-snapshot-generator.cc`.
 */
export async function objectBytes(snapshot: Readable): Promise<number> {
  const { snapshot: head, nodes } = snapshotSchema.parse(await json(snapshot));
  const { node_fields: fields, node_types: types } = head.meta;
  const [type, size] = [fields.indexOf("type"), fields.indexOf("self_size")];
  let bytes = 0;
  for (let at = 0; at < nodes.length; at += fields.length)
    if (!NO_VALUES.has(types[0][nodes[at + type] ?? 0] ?? "")) bytes += nodes[at + size] ?? 0;
  return bytes;
}
