import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { observedTypes, runTypesSchema } from "../../src/core/extract/observed";
import { nodePython } from "../../src/node/python";
import { pythonWithValues } from "../support/valuePackages";

const python = nodePython();
let path = "";
beforeAll(async () => {
  path = await pythonWithValues();
});

const SETUP = `
import collections, datetime, decimal, functools, io, pathlib, sys
import numpy as np, pandas as pd, scipy.sparse as sparse
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import Pipeline
from sklearn.svm import SVC
class Own:
    class Inner: pass
    def method(self): pass
class Lying:
    @property
    def __class__(self): raise ValueError("no")
def local():
    class Local: pass
    return Local()
def generated(): yield 1
`;

/** The types of the values that expressions have. */
function typesOf(values: readonly string[]): readonly (string | undefined)[] {
  const script = join(__dirname, "../support/describeValues.py");
  const input = JSON.stringify({ setup: SETUP, values });
  const { stdout, stderr } = spawnSync(path, [script, python.scripts], { input, encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  const told: readonly unknown[] = JSON.parse(stdout);
  return told.map((one) => {
    const types = runTypesSchema.parse({ value: { parameters: {}, result: [one] } });
    return observedTypes(types).value?.result;
  });
}

describe("the type of a value", () => {
  it("has the shortest public name of its class", () => {
    const named = {
      "pd.DataFrame()": "pandas.DataFrame",
      "pd.Series([1])": "pandas.Series",
      "pd.Series([1]).index": "pandas.Index",
      "np.zeros(2)": "numpy.ndarray",
      "pd.Timestamp(0)": "pandas.Timestamp",
      "sparse.csr_matrix((2, 2))": "scipy.sparse.csr_matrix",
      "RandomForestClassifier()": "sklearn.ensemble.RandomForestClassifier",
      "Pipeline([])": "sklearn.pipeline.Pipeline",
      "SVC()": "sklearn.svm.SVC",
      "decimal.Decimal(1)": "decimal.Decimal",
      "datetime.datetime(2020, 1, 1)": "datetime.datetime",
      "io.StringIO()": "io.StringIO",
      "pd.NA": "pandas.api.typing.NAType",
      "Own()": "Own",
      "Lying()": "Lying",
    };
    expect(typesOf(Object.keys(named))).toEqual(Object.values(named));
  });

  it("says of numbers what would hold of others, too", () => {
    const numbers = {
      True: "bool",
      "1": "int",
      "1.5": "float",
      "np.float64(1)": "float",
      "np.float32(1)": "numpy.floating",
      "np.int64(1)": "numpy.number",
      "np.uint8(1)": "numpy.number",
      "np.bool_(True)": "numpy.bool_",
      'np.str_("a")': "str",
    };
    expect(typesOf(Object.keys(numbers))).toEqual(Object.values(numbers));
  });

  it("says what a container holds", () => {
    const containers = {
      '["a"]': "list[str]",
      "[1, 2.5, None]": "list[float | None]",
      "[]": "list[Never]",
      "[1, 'a', (1,), {}]": "list[Any]",
      "[[1], [2]]": "list[list[int]]",
      "[[1]] * 101": "list[Any]",
      "[1] * 1_000_001": "list[Any]",
      "[[[[[1]]]]]": "list[list[list[list[Any]]]]",
      "{'a': [SVC()]}": "dict[str, list[sklearn.svm.SVC]]",
      "{1, 2}": "set[int]",
      "(1, 'a')": "tuple[int, str]",
      "()": "tuple",
      "tuple('a' * 40)": "tuple[str, ...]",
      "collections.defaultdict(list, a=[1])": "collections.defaultdict[str, list[int]]",
      "collections.Counter('ab')": "collections.Counter[str]",
      "{'a': 1}.keys()": "collections.abc.KeysView[str]",
      "{'a': 1}.items()": "collections.abc.ItemsView[Any, Any]",
    };
    expect(typesOf(Object.keys(containers))).toEqual(Object.values(containers));
  });

  it("says of functions that they can be called, and of classes which they are", () => {
    const functions = ["len", "lambda: 1", "Own().method", "functools.partial(len)", "np.log", "local"];
    expect(typesOf(functions)).toEqual(functions.map(() => "collections.abc.Callable[..., Any]"));
    expect(typesOf(["SVC", "Own"])).toEqual(["type[sklearn.svm.SVC]", "type[Own]"]);
    const iterators = ["generated()", "map(len, [])", "iter([])", "zip()"];
    expect(typesOf(iterators)).toEqual(iterators.map(() => "collections.abc.Iterator[Any]"));
  });

  it("is none where its class has no public name", () => {
    const nameless = ["local()", "Own.Inner()", "type(sys)('a')", "type('Made', (), {})()", "..."];
    expect(typesOf(nameless)).toEqual(nameless.map(() => undefined));
  });
});
