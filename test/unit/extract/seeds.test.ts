import { describe, expect, test } from "vitest";
import { extractValue } from "../../support/pythonNotebook";

const SETUP =
  "import numpy as np\nimport pandas as pd\nfrom sklearn.ensemble import RandomForestClassifier\nX, y = [[1], [2]], [0, 1]\nnp.random.seed(1)";
const FOREST = "rf = RandomForestClassifier()\nrf.fit(X, y)";

describe("what an unseeded forest learned", () => {
  const keptFor = async (look: string): Promise<string> =>
    (await extractValue("x", SETUP, FOREST, look, "x = np.random.rand()")).module.text;

  test.each([
    "pd.Series(rf.feature_importances_).plot()",
    "pd.Series(rf.feature_importances_, index=['a']).nlargest(3).plot(kind='barh')",
    "top = np.argsort(rf.feature_importances_)[::-1]",
    "print(sorted(zip(rf.feature_importances_, rf.classes_)))",
  ])("is looked at without drawing: %s", async (look) => {
    const text = await keptFor(look);
    expect(text).toContain("rf.fit(X, y)");
    expect(text).not.toContain("rf.feature_importances_");
  });

  test.each(["pd.Series(rf.predict(X)).plot()", "top = rf.fit(X, rf.classes_)"])(
    "is used, which may draw: %s",
    async (use) => {
      expect(await keptFor(use)).toContain(use);
    },
  );
});
