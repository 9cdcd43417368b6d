import { expect, test } from "vitest";
import { extractValue } from "../../support/pythonNotebook";

async function said(line: string) {
  const { diagnostics } = await extractValue("x", `x = 1\n${line}`);
  return diagnostics.filter(({ code }) => code === "notebook.syntax");
}

test.each(["This is just some prose, isn't it?", "Does it hold missing values?"])(
  "prose that ends like a question of IPython is said: %s",
  async (line) => {
    expect(await said(line)).toMatchObject([{ severity: "warning", cell: 1, line: 2 }]);
  },
);

test.each(["x?", "x.real??", "?x", "y = x?", "print x?", "from os import path?"])(
  "what asks for help is left out without a word: %s",
  async (line) => {
    expect(await said(line)).toEqual([]);
  },
);
