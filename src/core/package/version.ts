/** A version that Slipway gives: three numbers, as semver.org defines them. */
const VERSION = /^(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})$/;
const FIRST = "1.0.0";

/** The versions among `tags`, the newest first. */
export function sortVersions(tags: readonly string[]): readonly string[] {
  return tags.filter((tag) => VERSION.test(tag)).sort((a, b) => compare(b, a));
}

/** The version that comes after those among `tags`: the next patch of the greatest, or 1.0.0. */
export function nextVersion(tags: readonly string[]): string {
  const [greatest] = sortVersions(tags);
  if (greatest === undefined) return FIRST;
  const [major = 0, minor = 0, patch = 0] = numbers(greatest);
  return `${major}.${minor}.${patch + 1}`;
}

function compare(a: string, b: string): number {
  const right = numbers(b);
  return numbers(a).reduce((found, number, index) => (found === 0 ? number - (right[index] ?? 0) : found), 0);
}

function numbers(version: string): readonly number[] {
  return version.split(".").map(Number);
}
