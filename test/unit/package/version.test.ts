import fc from "fast-check";
import { expect, test } from "vitest";
import { nextVersion, sortVersions } from "../../../src/core/package/version";

test.each([
  [[], "1.0.0"],
  [["latest", "v2", "1.0", "snapshot-1"], "1.0.0"],
  [["1.0.0"], "1.0.1"],
  [["1.0.9", "1.0.10", "1.0.2"], "1.0.11"],
  [["1.9.0", "1.10.3", "latest"], "1.10.4"],
  [["2.0.0", "10.0.0"], "10.0.1"],
  [["01.0.0", "1.0.0-rc.1", "1.0.0.0"], "1.0.0"],
])("after %j comes %s", (tags, expected) => {
  expect(nextVersion(tags)).toBe(expected);
});

test("the next version is greater than every other", () => {
  const version = fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99)).map((numbers) => numbers.join("."));
  fc.assert(
    fc.property(fc.array(version), (tags) => {
      const next = nextVersion(tags);
      expect(sortVersions([...tags, next])[0]).toBe(next);
      expect(tags).not.toContain(next);
    }),
  );
});
