import { describe, expect, test } from "vitest";
import { extractValue } from "../../support/pythonNotebook";

const IMPORTS = `import pandas as pd
import sklearn
from sklearn.preprocessing import LabelEncoder, StandardScaler
df = pd.read_csv("a.csv")`;

/** The type that the module gives `X`. */
async function typeOfX(...cells: readonly string[]): Promise<string | undefined> {
  const { module } = await extractValue("X", IMPORTS, ...cells);
  return /^ {4}X: (\S+)/m.exec(module.text)?.[1];
}

const SCALE = "X = StandardScaler().fit_transform(df[['x']])";
const SET = 'sklearn.set_config(transform_output="pandas")';

test("what transformers give is a table where the notebook sets that for all of them", async () => {
  expect(await typeOfX(SCALE)).toBe("np.ndarray");
  expect(await typeOfX(SET, SCALE)).toBe("pd.DataFrame");
  expect(
    await typeOfX(SET, `def scale(df):\n    return StandardScaler().fit_transform(df)`, "X = scale(df[['x']])"),
  ).toBe("pd.DataFrame");
});

describe("a transformer that is told to give tables", () => {
  const MAKE =
    'from sklearn.compose import ColumnTransformer\nct = ColumnTransformer([("s", StandardScaler(), ["x"])])';
  const TOLD = 'ct.set_output(transform="pandas")';
  const APPLY = "ct.fit(df)\nX = ct.transform(df)";

  test.each([
    ["by a statement", [MAKE, TOLD, APPLY]],
    ["where it is made", [`${MAKE}.set_output(transform="pandas")`, APPLY]],
    ["where it is used", [MAKE, 'X = ct.set_output(transform="pandas").fit(df).transform(df)']],
    ["more than once", [MAKE, TOLD, TOLD, "X = ct.fit_transform(df)"]],
  ])("gives them: %s", async (_, cells) => {
    expect(await typeOfX(...cells)).toBe("pd.DataFrame");
  });

  test("is still what it was", async () => {
    const { module } = await extractValue("ct", IMPORTS, MAKE, TOLD, "ct.fit(df)");
    expect(module.text).toContain("    ct: ColumnTransformer  #");
  });

  test.each([
    ["is told something else later", [MAKE, TOLD, 'ct.set_output(transform="default")', APPLY]],
    ["was used before", [MAKE, "Z = ct.fit_transform(df)", TOLD, APPLY]],
    ["is told only under a condition", [MAKE, `if len(df) > 3:\n    ${TOLD}`, APPLY]],
    ["is another one by then", [MAKE, TOLD, MAKE, APPLY]],
    ["is a parameter of that name", [MAKE, TOLD, "def use(ct):\n    return ct.transform(df)", "X = use(ct.fit(df))"]],
  ])("is not known to where it %s", async (_, cells) => {
    expect(await typeOfX(...cells)).not.toBe("pd.DataFrame");
  });
});

test("encoders of labels give arrays all the same", async () => {
  expect(await typeOfX(SET, "X = LabelEncoder().fit_transform(df['y'])")).toBe("np.ndarray");
});

test.each([
  ["is set behind a transformer", [SCALE.replace("X", "Z"), SET, SCALE]],
  [
    "is set to something else further down",
    [SET, SCALE, 'sklearn.set_config(transform_output="default")', "X = X + 1"],
  ],
  ["holds in a block only", [`with sklearn.config_context(transform_output="pandas"):\n    ${SCALE}`]],
])("what transformers give is not told where it %s", async (_, cells) => {
  expect(await typeOfX(...cells)).toBe("Any");
});
