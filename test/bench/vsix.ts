import { execFileSync } from "node:child_process";
import { createReadStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGzip } from "node:zlib";
import { megabytes, type Row } from "./measure";
import { ROOT } from "./places";

/** Size of the packaged extension, beside its native libraries alone, compressed alike. */
export async function vsix(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  try {
    const path = join(folder, "slipway.vsix");
    execFileSync(process.execPath, ["scripts/package.mjs", "--out", path], {
      cwd: ROOT,
      stdio: ["ignore", "ignore", "inherit"],
    });
    const listed = execFileSync("unzip", ["-Z1", path], { encoding: "utf8" }).split("\n");
    const native = listed.filter((name) => /\.(node|so|dylib|dll)(\.[\d.]+)?$/.test(name));
    let floor = 0;
    for (const name of native) floor += await compressed(join(ROOT, name.replace(/^extension\//, "")));
    const remark = `${listed.length} files, of them ${native.length} native`;
    const yardstick = { name: "native libraries", ...megabytes(floor) };
    return [{ figure: "size of the .vsix", value: megabytes(statSync(path).size), yardstick, remark }];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function compressed(path: string): Promise<number> {
  let size = 0;
  for await (const chunk of createReadStream(path).pipe(createGzip())) size += (chunk as Buffer).length;
  return size;
}
