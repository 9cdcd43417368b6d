import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { registryLocation } from "../../../src/app/registryLocation";

const WORKSPACE = resolve("/harbour");

describe("registryLocation", () => {
  it.each([
    [
      "the option before the configuration",
      "oci://localhost:5000/ferries",
      { registry: "shared" },
      "oci://localhost:5000/ferries",
    ],
    [
      "the configuration before the default",
      undefined,
      { registry: "oci://registry.example.com" },
      "oci://registry.example.com",
    ],
    ["a folder from the workspace", "../releases", {}, resolve("/releases")],
    ["the workspace's own folder by default", undefined, {}, resolve("/harbour/.slipway/registry")],
  ])("takes %s", (_what, asked, config, location) => {
    expect(registryLocation(WORKSPACE, asked, config)).toBe(location);
  });

  it("refuses what is neither", () => {
    expect(() => registryLocation(WORKSPACE, "https://registry.example.com", {})).toThrow("is not a registry");
  });
});
