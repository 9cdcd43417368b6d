/**
 * Files that Git LFS leaves in place of data that was not fetched: what
 * https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md says of pointers.
 */

/** Pointers have fewer bytes. */
const MAX_POINTER = 1024;
const FIRST_LINE = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\r?\n/;

/** What to do about a pointer. */
export const FETCH_LFS = "Fetch the data itself: git lfs pull";

/** True for the whole content of a file that only names the data. */
export function isLfsPointer(content: Uint8Array | string): boolean {
  if (content.length >= MAX_POINTER) return false;
  return FIRST_LINE.test(typeof content === "string" ? content : new TextDecoder().decode(content));
}
