import { beforeAll, describe, expect, test } from "vitest";
import { edited } from "../../../src/core/python/edits";
import { namesAround, oldNames } from "../../../src/core/python/oldNames";
import type { ParsePython } from "../../../src/core/python/syntax";
import { extractNotebook, notebookOf, pythonParser } from "../../support/pythonNotebook";

let parse: ParsePython;
beforeAll(async () => {
  parse = await pythonParser();
});

const modern = (source: string): string => {
  const edits = oldNames(parse(source).root, source, namesAround([source], parse)).flatMap((one) => one.edits);
  return edited(source, { start: 0, end: source.length }, edits);
};

const PANDAS = "import pandas as pd\n";
const LIGHTGBM = "import lightgbm as lgb\n";

describe("a name that a library removed is read as today's", () => {
  test.each([
    ["from sklearn.cross_validation import train_test_split", "from sklearn.model_selection import train_test_split"],
    ["from sklearn import cross_validation", "from sklearn import model_selection as cross_validation"],
    ["from sklearn import metrics, grid_search as g", "from sklearn import metrics, model_selection as g"],
    ["from sklearn.externals import joblib", "import joblib"],
    ["from sklearn.externals import joblib as j", "import joblib as j"],
    ["import sklearn.cross_validation as cv", "import sklearn.model_selection as cv"],
    ["x = df.as_matrix()\nfor k, v in d.iteritems():\n    pass", "x = df.to_numpy()\nfor k, v in d.items():\n    pass"],
    [
      `${PANDAS}a = read()\nb = read()\nle.fit(a["x"].append(b["x"]))\nall = a["x"].append(b["x"])`,
      `${PANDAS}a = read()\nb = read()\nle.fit(pd.concat([a["x"], b["x"]]))\nall = pd.concat([a["x"], b["x"]])`,
    ],
    [
      `${PANDAS}a = pd.read_csv("a.csv")\nb = pd.read_csv("b.csv")\na = a.append(b)\nc = a.iloc[:10].append(a.iloc[20:])\nd = c[c.x > 3].append(\n  c.head())`,
      `${PANDAS}a = pd.read_csv("a.csv")\nb = pd.read_csv("b.csv")\na = pd.concat([a, b])\nc = pd.concat([a.iloc[:10], a.iloc[20:]])\nd = pd.concat([c[c.x > 3], \nc.head()])`,
    ],
    [
      `${PANDAS}all = pd.DataFrame()\nfor f in files:\n    one = pd.read_csv(f)\n    all = all.append(one)`,
      `${PANDAS}all = pd.DataFrame()\nfor f in files:\n    one = pd.read_csv(f)\n    all = pd.concat([all, one])`,
    ],
    [
      `${PANDAS}t = pd.read_csv("a.csv")\nx = t["a"][:5].append(pd.Series([1]))`,
      `${PANDAS}t = pd.read_csv("a.csv")\nx = pd.concat([t["a"][:5], pd.Series([1])])`,
    ],
    ["from scipy import interp", "from numpy import interp"],
    ["from scipy import stats, interp as ip", "from scipy import stats; from numpy import interp as ip"],
    ["from scipy.integrate import simps", "from scipy.integrate import simpson as simps"],
    ["from pandas.io.json import json_normalize", "from pandas import json_normalize"],
    ["x = pd.np.nan + pd.io.json.json_normalize(y)", "x = np.nan + pd.json_normalize(y)"],
    ["from keras.utils import np_utils", "from keras import utils as np_utils"],
    ["from keras.layers.core import Dense, Dropout", "from keras.layers import Dense, Dropout"],
    [
      "from sklearn.ensemble.forest import RandomForestClassifier",
      "from sklearn.ensemble import RandomForestClassifier",
    ],
    [
      "from keras.wrappers.scikit_learn import KerasClassifier as K\nm = KerasClassifier(build_fn=build, epochs=2)",
      "from scikeras.wrappers import KerasClassifier as K\nm = KerasClassifier(model=build, epochs=2)",
    ],
    ["m = IsolationForest(100, behaviour='new', random_state=0)", "m = IsolationForest(100, random_state=0)"],
    ["X, y = SMOTE().fit_sample(X, y)", "X, y = SMOTE().fit_resample(X, y)"],
    ["a = np.NaN + np.float(b) * np.product(c)", "a = np.nan + float(b) * np.prod(c)"],
    ['X = df.drop("y", 1)', 'X = df.drop("y", axis=1)'],
    ["sns.pairplot(df, size=3)", "sns.pairplot(df, height=3)"],
    ["r = -mean_squared_error(y, p, squared=False).round(2)", "r = -round(mean_squared_error(y, p) ** 0.5, 2)"],
    [
      "r = mean_squared_error(np.product(y), df.as_matrix(), squared=False)",
      "r = (mean_squared_error(np.prod(y), df.to_numpy()) ** 0.5)",
    ],
    [
      "from sklearn.preprocessing import Imputer, StandardScaler as S",
      "from sklearn.preprocessing import StandardScaler as S; from sklearn.impute import SimpleImputer as Imputer",
    ],
    ["from sklearn.preprocessing import Imputer as I", "from sklearn.impute import SimpleImputer as I"],
    [
      'i = Imputer(missing_values="NaN", axis=0,\n    strategy="mean")',
      'i = Imputer(missing_values=float("nan"),\n    strategy="mean")',
    ],
    ["i = Imputer(axis = 0)", "i = Imputer()"],
    ["i = Imputer(strategy=pick(\n  a), axis=0, verbose=0)", "i = Imputer(strategy=pick(\n  a), verbose=0)"],
    ['i = Imputer(axis=0,\n  strategy="mean")', 'i = Imputer(\nstrategy="mean")'],
    ["m = RandomForestClassifier(10, max_features='auto')", 'm = RandomForestClassifier(10, max_features="sqrt")'],
    ['m = RandomForestRegressor(max_features = "auto")', "m = RandomForestRegressor(max_features=1.0)"],
    ["n = vectors.get_feature_names()", "n = vectors.get_feature_names_out().tolist()"],
    ["df.fillna(method='pad', inplace=True)", "df.ffill(inplace=True)"],
    ["a = df['a'].fillna(limit=2,\n  method='bfill')", "a = df['a'].bfill(limit=2\n)"],
    [
      "k = KFold(len(X), n_folds=5, shuffle=True, random_state=3)",
      "k = list(KFold(n_splits=5, shuffle=True, random_state=3).split(range(len(X))))",
    ],
    ["k = cv.KFold(X.shape[0], n_folds=n, random_state=3)", "k = list(cv.KFold(n_splits=n).split(range(X.shape[0])))"],
    ["k = KFold(n, random_state=3, n_folds=5)", "k = list(KFold(n_splits=5).split(range(n)))"],
    [
      `${PANDAS}new = read()\nt = t.append(new,\n  ignore_index=True)`,
      `${PANDAS}new = read()\nt = pd.concat([t, new],\n  ignore_index=True)`,
    ],
    [
      `${PANDAS}new = pd.DataFrame({"a": [1]})\nt = t.append(new, ignore_index=True)`,
      `${PANDAS}new = pd.DataFrame({"a": [1]})\nt = pd.concat([t, new], ignore_index=True)`,
    ],
    [
      `${PANDAS}t = t.append({"a": 1}, ignore_index=True)`,
      `${PANDAS}t = pd.concat([t, pd.DataFrame([{"a": 1}])], ignore_index=True)`,
    ],
    [
      `${PANDAS}row = pd.Series([1])\nt = t.append(row, ignore_index=True).append(t[:2], sort=False)`,
      `${PANDAS}row = pd.Series([1])\nt = pd.concat([pd.concat([t, pd.DataFrame([row])], ignore_index=True), t[:2]], sort=False)`,
    ],
    ["r = df.to_dict(orient='record')", 'r = df.to_dict(orient="records")'],
    ['r = df[["a"]].fillna(0).to_dict("rows")', 'r = df[["a"]].fillna(0).to_dict("records")'],
    ["net.fit_generator(rows, epochs=2, workers=4)", "net.fit(rows, epochs=2)"],
    ["p = net.predict_generator(generator=rows,\n  verbose=1)", "p = net.predict(x=rows,\n  verbose=1)"],
    ["r = keras.regularizers.l2(l=0.1)", "r = keras.regularizers.l2(l2=0.1)"],
    ["opt = keras.optimizers.Adam(lr=0.1)", "opt = keras.optimizers.Adam(learning_rate=0.1)"],
    [
      `${LIGHTGBM}m = lgb.train(p, d, 10, valid_sets=[v],\n  early_stopping_rounds=5,\n  verbose_eval=n)`,
      `${LIGHTGBM}m = lgb.train(p, d, 10, valid_sets=[v],\n  callbacks=[lgb.early_stopping(5), lgb.log_evaluation(n)]\n)`,
    ],
    [
      `${LIGHTGBM}m = lgb.LGBMClassifier()\nm.fit(X, y, verbose=False, eval_metric="auc", early_stopping_rounds=5)`,
      `${LIGHTGBM}m = lgb.LGBMClassifier()\nm.fit(X, y, callbacks=[lgb.early_stopping(5)], eval_metric="auc")`,
    ],
    [`${LIGHTGBM}m = lgb.cv(p, d, verbose_eval=None)`, `${LIGHTGBM}m = lgb.cv(p, d, callbacks=None)`],
    [
      'm = XGBRegressor()\nm.fit(X, y, early_stopping_rounds=5, eval_set=[(A, b)],\n  eval_metric="mae", verbose=False)',
      'm = XGBRegressor()\nm.set_params(early_stopping_rounds=5, eval_metric="mae"); m.fit(X, y, eval_set=[(A, b)]\n, verbose=False)',
    ],
    [
      `def a():\n    m = XGBRegressor()\n    m.fit(X, y, eval_metric="mae")\n${LIGHTGBM}m = LGBMRegressor()`,
      `def a():\n    m = XGBRegressor()\n    m.set_params(eval_metric="mae"); m.fit(X, y)\n${LIGHTGBM}m = LGBMRegressor()`,
    ],
    ["s = SGDClassifier(loss='log')", 's = SGDClassifier(loss="log_loss")'],
    ["k = StratifiedKFold(y, 5)", "k = list(StratifiedKFold(n_splits=5).split(y, y))"],
    [
      "k = ShuffleSplit(n, n_iter=2, test_size=0.3, random_state=0)",
      "k = list(ShuffleSplit(n_splits=2, test_size=0.3, random_state=0).split(range(n)))",
    ],
    ["k = KFold(n, 5, True, 3)", "k = list(KFold(n_splits=5, shuffle=True, random_state=3).split(range(n)))"],
    ["k = ShuffleSplit(n, 200, .25)", "k = list(ShuffleSplit(n_splits=200, test_size=.25).split(range(n)))"],
    ["k = StratifiedKFold(5, True, 1)", "k = StratifiedKFold(5, shuffle=True, random_state=1)"],
    ["k = ShuffleSplit(10, .2, random_state=1)", "k = ShuffleSplit(10, test_size=.2, random_state=1)"],
    ["df = df.sort('a', ascending=False)", "df = df.sort_values('a', ascending=False)"],
    ["df.sort(columns=['a', 'b'], inplace=True)", "df.sort_values(by=['a', 'b'], inplace=True)"],
    ["df.ix[df.a > 3, 'b'] = df.ix[0]", "df.loc[df.a > 3, 'b'] = df.loc[0]"],
    ["y = x.ix[:, [1, 2]].dropna()", "y = x.iloc[:, [1, 2]].dropna()"],
    ["y = x.ix[:, -1]", "y = x.iloc[:, -1]"],
    ["w = df.day.dt.week + df.day.dt.weekofyear", "w = df.day.dt.isocalendar().week + df.day.dt.isocalendar().week"],
    ["r = mean_squared_error(y,\n    p,\n    squared=False)", "r = (mean_squared_error(y,\n    p\n) ** 0.5)"],
  ])("%j", (source, now) => {
    expect(modern(source)).toBe(now);
  });
});

test.each([
  "from sklearn.model_selection import train_test_split",
  "a = np.float64(1) + np.nan",
  'df.as_matrix(["a"])',
  "items.drop(a, b)",
  "mean_squared_error(y, p, squared=True)",
  "from sklearn.externals import joblib, six",
  "x = df.ix[:, 0:5]",
  "items.sort(key=len)",
  "k = KFold(5, shuffle=True)",
  "k = KFold(n_splits=5).split(X)",
  "k = StratifiedKFold()",
  "np.sort(['b', 'a'])",
  "df.fillna(0)",
  "opt = torch.optim.Adam(net.parameters(), lr=0.1)",
  "opt = SGD(params=net.parameters(), lr=0.1)",
  "r = eg.regularizers.L2(l=0.1)",
  "net.fit_generator(rows, 20)",
  "import xgboost as xgb\nm = xgb.train(p, d, 10, early_stopping_rounds=5, verbose_eval=10)",
  `${LIGHTGBM}m = lgb.train(p, d, callbacks=[c], verbose_eval=5)`,
  "m = XGBRegressor()\nm.fit(X, y, early_stopping_rounds=5, eval_metric=gini)",
  `${LIGHTGBM}m = lgb.LGBMRegressor()\nm = Sequential()\nm.fit(X, y, verbose=1)`,
  "m = build()\nm.fit(X, y, early_stopping_rounds=5, verbose=2)",
  `${LIGHTGBM}def a():\n    m = LGBMRegressor()\n    m.fit(X, y, eval_metric='mae')\ndef b():\n    m = XGBRegressor()`,
  `${LIGHTGBM}m = LGBMRegressor()\nm.fit(X, y, eval_metric='mae')\nm = XGBRegressor()`,
  `${LIGHTGBM}def b():\n    m = XGBRegressor()\n\n    return m\nm = LGBMRegressor()\nm.fit(X, y, eval_metric='mae')`,
  `m = XGBRegressor()\ndef b():\n    m = Ridge()\n    m.fit(X, y, eval_metric='mae')`,
  "df.fillna(method=how)",
  "m = RandomForestClassifier(max_features='log2')",
  "w = span.week + df.week.dt.day",
  "# np.NaN\ns = 'np.NaN'",
  "import pandas as pd\nt = t.append(t.sum(), ignore_index=True)",
  'import pandas as pd\na = read()\na["x"].append(a["y"])',
  "import pandas as pd\nt = t.append(t.loc[0], ignore_index=True)",
  "import pandas as pd\nmeans = t.mean()\nt = t.append(means, ignore_index=True)",
  "import pandas as pd\ndef add(t, row):\n    return t.append(row, ignore_index=True)",
  "import pandas as pd\nt = t.append([a, b], ignore_index=True)",
  "import pandas as pd\nrows = [a, b]\nt = t.append(rows, ignore_index=True)",
  ...[
    "a = t.append(t.loc[0])",
    "a = t.append(t.sum())",
    "t.loc[0].append(t)",
    "all = []\nall.append(t)",
    "s = pd.Series([1])\na = t.append(s)",
    "u = t.copy()\nfor u in us:\n    u.append(t)",
    "u = t.copy()\ndef add(u):\n    u.append(t)",
    "u = t.copy()\nu, n = [], 1\nu.append(t)",
    'u = pd.read_excel("a.xlsx", sheet_name=None)\na = u.append(t)',
  ].map((rest) => `import pandas as pd\nt = pd.read_csv("a.csv")\n${rest}`),
])("%j stays as it is", (source) => {
  expect(modern(source)).toBe(source);
});

test("a splitter of sklearn.cross_validation has the number of splits that it had by default", async () => {
  const kept = async (imports: string, split: string) => {
    const { module } = await extractNotebook(
      notebookOf(
        `import pandas as pd\nfrom sklearn.svm import SVC\n${imports}`,
        `df = pd.read_csv('a.csv')\ny = df['y']\nsplits = ${split}`,
        "train, test = next(iter(splits))\nmodel = SVC().fit(df.iloc[train], y.iloc[train])",
      ),
    );
    return /splits = (.*)/.exec(module.text)?.[1];
  };
  const OLD = "from sklearn.cross_validation import (KFold,\n  StratifiedShuffleSplit)";
  expect(await kept(OLD, "StratifiedShuffleSplit(y, test_size=0.3)")).toMatch(
    /^list\(StratifiedShuffleSplit\(n_splits=\w+, test_size=\w+\)\.split\(y, y\)\)$/,
  );
  expect(await kept(OLD, "KFold(len(y))")).toMatch(/^list\(KFold\(n_splits=\w+\)\.split\(range\(len\(y\)\)\)\)$/);
  expect(await kept("from sklearn.model_selection import KFold\nn = len('abc')", "KFold(n).split(df)")).toBe(
    "KFold(n).split(df)",
  );
});

test("a method that the notebook defines keeps its name", async () => {
  const own = "class Names:\n    def get_feature_names(self):\n        return ['a']";
  const { module, diagnostics } = await extractNotebook(
    notebookOf(own, "import pandas as pd\nnames = pd.Series(Names().get_feature_names())\nnames.to_csv('n.csv')"),
  );
  expect(module.text).toContain("Names().get_feature_names()");
  expect(diagnostics.filter(({ code }) => code === "notebook.old-name")).toEqual([]);
});

test("the module has today's name, its line is the notebook's, and the finding says both names", async () => {
  const cells = [
    "import numpy as np\nimport pandas as pd\nfrom sklearn.svm import SVC",
    "df = pd.read_csv('a.csv')\nX = df.drop('y', 1)\nX = X.replace(-1, np.NaN)",
    "svm = SVC().fit(X.as_matrix(), df['y'])",
  ];
  const { module, diagnostics, program } = await extractNotebook(notebookOf(...cells));
  expect(module.text).toContain('X = df.drop("y", axis=1)');
  expect(module.text).toContain("X.to_numpy()");
  expect(program.cells[1]?.source).toContain("np.nan");
  const found = diagnostics.filter(({ code }) => code === "notebook.old-name");
  expect(found.map(({ cell, line }) => [cell, line])).toEqual([
    [2, 2],
    [2, 3],
    [3, 1],
  ]);
  expect(found[1]?.message).toBe("np.NaN is gone from today's libraries: it is read as np.nan.");
});
