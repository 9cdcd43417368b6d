import { execFileSync } from "node:child_process";
import { createReadStream, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGzip } from "node:zlib";
import { megabytes, type Row } from "./measure";
import { ROOT } from "./places";

/** Where the libraries of this platform lie: DuckDB and onnxruntime. */
const NATIVE = [
  `node_modules/@duckdb/node-bindings-${process.platform}-${process.arch}`,
  `node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}`,
];

/** Size of the packaged extension, beside its native libraries alone, compressed alike. */
export async function vsix(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  try {
    const path = join(folder, "slipway.vsix");
    const args = ["scripts/package.mjs", "--out", path];
    execFileSync(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
    let floor = 0;
    for (const file of NATIVE.flatMap(filesIn)) floor += await compressedSize(file);
    const yardstick = { name: "native libraries", ...megabytes(floor) };
    return [{ figure: "size of the .vsix", value: megabytes(statSync(path).size), yardstick }];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder)).map((name) => join(ROOT, folder, name));
}

async function compressedSize(path: string): Promise<number> {
  let size = 0;
  for await (const chunk of createReadStream(path).pipe(createGzip())) size += (chunk as Buffer).length;
  return size;
}
