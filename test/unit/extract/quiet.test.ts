import { describe, expect, test } from "vitest";
import { extractValue } from "../../support/pythonNotebook";

/** The module's text, where `total` is what the notebook's function gives. */
async function ofFunction(body: string, setup = "", parameters = "values"): Promise<string> {
  const definition = `def score(${parameters}):\n${body.replace(/^/gm, "    ")}`;
  const { module } = await extractValue("total", setup, definition, "total = score([1, 2])");
  return module.text;
}

describe("a function is without", () => {
  test.each([
    ["what it prints", "n = len(values)\nprint(n)\nreturn n * 2", "print(n)"],
    ["what it computes to print it", "n = len(values)\nmean = sum(values) / n\nprint(mean)\nreturn n", "mean"],
    ["what only sums up what it prints", "seen = 0\nfor v in values:\n    seen = seen + v\nreturn 3", "= seen"],
    ["a branch that only printed", "if len(values) > 1:\n    top = max(values)\n    print(top)\nreturn 3", "if len"],
    ["a table that it looks at", "df = pd.DataFrame(values)\ndf.head()\nreturn df.size", "head"],
    [
      "a plot",
      "fig, ax = plt.subplots()\nax.set_title('values')\nplt.plot(values)\nplt.show()\nreturn len(values)",
      "plt",
    ],
  ])("%s", async (_, body, text) => {
    const setup = "import pandas as pd\nimport matplotlib.pyplot as plt";
    expect(await ofFunction(body, setup)).not.toContain(text);
  });
});

describe("a function keeps", () => {
  test.each([
    ["a plot that it saves", "plt.plot(values)\nplt.savefig('a.png')\nreturn 3", "plt.plot(values)"],
    ["a plot that it gives back", "fig = plt.figure()\nplt.plot(values)\nreturn fig", "plt.plot(values)"],
    ["what it draws on another one's plot", "ax.set_title('x')\nreturn ax", 'set_title("x")', "ax"],
    ["what it prints into a file", "print('x', file=values)\nreturn 3", "print("],
    [
      "what a handler may wait for",
      "try:\n    print(values[7])\nexcept IndexError:\n    values = [3]\nreturn values",
      "print(",
    ],
    [
      "a value that a handler may wait for",
      "try:\n    n = values[7]\nexcept IndexError:\n    values = [3]\nreturn values",
      "n =",
    ],
    ["what draws a random number", "noise = np.random.rand(3)\nreturn np.random.rand(len(values))", "noise ="],
    ["what draws by a name of its own", "noise = randn(3)\nreturn len(values)", "noise ="],
    ["what fits a model on its way", "found = cross_val_score(values, [1], [0])\nreturn 3", "found ="],
    ["what changes its argument", "last = values.pop()\nreturn values", "last ="],
    ["what calls an unknown library for nothing", "lib.reset()\nreturn values", "lib.reset()"],
    ["what it asks a library's object to do", "lib.session().run()\nreturn values", ".run()"],
    ["a name that a query reads", "limit = 1\nreturn pd.DataFrame({'a': values}).query('a > @limit')", "limit ="],
    ["names that it looks up", "n = len(values)\nreturn locals()", "n ="],
    ["what a function in it reads", "n = len(values)\nreturn (lambda: n)()", "n ="],
    [
      "what a function of its own shows",
      "plt = values\nplt.append(3)\nprint = plt.append\nprint(4)\nreturn plt",
      "print(4)",
    ],
    ["a pool that it waits for", "pool = lib.Pool()\npool.join()\nreturn values", "pool.join()"],
    ["what checks its argument", "np.testing.assert_array_equal(values, values)\nreturn values", "assert_array_equal("],
    ["a call of what may tell somebody", "tell(values)\nreturn values", "tell(values)"],
    ["the end of the program", "if not values:\n    exit()\nreturn values", "exit()"],
    ["an iterator's step", "it = iter(values)\nfirst = next(it)\nreturn list(it)", "first ="],
    ["a function that counts its calls", "n = count(values)\nreturn calls", "n ="],
  ])("%s", async (_, body, text, parameters = "values") => {
    const setup = [
      "import lib\nimport numpy as np\nimport pandas as pd\nimport matplotlib.pyplot as plt",
      "from numpy.random import randn\nfrom sklearn.model_selection import cross_val_score",
      "def tell(v):\n    answer = lib.client.send(v)\n    return answer",
      "calls = []\ndef count(v):\n    calls.append(v)\n    return 1",
    ].join("\n");
    expect(await ofFunction(body, setup, parameters)).toContain(text);
  });

  test("what it prints, where the notebook works with what is printed", async () => {
    const setup = "from contextlib import redirect_stdout";
    expect(await ofFunction("print(3)\nreturn redirect_stdout", setup)).toContain("print(3)");
  });
});

describe("a block that is kept", () => {
  const LOOP = "total = 0\nfor i in range(3):\n    half = i / 2\n    total += i\n    print(half)";

  test("is without what it computes only to print it, and says so", async () => {
    const { module, dropped } = await extractValue("total", LOOP);
    expect(module.text).not.toContain("half");
    expect(dropped.map(({ text, reason }) => [text, reason])).toEqual([
      ["half = i / 2", "nothing that is kept reads it"],
      ["print(half)", "it only shows something"],
    ]);
  });

  test.each(["barh(color='grey')", "box()", "hexbin('a', 'b')", "kde()"])("is without a plot by %s", async (plot) => {
    const loop = `total = 0\nfor i in range(3):\n    s = pd.Series([i])\n    s.sort_values().plot.${plot}\n    total += i`;
    const { module } = await extractValue("total", "import pandas as pd", loop);
    expect(module.text).not.toContain("plot");
  });

  test("is without what it writes to the standard streams", async () => {
    const lines = ["sys.stdout.write(str(i))", "sys.stderr.write(str(i))", "sys.stdout.flush()"];
    const { module } = await extractValue("total", "import sys", [LOOP, ...lines].join("\n    "));
    expect(module.text).toContain("total += i");
    expect(module.text).not.toMatch(/sys\.std\w+\.(write|flush)/);
  });

  test("keeps what a later statement that is kept reads", async () => {
    const { module } = await extractValue("total", LOOP, "total = total + half");
    expect(module.text).toContain("half = i / 2");
  });

  test("keeps what a function reads that it calls", async () => {
    const define = "total = 0\ndef add(v):\n    return v + half";
    const { module } = await extractValue(
      "total",
      define,
      "for i in range(3):\n    half = i / 2\n    total = add(total)",
    );
    expect(module.text).toContain("half = i / 2");
  });

  test.each([
    ["import warnings", "warnings.catch_warnings()", "warnings.filterwarnings('ignore', category=UserWarning)"],
    ["from warnings import catch_warnings, simplefilter", "catch_warnings(record=True) as w", "simplefilter('error')"],
  ])("keeps what it catches the warnings for: %s", async (setup, caught, filter) => {
    const block = `with ${caught}:\n    ${filter}\n    total = max([1])\n    if total:\n        print(total)`;
    const { module } = await extractValue("total", setup, block);
    expect(module.text).toContain(filter.replaceAll("'", '"'));
    expect(module.text).not.toContain("if total");
    const inFunction = `def top(values):\n    ${block.replaceAll("\n", "\n    ")}\n    return total`;
    expect((await extractValue("x", setup, inFunction, "x = top([1])")).module.text).toContain(
      filter.replaceAll("'", '"'),
    );
  });

  test("keeps what the next turn reads", async () => {
    const { module } = await extractValue(
      "total",
      "total = 0\nlast = 0\nfor i in range(3):\n    total += last\n    last = i",
    );
    expect(module.text).toContain("last = i");
  });
});

test("a report on a table only shows something", async () => {
  const read = "import pandas as pd\nimport pandas_profiling\ndf = pd.read_csv('a.csv')\ndf.profile_report()";
  const { module, dropped } = await extractValue("df", read, "df = df[df['x'] > 1]");
  expect(module.text).not.toContain("profile_report");
  expect(dropped).toContainEqual(
    expect.objectContaining({ text: "df.profile_report()", reason: "it only shows something" }),
  );
});

test("what is told of an error is kept, so that none passes without a word", async () => {
  const cell =
    "try:\n    x = int('1')\n    print(x)\nexcept ValueError as error:\n    print('no number', error)\n    raise SystemExit";
  const { module } = await extractValue("x", cell);
  expect(module.text).toContain('print("no number", error)');
  expect(module.text).not.toContain("print(x)");
});

test.each([
  ["plt.plot(n); plt.show()", /m = m \+ n\n +return/],
  ["plt.plot(n); m = m + 2; plt.show()", /m = m \+ n\n +m = m \+ 2\n/],
  ["k = n; plt.plot(n); plt.show(); m = m + k", /m = m \+ n\n +k = n\n +m = m \+ k\n/],
  ["plt.plot(n); plt.title('a'); m = m + 2", /m = m \+ n\n +m = m \+ 2\n/],
  ["plt.show();", /m = m \+ n\n/],
])("of a line of several statements only what is needed stays: %s", async (line, text) => {
  const loop = `m = 0\nk = 0\nfor n in range(3):\n    m = m + n\n    ${line}`;
  const { module } = await extractValue("m", "import matplotlib.pyplot as plt", loop);
  expect(module.text).toMatch(text);
  expect(module.text).not.toMatch(/plt|\bpass\b/);
});

test("a block of nothing but plots on one line passes once", async () => {
  const loop = "m = 0\nfor n in range(3):\n    m = m + n\n    if n > 1:\n        plt.plot(n); plt.show()";
  const { module } = await extractValue("m", "import matplotlib.pyplot as plt", loop);
  expect(module.text.match(/\bpass\b/g) ?? []).toHaveLength(module.text.includes("if n > 1") ? 1 : 0);
});

describe("what only reports of a run", () => {
  const SETUP = [
    "import mlflow, neptune, wandb\nimport tensorflow as tf\nfrom torch.utils.tensorboard import SummaryWriter",
    "wandb.init(project='p')\nrun = neptune.init_run()\nwriter = SummaryWriter()\nlogs = tf.summary.create_file_writer('l')",
  ];
  const inLoop = (line: string): string => `m = 0\nfor n in range(3):\n    m = m + n\n    ${line}`;

  test.each([
    "wandb.log({'m': float(m)})",
    "wandb.run.summary['m'] = m",
    "wandb.config.update({'m': m})",
    "mlflow.log_metric('m', m)",
    "run['m'].append(m)",
    "run['m'] = m",
    "writer.add_scalar('m', m, n)",
    "with logs.as_default():\n        tf.summary.scalar('m', m, step=n)",
  ])("is left out, with what it reports to: %s", async (line) => {
    const { module } = await extractValue("m", ...SETUP, inLoop(line), line.replace(/^ {4}/gm, ""));
    expect(module.text).not.toMatch(/wandb|mlflow|neptune|SummaryWriter|tf\b|\bpass\b/);
  });

  test("is a part of TensorFlow's graph where all summaries are merged to be run", async () => {
    const graph = "def graph(m):\n    tf.summary.scalar('m', m)\n    return tf.summary.merge_all()";
    const { module } = await extractValue("m", ...SETUP, graph, "m = graph(1)");
    expect(module.text).toContain('tf.summary.scalar("m", m)');
  });

  test("is left out of functions, and changes nothing", async () => {
    const step = "def step(m):\n    run['m'].append(m)\n    wandb.log({'m': m})\n    return m + 1";
    const { module } = await extractValue(
      "m",
      ...SETUP,
      step,
      "rows = [1]\nwandb.log({'rows': rows})\nm = step(rows[0])",
    );
    expect(module.text).not.toMatch(/wandb|neptune/);
  });

  test.each([
    ["what a run was set up with is read", "m = wandb.config.m", ["wandb.init(", "wandb.config.update("]],
    ["a function reads it", "def at():\n    return wandb.config.m\nm = at()", ["wandb.init(", "wandb.config.update("]],
    ["a callback reports", "from wandb.keras import WandbCallback\nm = WandbCallback()", ["wandb.init("]],
  ])("is begun where %s", async (_why, cell, texts) => {
    const { module } = await extractValue("m", ...SETUP, "wandb.config.update({'m': 1})", cell);
    for (const text of texts) expect(module.text).toContain(text);
  });

  test.each([
    ["a parameter", "def step(run, m):\n    run.log(m)\n    return m\nm = step([].append, 1)", "run.log(m)"],
    ["bound otherwise, too", "run = open('a')\nfor n in range(3):\n    run.update(n)\nm = run", "run.update(n)"],
  ])("is no more told of a variable that is %s", async (_what, cell, text) => {
    expect((await extractValue("m", ...SETUP, cell)).module.text).toContain(text);
  });
});
