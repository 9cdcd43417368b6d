import { expect, test } from "vitest";
import { extractValue } from "../../support/pythonNotebook";

/** The imports of a library in the module of a notebook. */
async function importsOf(library: string, imports: string, use: string): Promise<readonly string[]> {
  const { module } = await extractValue("out", imports, `out = ${use}`);
  return module.text.split("\n").filter((line) => /^(import|from) /.test(line) && line.includes(library));
}

test.each([
  ["PIL", "import PIL\nfrom PIL import Image", "PIL.Image.open('a.png')", ["import PIL", "from PIL import Image"]],
  [
    "scipy",
    "import scipy\nfrom scipy.stats import norm",
    "scipy.stats.zscore([1, 2])",
    ["import scipy", "import scipy.stats"],
  ],
  [
    "scipy",
    "import scipy as sp\nfrom scipy.stats import norm",
    "sp.stats.zscore([1, 2])",
    ["import scipy as sp", "import scipy.stats"],
  ],
  [
    "sklearn",
    "import sklearn\nfrom sklearn import metrics, svm",
    "[sklearn.svm.SVC(), sklearn.metrics.accuracy_score([1], [1])]",
    ["import sklearn", "from sklearn import metrics, svm"],
  ],
  [
    "sklearn",
    "import sklearn\nfrom sklearn import metrics, svm",
    "[svm.SVC(), sklearn.metrics.accuracy_score([1], [1])]",
    ["import sklearn", "from sklearn import metrics, svm"],
  ],
  [
    "xml",
    "import xml\nimport xml.etree.ElementTree as ET",
    "xml.etree.ElementTree.fromstring('<a/>')",
    ["import xml", "import xml.etree.ElementTree as ET"],
  ],
])("what an import loads that another one's names need stays: %s, %s", async (library, imports, use, expected) => {
  expect(await importsOf(library, imports, use)).toEqual(expected);
});

test.each([
  [
    "scipy",
    "import scipy\nfrom scipy import stats, linalg",
    "[scipy.stats.zscore([1]), stats.norm]",
    ["import scipy", "from scipy import stats"],
  ],
  ["numpy", "import numpy as np\nfrom numpy import random", "np.random.rand(2)", ["import numpy as np"]],
  ["keras", "import keras\nfrom keras.utils import np_utils", "keras.utils.to_categorical([1])", ["import keras"]],
  ["datetime", "from datetime import datetime\nimport datetime", "datetime.datetime.now()", ["import datetime"]],
  ["math", "import math\nfrom math import floor", "math.floor(2.5)", ["import math"]],
])("what is loaded anyway, or is no module, is left out: %s, %s", async (library, imports, use, expected) => {
  expect(await importsOf(library, imports, use)).toEqual(expected);
});
