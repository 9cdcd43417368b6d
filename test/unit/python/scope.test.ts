import { parameterNames } from "../../../src/core/python/syntax";
import { beforeAll, describe, expect, test } from "vitest";
import { freeNames, nameFacts, type NameFacts } from "../../../src/core/python/scope";
import type { ParsePython, SyntaxNode } from "../../../src/core/python/syntax";
import { pythonParser } from "../../support/pythonNotebook";

let parse: ParsePython;
beforeAll(async () => {
  parse = await pythonParser();
});

function statementOf(source: string): SyntaxNode {
  const { root, problem } = parse(source);
  const [node, ...others] = root.children;
  if (node === undefined || others.length > 0 || problem !== undefined) throw new Error(`not one statement: ${source}`);
  return node;
}

type SetFact = "reads" | "binds" | "mayBind" | "late" | "lateBinds" | "stores" | "deletes";
const SETS: readonly SetFact[] = ["reads", "binds", "mayBind", "late", "lateBinds", "stores", "deletes"];

/** The names of a statement; a kind of which there are none is left out. */
function facts(source: string): Partial<Record<SetFact, string>> {
  const found: NameFacts = nameFacts(statementOf(source));
  const entries = SETS.map((kind) => [kind, [...found[kind]].sort().join(" ")] as const);
  return Object.fromEntries(entries.filter(([, names]) => names !== ""));
}

describe("assignments", () => {
  test.each([
    ["x = y + 1", { reads: "y", binds: "x" }],
    ["x = x + 1", { reads: "x", binds: "x" }],
    ["a = b = c", { reads: "c", binds: "a b" }],
    ["a, (b, *c) = d", { reads: "d", binds: "a b c" }],
    ["[a, b] = d", { reads: "d", binds: "a b" }],
    ["x: int = y", { reads: "int y", binds: "x" }],
    ["x += y", { reads: "x y", binds: "x", stores: "x" }],
    ["df['a'] = df['b']", { reads: "df", stores: "df" }],
    ["df.loc[mask, key] = 0", { reads: "df key mask", stores: "df" }],
    ["df.columns = names", { reads: "df names", stores: "df" }],
    ["a.b.c[i] += 1", { reads: "a i", stores: "a" }],
    ["x, d['k'] = 1, 2", { reads: "d", binds: "x", stores: "d" }],
    ["f(x).y = 1", { reads: "f x", stores: "f x" }],
    ["del x", { reads: "x", deletes: "x" }],
    ["del x, y", { reads: "x y", deletes: "x y" }],
    ["if y: del x", { reads: "x y", mayBind: "x" }],
    ["del df['a']", { reads: "df", stores: "df" }],
    ["(n := len(rows))", { reads: "len rows", binds: "n" }],
    ["print(f'{a:.{b}f} {c!r} {d=}')", { reads: "a b c d print" }],
    ["f(x, *args, key=value, **more)", { reads: "args f more value x" }],
    ["x = a if b else c", { reads: "a b c", binds: "x" }],
    ["type Rows = list[Row]", { reads: "Row list", binds: "Rows" }],
    ["type Pairs[K, V: Key] = dict[K, V]", { reads: "Key dict", binds: "Pairs" }],
    [
      "def first[T: Row, *Ts, **P](rows: list[T]) -> T:\n    last: T = tail(rows)",
      { reads: "Row list", late: "tail", binds: "first" },
    ],
    [
      "class Box[T](Base[T]):\n    held: T\n    def put(self, one: T): keep(one)",
      { reads: "Base", late: "keep", binds: "Box" },
    ],
  ])("%s", (source, expected) => {
    expect(facts(source)).toEqual(expected);
  });
});

describe("comprehensions", () => {
  test.each([
    ["y = [x for x in rows]", { reads: "rows", binds: "y" }],
    ["y = [x for x in x]", { reads: "x", binds: "y" }],
    ["y = {k: v for k, v in d.items() if v > low}", { reads: "d low", binds: "y" }],
    ["y = [a for b in rows for a in b]", { reads: "rows", binds: "y" }],
    ["y = [a for b in rows for c in other]", { reads: "a other rows", binds: "y" }],
    ["y = [[c for c in b] for b in rows]", { reads: "rows", binds: "y" }],
    ["any((last := x) > 3 for x in rows)", { reads: "any rows", mayBind: "last" }],
    ["y = {f(x) for x in rows}", { reads: "f rows", binds: "y" }],
  ])("%s", (source, expected) => {
    expect(facts(source)).toEqual(expected);
  });
});

describe("blocks", () => {
  test.each([
    ["if a:\n    x = 1", { reads: "a", mayBind: "x" }],
    ["if a:\n    x = 1\nelse:\n    x = 2", { reads: "a", binds: "x" }],
    ["if a:\n    x = 1\nelif b:\n    x = 2", { reads: "a b", mayBind: "x" }],
    ["if a:\n    x = 1\n    y = x\nelse:\n    x = y", { reads: "a y", binds: "x", mayBind: "y" }],
    ["if (n := f()):\n    x = n", { reads: "f", binds: "n", mayBind: "x" }],
    ["for i in rows:\n    s = i", { reads: "rows", mayBind: "i s" }],
    ["for k, v in rows:\n    s += v", { reads: "rows s", mayBind: "k s v", stores: "s" }],
    ["for i in rows:\n    pass\nelse:\n    x = 1", { reads: "rows", mayBind: "i x" }],
    ["while a:\n    a = f(a)", { reads: "a f", mayBind: "a" }],
    ["with open(p) as f:\n    t = f.read()", { reads: "open p", binds: "f t" }],
    ["with a() as (b, c), d() as e:\n    pass", { reads: "a d", binds: "b c e" }],
    ["try:\n    x = f()\nexcept E as e:\n    x = g(e)", { reads: "E f g", binds: "x", mayBind: "e" }],
    ["try:\n    x = f()\nexcept E:\n    pass", { reads: "E f", mayBind: "x" }],
    ["try:\n    x = f()\nfinally:\n    y = 1", { reads: "f", binds: "x y" }],
    ["try:\n    f()\nexcept E:\n    x = 1\nelse:\n    x = 2", { reads: "E f", binds: "x" }],
    ["try:\n    x = f()\nfinally:\n    y = x", { reads: "f", binds: "x y", late: "x" }],
    ["try:\n    x = f()\nexcept E:\n    pass\nfinally:\n    y = x", { reads: "E f x", binds: "y", mayBind: "x" }],
    ["try:\n    import a\nexcept ImportError:\n    a = None", { reads: "ImportError", binds: "a" }],
    ["match p:\n    case 0:\n        x = 1\n    case _:\n        x = 2", { reads: "p", mayBind: "x" }],
    ["match p:\n    case [a, *b]:\n        x = a", { reads: "p", mayBind: "a b x" }],
    ["match p:\n    case Point(x=n) if n > low:\n        y = n", { reads: "Point low p", mayBind: "n y" }],
    ["match p:\n    case {'k': v, **rest}:\n        pass", { reads: "p", mayBind: "rest v" }],
    ["match p:\n    case Color.RED:\n        pass", { reads: "p" }],
  ])("%j", (source, expected) => {
    expect(facts(source)).toMatchObject(expected);
  });
});

describe("functions, lambdas and classes", () => {
  test.each([
    ["def f(a):\n    b = a + c\n    return b", { binds: "f", late: "c" }],
    ["def f(a, b=d, *, c: T = e) -> R:\n    return a", { reads: "R T d e", binds: "f" }],
    ["def f():\n    x = x + 1", { binds: "f" }],
    ["def f():\n    global n\n    n += k", { binds: "f", late: "k n", lateBinds: "n" }],
    ["def f():\n    def g():\n        return x + y\n    y = 1\n    return g", { binds: "f", late: "x" }],
    ["def f():\n    n = 0\n    def g():\n        nonlocal n\n        n += 1\n    return g", { binds: "f" }],
    ["def f():\n    return [x for x in rows if x > low]", { binds: "f", late: "low rows" }],
    ["@wrap(n)\ndef f():\n    pass", { reads: "n wrap", binds: "f" }],
    ["async def f():\n    return await g()", { binds: "f", late: "g" }],
    ["g = lambda x, y=d: x + y + z", { reads: "d", binds: "g", late: "z" }],
    ["s = apply(lambda x: x + z)", { reads: "apply z", binds: "s", late: "z" }],
    ["class A(Base, metaclass=M):\n    n = k", { reads: "Base M k", binds: "A" }],
    ["class A:\n    n = 1\n    m = n\n    def f(self):\n        return n", { binds: "A", late: "n" }],
    [
      "class A:\n    @deco\n    def f(self, x=d):\n        return h(self.x)",
      { reads: "d deco", binds: "A", late: "h" },
    ],
    ["@dataclass\nclass A:\n    n: int = 3", { reads: "dataclass int", binds: "A" }],
  ])("%j", (source, expected) => {
    expect(facts(source)).toEqual(expected);
  });

  test("the free names of a function are all that it looks up outside of itself, but itself", () => {
    expect([...freeNames(statementOf("def f(n, m=d):\n    return f(n - 1) + g(m)"))].sort()).toEqual(["d", "g"]);
  });

  test("parameters keep their order, whatever their form", () => {
    const definition = statementOf("def f(a, /, b: int, c=1, *args, d: str = 'x', **more):\n    pass");
    expect(parameterNames(definition)).toEqual(["a", "b", "c", "args", "d", "more"]);
  });
});

describe("imports", () => {
  const imported = (source: string) => nameFacts(statementOf(source)).imports;

  test.each([
    ["import numpy as np", "np", "numpy", "import numpy as np"],
    ["import os.path", "os", "os", "import os.path"],
    ["import a.b as c", "c", "a.b", "import a.b as c"],
    ["from sklearn.svm import SVC", "SVC", "sklearn.svm.SVC", "from sklearn.svm import SVC"],
    ["from .local import f as g", "g", ".local.f", "from .local import f as g"],
    ["from . import local", "local", ".local", "from . import local"],
  ])("%s", (source, local, qualified, statement) => {
    expect(imported(source)).toEqual([{ local, qualified, statement }]);
    expect(facts(source)).toEqual({ binds: local });
  });

  test("one of many names has a statement of its own", () => {
    expect(imported("from m import (a,\n  b as c)").map(({ statement }) => statement)).toEqual([
      "from m import a",
      "from m import b as c",
    ]);
  });

  test("a star names its module and binds nothing that is known", () => {
    const { stars, imports, binds } = nameFacts(statementOf("from keras.layers import *"));
    expect({ stars, imports, binds: [...binds] }).toEqual({ stars: ["keras.layers"], imports: [], binds: [] });
  });

  test("an import inside of a function is the function's own", () => {
    const { binds, imports, late } = nameFacts(statementOf("def f():\n    import json\n    return json.loads(t)"));
    expect({ binds: [...binds], imports, late: [...late] }).toEqual({ binds: ["f"], imports: [], late: ["t"] });
  });
});

test("what is masked is as if it were not there", () => {
  const node = statementOf("df = read(path + name)");
  const [mask] = [...(node.children[0]?.children ?? [])].flatMap((child) => child.children).slice(-1);
  expect(mask?.type).toBe("argument_list");
  const facts = nameFacts(node, new Set(mask?.children));
  expect([...facts.reads]).toEqual(["read"]);
});
