import { afterEach, describe, expect, test } from "vitest";
import { validate, type ValidateResult } from "../../src/app/validate";
import { makePipeline, never, realHost } from "../support/pipelines";
import { CATCH, edit, failedGates, gate, LOAD, SAVE } from "../support/validated";
import { pythonNotebook, removeWorkspace } from "../support/workspace";

const DRAW = "rmse = random.random() * sum(weights)\nprint(rmse)";
/** What PyTorch has for its random numbers, in small. */
const GENERATOR = {
  "torch.py": `import random
numbers, chosen = random.Random(), [0]
get_rng_state, set_rng_state = numbers.getstate, numbers.setstate
def rand():
    return numbers.random()
def manual_seed(seed):
    chosen[0] = seed
    numbers.seed(seed)
def initial_seed():
    return chosen[0]
`,
};

type Made = Awaited<ReturnType<typeof makePipeline>>;

const workspaces: string[] = [];
afterEach(() => workspaces.splice(0).forEach(removeWorkspace));

/** A pipeline of what cells make of the weights. */
async function prepared(cells: readonly string[], files: Readonly<Record<string, string>> = {}): Promise<Made> {
  const made = await makePipeline(pythonNotebook(LOAD, ...cells), { ...CATCH, ...files });
  workspaces.push(made.workspace);
  return made;
}

function judged({ workspace }: Made): Promise<ValidateResult> {
  return validate({ workspace, pipeline: "study" }, realHost(), never);
}

/** It keeps what it predicted. */
const FORECAST = `class Forecast:
    def fit(self, series):
        self.seen = list(series)
        return self

    def predict(self, count):
        seen = self.seen
        for _ in range(count):
            seen.append(seen[-1] + 1)
        return seen

    def score(self, series, labels):
        return sum(self.predict(3)) / sum(labels)`;

test("a model that its measurement changes is compared as it is when the pipeline is done with it", async () => {
  const train = "model = Forecast()\nmodel.fit(weights)";
  const result = await judged(await prepared([FORECAST, train, "score = model.score(weights, weights)"]));
  expect(gate(result, "run.equals-notebook")).toMatchObject({ status: "passed", measured: "2 of 2 targets equal" });
});

describe("a gate fails", () => {
  test("where two runs differ by draws without a seed, which is no difference from the notebook, whatever it draws besides", async () => {
    for (const besides of ["import random", "import random\nprint(random.random())"]) {
      const result = await judged(await prepared([besides, DRAW, SAVE]));
      expect(failedGates(result)).toEqual(["run.repeatable"]);
      expect(gate(result, "run.repeatable").message).toContain("without a seed");
    }
  });

  test("likewise where a library draws that the code imports, unless the notebook sets its seed", async () => {
    const cells = ["print(torch.rand())", "rmse = torch.rand() * sum(weights)", SAVE];
    const open = await prepared(["import torch", ...cells], GENERATOR);
    expect(failedGates(await judged(open))).toEqual(["run.repeatable"]);
    const seeded = await prepared(["import torch\ntorch.manual_seed(3)", ...cells], GENERATOR);
    expect(failedGates(await judged(seeded))).toEqual([]);
    edit(seeded, "seed(3)", "seed(4)");
    expect(failedGates(await judged(seeded))).toEqual(["run.equals-notebook"]);
  });

  test("likewise where a generator of NumPy's gets no seed", async () => {
    const made = await prepared([
      "import numpy as np\nprint(np.random.default_rng().random())",
      "rng = np.random.default_rng()\nrmse = rng.random() + np.random.RandomState().rand()",
      SAVE,
    ]);
    const result = await judged(made);
    expect(failedGates(result)).toEqual(["run.repeatable"]);
    expect(gate(result, "run.repeatable").message).toContain("without a seed");
  });

  test("likewise where something draws as it is imported, which the module does at its top", async () => {
    const files = { "noisy.py": "import random\nONE = 1\nrandom.random()\n" };
    const cells = [
      "import random\na = random.random()",
      "import noisy\nrmse = (a + random.random()) * noisy.ONE",
      SAVE,
    ];
    expect(failedGates(await judged(await prepared(cells, files)))).toEqual(["run.repeatable"]);
  });

  test("where the module draws less than the notebook after its seed", async () => {
    const made = await prepared(["import random\nrandom.seed(3)\nfirst = random.random()", DRAW, SAVE]);
    expect(failedGates(await judged(made))).toEqual([]);
    edit(made, "first = random.random()", "pass");
    expect(failedGates(await judged(made))).toContain("run.equals-notebook");
  });

  test("where two runs differ by the order of a set alone, which is no difference from the notebook", async () => {
    const cell = `order = "".join({str(weight) + name for weight in weights for name in ("amber", "brook", "clear")})
rmse = int.from_bytes(order.encode(), "big") % 1000003
print(rmse)`;
    const result = await judged(await prepared([cell, SAVE]));
    expect(failedGates(result)).toEqual(["run.repeatable"]);
    expect(gate(result, "run.repeatable").message).toContain("goes through a set");
  });
});
