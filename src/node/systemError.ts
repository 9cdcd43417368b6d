/** What the system says of files, in words for people. */

/** What the system refused, for people. */
export interface Explanation {
  readonly code: string;
  readonly reason: string;
  readonly hint?: string;
}

const DENIED: Explanation = { code: "FILE_DENIED", reason: "permission denied", hint: "Check who may use it." };
const FULL: Explanation = { code: "DISK_FULL", reason: "the disk is full", hint: "Make room and run it again." };

const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  ENOSPC: FULL,
  EDQUOT: { ...FULL, reason: "the disk quota is used up" },
  EACCES: DENIED,
  EPERM: DENIED,
  EROFS: { ...DENIED, reason: "the file system is read-only" },
  ENOENT: { code: "FILE_MISSING", reason: "there is no such file or folder" },
  EISDIR: { code: "FILE_IS_FOLDER", reason: "it is a folder" },
  EEXIST: { code: "FILE_EXISTS", reason: "a file is where a folder should be" },
  ENOTDIR: { code: "FILE_MISSING", reason: "a part of the path is not a folder" },
  ELOOP: { code: "FILE_LOOP", reason: "its symbolic links form a loop" },
  ENAMETOOLONG: { code: "FILE_NAME_TOO_LONG", reason: "the name is too long" },
};

/** Says what an error of the system means; the system's own words where it is a rare one. */
export function explain(error: Error): Explanation {
  return EXPLANATIONS[codeOf(error)] ?? { code: "FILE_FAILED", reason: error.message };
}

/** The system's code of an error, such as `ENOENT`; empty if it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
