import { describe, expect, test } from "vitest";
import { extractValue, reasonOf } from "../../support/pythonNotebook";

const IMPORTS = "import os, subprocess, urllib.request, wget, gdown\nimport pandas as pd";

async function fetchesSaid(fetch: string, read = "df = pd.read_csv('a.csv')"): Promise<readonly unknown[]> {
  const { diagnostics } = await extractValue("df", IMPORTS, fetch, read);
  return diagnostics.filter(({ code }) => code === "notebook.fetch").map(({ cell, line }) => [cell, line]);
}

test.each([
  ["a library fetches", "urllib.request.urlretrieve('https://x.org/a.csv', 'a.csv')", 1],
  ["a package fetches", "wget.download('https://x.org/a.csv')", 1],
  [
    "is only had where it is missing",
    "if not os.path.exists('a.csv'):\n    gdown.download('https://x.org', 'a.csv')",
    2,
  ],
  ["a command fetches", "os.system('wget https://x.org/a.csv')", 1],
  ["a list of words fetches", "subprocess.run(['curl', '-O', 'https://x.org/a.csv'], check=True)", 1],
  ["a command that has a name fetches", "cmd = 'wget https://x.org/a.csv'\nsubprocess.check_call(cmd, shell=True)", 2],
  ["an archive holds", "import zipfile\nwith zipfile.ZipFile('a.zip') as z:\n    z.extractall('.')", 3],
  ["is unpacked", "import shutil\nshutil.unpack_archive('a.zip')", 2],
  ["a function fetches", "def get(url):\n    urllib.request.urlretrieve(url, 'a.csv')\nget('https://x.org/a.csv')", 3],
])("what %s and a file that is read may be is said, for it is left out", async (_, fetch, line) => {
  expect(await fetchesSaid(fetch)).toEqual([[2, line]]);
});

test.each([
  ["a command that makes no files", "subprocess.run(['ls', '-l'])"],
  ["a function that is never called", "def get(url):\n    urllib.request.urlretrieve(url, 'a.csv')"],
  ["what is taken out of texts", "parts = pd.Series(['a1']).str.extractall('([0-9])')"],
  ["a function that calls itself", "def again(n):\n    return again(n - 1)\nagain(1)"],
])("nothing is said of %s", async (_, cell) => {
  expect(await fetchesSaid(cell)).toEqual([]);
});

test("nothing is said of a fetch where no file is read, or below the last target", async () => {
  const fetch = "urllib.request.urlretrieve('https://x.org/b.png', 'b.png')";
  expect(await fetchesSaid(fetch, "df = pd.DataFrame()")).toEqual([]);
  expect(await fetchesSaid(fetch, "df = pd.read_csv('https://x.org/a.csv')")).toEqual([]);
  expect(await fetchesSaid("x = 1", `df = pd.read_csv('a.csv')\n${fetch}`)).toEqual([]);
});

test.each([
  ["a call", "rows = requests.get(f'https://x.org/{key}').json()\ndf = pd.DataFrame(rows)"],
  ["a function", "def rows():\n    return requests.get('https://x.org').json()\ndf = pd.DataFrame(rows())"],
])("of %s that asks the web it is said that no snapshot has the answer", async (_, cell) => {
  const { diagnostics } = await extractValue("df", "import requests\nimport pandas as pd\nkey = 'a'", cell);
  expect(diagnostics).toContainEqual(
    expect.objectContaining({
      code: "data.web",
      cell: 2,
      message: "requests.get asks the web whenever the module runs: what it is answered is not part of the snapshot.",
    }),
  );
});

test.each([
  [
    "a set that is fetched once",
    "from sklearn.datasets import fetch_openml\ndf = fetch_openml('iris')",
    "sklearn.fetch_openml gets",
  ],
  [
    "a set of Keras",
    "import tensorflow as tf\ndf = tf.keras.datasets.mnist.load_data()",
    "tf.keras.datasets.mnist.load_data gets",
  ],
  [
    "one of torchvision",
    "from torchvision.datasets import MNIST\ndf = MNIST('m', download=True)",
    "torchvision.MNIST gets",
  ],
  ["ratings", "from surprise import Dataset\ndf = Dataset.load_builtin('ml-100k')", "Dataset.load_builtin gets"],
  [
    "a bucket of Kaggle",
    "from kaggle_datasets import KaggleDatasets\ndf = KaggleDatasets().get_gcs_path('x')",
    "kaggle_datasets.KaggleDatasets asks the web",
  ],
  ["a hub", "from datasets import load_dataset\ndf = load_dataset('imdb')", "datasets.load_dataset gets"],
  [
    "a database",
    "import pymongo\ndf = list(pymongo.MongoClient('db')['shop'].find())",
    "pymongo.MongoClient asks a database",
  ],
  [
    "a warehouse",
    "import pandas as pd\ndf = pd.read_gbq('select * from a.b', project_id='p')",
    "pd.read_gbq asks a database",
  ],
])("of %s it is said that it is no part of the snapshot", async (_, cell, message) => {
  const { diagnostics } = await extractValue("df", cell);
  expect(diagnostics).toContainEqual(
    expect.objectContaining({ code: "data.web", severity: "warning", message: expect.stringContaining(message) }),
  );
});

test.each([
  "from sklearn.datasets import load_iris\ndf = load_iris()",
  "from torchvision.datasets import MNIST\ndf = MNIST('m', download=False)",
  "from datasets import load_dataset\ndf = load_dataset('csv', data_files='a.csv')",
])("nothing is said of what reads files: %s", async (cell) => {
  const { diagnostics } = await extractValue("df", cell);
  expect(diagnostics.map(({ code }) => code)).not.toContain("data.web");
});

test.each([
  ["!wget http://x.org/cat.jpg -O pants.jpg", "x = 1", []],
  ["!wget http://x.org/cat.jpg", "x = open('cat.jpg')", ["notebook.shell"]],
  ["!wget http://x.org/cat.jpg", "import glob\nx = glob.glob('*.jpg')", ["notebook.shell"]],
  ["!wget http://x.org/cats.zip && unzip cats.zip", "x = 1", ["notebook.shell"]],
])("a picture that %s fetches must be there where it is read", async (line, cell, codes) => {
  const { diagnostics } = await extractValue("x", line, cell);
  expect(diagnostics.map(({ code }) => code).filter((code) => code === "notebook.shell")).toEqual(codes);
});

describe("weights that others trained", () => {
  const IMPORTS =
    "import tensorflow as tf\nimport tensorflow_hub as hub\nimport timm\nfrom transformers import AutoModel";
  const said = async (cell: string): Promise<readonly string[]> => {
    const { diagnostics } = await extractValue("net", IMPORTS, cell);
    return diagnostics.flatMap(({ code, severity, message }) =>
      code === "data.web" ? [`${severity} ${message.split(" from ")[0]}`] : [],
    );
  };

  test.each([
    ["net = tf.keras.applications.VGG16(weights='imagenet')", "VGG16"],
    ["net = tf.keras.applications.VGG16(include_top=False)", "VGG16"],
    ["net = timm.create_model('resnet18', pretrained=True, num_classes=3)", "create_model"],
    ["name = 'bert-base-uncased'\nnet = AutoModel.from_pretrained(name)", "from_pretrained"],
    ["net = hub.KerasLayer('https://tfhub.dev/google/encoder/4')", "KerasLayer"],
    ["def build():\n    return hub.load('https://tfhub.dev/a/b/1')\nnet = [build(), hub.load('https://x/c')]", "load"],
  ])("are said to be of the web, once: %s", async (cell, name) => {
    expect(await said(cell)).toEqual([`info ${name} gets its weights`]);
  });

  test.each([
    "net = tf.keras.applications.VGG16(weights=None)",
    "net = tf.keras.applications.VGG16(weights='vgg.h5')",
    "net = tf.keras.applications.vgg16.preprocess_input([[1.0]])",
    "net = timm.create_model('resnet18')",
    "net = AutoModel.from_pretrained('./bert')",
    "net = hub.load('/models/encoder')",
  ])("are none where nothing is fetched: %s", async (cell) => {
    expect(await said(cell)).toEqual([]);
  });
});

test("nothing is said of what asks the web and is left out", async () => {
  const { diagnostics } = await extractValue(
    "df",
    "import requests\nimport pandas as pd",
    "requests.get('https://x.org')",
    "df = pd.read_csv('a.csv')",
  );
  expect(diagnostics.map(({ code }) => code)).not.toContain("data.web");
});

describe("a fetch in a branch", () => {
  const ASKED =
    "import os, subprocess, shutil\nimport pandas as pd\nthere = os.getenv('KERNEL') is not None\nkey = 'rows'";
  const GET =
    "def get(name):\n    subprocess.run(('kaggle datasets download ' + name).split())\n    shutil.unpack_archive(name + '.zip', 'data')";
  const LEFT = "what it fetches must be there before";

  test("is left out with all of the branch, where its path is in Data", async () => {
    const fork = "if not there:\n    get(key)\n    path = 'a.csv'\nelse:\n    path = f'/kaggle/input/{key}/a.csv'";
    const { module, diagnostics } = await extractValue("df", ASKED, GET, fork, "df = pd.read_csv(path)");
    expect(module.text).not.toMatch(/get\(|kaggle|there/);
    expect(diagnostics.map(({ code, cell, line }) => [code, cell, line])).toEqual([["notebook.fetch", 3, 2]]);
  });

  test.each(["get(key)", "os.system('kaggle datasets download rows')"])(
    "is left out by itself, where the branch is needed: %s",
    async (fetch) => {
      const fork = `if not there:\n    ${fetch}\n    path, n = 'a.csv', 2\n    n = 2\nelse:\n    n = 3`;
      const extraction = await extractValue("df", ASKED, GET, fork, "df = pd.read_csv('a.csv') * n");
      expect(extraction.module.text).toContain("if not there:");
      expect(extraction.module.text).not.toMatch(/get\(|kaggle/);
      expect(reasonOf(extraction, fetch)).toBe(LEFT);
      expect(extraction.diagnostics.map(({ code, cell, line }) => [code, cell, line])).toEqual([
        ["notebook.fetch", 3, 2],
      ]);
    },
  );

  test("stays where a file that it makes is read", async () => {
    const writes = `${GET}\n    pd.DataFrame().to_csv('data/a.csv')`;
    const fork = "n = 1\nif not there:\n    get(key)\n    n = 2";
    const { module } = await extractValue("df", ASKED, writes, fork, "df = pd.read_csv('data/a.csv') * n");
    expect(module.text).toContain("get(key)");
  });
});

test("nothing is said of a folder of one machine that only what is left out names", async () => {
  const fork = "if there:\n    path = '/kaggle/input/x/a.csv'\n    n = 2\nelse:\n    path = 'a.csv'\n    n = 3";
  const { diagnostics } = await extractValue(
    "df",
    "import os\nimport pandas as pd\nthere = os.getenv('KERNEL') is not None",
    fork,
    "df = pd.read_csv(path) * n",
  );
  expect(diagnostics).toEqual([]);
});

describe("a shell line", () => {
  test.each([
    "!pip install -q kaggle",
    "!sudo apt-get install -y unzip",
    "!python -m pip install awscli kaggle",
    "!mkdir -p ~/.kaggle && chmod 600 ~/.kaggle/kaggle.json",
    "!cp kaggle.json ~/.kaggle/",
    "!ls ~/.kaggle",
    "!kaggle competitions submit -c rows -f said.csv -m first",
    "!kaggle --version",
  ])("that fetches nothing is no finding: %s", async (line) => {
    expect((await extractValue("x", line, "x = 1")).diagnostics).toEqual([]);
  });

  test.each([
    "!kaggle datasets download rows",
    "!mkdir data && wget -q https://x.org/a.csv",
    "!pip install kaggle; kaggle competitions download rows",
    "!echo rows | unzip a.zip",
    "!cat part* > data/kaggle.zip",
    "!cp /mnt/a.csv .",
  ])("that may fetch is said: %s", async (line) => {
    const { diagnostics } = await extractValue("x", line, "x = 1");
    expect(diagnostics.map(({ code }) => code)).toEqual(["notebook.shell"]);
  });
});

test.each([
  ["!python make.py --out=rows/part.csv", ["notebook.shell"]],
  ["!bash make.sh > part.csv", ["notebook.shell"]],
  ["!python make.py --out other.csv", []],
  ["!python make.py", []],
])("a script is said to be left out where what is kept reads a file that it is told of: %s", async (line, said) => {
  const { diagnostics } = await extractValue("x", line, "x = open('rows/part.csv').read()");
  expect(diagnostics.flatMap(({ code }) => (code === "notebook.shell" ? [code] : []))).toEqual(said);
});
