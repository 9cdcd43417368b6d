import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { nodePython } from "../../src/node/python";
import { pythonWithValues } from "../support/valuePackages";

const python = nodePython();
let path = "";
beforeAll(async () => {
  path = await pythonWithValues();
});

const verdictsSchema = z.array(z.object({ ok: z.boolean(), text: z.string() }));

const SETUP = `
import collections, dataclasses, datetime, decimal, functools, math, threading
import numpy as np, pandas as pd, polars as pl, scipy.sparse as sparse, statsmodels.api as sm
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, cross_validate
nan, inf = float("nan"), float("inf")
class Fields:
    def __init__(self, **fields): self.__dict__.update(fields)
class Slots:
    __slots__ = ("a", "b")
    def __init__(self, a): self.a = a
class Callable(Fields):
    def __call__(self): pass
class Stateful(Fields):
    def __getstate__(self): return {"kept": self.kept}
class Lazy(Fields):
    @functools.cached_property
    def late(self): return object()
def asked(lazy):
    lazy.late
    return lazy
class Odd(Fields):
    def __eq__(self, other): raise ValueError("never")
    __hash__ = None
class Keeps(Fields):
    def __reduce__(self): raise TypeError("not to be pickled")
def cycle(value):
    made = Fields(value=value, items=[]); made.items.append(made); made.me = made
    return made
def chain(length, last):
    made = last
    for _ in range(length): made = [made]
    return made
def local(value):
    class Local:
        def __init__(self): self.value = value
    return Local()
class Nameless:
    def __reduce__(self): return decimal.Decimal, ("1.5",)
Nameless.__qualname__ = "Nameless[x]"
def generated(values):
    yield from values
X = np.arange(24.0).reshape(12, 2) ** 1.5
y = X @ [1.5, -2] + np.sin(np.arange(12))
def fitted(alpha): return LinearRegression(positive=alpha > 0).fit(X, y + alpha)
def search():
    return GridSearchCV(LinearRegression(), {"positive": [True, False]}, cv=3).fit(X, y)
def table(**more): return pd.DataFrame({"a": [1.0, nan, inf], "b": pd.Categorical(["x", "y", "x"]), **more})
`;

async function verdicts(pairs: readonly (readonly [string, string])[]): Promise<z.infer<typeof verdictsSchema>> {
  const script = join(__dirname, "../support/compareValues.py");
  const input = JSON.stringify({ setup: SETUP, pairs });
  const { stdout, stderr } = spawnSync(path, [script, python.scripts], { input, encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  return verdictsSchema.parse(JSON.parse(stdout));
}

describe("values of two runs", () => {
  it("are the same by what they hold, wherever they lie in memory", async () => {
    const same = [
      "Fields(a=1, b=[2, nan])",
      "Slots(3)",
      "Callable(power=2)",
      "Stateful(kept=1, lost=object())",
      "Odd(a=np.arange(3))",
      "asked(Lazy(a=1))",
      "Keeps(a=1)",
      "cycle(1)",
      "chain(60, 1)",
      "local(1)",
      "[local(1), {'x': local(2)}]",
      "generated([1])",
      "lambda x: x",
      "functools.partial(lambda x: x, 2)",
      "math",
      "math.sin",
      "threading.Lock()",
      "{Fields(a=1), Fields(a=2)}",
      "{nan: 1, 'b': 2}",
      "dict(a=1).keys()",
      "repr(object())",
      "[str(Fields(a=1))]",
      "nan",
      "complex(nan, 1)",
      "decimal.Decimal('nan')",
      "[-inf, inf]",
      "10 ** 400",
      "datetime.datetime(2024, 5, 1, tzinfo=datetime.timezone.utc)",
      "pd.NaT",
      "pd.NA",
      "pd.Timestamp('2024-05-01', tz='Europe/Berlin')",
      "np.datetime64('NaT')",
      "np.array([nan, inf, -inf, 1])",
      "np.array(['2024-05-01', 'NaT'], dtype='M8[D]')",
      "np.array([(1, nan)], dtype=[('a', int), ('b', float)])",
      "np.array([Fields(a=nan), None])",
      "np.ma.array([1.0, 2.0], mask=[True, False])",
      "sparse.random(9, 9, 0.3, random_state=1, format='csr')",
      "sparse.csr_array(np.eye(3))",
      "table()",
      "table(o=[Fields(a=1), [1, nan], None])",
      "table(t=pd.to_datetime(['2024-05-01', None, '2024-05-02']))",
      "table(s=[repr(object()), 'x', None])",
      "table().set_index('b').T",
      "pd.Series([1, None], dtype='Int64')",
      "pd.Categorical(['b', None], categories=['b', 'a'], ordered=True)",
      "pd.MultiIndex.from_product([['a', 'b'], [1.5, nan]])",
      "pl.DataFrame({'a': [1.5, nan, None]})",
      "fitted(0)",
      "search().cv_results_",
      "pd.DataFrame(search().cv_results_)",
      "cross_validate(LinearRegression(), X, y, cv=3)",
      "search()",
      "sm.families.Poisson()",
      "sm.families.links.Log()",
      "sm.GLM(abs(y), X, family=sm.families.Poisson()).fit()",
      "sm.OLS(y, X).fit()",
    ];
    const found = await verdicts(same.map((text) => [text, text]));
    expect(same.flatMap((text, index) => (found[index]?.ok === true ? [] : [[text, found[index]?.text]]))).toEqual([]);
  });

  it("are whole in another process where something with a name rebuilds them, whatever their class is called", async () => {
    const isWhole = (text: string) => `store(${text})["pickle"] is not None`;
    const found = await verdicts([
      [isWhole("Nameless()"), "True"],
      [isWhole("np.eye(2)"), "True"],
      [isWhole("local(1)"), "False"],
    ]);
    expect(found.map(({ ok }) => ok)).toEqual([true, true, true]);
  });

  it("are equal where only one of them was asked for a number that it then kept", async () => {
    const adjusted = "(lambda fit: (fit.rsquared_adj, fit)[1])(sm.OLS(y, X).fit())";
    const found = await verdicts([
      [adjusted, "sm.OLS(y, X).fit()"],
      ["Fields(a=1, _n=3)", "Fields(a=1)"],
    ]);
    expect(found.map(({ ok }) => ok)).toEqual([true, true]);
    const others = await verdicts([
      ["Fields(a=1, _n=3)", "Fields(a=1, _n=4)"],
      ["Fields(n=3)", "Fields()"],
    ]);
    expect(others.map(({ ok }) => ok)).toEqual([false, false]);
  });

  it("are equal whenever, and however long, they were fitted", async () => {
    const found = await verdicts([
      ['Fields(a=1, _time_fit_was_called="1:00")', 'Fields(a=1, _time_fit_was_called="2:00")'],
      ["{'fit_time': 1}", "{'fit_time': 2}"],
      ["Fields(a=1)", "Fields(a=1, predict_start=3, predict_end=4)"],
    ]);
    expect(found.map(({ ok }) => ok)).toEqual([true, true, true]);
  });

  it("differ where anything in them differs, and say where", async () => {
    const pairs: readonly (readonly [string, string, string])[] = [
      ["Fields(a=1)", "Fields(a=2)", "1 ≠ 2"],
      ["Slots(3)", "Slots(4)", "3 ≠ 4"],
      ["Callable(power=2)", "Callable(power=3)", "2 ≠ 3"],
      ["Keeps(a=1)", "Keeps(a=2)", "1 ≠ 2"],
      ["cycle(1)", "cycle(2)", "1 ≠ 2"],
      ["chain(60, 1)", "chain(60, 2)", "1 ≠ 2"],
      ["[1, local(1)]", "[1, local(2)]", "1 ≠ 2"],
      ["generated([1])", "iter([1])", "≠"],
      ["lambda x: x", "lambda y: y", "≠"],
      ["math", "functools", "≠"],
      ["math.sin", "math.cos", "sin ≠ cos"],
      ["{Fields(a=1)}", "{Fields(a=2)}", "1 ≠ 2"],
      ["{'a': 1}", "{'b': 1}", "≠"],
      ["dict(a=1).keys()", "dict(b=1).keys()", "≠"],
      ["'0x12345 of it'", "'0x12346 of it'", "≠"],
      ["nan", "1.0", "nan ≠ 1.0"],
      ["inf", "-inf", "inf ≠ -inf"],
      ["10 ** 400", "10 ** 400 + 1", "≠"],
      ["1.0", "1.00001", "1.0 ≠ 1.00001"],
      ["np.array([1.0, 2.0])", "np.array([1.0, nan])", "1 of 2 values differ"],
      ["np.array([1.0, 2.0])", "np.array([1.5, 2.0])", "1, by up to 0.5, of 2 values differ"],
      ["np.array(['a'])", "np.array([1.0])", "<U1 ≠ float64"],
      ["np.array([(1, 2.0)], dtype='i4,f8')", "np.array([(1, 3.0)], dtype='i4,f8')", "'f1'"],
      ["sparse.csr_array(np.eye(3))", "sparse.csr_array(np.eye(3)[::-1])", "≠"],
      ["table()", "table(c=1)", "columns"],
      ["table(c=1)", "table(c=2)", "['c']"],
      ["table(o=[Fields(a=1), 1, 2])", "table(o=[Fields(a=2), 1, 2])", "1 ≠ 2"],
      ["pd.Categorical(['b'], categories=['b', 'a'])", "pd.Categorical(['a'], categories=['b', 'a'])", ""],
      ["pd.Series([1, None], dtype='Int64')", "pd.Series([1, 2], dtype='Int64')", ""],
      ["pd.Series([1])", "pd.Series([1.5])", ""],
      ["pl.DataFrame({'a': [1.5]})", "pl.DataFrame({'a': [2.5]})", "1.5 ≠ 2.5"],
      ["fitted(0)", "fitted(0.5)", ""],
      ["sm.families.Poisson()", "sm.families.Poisson(sm.families.links.Sqrt())", "≠"],
      ["sm.OLS(y, X).fit()", "sm.OLS(y + X[:, 0], X).fit()", "differ"],
      ["Fields", "Slots", "Fields ≠ Slots"],
    ];
    const found = await verdicts(pairs.map(([first, second]) => [first, second]));
    const wrong = pairs.flatMap((pair, index) => {
      const { ok = true, text = "" } = found[index] ?? {};
      return ok || !text.includes(pair[2]) ? [[...pair, text]] : [];
    });
    expect(wrong).toEqual([]);
  });

  it("may differ by rounding", async () => {
    const found = await verdicts([
      ["0.1 + 0.2", "0.3"],
      ["np.array([0.1 + 0.2])", "np.array([0.3])"],
      ["pd.Series([0.1 + 0.2])", "pd.Series([0.3])"],
      ["Fields(a={'x': 0.1 + 0.2})", "Fields(a={'x': 0.3})"],
    ]);
    expect(found.filter(({ ok }) => !ok)).toEqual([]);
  });
});
