import { expect, it } from "vitest";
import { environmentResolves } from "../../../src/core/validate/environmentResolves";

it.each([
  [1, "1 package pinned for Python 3.12.1, installed by uv"],
  [2, "2 packages pinned for Python 3.12.1, installed by uv"],
])("counts %s in words", (packages, measured) => {
  const measurement = { packages, runtime: "Python 3.12.1", installer: "uv", seconds: 1 };
  expect(environmentResolves(measurement).measured).toBe(measured);
});
