import fc from "fast-check";
import { expect, test } from "vitest";
import { parseChallenges } from "../../../src/core/oci/challenge";

test.each([
  [`Basic realm="harbour"`, [{ scheme: "basic" }]],
  [`basic`, [{ scheme: "basic" }]],
  [
    `Bearer realm="https://auth.example.com/token",service="registry.example.com",scope="repository:a/b:pull,push"`,
    [
      {
        scheme: "bearer",
        realm: "https://auth.example.com/token",
        service: "registry.example.com",
        scope: "repository:a/b:pull,push",
      },
    ],
  ],
  [`Bearer realm = "https://a/token" , service = b`, [{ scheme: "bearer", realm: "https://a/token", service: "b" }]],
  [`Bearer realm="https://a/\\"q\\""`, [{ scheme: "bearer", realm: `https://a/"q"` }]],
  [
    `Negotiate, Bearer realm="https://a/token", Basic realm="b"`,
    [{ scheme: "bearer", realm: "https://a/token" }, { scheme: "basic" }],
  ],
  [`Bearer service="no realm"`, []],
  [`Digest realm="x", nonce="y"`, []],
  [``, []],
  [`Bearer realm="never closed`, []],
])("%s", (header, expected) => {
  expect(parseChallenges(header)).toEqual(expected);
});

test("any header gives challenges, and quickly", () => {
  fc.assert(fc.property(fc.string({ maxLength: 500 }), (header) => Array.isArray(parseChallenges(header))));
  const start = performance.now();
  parseChallenges(`Bearer ${'a="\\'.repeat(100_000)}`);
  parseChallenges(`Bearer ${" ,".repeat(100_000)}`);
  expect(performance.now() - start).toBeLessThan(200);
});
