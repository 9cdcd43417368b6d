import { expect, test } from "vitest";
import { NodeMemory, remembered, type Remembering } from "../../../src/core/python/memory";

const node = (): Remembering => ({ remembered: undefined });

test("what was worked out for a node is not worked out again, each thing by itself", () => {
  const [lengths, names] = [new NodeMemory<number>(), new NodeMemory<string>()];
  const one = node();
  expect(remembered(lengths, one, () => 3)).toBe(3);
  expect(remembered(names, one, () => "x")).toBe("x");
  expect(remembered(lengths, one, () => 4)).toBe(3);
  expect(lengths.get(node())).toBeUndefined();
});

test("a copy of a node knows nothing of what was worked out for the node, and does not change it", () => {
  const lengths = new NodeMemory<number>();
  const one = node();
  lengths.set(one, 3);
  const copy = { ...one };
  expect(lengths.get(copy)).toBeUndefined();
  lengths.set(copy, 4);
  expect([lengths.get(one), lengths.get(copy)]).toEqual([3, 4]);
});
