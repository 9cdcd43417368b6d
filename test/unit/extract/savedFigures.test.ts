import { describe, expect, test } from "vitest";
import { extractNotebook, notebookOf, stepsText } from "../../support/pythonNotebook";

const START = "import pandas as pd\nimport matplotlib.pyplot as plt\nimport seaborn as sns\ndf = pd.read_csv('a.csv')";

async function extracted(...cells: readonly string[]) {
  const extraction = await extractNotebook(notebookOf(START, ...cells), { explain: true });
  return {
    targets: extraction.targets.map(({ name, expression }) => `${name} = ${expression}`),
    text: stepsText(extraction),
    reasons: Object.fromEntries((extraction.explained ?? []).map(({ text, reason }) => [text, reason])),
    module: extraction.module.text,
  };
}

describe("where a notebook saves nothing but figures", () => {
  test("pyplot's current figure is given by the name of its file, with all that is drawn in it and nothing else", async () => {
    const { targets, text, module } = await extracted(
      "df.head()\ndf.x.hist()",
      "df['z'] = df.x * 2\nother = df.groupby('x').sum()",
      "sns.barplot(x='x', y='z', data=df)\nplt.title('Bars')\nprint('done')\nplt.savefig('out/bars-1.png', dpi=99)",
    );
    expect(targets).toEqual(["bars_1 = plt.gcf()"]);
    expect(text).toContain(
      '    plt.close("all")\n    sns.barplot(x="x", y="z", data=df)\n    plt.title("Bars")\n    bars_1 = plt.gcf()\n    return bars_1',
    );
    expect(text).toContain('df["z"] = df.x * 2');
    expect(text).not.toMatch(/hist|groupby|print|savefig/);
    expect(module).toContain("bars_1: Figure  # cell 4");
  });

  test.each([
    ["def keep(fig, path):\n    path.parent.mkdir()\n    fig.savefig(path)", 'keep(fig, Path("out") / "bars.png")'],
    [
      "def keep(path, figure=None):\n    figure.savefig(path)\n    if 0:\n        plt.close(figure)",
      'keep("b.png", figure=fig)',
    ],
  ])("a figure that a function of the notebook is given to save is one, too: %s", async (define, save) => {
    const draw = "from pathlib import Path\nfig, ax = plt.subplots()\nax.bar(df.x, df.y)";
    const { targets, text } = await extracted(define, draw, save);
    expect(targets).toEqual(["fig = fig"]);
    expect(text).toContain("ax.bar(df.x, df.y)");
  });

  test("a figure that a variable holds is given by its name, with what is drawn in its axes in later cells", async () => {
    const { targets, text } = await extracted(
      "fig, axes = plt.subplots(1, 2)\naxes[0].plot(df.x)",
      "for ax in axes.flat:\n    ax.tick_params(labelbottom=False)\n    print(ax)",
      "sns.histplot(df.y, ax=axes[1])\nplt.plot(df.y)",
      "fig.savefig('pair.pdf')",
      "axes[0].set_title('too late')",
    );
    expect(targets).toEqual(["fig = fig"]);
    expect(text).toContain(
      "    fig, axes = plt.subplots(1, 2)\n    axes[0].plot(df.x)\n    for ax in axes.flat:\n        ax.tick_params(labelbottom=False)\n    sns.histplot(df.y, ax=axes[1])\n    return fig",
    );
  });

  test.each(["plt.show()", "plt.close()"])("what is drawn above %s is another figure", async (end) => {
    const { text } = await extracted(`plt.plot(df.x)\n${end}\nplt.plot(df.y)\nplt.savefig('y.png')`);
    expect(text).toContain("plt.plot(df.y)");
    expect(text).not.toContain("plt.plot(df.x)");
  });

  test("what is drawn above plt.figure() is another figure, and no figure has to be closed", async () => {
    const { text } = await extracted(
      "plt.plot(df.x)\nplt.figure(figsize=(4, 3))\nplt.plot(df.y)\nplt.savefig('y.png')",
    );
    expect(text).toContain("plt.figure(figsize=(4, 3))\n    plt.plot(df.y)\n    y = plt.gcf()");
    expect(text).not.toMatch(/plot\(df\.x\)|close/);
  });

  test("plt.clf() goes on with the figure, and of its saves the last one counts", async () => {
    const { targets, text } = await extracted(
      "plt.figure(figsize=(4, 3))\nplt.plot(df.x)\nplt.savefig('a.png')\nplt.clf()\nplt.plot(df.y)\nplt.savefig('b.png')",
    );
    expect(targets).toEqual(["b = plt.gcf()"]);
    expect(text).toContain("plt.figure(figsize=(4, 3))");
    expect(text).toContain("plt.clf()\n    plt.plot(df.y)");
  });

  test("how figures look is part of them", async () => {
    const { text } = await extracted(
      "sns.set_style('dark')\nplt.rcParams['font.size'] = 9",
      "plt.plot(df.x)\nplt.savefig('x.png')",
      "sns.set_style('white')",
    );
    expect(text).toContain('sns.set_style("dark")\n    plt.rcParams["font.size"] = 9');
    expect(text).not.toContain("white");
  });

  test("a variable that stands for several saved figures gives each the name of its file", async () => {
    const { targets } = await extracted(
      "fig = plt.figure()\nplt.plot(df.x)\nfig.savefig('x.pdf')\nfig.savefig('x_big.png')",
      "fig = plt.figure()\nplt.plot(df.y)\nfig.savefig('y.pdf')",
    );
    expect(targets).toEqual(["x_big = fig", "y = fig"]);
  });

  test("each figure has a step, with what its cell computes for it", async () => {
    const { steps } = await extractNotebook(
      notebookOf(
        START,
        "top = df.head()\nplt.bar(top.x, top.y)\nlow = df.tail()\nplt.bar(low.x, low.y)\nplt.savefig('a.png')",
        "plt.plot(df.x)\nplt.savefig('b.png')",
      ),
    );
    expect(steps.map(({ name }) => name)).toEqual(["load", "prepare", "draw_a", "draw_b"]);
  });

  test("a seed above a figure is no step of its own", async () => {
    const draw = "plt.bar(df.x, np.random.rand(3))\nplt.savefig('a.png')";
    const { text } = await extracted("import numpy as np\nnp.random.seed(4)", draw);
    expect(text).toContain('np.random.seed(seed)\n    plt.close("all")\n    plt.bar(');
  });

  test("the step of a figure has its name and gives its type", async () => {
    const { module } = await extracted(
      "fig, ax = plt.subplots()\nax.plot(df.x)\nfig.savefig('a.png')",
      "two, axes = plt.subplots(1, 2)\ndf.plot(ax=axes[0])\ntwo.savefig('b.png')",
      "grid = sns.pairplot(df)\ngrid.savefig('c.png')",
    );
    expect(module.match(/^def draw.*(?= {2}#)/gm)).toEqual([
      "def draw_fig(df: pd.DataFrame) -> Figure:",
      "def draw_two(df: pd.DataFrame) -> Figure:",
      "def draw_grid(df: pd.DataFrame) -> sns.PairGrid:",
    ]);
  });

  test("a function of the notebook may draw the figure, or save it", async () => {
    const { targets, text } = await extracted(
      "def draw(column, title):\n    plt.plot(column)\n    plt.title(title)\n    plt.show()",
      "def keep(name):\n    plt.tight_layout()\n    plt.savefig(f'out/{name}.png')",
      "def ended():\n    plt.savefig('ended.png')\n    plt.close()",
      "draw(df.x, 'x')\nkeep('first')",
      "draw(df.x, 'x')\nended()",
    );
    expect(targets).toEqual(["first = plt.gcf()"]);
    expect(text).toContain('    draw(df.x, "x")\n');
  });

  test.each([
    [
      "import plotly.express as px\nfig = px.bar(df, x='x')\nfig.add_hline(y=1)\nfig.show()",
      "fig.write_html('a.html')",
    ],
    [
      "import plotly.express as px\nfig = px.bar(df, x='x')\nfig.add_hline(y=1)\nfig.show()",
      "fig.write_image('a.png')",
    ],
    ["import altair as alt\nfig = alt.Chart(df).mark_bar().encode(x='x')\nfig", "fig.save('a.html')"],
    ["import folium\nfig = folium.Map()\nfolium.Marker([1, 2]).add_to(fig)\nfig", "fig.save('a.html')"],
  ])("figures of other libraries are given: %j", async (making, save) => {
    const { targets, text } = await extracted(making, save);
    expect(targets).toEqual(["fig = fig"]);
    expect(text).not.toMatch(/show|display|write|save/);
    for (const change of ["add_hline", "add_to"]) expect(text.includes(change)).toBe(making.includes(change));
  });

  test("--explain says why", async () => {
    const { reasons } = await extracted(
      "plt.hist(df.x)",
      "sns.set_style('dark')",
      "plt.plot(df.x)\nplt.title('X')\nplt.savefig('x.png')",
    );
    expect(reasons).toMatchObject({
      "plt.hist(df.x)": "it only shows something",
      "sns.set_style('dark')": "how figures look is needed",
      "plt.title('X')": "it gives x",
      "plt.savefig('x.png')": "what it saves is given as x",
    });
  });
});

test.each([
  ["a table is saved, too", "plt.plot(df.x)\nplt.savefig('x.png')\ndf.to_csv('b.csv')", ["df = df"]],
  [
    "a model is fitted",
    "from sklearn.svm import SVC\nmodel = SVC().fit(df, df.y)\nplt.plot(df.x)\nplt.savefig('x.png')",
    ["model = model"],
  ],
])("figures are no targets where %s", async (_, cell, expected) => {
  const { targets, text } = await extracted(cell);
  expect(targets).toEqual(expected);
  expect(text).not.toContain("plot");
});

test.each([
  [
    "that is closed where it is saved",
    "for name in df:\n    plt.plot(df[name])\n    plt.savefig(name)\n    plt.close()",
  ],
  ["of which nothing is saved", "fig = plt.figure()\nplt.plot(df.x)"],
])("a figure %s is no target", async (_, cell) => {
  await expect(extracted(cell)).rejects.toMatchObject({ code: "EXTRACT_NO_TARGET" });
});

test("a figure that is saved when it is closed is told", async () => {
  await expect(extracted("plt.plot(df.x)\nplt.show()\nplt.savefig('x.png')")).rejects.toMatchObject({
    code: "EXTRACT_NO_TARGET",
    message: "study.ipynb saves a figure in which nothing is drawn (cell 2, line 3).",
  });
});

test("a notebook that trains only inside of a function is told so, though it saves a figure", async () => {
  const train =
    "from sklearn.svm import SVC\ndef train(df):\n    models = [SVC()]\n    for model in models:\n        model.fit(df, df.y)\ntrain(df)";
  await expect(extracted(train, "plt.plot(df.x)\nplt.savefig('x.png')")).rejects.toThrow(
    /trains only inside of the function train/,
  );
});

test("figures that a loop draws and saves are said, be there others or not", async () => {
  const loop =
    "for name in ['x', 'y']:\n    plt.figure()\n    plt.hist(df[name])\n    plt.savefig(name + '.png')\n    plt.close()";
  const { diagnostics } = await extractNotebook(notebookOf(START, "plt.plot(df.x)\nplt.savefig('a.png')", loop));
  expect(diagnostics).toContainEqual(expect.objectContaining({ code: "notebook.figure-left-out", cell: 3, line: 4 }));
  await expect(extractNotebook(notebookOf(START, loop))).rejects.toThrow(
    "study.ipynb saves nothing but figures that are gone behind their block or function (cell 2, line 4).",
  );
  const draw = "def draw(t):\n    fig, ax = plt.subplots()\n    ax.plot(t.x)\n    fig.savefig('a.png')\n    plt.show()";
  await expect(extractNotebook(notebookOf(START, draw, "draw(df)"))).rejects.toThrow("function (cell 3, line 1).");
});
