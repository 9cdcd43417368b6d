import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { backOff, isTransientStatus, parseRetryAfter } from "../../../src/core/oci/retry";

describe("the pause before the next attempt", () => {
  test("grows, honours what the registry asks for, and is never longer than 30 s", () => {
    expect(backOff(1, undefined, 0)).toBe(100);
    expect(backOff(3, undefined, 1)).toBe(800);
    expect(backOff(1, 5000, 0)).toBe(5000);
    const any = fc.tuple(fc.integer({ min: 1, max: 50 }), fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(any, ([attempt, after, random]) => {
        const pause = backOff(attempt, after, random);
        expect(pause).toBeGreaterThan(0);
        expect(pause).toBeLessThanOrEqual(30_000);
      }),
    );
  });

  test("is read from seconds and from a date", () => {
    const now = Date.parse("2024-05-01T00:00:00Z");
    expect(parseRetryAfter("7", now)).toBe(7000);
    expect(parseRetryAfter("Wed, 01 May 2024 00:00:09 GMT", now)).toBe(9000);
    expect(parseRetryAfter("Wed, 01 May 2013 00:00:09 GMT", now)).toBe(0);
    expect(parseRetryAfter("soon", now)).toBeUndefined();
    expect(parseRetryAfter(undefined, now)).toBeUndefined();
  });
});

test("only what may pass is tried again", () => {
  expect([429, 500, 502, 503, 504].every(isTransientStatus)).toBe(true);
  expect([200, 301, 400, 401, 403, 404, 416, 501].some(isTransientStatus)).toBe(false);
});
