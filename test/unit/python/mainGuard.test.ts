import { expect, test } from "vitest";
import { withoutMainGuards } from "../../../src/core/python/mainGuard";
import { extractNotebook, notebookOf, pythonParser } from "../../support/pythonNotebook";

test.each([
  [
    'x = 1\nif __name__ == "__main__":\n    if x:\n        y = 2\n    else:\n        y = 3\nz = y',
    "x = 1\n\nif x:\n    y = 2\nelse:\n    y = 3\nz = y",
  ],
  ["if __name__ == '__main__': main()", "main()"],
  ['if __name__ == "__main__":\n  s = """a\n    b"""\n  t = s', '\ns = """a\n    b"""\nt = s'],
  [
    'if __name__ == "__main__":\n    x = 1\nelse:\n    x = 2',
    'if __name__ == "__main__":\n    x = 1\nelse:\n    x = 2',
  ],
  ["def f():\n    if __name__ == '__main__':\n        pass", "def f():\n    if __name__ == '__main__':\n        pass"],
])("%j is read as %j", async (source, plain) => {
  const parse = await pythonParser();
  expect(withoutMainGuards(parse(source).root, source)).toBe(plain);
});

test("what stands in it is extracted, with the notebook's lines", async () => {
  const guarded =
    'if __name__ == "__main__":\n    svm = SVC()\n    svm.fit(df[["x"]], df["y"])\n    acc = svm.score(df[["x"]], df["y"])';
  const { module, targets } = await extractNotebook(
    notebookOf('import pandas as pd\nfrom sklearn.svm import SVC\ndf = pd.read_csv("a.csv")', guarded),
  );
  expect(targets.map(({ name, cell, line }) => [name, cell, line])).toEqual([
    ["svm", 2, 3],
    ["acc", 2, 4],
  ]);
  expect(module.text.match(/__main__/g)).toHaveLength(1);
});
