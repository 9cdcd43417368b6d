import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { typeRulesFor } from "../../../src/core/validate/typeRules";

test("the rules for pyright in the docs are those of the gate", () => {
  const text = readFileSync(join(__dirname, "../../../docs/validation.md"), "utf8");
  const shown = /<!-- rules -->\s*```json\n([\s\S]*?)```\s*<!-- \/rules -->/.exec(text)?.[1] ?? "";
  expect(JSON.parse(shown)).toEqual(typeRulesFor(""));
});
