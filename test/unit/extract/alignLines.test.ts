import { expect, test } from "vitest";
import { alignLines } from "../../../src/core/extract/alignLines";

const aligned = (formatted: string, original: string): readonly number[] =>
  alignLines(formatted.split("\n"), original.split("\n"));

test.each([
  ["lines that stay", "a = 1\nb = 2", "a = 1\nb = 2", [0, 1]],
  ["a line that is broken up", "f(\n    one,\n    two,\n)\ng()", "f(one, two)\ng()", [0, 0, 0, 0, 1]],
  ["lines that are joined", "x = [1, 2]\ny = 3", "x = [\n 1,\n 2\n]\ny = 3", [0, 4]],
  ["blank lines that go", "if a:\n    b()\n    c()", "if a:\n\n  b()\n\n\n  c()", [0, 2, 5]],
  ["a word that is another one", "f(depth=depth)\ng(rate)\nh()", "f(depth=4)\n\ng(0.5)\nh()", [0, 2, 3]],
  [
    "a line that was left out",
    "for a in b:\n    c(a)\n    d(a)",
    "for a in b:\n  c(a)\n  print(a, e)\n  d(a)",
    [0, 1, 3],
  ],
])("%s", (_, formatted, original, lines) => {
  expect(aligned(formatted, original)).toEqual(lines);
});

test("a long stretch that was left out, and nothing in common", () => {
  const long = Array.from({ length: 90 }, (_, index) => `print(word_${index})`).join("\n");
  expect(aligned("a(b)\nc(d)", `a(b)\n${long}\nc(d)`)).toEqual([0, 91]);
  expect(aligned("a\nb", "c\nd\ne")).toEqual([0, 0]);
});
