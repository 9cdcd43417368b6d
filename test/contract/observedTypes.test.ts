import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { extract } from "../../src/app/extract";
import { list } from "../../src/app/list";
import { ship } from "../../src/app/ship";
import { validate, type ValidateResult } from "../../src/app/validate";
import { loadPipeline, type Pipeline } from "../../src/app/workspace";
import { digestOf } from "../../src/core/digest";
import { textInBase } from "../../src/core/extract/base";
import type { PipelineLock } from "../../src/core/pipeline";
import { makePipeline, never, realHost } from "../support/pipelines";
import { pythonNotebook, removeWorkspace } from "../support/workspace";

const CATCH = { "catch.csv": "weight\n1.5\n2.5\n4.0\n" };
const LOAD = `import csv
import json
with open("catch.csv") as file:
    weights = [float(row["weight"]) for row in csv.DictReader(file)]
settings = json.loads('{"scale": 2.5, "names": ["cod", "eel"]}')
scale = settings["scale"]
names = settings["names"]`;
const DEFINE = `class Boat:
    def __init__(self, name):
        self.name = name

def fleet(names):
    return {name: Boat(name) for name in names}

def depth(catch):
    if not catch:
        return 0
    return 1 + depth(catch[1:])

def halves(values):
    for value in values:
        yield value / 2

def changed(function, values, fallback=None):
    values = [function(value) for value in values]
    return values

def longest(boats):
    return max(boats.values(), key=lambda boat: len(boat.name))`;
const USE = `boats = fleet(names)
best = longest(boats)
deep = depth(tuple(weights))
weights = changed(round, list(halves(weights)))
def scaled(value):
    return value * scale
weights = list(map(scaled, weights))`;
const MEASURE = `middle = sum(weights) / len(weights) + deep + len(best.name)
rmse = (sum((weight - middle) ** 2 for weight in weights) / len(weights)) ** 0.5
print("rmse", rmse)`;
const SAVE = `import pickle\nwith open("result.pickle", "wb") as file:\n    pickle.dump(rmse, file)`;

/** The functions of the module stay what they are while they are looked at. */
const PROBE = `import inspect
import pickle
from functools import lru_cache

@lru_cache
def weighed(count):
    return count * 1.5

def same(function):
    source = inspect.getsource(function)
    return pickle.loads(pickle.dumps(function)) is function and source.startswith(f"def {function.__name__}")

def sunk(count):
    return 0 if count == 0 else 1 + sunk(count - 1)

def failing(catch):
    raise ValueError(catch)

def told(value):
    return str(value)

probes = [same(depth), same(halves), inspect.isgeneratorfunction(halves), depth is globals()["depth"]]
probes.append(sunk(700) == 700)
probes.append(len(list(map(told, [1] * 300 + [None]))) == 301)
probes.append(weighed(2) == 3.0 and weighed.cache_info().misses == 1)
try:
    failing(weights)
except ValueError as error:
    probes.append("raise ValueError(catch)" in inspect.getinnerframes(error.__traceback__)[-1].code_context[0])`;
const PROBED = `${MEASURE}\nrmse = rmse if all(probes) else [index for index, probe in enumerate(probes) if not probe]`;

const workspaces: string[] = [];
afterAll(() => workspaces.splice(0).forEach(removeWorkspace));

interface Made {
  readonly workspace: string;
  readonly pipeline: Pipeline;
}

async function prepared(...cells: readonly string[]): Promise<Made> {
  const made = await makePipeline(pythonNotebook(...cells, SAVE), CATCH);
  workspaces.push(made.workspace);
  return made;
}

function judged({ workspace }: Made, force = false): Promise<ValidateResult> {
  return validate({ workspace, pipeline: "study", force }, realHost(), never);
}

function moduleOf({ pipeline }: Made): string {
  return readFileSync(pipeline.modulePath, "utf8");
}

async function lockOf({ workspace }: Made): Promise<PipelineLock> {
  return (await loadPipeline(workspace, "study", realHost())).lock;
}

function edit(made: Made, from: string, to: string): void {
  expect(moduleOf(made)).toContain(from);
  writeFileSync(made.pipeline.modulePath, moduleOf(made).replace(from, to));
}

function change({ workspace }: Made, ...cells: readonly string[]): void {
  writeFileSync(join(workspace, "study.ipynb"), pythonNotebook(...cells, SAVE));
}

function failedGates({ gates }: ValidateResult): readonly string[] {
  return gates.filter(({ status }) => status === "failed").map(({ id, message }) => `${id}: ${message}`);
}

/** The heads of the module's functions, each in one line, without what they take of settings. */
function heads(text: string): readonly string[] {
  return [...text.matchAll(/^def (?:\w+)\([^)]*\)[^:]*:/gm)].map(([head]) => head.replace(/\s+/g, " "));
}

/** The heads of the methods of a module's classes, `Class.method(…)`. */
function methodHeads(text: string): readonly string[] {
  const classes = text.split(/^class /m).slice(1);
  return classes.flatMap((one) => {
    const name = /^\w+/.exec(one)?.[0] ?? "";
    const found = one
      .split(/^\S/m, 2)
      .join("")
      .matchAll(/^ {4}def (\w+\([^)]*\)[^:]*(?:: [^:]*)*?):$/gm);
    return [...found].map(([, head]) => `${name}.${head}`);
  });
}

describe("a module whose text shows no types", () => {
  let made: Made;
  let before: string;
  let result: ValidateResult;
  beforeAll(async () => {
    made = await prepared(LOAD, DEFINE, USE, MEASURE);
    before = moduleOf(made);
    result = await judged(made);
  });

  it("has those that its run showed once it was validated, as far as pyright agrees", () => {
    expect(failedGates(result)).toEqual([]);
    const text = moduleOf(made);
    expect(heads(before)).toContain("def fleet(names) -> dict[Any, Boat]:");
    expect(heads(text).slice(0, 6)).toEqual([
      "def fleet(names: list[str]) -> dict[str, Boat]:",
      "def depth(catch: tuple[float, ...]) -> int:",
      "def halves(values: list[float]) -> Iterator[float]:",
      "def changed(function: Callable[..., Any], values: list[float], fallback=None) -> list[Any]:",
      "def longest(boats: dict[str, Boat]) -> Boat:",
      "def scaled(value: int, *, scale: float) -> float:",
    ]);
    expect(text).toContain("rmse: float");
    expect(text).toMatch(/if TYPE_CHECKING:\n {4}from collections.abc import Callable, Iterator\n|import Callable\n/);
  });

  it("is the text that was run again, that the report is about, and that the lock knows", async () => {
    const lock = await lockOf(made);
    const text = moduleOf(made);
    expect(lock.module).toBe(digestOf(text));
    expect(textInBase(lock.base ?? "", "pipeline.py")).toBe(text);
    expect(result.validation.report.subject.code).toBe(digestOf(text));
    const of = expect.stringMatching(/^[0-9a-f]{12}$/);
    expect(lock.types?.fleet).toEqual({ of, parameters: { names: "list[str]" } });
    const lines = text.split("\n");
    const origin = lock.lines.find(({ line }) => lines[line - 1]?.startsWith("def depth("));
    expect(origin).toMatchObject({ cell: 2, cellLine: 8 });
  });

  it("is what extract gives again, and is not validated again", async () => {
    const text = moduleOf(made);
    const again = await extract({ workspace: made.workspace, notebook: "study.ipynb" }, realHost(), never);
    expect(again.written).toEqual([]);
    expect((await judged(made)).reused).toBe(true);
    expect(failedGates(await judged(made, true))).toEqual([]);
    expect(moduleOf(made)).toBe(text);
  });

  it("keeps them where the notebook changes in what no function is made of, and drops those of changed code", async () => {
    const typed = heads(moduleOf(made));
    change(made, `${LOAD}\nprint(weights)`, "limit = 3", DEFINE, USE, MEASURE);
    await extract({ workspace: made.workspace, notebook: "study.ipynb" }, realHost(), never);
    expect(heads(moduleOf(made))).toEqual(typed);
    change(made, LOAD, DEFINE, USE, MEASURE.replace("len(best.name)", "len(best.name) + 1"));
    await extract({ workspace: made.workspace, notebook: "study.ipynb" }, realHost(), never);
    expect(heads(moduleOf(made))).toEqual(heads(before));
    expect((await lockOf(made)).types).toBeUndefined();
  });
});

const METHODS = `import inspect

class Boat:
    def __init__(self, name):
        self.name = name

    def longer(self, other=None):
        return self if other is None or len(self.name) > len(other.name) else other

class Ferry(Boat):
    def __init__(self, name, places):
        super().__init__(name)
        self.places = places

    @property
    def full_name(self):
        return f"MF {self.name}"

    def loads(self, *, per):
        for start in range(0, self.places, per):
            yield start

    def reported(self, places):
        raise NotImplementedError`;
const SAIL = `ferry = Ferry(names[0] + "s", 40)
trips = len(list(ferry.loads(per=15))) + len(Boat(names[1]).longer(ferry).longer().name + Boat("").longer().name)
probes = [inspect.getsource(Ferry.loads).lstrip().startswith("def loads"), ferry.full_name == "MF cods"]
probes.append(list(inspect.signature(Ferry).parameters) == ["name", "places"])
deep = trips
best = ferry`;

test("the methods of the notebook's classes have what the run showed, and stay what they are", async () => {
  const made = await prepared(LOAD, METHODS, SAIL, PROBED);
  const before = methodHeads(moduleOf(made));
  expect(before).toEqual([
    "Boat.__init__(self, name) -> None",
    "Boat.longer(self, other=None)",
    "Ferry.__init__(self, name, places) -> None",
    "Ferry.full_name(self)",
    "Ferry.loads(self, *, per) -> Iterator[Any]",
    "Ferry.reported(self, places)",
  ]);
  expect(failedGates(await judged(made))).toEqual([]);
  expect(methodHeads(moduleOf(made))).toEqual([
    "Boat.__init__(self, name: str) -> None",
    "Boat.longer(self, other: Ferry | None = None) -> Ferry | Boat",
    "Ferry.__init__(self, name: str, places: int) -> None",
    "Ferry.full_name(self)",
    "Ferry.loads(self, *, per: int) -> Iterator[int]",
    "Ferry.reported(self, places)",
  ]);
  expect(Object.keys((await lockOf(made)).types ?? {})).toContain("Ferry.loads");
});

/** What `Child()` gives is a `Base` to type checkers, and a `Child` to whoever looks. */
const UNTRUE = `class Base:
    def __new__(cls, *given) -> "Base":
        return super().__new__(cls)

class Child(Base):
    def __init__(self, weight):
        self.weight = weight

def build(weight):
    return Child(weight)`;

describe("a type that the text shows and pyright rejects", () => {
  const cells = [
    LOAD,
    UNTRUE,
    "first = build(weights[0])",
    MEASURE.split("\n")[0]?.replace(" + deep + len(best.name)", " + first.weight") ?? "",
    MEASURE.split("\n")[1] ?? "",
  ];

  it("is left open, which the report says, and stays so until the code changes", async () => {
    const made = await prepared(...cells);
    expect(heads(moduleOf(made))).toContain("def build(weight: float) -> Child:");
    const result = await judged(made);
    expect(failedGates(result)).toEqual([]);
    expect(heads(moduleOf(made))).toContain("def build(weight: float) -> Any:");
    expect(result.gates.find(({ id }) => id === "code.types")?.message).toContain("the result of build");
    const text = moduleOf(made);
    expect(failedGates(await judged(made, true))).toEqual([]);
    expect(moduleOf(made)).toBe(text);
    change(made, ...cells.with(1, UNTRUE.replace("self.weight = weight", "self.weight = weight * 2")));
    await extract({ workspace: made.workspace, notebook: "study.ipynb" }, realHost(), never);
    expect(heads(moduleOf(made))).toContain("def build(weight: float) -> Child:");
  });
});

describe("a release", () => {
  it("is made once, however often the notebook is shipped", async () => {
    const made = await prepared(LOAD, DEFINE, USE, MEASURE);
    const { workspace } = made;
    const registry = join(workspace, "registry");
    const shipped = (ifChanged: boolean) =>
      ship({ workspace, notebook: "study.ipynb", registry, ifChanged }, realHost(), never);
    const first = await shipped(false);
    expect(heads(moduleOf(made))).toContain("def fleet(names: list[str]) -> dict[str, Boat]:");
    const second = await shipped(false);
    expect(second.validation?.reused).toBe(true);
    expect(second.release?.digest).toBe(first.release?.digest);
    expect(await shipped(true)).toMatchObject({ changed: [], release: { digest: first.release?.digest } });
    const found = await list({ registry }, realHost(), never);
    expect(found).toHaveLength(1);
  });

  it("of other data tells that the code changed, too, where its types did", async () => {
    const cells = [
      "import json\nwith open('half.json') as file:\n    read = json.load(file)\nvalue = read['value']",
      "def half(value):\n    return value / 2",
      "rmse = half(value)\nprint('rmse', rmse)",
    ];
    const made = await makePipeline(pythonNotebook(...cells, SAVE), { "half.json": '{"value": 3}' });
    workspaces.push(made.workspace);
    const { workspace } = made;
    const registry = join(workspace, "registry");
    const shipped = () => ship({ workspace, notebook: "study.ipynb", registry, ifChanged: true }, realHost(), never);
    await shipped();
    expect(heads(moduleOf(made))).toContain("def half(value: int) -> float:");
    writeFileSync(join(workspace, "half.json"), '{"value": 3.5}');
    expect((await shipped()).changed).toEqual(["code", "data"]);
    expect(heads(moduleOf(made))).toContain("def half(value: float) -> float:");
    expect((await shipped()).changed).toEqual([]);
  });
});

describe("edits by hand", () => {
  it("stay, whether types are written beside them or in their place", async () => {
    const made = await prepared(LOAD, DEFINE, USE, MEASURE);
    edit(
      made,
      "def fleet(names) -> dict[Any, Boat]:\n",
      'def fleet(names: "list") -> dict[Any, Boat]:\n    """Mine."""\n',
    );
    edit(made, "        return 0\n", "        return 0  # by hand\n");
    expect(failedGates(await judged(made))).toEqual([]);
    const text = moduleOf(made);
    expect(text).toContain('def fleet(names: "list") -> dict[Any, Boat]:\n    """Mine."""\n');
    expect(text).toContain("        return 0  # by hand\n");
    expect(heads(text)).toContain("def depth(catch: tuple[float, ...]) -> int:");
    const lock = await lockOf(made);
    expect(lock.module).not.toBe(digestOf(text));
    const lines = text.split("\n");
    const origin = lock.lines.find(({ line }) => lines[line - 1]?.startsWith("def depth("));
    expect(origin).toMatchObject({ cell: 2, cellLine: 8 });
    const again = await extract({ workspace: made.workspace, notebook: "study.ipynb" }, realHost(), never);
    expect(again.written).toEqual([]);
    expect((await judged(made)).reused).toBe(true);
  });
});

describe("a run", () => {
  it("that fails leaves the module as it is", async () => {
    const made = await prepared(LOAD, DEFINE, USE, MEASURE);
    edit(made, "    return rmse\n", "    raise ValueError(rmse)\n");
    const text = moduleOf(made);
    expect((await judged(made)).ok).toBe(false);
    expect(moduleOf(made)).toBe(text);
    expect((await lockOf(made)).types).toBeUndefined();
  });

  it("that is looked at does what it does otherwise", async () => {
    const made = await prepared(LOAD, DEFINE, USE, PROBE, PROBED);
    const result = await judged(made);
    expect(failedGates(result)).toEqual([]);
    expect(heads(moduleOf(made))).toEqual(
      expect.arrayContaining([
        "def sunk(count: int) -> int:",
        "def told(value: int | None) -> str:",
        "def weighed(count):",
      ]),
    );
  });
});
