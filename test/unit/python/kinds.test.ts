import { expect, test } from "vitest";
import { DEFINITION, KIND } from "../../../src/core/python/kinds";
import { asName, nodesOf, walk } from "../../../src/core/python/syntax";
import { pythonParser } from "../../support/pythonNotebook";

const SOURCE = "total = f(g(1), [h(x) for x in rows])\ndef later(a=k()):\n    return m(a)\nclass One:\n    n = p()\n";

test("nodes of a kind are found in the order of the text, and those that others define only where they are asked for", async () => {
  const { root } = (await pythonParser())(SOURCE);
  const called = (beyond?: number): string =>
    nodesOf(root, KIND.call, beyond)
      .map((call) => call.children[0]?.text)
      .join("");
  expect(called()).toBe("fghkmp");
  expect(called(KIND.function_definition)).toBe("fghp");
  expect(called(DEFINITION)).toBe("fgh");
});

test("every node knows the kinds of all that lies in it, and no other", async () => {
  const { root } = (await pythonParser())(SOURCE);
  for (const node of walk(root)) {
    const kinds = walk(node).reduce((all, { kind }) => all | kind, 0);
    expect(node.inside).toBe(kinds);
  }
});

test("a place that is read as a name is found among the names", async () => {
  const { root } = (await pythonParser())("settings.seed");
  const [attribute] = nodesOf(root, KIND.attribute);
  expect(attribute && nodesOf(asName(attribute, "seed"), KIND.identifier | KIND.attribute)).toMatchObject([
    { type: "identifier", text: "seed", start: 0, end: 13 },
  ]);
});
