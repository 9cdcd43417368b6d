import { describe, expect, test } from "vitest";
import { ageAdvice } from "../../../src/core/validate/age";

const said = (version: string | undefined, interpreter: string, message = "ValueError: 3") =>
  ageAdvice(
    { notebook: "eels.ipynb", program: { cells: [], ...(version === undefined ? {} : { version }) } },
    { version: interpreter },
    { message },
  );

test.each([
  ["3.6.4", "3.11.7", "2022-12-01"],
  ["2.7.13", "3.10.0", "2021-12-01"],
  ["3.9.1", "3.13.0", "2024-12-01"],
])("a notebook of Python %s that fails under %s may ask for the packages of %s", (version, interpreter, day) => {
  const setting = `notebooks: {"eels.ipynb": {asOf: ${day}}}`;
  expect(said(version, interpreter)).toBe(
    `It was saved with Python ${version}: if it needs the packages of an earlier time, name a day in slipway.yaml: ${setting}.`,
  );
});

test.each([
  ["3.11.2", "3.11.7"],
  ["3.13.0", "3.11.7"],
  [undefined, "3.11.7"],
  ["5.1", "3.11.7"],
])("one of Python %s under %s is no older", (version, interpreter) => {
  expect(said(version, interpreter)).toBeUndefined();
});

describe("a run that fails on a name that a library removed is told since when, and what there is instead", () => {
  const old = (day: string): string =>
    `name a day before it in slipway.yaml: notebooks: {"eels.ipynb": {asOf: ${day}}}.`;

  test.each([
    [
      "AttributeError: 'DataFrame' object has no attribute 'append'",
      `pandas 2.0 of 2023-04-03 removed DataFrame.append: write pd.concat, or ${old("2023-04-02")}`,
    ],
    [
      "TypeError: OneHotEncoder.__init__() got an unexpected keyword argument 'sparse'",
      `scikit-learn 1.4 of 2024-01-17 removed OneHotEncoder(sparse=): write sparse_output, or ${old("2024-01-16")}`,
    ],
    [
      "TypeError: BaggingClassifier.__init__() got an unexpected keyword argument 'base_estimator'",
      `scikit-learn 1.4 of 2024-01-17 removed BaggingClassifier(base_estimator=): write estimator, or ${old("2024-01-16")}`,
    ],
    [
      "AttributeError: module 'numpy' has no attribute 'int'.\n`np.int` was a deprecated alias for the builtin `int`. To avoid",
      `NumPy 1.24 of 2022-12-18 removed np.int: ${old("2022-12-17")}`,
    ],
    [
      "TypeError: LGBMClassifier.fit() got an unexpected keyword argument 'verbose'",
      `LightGBM 4.0 of 2023-07-14 removed LGBMClassifier.fit(verbose=): write callbacks=[lightgbm.early_stopping(…)] and [lightgbm.log_evaluation(…)], or ${old("2023-07-13")}`,
    ],
  ])("%s", (message, advice) => {
    expect(said("3.11.2", "3.11.7", message)).toBe(advice);
  });

  test("a day that is too early for this Python is not named", () => {
    expect(said("3.9.2", "3.13.0", "ImportError: cannot import name 'plot_roc_curve' from 'sklearn.metrics' (x)")).toBe(
      "scikit-learn 1.2 of 2022-12-08 removed plot_roc_curve: write RocCurveDisplay.from_estimator.",
    );
  });

  test("what the notebook's own objects lack is no removed name", () => {
    expect(said("3.11.2", "3.11.7", "AttributeError: 'Frame' object has no attribute 'append'")).toBeUndefined();
  });
});
