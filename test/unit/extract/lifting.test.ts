import { expect, test } from "vitest";
import { extractValue } from "../../support/pythonNotebook";

test.each([
  ["it is told from others by", "out = [1 if g == f else 2 for g in (f, min)]"],
  ["it is a key", "titles = {f: 'f'}\nout = titles[f]"],
  ["its name is asked for", "out = [g.__name__ for g in (f, min)]"],
])(
  "a function that reads variables stays inside of its step where %s: a partial of it is another one",
  async (_, use) => {
    const { module } = await extractValue("out", "n = len('a')", "def f():\n    return n", use);
    expect(module.text).toMatch(/^ {4}def f\(\):/m);
    expect(module.text).not.toContain("partial");
  },
);

test("elsewhere it goes to the top, also where a class is asked for its name", async () => {
  const use = "out = [g() for g in (f, min)] + [type(n).__name__]";
  const { module } = await extractValue("out", "n = len('a')", "def f():\n    return n", use);
  expect(module.text).toContain("partial(f, n=n)");
});
