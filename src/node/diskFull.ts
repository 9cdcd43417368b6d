import { statfs } from "node:fs/promises";
import { inputError, type SlipwayError } from "../core/errors";

/** No space on the device, over quota, over the limit for one file. */
const FULL = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** True if a write failed because nothing more fits. */
export function isDiskFull(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && typeof error.code === "string" && FULL.has(error.code);
}

/** The error for a write of at least `needed` bytes into `folder` that did not fit. */
export async function diskFullError(folder: string, needed: number, cause: unknown): Promise<SlipwayError> {
  const free = await statfs(folder).then(
    (facts) => ` ${megabytes(facts.bavail * facts.bsize)} MB are free.`,
    () => "", // the folder may be gone; the free space is only a remark
  );
  return inputError(
    "DISK_FULL",
    `The disk is full: at least ${megabytes(needed)} MB were needed in ${folder}.${free}`,
    {
      place: { file: folder },
      hint: "Make room, then run the command again; nothing was left half-written.",
      cause,
    },
  );
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 0);
}
