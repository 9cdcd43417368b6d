const MAX_PLACE = 4096;
const MAX_NAME_BYTES = 255;

/**
 * True if `place` can be joined to any folder and stays below it, on every system: relative, forward slashes only, no empty
 * name, no `.` or `..`, no drive, no NUL, no half of a surrogate pair.
 */
export function isSafePlace(place: string): boolean {
  if (place.length > MAX_PLACE || /[\\\0\p{Surrogate}]|^[A-Za-z]:/u.test(place)) return false;
  return place.split("/").every((name) => !["", ".", ".."].includes(name) && byteLength(name) <= MAX_NAME_BYTES);
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
