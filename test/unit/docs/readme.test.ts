import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(__dirname, "../../..");
const readme = readFileSync(join(ROOT, "README.md"), "utf8");

test("the README shows the module that the example gives", () => {
  const shown = /<!-- module -->\s*```python\n([\s\S]*?)```\s*<!-- \/module -->/.exec(readme)?.[1];
  expect(shown).toBe(readFileSync(join(ROOT, "test/golden/extract/penguins.py"), "utf8"));
});

test("every file that the README leads to is there", () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path = ""]) => path);
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
