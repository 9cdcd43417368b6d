import { afterAll, expect, test } from "vitest";
import { validate } from "../../src/app/validate";
import { makePipeline, never, realHost } from "../support/pipelines";
import { edit, failedGates, gate } from "../support/validated";
import { pythonNotebook, removeWorkspace } from "../support/workspace";

const workspaces: string[] = [];
afterAll(() => workspaces.forEach(removeWorkspace));

const CELLS = [
  "import matplotlib.pyplot as plt\nplt.rcParams['figure.figsize'] = (4, 3)\nweights = [1, 4, 2, 3]",
  "plt.hist(weights)\nplt.title('looked at')",
  "plt.plot(weights)\nplt.show()\nplt.bar(range(4), weights)\nplt.title('Bars')\nplt.savefig('bars.png')",
  "fig, axes = plt.subplots(1, 2)\nfor ax in axes:\n    ax.plot(weights)\n    ax.tick_params(labelbottom=False)",
  "axes[1].set_title('Right')\nprint(axes)",
  "fig.savefig('pair.pdf')",
  "plt.plot(weights[::-1])\nplt.savefig('line.png')",
];

test("a module gives the figures that the notebook saves, as they look in it", async () => {
  const made = await makePipeline(pythonNotebook(...CELLS));
  workspaces.push(made.workspace);
  const result = await validate({ workspace: made.workspace, pipeline: "study" }, realHost(), never);
  expect(failedGates(result)).toEqual([]);
  const same = { ok: true, value: "300 × 400 × 4 values equal" };
  expect(gate(result, "run.equals-notebook").details).toEqual(
    ["bars", "fig", "line"].map((subject) => ({ subject, ...same })),
  );

  edit(made, '"Bars"', '"Lines"');
  const changed = await validate({ workspace: made.workspace, pipeline: "study" }, realHost(), never);
  expect(failedGates(changed)).toContain("run.equals-notebook");
});

test("a model that keeps the axes that it draws in is compared by what it learned", async () => {
  const model = `class Mean:
    def fit(self, X, y=None):
        self.fig, self.ax = plt.subplots()
        self.ax.plot(X)
        self.mean = sum(X) / len(X)
        return self`;
  const { workspace } = await makePipeline(
    pythonNotebook(
      "import joblib\nimport matplotlib.pyplot as plt\nweights = [1, 4, 2, 3]",
      model,
      "mean = Mean().fit(weights)\nprint(mean.mean)\njoblib.dump(mean, 'mean.pkl')",
    ),
  );
  workspaces.push(workspace);
  const result = await validate({ workspace, pipeline: "study" }, realHost(), never);
  expect(gate(result, "run.equals-notebook")).toMatchObject({ status: "passed" });
});
