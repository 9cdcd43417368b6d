import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digestOf } from "../../../src/core/digest";
import {
  formatReference,
  isLoopback,
  isRepositoryName,
  isTag,
  parseLocation,
  parseReference,
  registryHost,
  repositoryPath,
} from "../../../src/core/oci/reference";

const component = fc.stringMatching(/^[a-z0-9]{1,5}((\.|_|__|-{1,3})[a-z0-9]{1,5}){0,2}$/);
const name = fc.array(component, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
const tag = fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,20}$/);

describe("a reference", () => {
  test("is read as it was written, whatever its name, version and digest", () => {
    const reference = fc.oneof(
      name.map((text) => ({ name: text })),
      fc.record({ name, version: tag }),
      fc.record({ name, digest: fc.string().map((text) => digestOf(text)) }),
    );
    fc.assert(
      fc.property(reference, (value) => {
        expect(parseReference(formatReference(value))).toEqual(value);
      }),
    );
  });

  test.each([
    ["", "name"],
    ["Penguins", "name"],
    ["../penguins", "name"],
    ["a..b", "name"],
    ["a/", "name"],
    ["penguins:", "version"],
    ["penguins:.1", "version"],
    ["penguins:1:2", "version"],
    ["penguins@sha256:12", "digest"],
    ["penguins:1@sha256:12", "name"],
    ["penguins@md5:d41d8cd98f00b204e9800998ecf8427e", "digest"],
    ["penguins:1.0.0\n", "version"],
  ])("%j is refused", (text) => {
    expect(() => parseReference(text)).toThrow(expect.objectContaining({ kind: "input", code: "REFERENCE_INVALID" }));
  });

  test("any text gives a reference or an input error, and no name leads out of a folder", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webPath(), name), (text) => {
        if (!isRepositoryName(text)) return;
        expect(text.split("/")).not.toContain("..");
        expect(text.startsWith("/")).toBe(false);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseReference(text);
        } catch (error) {
          expect(error).toMatchObject({ kind: "input" });
        }
      }),
    );
  });

  test("names and tags are bounded", () => {
    expect(isRepositoryName("a".repeat(255))).toBe(true);
    expect(isRepositoryName("a".repeat(256))).toBe(false);
    expect(isTag("a".repeat(128))).toBe(true);
    expect(isTag("a".repeat(129))).toBe(false);
  });

  test("a long hostile name is refused at once", () => {
    const start = performance.now();
    isRepositoryName(`${"a-".repeat(100_000)}!`);
    isRepositoryName(`${"a".repeat(254)}!`);
    isRepositoryName(`a${"-".repeat(250)}!`);
    expect(performance.now() - start).toBeLessThan(100);
  });
});

describe("a registry's location", () => {
  test.each([
    [
      "oci://registry.example.com/team/models",
      { kind: "http", host: "registry.example.com", namespace: "team/models" },
    ],
    ["oci://127.0.0.1:5000/demo/", { kind: "http", host: "127.0.0.1:5000", namespace: "demo" }],
    ["oci://localhost:5000", { kind: "http", host: "localhost:5000", namespace: "" }],
    ["oci://[::1]:5000/x", { kind: "http", host: "[::1]:5000", namespace: "x" }],
    ["/srv/registry", { kind: "folder", path: "/srv/registry" }],
    ["registry", { kind: "folder", path: "registry" }],
    ["C:\\registry", { kind: "folder", path: "C:\\registry" }],
  ])("%s is understood", (text, expected) => {
    expect(parseLocation(text)).toEqual(expected);
  });

  test.each([
    "",
    "https://registry.example.com",
    "docker://x/y",
    "oci://",
    "oci:///team",
    "oci://user:secret@host/team",
    "oci://host:0/team",
    "oci://host:99999/team",
    "oci://host/Team",
    "oci://host/a/../b",
    "oci://host/team?x=1",
  ])("%j is refused", (text) => {
    expect(() => parseLocation(text)).toThrow(expect.objectContaining({ kind: "input", code: "REGISTRY_LOCATION" }));
  });

  test("only this machine is a loopback host", () => {
    for (const host of ["localhost", "localhost:5000", "127.0.0.1:80", "127.9.9.9", "[::1]:5000", "a.localhost"]) {
      expect(isLoopback(host)).toBe(true);
    }
    for (const host of ["localhost.example.com", "127.0.0.1.example.com", "10.0.0.1", "[::2]", "xlocalhost"]) {
      expect(isLoopback(host)).toBe(false);
    }
  });
});

describe("Docker Hub", () => {
  test.each(["docker.io", "index.docker.io", "registry-1.docker.io"])("is spoken to at its registry: %s", (host) => {
    expect(registryHost(host)).toBe("registry-1.docker.io");
  });

  test("has repositories below the namespace and no deeper; others have them as they are named", () => {
    expect(repositoryPath({ host: "docker.io", namespace: "harbour" }, "data/penguins")).toBe("harbour/data-penguins");
    expect(repositoryPath({ host: "ghcr.io", namespace: "harbour" }, "data/penguins")).toBe("harbour/data/penguins");
    expect(repositoryPath({ host: "localhost:5000", namespace: "" }, "penguins")).toBe("penguins");
  });

  test("is no other host", () => {
    for (const host of ["docker.io:443", "my.docker.io", "localhost:5000"]) expect(registryHost(host)).toBe(host);
  });
});
