import { expect, test } from "vitest";
import { extractValue } from "../../support/pythonNotebook";

const LOAD = "async def load(n):\n    return [n]";

test.each([
  "rows = await load(3)",
  "rows = []\nasync with lock as held:\n    rows.append(held)",
  "rows = []\nasync for row in load(3):\n    rows.append(row)",
  "rows = [row async for row in load(3)]",
])("a step that waits is a coroutine, and run waits for it: %s", async (cell) => {
  const { module } = await extractValue("rows", "from asyncio import Lock\nlock = Lock()", LOAD, cell);
  expect(module.text).toMatch(/^async def \w+\(.*\) -> .*: {2}# /m);
  expect(module.text).toMatch(/^ {4}(\w+, )*rows = asyncio\.run\(\w+\(.*\)\)$/m);
  expect(module.text).toMatch(/^import asyncio$/m);
});

test("what a function of the notebook waits for makes no step a coroutine", async () => {
  const cell = "async def twice():\n    return await load(3)\nimport asyncio\nrows = asyncio.run(twice())";
  const { module } = await extractValue("rows", LOAD, cell);
  expect(module.text).toMatch(/^def \w+\(\) -> .*: {2}# cell/m);
});
