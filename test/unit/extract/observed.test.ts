import { describe, expect, test } from "vitest";
import { asBefore, functionsInConflict, newErrors, withOpen, withoutBlamed } from "../../../src/core/extract/blame";
import {
  completed,
  observedSchema,
  observedTypes,
  openPlaces,
  runTypesSchema,
  type ObservedTypes,
} from "../../../src/core/extract/observed";
import { extractNotebook, notebookOf, stepsText, type CellDraft } from "../../support/pythonNotebook";

/** What is made of the types that a run tells of the result of a function. */
function typeOf(...result: readonly unknown[]): string | undefined {
  return observedTypes(runTypesSchema.parse({ load: { parameters: {}, result } })).load?.result;
}

const of = (name: string, ...parts: readonly unknown[]) => ({ name, of: parts });

describe("what a run tells", () => {
  test("is said in types", () => {
    expect(typeOf("pandas.DataFrame")).toBe("pandas.DataFrame");
    expect(typeOf("str", "None")).toBe("str | None");
    expect(typeOf("int", "float")).toBe("float");
    expect(typeOf(of("dict", ["str"], ["int", "None"]))).toBe("dict[str, int | None]");
    expect(typeOf(of("list", []))).toBe("list[Never]");
    expect(typeOf(of("list", []), of("list", ["str"]))).toBe("list[str]");
    expect(typeOf(of("list", ["str"]), of("list", ["int"]))).toBe("list[Any]");
    expect(typeOf(of("collections.abc.Callable", ["..."], [null]))).toBe("collections.abc.Callable[..., Any]");
  });

  test("of tuples of several lengths is one of any", () => {
    expect(typeOf(of("tuple", ["str"], ["int"]))).toBe("tuple[str, int]");
    expect(typeOf(of("tuple"), of("tuple", ["int"]), of("tuple", ["int"], ["float"]))).toBe("tuple[float, ...]");
    expect(typeOf(of("tuple", ["int"], ["..."]), of("tuple", ["int"]))).toBe("tuple[int, ...]");
  });

  test("is nothing where one type has no name, where there are too many, or where there is only None", () => {
    expect(typeOf()).toBeUndefined();
    expect(typeOf("None")).toBeUndefined();
    expect(typeOf("pandas.DataFrame", null)).toBeUndefined();
    expect(typeOf("a.A", "b.B", "c.C", "d.D")).toBeUndefined();
    expect(typeOf(of("a.Thing", ["b.B".repeat(60)], ["c.C".repeat(60)], ...Array(20).fill(["x".repeat(99)])))).toBe(
      undefined,
    );
  });

  test("is in the order of names, whatever order it came in", () => {
    const seen = { parameters: { b: ["int"], a: ["str"], c: [null] }, result: [] };
    const told = observedTypes(runTypesSchema.parse({ split: seen, load: seen }));
    expect(JSON.stringify(told)).toBe(
      '{"load":{"parameters":{"a":"str","b":"int"}},"split":{"parameters":{"a":"str","b":"int"}}}',
    );
  });

  test.each([
    ["a name that is none", { "load()": { parameters: {}, result: [] } }],
    ["a type that is none", { load: { parameters: {}, result: ["os.system('x')"] } }],
    ["a parameter that is none", { load: { parameters: { "a: int": ["int"] }, result: [] } }],
    ["too many types", { load: { parameters: {}, result: Array(11).fill("int") } }],
    ["types without an end", { load: { parameters: {}, result: [nested(40)] } }],
    ["no functions", []],
  ])("is refused where it is %s", (_what, told) => {
    expect(runTypesSchema.safeParse(told).success).toBe(false);
  });
});

function nested(depth: number): unknown {
  return depth === 0 ? "int" : of("list", [nested(depth - 1)]);
}

describe("the types of a lock", () => {
  const lockOf = (type: string) => ({ load: { of: "0123456789ab", parameters: { a: type }, result: type } });

  test.each(["int", "a.b.C | None", "dict[str, list[a.B | None]]", "tuple[int, ...]", "Callable[..., Any]"])(
    "are read: %s",
    (type) => {
      expect(observedSchema.parse(lockOf(type))).toEqual(lockOf(type));
    },
  );

  test.each(["", "int]", "list[", "list[]", "a b", "int, str", "f()", "list[int]\nimport os", "list[int]()", "1"])(
    "are refused where one is none: %j",
    (type) => {
      expect(observedSchema.safeParse(lockOf(type)).success).toBe(false);
    },
  );

  test("are refused where they are deeper than any that is written", () => {
    expect(observedSchema.safeParse(lockOf(`${"list[".repeat(20)}int${"]".repeat(20)}`)).success).toBe(false);
  });
});

test("what the text shows is completed and never replaced", () => {
  expect(completed(undefined, "int")).toBe("int");
  expect(completed("Any", "int")).toBe("int");
  expect(completed("float", "int")).toBe("float");
  expect(completed("float", undefined)).toBe("float");
  expect(completed(undefined, undefined)).toBeUndefined();
  expect(completed("dict[str, Any]", "dict[int, list[str]]")).toBe("dict[str, list[str]]");
  expect(completed("list[Never]", "list[str]")).toBe("list[str]");
  expect(completed("list[Any]", "tuple[str]")).toBe("list[Any]");
  expect(completed("tuple[Any, int]", "tuple[str]")).toBe("tuple[Any, int]");
});

describe("a module with what a run showed", () => {
  const CELLS = [
    "import elsewhere\nimport pandas as pd",
    "def rate(row, by=2, *, most=None):\n    row = row.scaled(by)\n    return elsewhere.rated(row, most)",
    "table = elsewhere.table()\nrows = elsewhere.rows(table)",
    "shown = elsewhere.each(rate, rows)",
    "best = table.best(shown)",
  ];
  const SEEN: ObservedTypes = {
    load: { parameters: {}, result: "elsewhere.Table" },
    rate: { parameters: { by: "str", most: "float", row: "elsewhere.Row" }, result: "elsewhere.Rating" },
    study: { parameters: {}, result: "int" },
  };

  async function moduleOf(observed: ObservedTypes, cells: readonly CellDraft[] = CELLS) {
    return extractNotebook(notebookOf(...cells), { model: "best", observed });
  }

  test("says it where the text shows nothing, a default and a way out among it", async () => {
    const { module, types } = await moduleOf(SEEN);
    expect(module.text).toMatch(
      /def rate\(\s*row: elsewhere.Row, by: str \| int = 2, \*, most: float \| None = None\s*\) -> elsewhere.Rating:/,
    );
    expect(Object.keys(types ?? {})).toContain("rate");
    expect(types).not.toHaveProperty("study");
  });

  test("imports classes that only the run had, for type checkers alone", async () => {
    const seen = { rate: { parameters: { row: "fractions.Fraction" }, result: "other.Rating" } };
    const { module } = await moduleOf(seen);
    expect(module.text).toContain(
      "if TYPE_CHECKING:\n    from fractions import Fraction\n    from other import Rating\n",
    );
    expect(module.text).toContain("def rate(row: Fraction, by=2, *, most=None) -> Rating:");
  });

  test("is the same from what it keeps of it", async () => {
    const first = await moduleOf(SEEN);
    const second = await moduleOf(first.types ?? {});
    expect(second.module.text).toBe(first.module.text);
    expect(second.types).toEqual(first.types);
  });

  test("says nothing of what was seen in other code", async () => {
    const bare = await moduleOf({});
    const { types = {} } = await moduleOf(SEEN);
    expect(bare.types).toBeUndefined();
    const changed = CELLS.with(1, (CELLS[1] ?? "").replace("scaled", "scaled_by"));
    expect((await moduleOf(types, changed)).types).toBeUndefined();
    expect((await moduleOf(types, changed)).module.text).toBe((await moduleOf({}, changed)).module.text);
    expect((await moduleOf(types, ["print(1)", ...CELLS])).types).toEqual(types);
  });

  test("leaves open what is to be open in its signatures, and nothing else", async () => {
    const { module, types } = await moduleOf({
      prepare: { parameters: {}, result: "int", open: ["return"] },
      rate: { parameters: { row: "elsewhere.Row", by: "str" }, result: "elsewhere.Rating", open: ["by"] },
    });
    expect(module.text).toContain("def rate(row: elsewhere.Row, by: Any = 2, *, most=None) -> elsewhere.Rating:");
    expect(module.text).toContain("def prepare() -> Any:");
    expect(module.text).toContain("    best: int  # cell 5");
    expect(openPlaces(types)).toEqual(["the result of prepare", "by of rate"]);
    expect((await moduleOf(types ?? {})).module.text).toBe(module.text);
  });

  test("goes on from the types of a step", async () => {
    const cells = [
      "import elsewhere\nimport pandas as pd",
      "from sklearn.model_selection import train_test_split\nfrom sklearn.svm import SVC",
      'df = pd.read_csv("a.csv")',
      "table, y = elsewhere.cleaned(df)",
      "X_train, X_test, y_train, y_test = train_test_split(table, y, random_state=0)",
      "model = SVC().fit(X_train, y_train)",
      "r = model.score(X_test, y_test)",
    ];
    const seen = { prepare: { parameters: {}, result: "tuple[pandas.DataFrame, pandas.Series]" } };
    const extraction = await extractNotebook(notebookOf(...cells), { observed: seen });
    expect(stepsText(extraction)).toContain("def train(X_train: pd.DataFrame, y_train: pd.Series) -> SVC:");
  });
});

describe("what a type checker says", () => {
  const error = (line: number, message: string) => ({ line, message, severity: "error" as const, rule: "reportX" });

  test("counts where it was not said before, wherever it stood", () => {
    const before = [error(3, "a"), error(9, "b")];
    const warning = { ...error(1, "c"), severity: "warning" as const };
    expect(newErrors([error(5, "a"), error(6, "a"), warning], before)).toEqual([error(6, "a")]);
  });

  const MODULE = `import x


def load(path, rows):
    rows = path.rows
    return rows


def split(
    rows,
):
    print(rows)


if __name__ == "__main__":
    main()
`;
  const TYPES: ObservedTypes = {
    load: { parameters: { path: "x.Path", rows: "x.Rows" }, result: "x.Rows" },
    split: { parameters: { rows: "x.Rows" }, result: "None" },
  };

  test("takes away the type that its line speaks of, else all of the function", () => {
    expect(withoutBlamed(TYPES, MODULE, [5])).toEqual({
      ...TYPES,
      load: { parameters: { path: "x.Path" }, result: "x.Rows" },
    });
    expect(withoutBlamed(TYPES, MODULE, [6]).load).toEqual({ parameters: { path: "x.Path", rows: "x.Rows" } });
    expect(withoutBlamed(TYPES, MODULE, [5, 6]).load).toEqual({ parameters: { path: "x.Path" } });
    expect(Object.keys(withoutBlamed(TYPES, MODULE, [12]))).toEqual(["load"]);
    expect(withoutBlamed({ load: { parameters: { path: "x.Path" } } }, MODULE, [5])).toEqual({});
  });

  test("takes all away where no type explains it", () => {
    expect(withoutBlamed(TYPES, MODULE, [1])).toEqual({});
    expect(withoutBlamed(TYPES, MODULE, [16])).toEqual({});
  });

  test("opens the places that its line speaks of, whatever is known of the function", () => {
    expect(withOpen(TYPES, MODULE, [6, 5])).toEqual({ ...TYPES, load: { ...TYPES.load, open: ["return", "rows"] } });
    expect(withOpen({}, MODULE, [12])).toEqual({ split: { parameters: {}, open: [] } });
    expect(withOpen(TYPES, MODULE, [1, 16])).toEqual(TYPES);
  });

  test.each([
    ["    rows = 1", ["rows"]],
    ["    rows=1", ["rows"]],
    ["    rows, count = split(rows=2)", ["count", "rows"]],
    ["        rows += 1", ["rows"]],
    ["    for rows in path:", ["for", "rows"]],
    ["    print(rows == path)", []],
    ["    yield rows", ["return"]],
    ["def next(rows) -> int:", ["return"]],
    [") -> int:", ["return"]],
  ])("opens for the line %j: %j", (line, open) => {
    expect(withOpen({}, `def load(path, rows):\n${line}`, [2])).toEqual(
      line.startsWith("def") ? { next: { parameters: {}, open } } : { load: { parameters: {}, open } },
    );
  });

  test("of a method, its own go; where none of it explains the line, those of all methods before all", () => {
    const text = "class Boat:\n    def row(self, crew):\n        crew = 1\n\n\nboat = Boat()\n";
    const row = { parameters: { crew: "x.Crew" }, result: "int" };
    const types = { ...TYPES, "Boat.row": row };
    expect(withoutBlamed(types, text, [3])).toEqual({ ...TYPES, "Boat.row": { parameters: {}, result: "int" } });
    expect(withoutBlamed(types, text, [6])).toEqual(TYPES);
    expect(withOpen({}, text, [3])).toEqual({ "Boat.row": { parameters: {}, open: ["crew"] } });
    expect(withOpen({}, "def go():\n    def row(crew):\n        crew = 1", [3])).toEqual({
      go: { parameters: {}, open: ["crew"] },
    });
    const conflict = "class Boat:\n<<<<<<< a\n    def row(self):\n=======\n    def row(self, crew):\n>>>>>>> b\n";
    expect(functionsInConflict(conflict, [2])).toEqual(["Boat.row", "Boat.row"]);
  });

  test("a conflict is of the functions whose heads are in it, or around it", () => {
    const conflict = (lines: string) => `<<<<<<< edited by hand\n${lines}\n=======\n${lines}\n>>>>>>> notebook\n`;
    const text = `def load(path):\n    pass\n${conflict("def split(rows):")}    return 1\n${conflict("    x = 1")}`;
    expect(functionsInConflict(text, [3])).toEqual(["load", "split", "split"]);
    expect(functionsInConflict(text, [9])).toEqual(["split"]);
    expect(asBefore(TYPES, ["load"], { load: { parameters: {} }, run: { parameters: {} } })).toEqual({
      split: TYPES.split,
      load: { parameters: {} },
    });
  });
});

test("a metric that a run saw as a tensor is one", async () => {
  const cells = [
    "import torch\nfrom torch import nn\nX, y = torch.ones(4, 1), torch.ones(4, 1)\nnet = nn.Linear(1, 1)\nlossy = nn.MSELoss()\nsteps = torch.optim.SGD(net.parameters(), lr=0.1)",
    "for epoch in range(3):\n    loss = lossy(net(X), y)\n    loss.backward()\n    steps.step()",
  ];
  const { targets } = await extractNotebook(notebookOf(...cells));
  expect(targets).toContainEqual(expect.objectContaining({ name: "loss", kind: "metric", type: "float" }));
  const seen = { train: { parameters: {}, result: "tuple[torch.nn.Linear, torch.Tensor]" } };
  const extraction = await extractNotebook(notebookOf(...cells), { observed: seen });
  expect(extraction.module.text).toContain("loss: torch.Tensor");
  expect(extraction.module.text).toContain('"loss": float(result.loss)');
});
