import { describe, expect, test } from "vitest";
import { runnerProgram } from "../../../src/core/validate/program";
import { extractNotebook, extractValue, notebookOf, stepsText } from "../../support/pythonNotebook";

const IMPORTS = "import glob, os\nfrom pathlib import Path\nimport pandas as pd\nimport numpy as np";

const referencesOf = async (...cells: readonly string[]) =>
  (await extractValue("df", IMPORTS, ...cells)).references.map(
    ({ path, place, kind }) => `${kind} ${path} -> ${place}`,
  );

describe("a path is followed", () => {
  test.each([
    ['df = pd.read_csv("a.csv")', "a.csv"],
    ["df = pd.read_csv(r'data\\a.csv')", "data\\a.csv"],
    ['df = pd.read_csv(filepath_or_buffer="a.csv", sep=";")', "a.csv"],
    ['p = "a.csv"\ndf = pd.read_csv(p)', "a.csv"],
    ['folder = "data/"\nname = "a"\ndf = pd.read_csv(folder + name + ".csv")', "data/a.csv"],
    ['folder = "data"\ndf = pd.read_csv(f"{folder}/a.csv")', "data/a.csv"],
    ['df = pd.read_csv(os.path.join("data", "raw", "a.csv"))', "data/raw/a.csv"],
    ['folder = Path("data")\ndf = pd.read_csv(folder / "a.csv")', "data/a.csv"],
    ['df = pd.read_csv(Path("data") / "raw" / "a.csv")', "data/raw/a.csv"],
    ['df = pd.read_csv(str(Path("data", "a.csv")))', "data/a.csv"],
    ['def load(p):\n    return pd.read_csv(p)\ndf = load("a.csv")', "a.csv"],
    ['def load(n, p="x"):\n    return pd.read_csv(p)\ndf = load(1, p="a.csv")', "a.csv"],
    ['def read(p):\n    return open(p).read()\ndef load(q):\n    return read(q)\ndf = load("a.csv")', "a.csv"],
    ['def load(p="a.csv"):\n    return pd.read_csv(p)\ndf = load()', "a.csv"],
    ['def read(p):\n    return open(p).read()\ndef load(p="a.csv"):\n    return read(p)\ndf = load()', "a.csv"],
    ['def load(p="a.csv"):\n    return open(p).read()\ndef again():\n    return load()\ndf = again()', "a.csv"],
    [
      'class Loader:\n    def __init__(self, n, p):\n        self.rows = pd.read_csv(p)\ndf = Loader(1, "a.csv").rows',
      "a.csv",
    ],
    [
      'class Loader:\n    def __init__(self, p="x"):\n        self.rows = pd.read_csv(p)\nt = "a.csv"\ndf = Loader(p=t).rows',
      "a.csv",
    ],
    [
      'class Loader:\n    def __init__(self, p="a.csv"):\n        self.rows = pd.read_csv(p)\ndef load():\n    return Loader()\ndf = load().rows',
      "a.csv",
    ],
    ['with open("a.txt") as f:\n    df = f.read()', "a.txt"],
    ['df = np.load("a" ".npy")', "a.npy"],
    ['df = pd.concat([pd.read_csv("a.csv")])', "a.csv"],
    ['if True:\n    df = pd.read_csv("a.csv")', "a.csv"],
  ])("%j", async (cell, path) => {
    const { references, diagnostics } = await extractValue("df", IMPORTS, cell);
    expect(references.map((reference) => reference.path)).toEqual([path]);
    expect(diagnostics).toEqual([]);
  });

  test.each([
    ["chdir", 'os.chdir("data")\ndf = pd.read_csv("a.csv")', "data/a.csv"],
    ["a magic", '%cd data/raw\n%cd ..\ndf = pd.read_csv("a.csv")', "data/a.csv"],
    ["chdir and back", 'home = os.getcwd()\nos.chdir("../styles")\nos.chdir(home)\ndf = pd.read_csv("a.csv")', "a.csv"],
    ["chdir to a part", 'home = Path.cwd()\nos.chdir("x")\nos.chdir(home / "y")\ndf = pd.read_csv("a.csv")', "y/a.csv"],
    ["a folder of before", 'home = os.getcwd()\nos.chdir("x")\ndf = pd.read_csv(os.path.join(home, "a.csv"))', "a.csv"],
    [
      "one above it",
      'os.chdir("x/y")\nhome = os.path.dirname(os.getcwd())\nos.chdir("z")\ndf = pd.read_csv(home + "/a.csv")',
      "x/a.csv",
    ],
    ["the one of now", 'os.chdir("x")\ndf = pd.read_csv(os.path.join(os.getcwd(), "a.csv"))', "x/a.csv"],
  ])("through %s", async (_what, cells, path) => {
    const { references } = await extractValue("df", IMPORTS, ...cells.split("\n"));
    expect(references.map((reference) => reference.path)).toEqual([path]);
  });

  test("to another folder and back, of which nothing is left in the module", async () => {
    const { module, dropped } = await extractValue(
      "df",
      "import os\nimport pandas as pd",
      "home = os.getcwd()\nstyles = os.path.join(home, 'styles')\nos.chdir(styles)",
      'os.chdir(home)\ndf = pd.read_csv("a.csv")',
    );
    expect(module.text).not.toMatch(/\bos\b/);
    expect(dropped.map(({ reason }) => reason)).toEqual([
      "nothing that is kept uses the import",
      "only a change of the folder needs it",
      "only a change of the folder needs it",
      "the paths in Data begin there",
      "the paths in Data begin there",
    ]);
  });

  test("to a file that the notebook writes in the same folder, which is no reference", async () => {
    const cells = ['os.chdir("x")', 'np.save("a.npy", np.ones(3))', 'df = np.load("a.npy")'];
    expect((await extractValue("df", IMPORTS, ...cells)).references).toEqual([]);
  });

  test("and its field has no name of an option that the module has anyway", async () => {
    const { references } = await extractValue(
      "df",
      IMPORTS,
      'df = pd.concat([pd.read_csv("save.csv"), pd.read_csv("help.csv")])',
    );
    expect(references.map(({ name }) => name)).toEqual(["save_csv", "help_csv"]);
  });

  test("and its field has no name of a variable of the function that reads it", async () => {
    const cell = 'def load():\n    rows = pd.read_csv("rows.csv")\n    return rows\ndf = load()';
    const { references, module } = await extractValue("df", IMPORTS, cell);
    expect(references.map(({ name }) => name)).toEqual(["rows_csv"]);
    expect(module.text).toContain("rows = pd.read_csv(rows_csv)");
  });

  test("and the variables that only held it go", async () => {
    const extraction = await extractValue("df", IMPORTS, 'folder = "data"', 'df = pd.read_csv(f"{folder}/a.csv")');
    expect(extraction.params).toEqual([]);
    expect(stepsText(extraction)).toContain("df = pd.read_csv(a)");
    expect(extraction.dropped.map(({ text }) => text)).toContain('folder = "data"');
  });

  test("to the version of the variable that is read", async () => {
    const cells = ['p = "a.csv"', "first = pd.read_csv(p)", 'p = "b.csv"', "df = pd.concat([first, pd.read_csv(p)])"];
    expect(await referencesOf(...cells)).toEqual(["file a.csv -> a.csv", "file b.csv -> b.csv"]);
  });
});

describe("what a library that is not known is given", () => {
  const SCANS = "import scans\nfrom scans import io as sio\nimport nltk, wave";

  test.each([
    ['df = scans.read_volume("raw/knee.vol")', "raw/knee.vol", "scans.read_volume(str(knee))"],
    ['df = sio.dcmread("knee.dcm", fast=True)', "knee.dcm", "sio.dcmread(str(knee), fast=True)"],
    ['df = scans.from_file(path="../raw/a-1.idx3-ubyte")', "../raw/a-1.idx3-ubyte", "scans.from_file(path=str(a_1))"],
    ['df = scans.convert_from_file("a-1.idx3-ubyte")', "a-1.idx3-ubyte", "scans.convert_from_file(str(a_1))"],
    ['folder = "raw"\ndf = scans.open(f"{folder}/knee.vol")', "raw/knee.vol", "scans.open(str(knee))"],
    ['def get():\n    return scans.load("raw/knee.vol")\ndf = get()', "raw/knee.vol", "scans.load(str(knee))"],
  ])("is a file where name and path say so: %s", async (cell, path, call) => {
    const { references, module } = await extractValue("df", SCANS, cell);
    expect(references.map((one) => one.path)).toEqual([path]);
    expect(module.text).toContain(call);
  });

  test.each([
    'df = scans.load_model("en_base.v2")',
    'df = scans.load("owner/model")',
    'df = scans.load_credentials("conf/cloud.json")',
    'df = scans.load_dotenv("conf/local.env")',
    'df = scans.download("raw/knee.vol")',
    'df = scans.Grid("raw/knee.vol")',
    'df = scans.open("raw/knee.vol", "w")',
    'df = nltk.data.load("tokenizers/words.pickle")',
    'df = wave.openfp("raw/a.wav")',
    'scans.save("raw/knee.vol", 1)\nopen("raw/knee.vol", "w").write("a")\ndf = scans.load("raw/knee.vol")',
  ])("is none otherwise: %s", async (cell) => {
    expect((await extractValue("df", SCANS, cell)).references).toEqual([]);
  });
});

describe("the default of a parameter", () => {
  const LOAD = 'def load(n, path="a.csv"):\n    return pd.read_csv(path, nrows=n)';

  test("is handed in where a call leaves it out, beside the variables that the function reads", async () => {
    const { module, references } = await extractValue("df", IMPORTS, LOAD, "df = load(3)");
    expect(references.map(({ path, cell, line }) => [path, cell, line])).toEqual([["a.csv", 3, 1]]);
    expect(module.text).toContain("load(3, path=str(a))");
    const global = 'kind = np.str_("f4")\ndef read(path="b.csv"):\n    return pd.read_csv(path, dtype=kind)';
    expect((await extractValue("df", IMPORTS, global, "df = read()")).module.text).toContain(
      "read(path=str(b), kind=kind)",
    );
  });

  test("is said where it is computed, once", async () => {
    const cell = "def load(path=os.environ['A']):\n    return pd.read_csv(path)\ndf = pd.concat([load(), load()])";
    const { diagnostics } = await extractValue("df", IMPORTS, cell);
    expect(diagnostics.map(({ code, line }) => [code, line])).toEqual([["data.unresolved", 1]]);
  });

  test("does not count where the call may give the argument", async () => {
    const { references } = await extractValue("df", IMPORTS, LOAD, 'given = {"path": "b.csv"}\ndf = load(3, **given)');
    expect(references).toEqual([]);
  });
});

test("a path that a function takes for a text is handed in as one", async () => {
  const read = "def read(folder):\n    return [pd.read_csv(folder + name) for name in os.listdir(folder)]";
  const { module, references } = await extractValue("df", IMPORTS, read, 'df = pd.concat(read("raw/"))');
  expect(references.map(({ kind }) => kind)).toEqual(["directory"]);
  expect(module.text).toContain('read(f"{raw}/")');
});

describe("a path that cannot be worked out is said, and stays as it is", () => {
  test.each([
    "df = pd.read_csv(input())",
    "import sys\ndf = pd.read_csv(sys.argv[1])",
    'p = "a.csv"\nif os.path.exists("b.csv"):\n    p = "b.csv"\ndf = pd.read_csv(p)',
    'for p in ["a.csv", "b.csv"]:\n    df = pd.read_csv(p)',
    'df = pd.read_csv("%s.csv" % os.environ["NAME"])',
  ])("%j", async (cell) => {
    const { references, diagnostics } = await extractValue("df", IMPORTS, cell);
    expect(references).toEqual([]);
    expect(diagnostics).toMatchObject([{ code: "data.unresolved", severity: "warning", cell: 2 }]);
    expect(diagnostics[0]?.message).toContain("pandas.read_csv reads ");
  });
});

describe("a text of the notebook that is read as a file is no data of its own", () => {
  const ROWS = 'rows = """\nore,kt\ncopper,3\n"""';
  const read = (...cells: readonly string[]) =>
    extractValue("df", `import io, textwrap\nimport requests\n${IMPORTS}`, ...cells);

  test.each([
    "df = pd.read_csv(io.StringIO(rows))",
    "buffer = io.StringIO(rows.strip())\ndf = pd.read_csv(buffer)",
    "df = pd.read_csv(io.BytesIO(rows.encode()))",
    "df = pd.read_fwf(io.StringIO(textwrap.dedent(rows)))",
    "df = pd.read_json(io.StringIO('[' '1]'))",
    "df = pd.read_html('<table><tr><td>1</td></tr></table>')[0]",
    "df = pd.read_json('{}')",
    "df = pd.read_csv(io.BytesIO(b'ore\\n1'))",
  ])("%s", async (cell) => {
    const { references, diagnostics, params } = await read(ROWS, cell);
    expect([references, diagnostics, params]).toEqual([[], [], []]);
  });

  test.each([
    "df = pd.read_csv(io.StringIO(requests.get('https://mines.example/ore').text))",
    "page = requests.get('https://mines.example/ore').text\ndf = pd.read_csv(io.StringIO(page.strip()))",
    "df = pd.read_csv(io.StringIO(f'{input()},kt'))",
    "df = pd.read_csv(io.StringIO())",
  ])("unless it comes from elsewhere: %s", async (cell) => {
    const { diagnostics } = await read(ROWS, cell);
    expect(diagnostics.map(({ code }) => code)).toContain("data.unresolved");
  });

  test("and a text of several lines is no setting, but a constant of the module", async () => {
    const { params, module } = await read(`${ROWS}\nsep = ","`, "df = pd.read_csv(io.StringIO(rows), sep=sep)");
    expect(params.map(({ name }) => name)).toEqual(["sep"]);
    expect(module.text).toContain('\n\nrows = """\nore,kt\ncopper,3\n"""\n');
  });
});

describe("files that are listed", () => {
  test("by glob are a pattern, which is text", async () => {
    const { module, diagnostics, companions } = await extractValue(
      "df",
      IMPORTS,
      'df = pd.concat([pd.read_csv(p) for p in sorted(glob.glob("data/*.csv"))])',
    );
    expect(module.text).toContain('    data: str = "data/*.csv"  # cell 2');
    expect(module.text).toContain("sorted(glob.glob(data))");
    expect(module.text).toContain("any(folder.glob(Data.data))");
    expect(module.text).toContain("type(field.default)(options.data_dir / getattr(options, field.name))");
    expect(companions[1]?.text).toContain("any(folder.glob(name)) for name in FILES");
    expect(diagnostics).toEqual([]);
  });

  test.each([
    [["/mnt/a/train/*/*.jpg"], ["data/train/*/*.jpg"]],
    [
      ["/mnt/a/train/*/*.jpg", "/mnt/a/test/*/*.jpg", "/mnt/a/train/*/*.png"],
      ["data/train/*/*.jpg", "data/test/*/*.jpg", "data/train/*/*.png"],
    ],
    [
      ["/mnt/a/train/*.jpg", "/mnt/b/train/*.jpg"],
      ["data/train/*.jpg", "data/train_2/*.jpg"],
    ],
    [
      ["rows/*.csv", "../rows/*.csv"],
      ["rows/*.csv", "rows_2/*.csv"],
    ],
    [
      ["*.csv", "../*.csv"],
      ["*.csv", "data/*.csv"],
    ],
    [["/mnt/**/part_?/*.csv"], ["data/mnt/**/part_?/*.csv"]],
  ])("by glob keep what their patterns ask of names and folders: %s", async (patterns, places) => {
    const reads = patterns.map((one) => `df = df + [pd.read_csv(p) for p in glob.glob(${JSON.stringify(one)})]`);
    const { references } = await extractValue("df", IMPORTS, `df = []\n${reads.join("\n")}`);
    expect(references.map(({ place }) => place)).toEqual(places);
    expect(new Set(references.map(({ name }) => name)).size).toBe(places.length);
  });

  test("by a Path are its folder, through the names that lead to it", async () => {
    const { module, references, diagnostics } = await extractValue(
      "df",
      IMPORTS,
      'data = Path("../data")\nraw = data / "raw"',
      'df = pd.concat([pd.read_csv(p) for p in sorted(raw.glob("*.csv"))])\nfor p in Path("more").iterdir():\n    df[p.name] = pd.read_csv(p)',
    );
    expect(references.map(({ kind, path, place }) => [kind, path, place])).toEqual([
      ["directory", "../data/raw", "data/raw"],
      ["directory", "more", "more"],
    ]);
    expect(module.text).toMatch(/sorted\(raw_\w+\.glob\("\*\.csv"\)\)/);
    expect(diagnostics).toEqual([]);
    const { cells } = runnerProgram(await extractValue("df", IMPORTS, 'df = list(Path("../data").glob("*.csv"))'));
    expect(cells[1]?.source).toBe('df = list(__import__("pathlib").Path("data").glob("*.csv"))');
  });

  test("in the working folder by a Path are not followed, which is said", async () => {
    const { references, diagnostics } = await extractValue("df", IMPORTS, 'df = list(Path().glob("*.csv"))');
    expect(references).toEqual([]);
    expect(diagnostics).toMatchObject([{ code: "data.unresolved" }]);
  });

  test("by names that mean something else where they are used again are not guessed", async () => {
    const { references } = await extractValue(
      "df",
      IMPORTS,
      'd = Path("a")\nraw = d / "b"\nd = Path("c")\ndf = [pd.read_csv(raw / "x.csv")]\ndf += [pd.read_csv(raw / d)]',
    );
    expect(references.map(({ path }) => path)).toEqual(["a/b/x.csv"]);
  });
});

describe("what is read in branches of which one runs", () => {
  const alternatives = async (cell: string) =>
    (await extractValue("df", IMPORTS, cell)).references.map(({ path, alternative }) =>
      alternative === undefined ? path : `${path} ${alternative.branch}`,
    );
  const URL = "https://example.com/a.csv";

  test.each([
    [`try:\n    df = pd.read_csv("a.csv")\nexcept OSError:\n    df = pd.read_csv("${URL}")`, ["a.csv 0", `${URL} 1`]],
    [`if len(IMPORTS):\n    df = pd.read_csv("a.csv")\nelse:\n    df = pd.read_csv("b.csv")`, ["a.csv 0", "b.csv 1"]],
    [
      `def get():\n    try:\n        return pd.read_csv("a.csv")\n    except OSError:\n        pass\n    return pd.read_csv("b.csv")\ndf = get()`,
      ["a.csv", "b.csv"],
    ],
    [
      `def get():\n    try:\n        return pd.read_csv("a.csv")\n    except OSError:\n        return pd.read_csv("b.csv")\ndf = get()`,
      ["a.csv 0", "b.csv 1"],
    ],
    ['df = pd.read_csv("a.csv") if len(IMPORTS) else pd.read_csv("b.csv")', ["a.csv 0", "b.csv 1"]],
    ['try:\n    df = pd.read_csv("a.csv")\nfinally:\n    d2 = pd.read_csv("b.csv")\ndf = df + d2', ["a.csv", "b.csv"]],
    ['if len(IMPORTS):\n    df = pd.read_csv("a.csv")\ndf = df.dropna()', ["a.csv"]],
  ])("%j", async (cell, expected) => {
    expect(await alternatives(cell.replaceAll("IMPORTS", "os.name"))).toEqual(expected);
  });

  test("asks about the file that it reads, and either file tells the folder of the data", async () => {
    const { module, companions, references } = await extractValue(
      "df",
      IMPORTS,
      `if os.path.exists("/mnt/a.csv") and Path("/mnt/a.csv").exists():\n    df = pd.read_csv("/mnt/a.csv")\nelse:\n    df = pd.read_csv("${URL}")`,
    );
    expect(module.text).toContain("    if os.path.exists(a) and Path(a).exists():\n        df = pd.read_csv(a)");
    expect(module.text).toContain("(folder / Data.a).exists() or (folder / Data.a_2).exists()");
    expect(companions[1]?.text).toContain("if any((folder / name).exists() for name in FILES)");
    expect(references.map(({ place }) => place)).toEqual(["data/a.csv", "data/a_2.csv", "data/a.csv", "data/a.csv"]);
  });
});

describe("the place in a snapshot is relative and below the folder", () => {
  test.each([
    ["../input/a.csv", "file", "input/a.csv"],
    ["./a.csv", "file", "a.csv"],
    ["/home/ann/secret/a.csv", "file", "data/a.csv"],
    ["~/a.csv", "file", "data/a.csv"],
    ["C:\\\\Users\\\\ann\\\\a.csv", "file", "data/a.csv"],
    ["../../../../etc/passwd", "file", "etc/passwd"],
    ["https://example.org/data/a.csv?raw=true#top", "url", "data/a.csv"],
    ["s3://bucket/a.csv", "url", "data/a.csv"],
  ])("%s", async (path, kind, place) => {
    expect(await referencesOf(`df = pd.read_csv("${path}")`)).toEqual([
      `${kind} ${path.replaceAll("\\\\", "\\")} -> ${place}`,
    ]);
  });

  test("two files of one name have two places and two fields", async () => {
    const { references } = await extractValue(
      "df",
      IMPORTS,
      'df = pd.concat([pd.read_csv("/x/a.csv"), pd.read_csv("/y/a.csv"), pd.read_csv("/x/a.csv")])',
    );
    const [first, second, third] = references;
    expect(new Set(references.map(({ place }) => place)).size).toBe(2);
    expect(new Set(references.map(({ name }) => name)).size).toBe(2);
    expect(third?.name).toBe(first?.name);
    expect(second?.name).not.toBe(first?.name);
  });

  test("a file that is read because it was listed is not said to be unknown", async () => {
    const { diagnostics } = await extractValue(
      "df",
      'import glob\nimport pandas as pd\nfiles = sorted(glob.glob("data/*.csv"))',
      "df = pd.concat([pd.read_csv(one) for one in files])",
    );
    expect(diagnostics).toEqual([]);
  });

  test("the module looks for the data where the workspace has it", async () => {
    const notebook = {
      ...notebookOf('import pandas as pd\ndf = pd.read_csv("../data/a.csv")'),
      path: "deep/er/study.ipynb",
    };
    const { module } = await extractNotebook(notebook, { model: "df" });
    expect(module.text).toContain('folders = (Path(), here, here / "../../deep")');
  });

  test("a folder that is listed is a reference too", async () => {
    expect(await referencesOf('df = [pd.read_csv(p) for p in sorted(glob.glob("data/*.csv"))]')).toEqual([
      "pattern data/*.csv -> data/*.csv",
    ]);
  });
});

test.each([
  ["ImageFolder(root='d/x')", "from torchvision.datasets import ImageFolder"],
  ["datasets.ImageFolder(Path('d') / 'x')", "from torchvision import datasets"],
  ["tf.keras.utils.image_dataset_from_directory('d/x')", "import tensorflow as tf"],
  [
    "ImageDataGenerator().flow_from_directory(directory='d/x')",
    "from keras.preprocessing.image import ImageDataGenerator",
  ],
  ["ImageDataGenerator().flow_from_dataframe({}, 'd/x')", "from keras.preprocessing.image import ImageDataGenerator"],
  ["load_files('d/x')", "from sklearn.datasets import load_files"],
])("a folder of which a library reads all that lies in it is a reference: %s", async (call, imports) => {
  expect(await referencesOf(imports, `df = ${call}`)).toEqual(["directory d/x -> d/x"]);
});

test("a folder that the notebook fills itself is no reference", async () => {
  const read = "df = load_files('d/x')";
  const imports = "import shutil\nfrom sklearn.datasets import load_files";
  for (const path of ["'d/x/' + name", "os.path.join('d/x', name)", "f'd/x/a/{name}'", "Path('d/x') / name"]) {
    const fill = `for name in ['a.txt']:\n    shutil.copyfile(name, ${path})`;
    expect(await referencesOf(imports, fill, read)).toEqual([]);
  }
  const later = "for name in os.listdir('d/x'):\n    shutil.copyfile('d/x/' + name, 'd/x/new' + name)";
  expect(new Set(await referencesOf("import shutil", later, "df = os.listdir('d/x')"))).toEqual(
    new Set(["directory d/x -> d/x"]),
  );
  const beside = "for name in ['a.txt']:\n    shutil.copyfile(name, 'd/xy/' + name)";
  expect(await referencesOf(imports, beside, read)).toEqual(["directory d/x -> d/x"]);
});

test("paths that stand in a table are not those of a folder", async () => {
  const call = "from keras.preprocessing.image import ImageDataGenerator as G\ndf = G().flow_from_dataframe({}, None)";
  const { references, diagnostics } = await extractValue("df", IMPORTS, call);
  expect([references, diagnostics]).toEqual([[], []]);
});

describe("a folder that is listed is the same wherever it is meant", () => {
  const read = async (folder: string, path: string, head = "") => {
    const reading = `df = pd.concat([pd.read_csv(${path}) for name in os.listdir(${folder})])`;
    const { module, references, params } = await extractValue("df", IMPORTS, head, reading);
    expect(new Set(references.map((one) => one.path)).size).toBe(1);
    expect(params).toEqual([]);
    return /read_csv\((.*)\) for name/.exec(module.text)?.[1];
  };

  test.each([
    ["os.path.join(base, name)", 'base = "d/raw"', "os.path.join(raw, name)"],
    ["base + '/' + name", 'base = "d/raw"', 'str(raw) + "/" + name'],
    ["base + name", 'base = "d/raw/"', 'f"{raw}/" + name'],
    ['f"{base}/{name}"', 'base = "d/raw"', 'f"{raw}/{name}"'],
    ['f"{base}{name}"', 'base = "d/raw/"', 'f"{raw}/{name}"'],
    ["base / name", 'base = Path("d") / "raw"', "raw / name"],
    ["Path(base) / name", 'base = "/Users/me/raw"', "Path(raw) / name"],
  ])("%s", async (path, head, now) => {
    expect(await read("base", path, head)).toBe(now);
  });

  test.each([
    ['"d/raw/" + name', 'f"{raw}/" + name'],
    ['f"d/raw/{name}"', 'f"{raw}/{name}"'],
    ['os.path.join("d", "raw", name)', "os.path.join(raw, name)"],
    ['Path("d/raw") / name', "raw / name"],
  ])("%s", async (path, now) => {
    expect(await read('"d/raw"', path)).toBe(now);
  });

  test("in a function, too, whether it is handed the folder or looks it up", async () => {
    const load = "def load(base, name):\n    return pd.read_csv(base + '/' + name)";
    const cell = 'base = "raw"\ndf = pd.concat([load(base, name) for name in os.listdir(base)])';
    expect((await extractValue("df", IMPORTS, load, cell)).module.text).toContain("load(str(raw), name)");
    const other = "def load(name):\n    return pd.read_csv(os.path.join(base, name))";
    const called = 'base = "raw"\ndf = pd.concat([load(name) for name in os.listdir(base)])';
    const { module, params } = await extractValue("df", IMPORTS, other, called);
    expect(module.text).toContain("os.path.join(raw, name)");
    expect(params).toEqual([]);
    const joined = "def load(name):\n    return pd.read_csv(base / name)";
    const listed = 'base = Path("raw")\ndf = pd.concat([load(name) for name in os.listdir(base)])';
    expect((await extractValue("df", IMPORTS, joined, listed)).module.text).toContain("pd.read_csv(raw / name)");
  });

  test("and a text that only reads like it is left alone", async () => {
    const cell = 'kind = "raw"\ndf = pd.DataFrame({kind + "_name": os.listdir("raw"), kind: 1})';
    const { module } = await extractValue("df", IMPORTS, cell);
    expect(module.text).toContain('kind + "_name"');
  });
});

test("a field has a name that Python accepts and that the notebook does not use", async () => {
  const { references } = await extractValue(
    "df",
    IMPORTS,
    'a = 1\ndf = pd.concat([pd.read_csv("a.csv"), pd.read_csv("2nd try.csv"), pd.read_csv("class.csv"), pd.read_csv("Größe.csv")])\ndf["a"] = a',
  );
  const names = references.map(({ name }) => name);
  expect(names).not.toContain("a");
  for (const name of names) expect(name).toMatch(/^[a-z_][a-z0-9_]*$/);
  expect(names).not.toContain("class");
  expect(new Set(names).size).toBe(4);
});

test("the offsets are those of the path's text in the cell", async () => {
  const cell = 'x = "é🐧"\ndf = pd.read_csv("a.csv")';
  const { references } = await extractValue("df", IMPORTS, cell);
  const [{ literal } = { literal: { start: 0, end: 0 } }] = references;
  expect(cell.slice(literal.start, literal.end)).toBe('"a.csv"');
});

test("the file that a class loads is data, handed over as text; one that the module saves is none", async () => {
  const load = "from gensim.models import KeyedVectors\nx = KeyedVectors.load_word2vec_format('v.bin', binary=True)";
  const { references, module } = await extractValue("x", load);
  expect(references.map(({ path }) => path)).toEqual(["v.bin"]);
  expect(module.text).toContain("KeyedVectors.load_word2vec_format(str(v), binary=True)");
  const train = "from gensim.models import Word2Vec\nm = Word2Vec([['a']], min_count=1)\nm.save('w2v.model')";
  expect((await extractValue("x", train, "x = Word2Vec.load('w2v.model')")).references).toEqual([]);
});

test("Spark reads files and folders, by texts", async () => {
  const spark =
    "from pathlib import Path\nfrom pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()";
  const read =
    "a = spark.read.option('header', True).csv(str(Path('in') / 'a.csv'))\nb = spark.read.format('orc').load('b.orc')";
  const { references, module } = await extractValue("x", spark, read, "x = a.join(b)");
  expect(references.map(({ path }) => path)).toEqual(["in/a.csv", "b.orc"]);
  expect(module.text).toContain('spark.read.option("header", True).csv(str(a_csv))');
  expect(module.text).toContain('spark.read.format("orc").load(str(b_orc))');
});

test("what Spark writes and reads again is no data", async () => {
  const spark =
    "from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\nrows = spark.range(3)";
  const cells = [spark, "rows.write.mode('overwrite').parquet('o.parquet')", "x = spark.read.parquet('o.parquet')"];
  const { references, module } = await extractValue("x", ...cells);
  expect(references).toEqual([]);
  expect(module.text).toContain('rows.write.mode("overwrite").parquet("o.parquet")');
});

test.each([
  ["Path.cwd().parents[0]", "root / 'in' / 'a.csv'"],
  ["Path().resolve().parents[0]", "root.joinpath('in', 'a.csv')"],
  ["Path.cwd().joinpath('..').resolve()", "str(root / 'in/a.csv')"],
])("a path that is worked out by the methods of paths is data: %s", async (root, path) => {
  const cells = [`from pathlib import Path\nimport pandas as pd\nroot = ${root}`, `df = pd.read_csv(${path})`];
  const { references } = await extractNotebook({ ...notebookOf(...cells), path: "work/study.ipynb" }, { model: "df" });
  expect(references.map((one) => one.path)).toEqual(["../in/a.csv"]);
});

describe("a folder of one machine that the module names itself", () => {
  const said = async (...cells: readonly string[]) =>
    (await extractValue("df", IMPORTS, ...cells)).diagnostics.flatMap(({ code, cell, line, message }) =>
      code === "data.absolute" ? [[cell, line, /uses (.+) as it/.exec(message)?.[1]]] : [],
    );

  test("is said once, where it stands first", async () => {
    const write = 'rows = pd.read_csv("a.csv")\nrows.to_csv("/content/drive/out.csv")';
    expect(await said(write, 'df = pd.read_csv("/content/drive/out.csv")')).toEqual([[2, 2, "/content/drive/out.csv"]]);
  });

  test.each([
    'df = pd.read_csv("/content/drive/a.csv")',
    'df = pd.read_csv(r"C:\\a.csv")',
    'df = pd.read_csv("a.csv")\nprint("/content/drive/a.csv")',
    'df = pd.read_csv("a.csv", sep="/")',
  ])("is none in what is a field or left out: %s", async (cell) => {
    expect(await said(cell)).toEqual([]);
  });
});

test.each([
  ["'part_1.npy'", "f'part_{k}.npy'", []],
  ["f'part_{n}.npy'", "f'part_{k}.npy'", []],
  ["'whole_1.npy'", "f'part_{k}.npy'", ["data.unresolved"]],
  ["'part_1.npy'", "name(k)", ["data.unresolved"]],
  ["f'{n}.npy'", "f'{k}.npy'", []],
])("a computed path that a written file fits is the notebook's own: %s, %s", async (written, read, said) => {
  const save = `import numpy as np\nfrom tools import name\nfor n in range(2):\n    np.save(${written}, np.ones(n))`;
  const { diagnostics } = await extractValue("x", save, `for k in range(2):\n    x = np.load(${read})`);
  expect(diagnostics.flatMap(({ code }) => (code === "data.unresolved" ? [code] : []))).toEqual(said);
});

test.each([
  [
    "that its constructor keeps",
    "def __init__(self, source):\n        self.source = source",
    "rows = Rows('a.csv')\nx = rows.read()",
    "self.source",
  ],
  [
    "that a method is handed",
    "def load(self, source):\n        return self.read(source)",
    "x = Rows().load('a.csv')",
    "source",
  ],
])("a class of the notebook reads the path %s", async (_, method, use, path) => {
  const read = path === "source" ? "def read(self, source)" : "def read(self)";
  const own = `import pandas as pd\nclass Rows:\n    ${method}\n    ${read}:\n        return pd.read_csv(${path})`;
  const { diagnostics, references } = await extractValue("x", own, use);
  expect(references.map((one) => one.path)).toEqual(["a.csv"]);
  expect(diagnostics.map(({ code }) => code)).not.toContain("data.unresolved");
});

test("a path that a class binds anew is not known", async () => {
  const own =
    "import pandas as pd\nclass Rows:\n    def __init__(self, source):\n        self.source = source\n    def go(self):\n        self.source = input()\n        return pd.read_csv(self.source)";
  const { diagnostics } = await extractValue("x", own, "x = Rows('a.csv').go()");
  expect(diagnostics.map(({ code }) => code)).toContain("data.unresolved");
});

describe("a folder that is made", () => {
  const listing = "df = pd.concat([pd.read_csv(os.path.join('d', name)) for name in os.listdir('d')])";

  test("is data where nothing that is kept writes into it", async () => {
    expect(await referencesOf("os.makedirs('d', exist_ok=True)", listing)).toContain("directory d -> d");
  });

  test("is no data where a file is copied into it", async () => {
    const copied = "import shutil\nos.makedirs('d')\nshutil.copy('a.csv', 'd')";
    expect(await referencesOf(copied, listing)).toEqual(["file a.csv -> a.csv"]);
    const { module } = await extractValue("df", IMPORTS, copied, listing);
    expect(module.text).toContain('os.makedirs("d")');
  });
});
