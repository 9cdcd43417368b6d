/**
 * Runs a notebook's program, or a module's `run`, and keeps values as JSON.
 * Arguments: the task (JSON) and the folder for what was found.
 */
/* global Deno */

const [taskPath, out] = Deno.args;
const values = {};
const DEEPEST = 60;

/** A value as JSON; what JSON does not have becomes an object with the key `$`. */
function encode(value, depth = 0) {
  if (depth > DEEPEST) throw new Error("The value is nested too deeply to be compared.");
  if (typeof value !== "object" || value === null) return encodeScalar(value);
  if (value instanceof Date) return { $: `Date ${value.getTime()}` };
  if (value instanceof Map || value instanceof Set) return { $: "entries", entries: encode([...value], depth + 1) };
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value, (item) => encode(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encode(item, depth + 1)]));
}

function encodeScalar(value) {
  const isJson = value === null || ["string", "boolean"].includes(typeof value) || Number.isFinite(value);
  return isJson ? value : { $: String(value) };
}

/** Where the run is, for the case that it does not end. */
globalThis.__at = (cell, line) => Deno.writeTextFileSync(`${out}/place`, `${cell} ${line}\n`);

/** Kept at once, for a later cell may change the value. */
globalThis.__keep = (name, read) => {
  values[name] = encode(read());
};

async function main({ program, module }) {
  if (program !== undefined) {
    await import(program);
    return;
  }
  const { run } = await import(module);
  for (const [name, value] of Object.entries(await run())) values[name] = encode(value);
}

/** The exception, with the innermost line of the user's file. */
function failure(error, { program, module }) {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const trace = `${text}\n${error instanceof Error ? error.stack : ""}`;
  const at = trace.indexOf(`${program ?? module}:`);
  const [, line] = /:(\d+)/.exec(trace.slice(at + (program ?? module).length)) ?? [];
  return { message: text.split("\n")[0], ...(at >= 0 && line !== undefined && { line: Number(line) }) };
}

const task = JSON.parse(Deno.readTextFileSync(taskPath));
// Standard input closes when Slipway ends, however it ends.
Deno.stdin.read(new Uint8Array(1)).then(() => Deno.exit(1));
const started = performance.now();
let error = null;
try {
  await main(task);
} catch (found) {
  error = failure(found, task);
}
const seconds = (performance.now() - started) / 1000;
Deno.writeTextFileSync(`${out}/status.json`, JSON.stringify({ error, skipped: [], seconds, values }));
Deno.exit(0);
