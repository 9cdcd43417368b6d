/** The files beside the module: the project file of Python and the test. */
import { posix } from "node:path";
import type { GeneratedFile, Target } from "../pipeline";
import { distributionOf } from "../python/distributions";
import { typeRulesFor } from "../validate/typeRules";
import type { Plan } from "./plan";

/** What the companions are written from. */
export interface CompanionInput {
  readonly pipeline: string;
  readonly notebook: string;
  readonly targets: readonly Target[];
  readonly plan: Plan;
  /** Third-party import names of the module. */
  readonly imports: readonly string[];
  /** Folders of the workspace that may hold the data, from that of the pipeline. */
  readonly dataFolders: readonly string[];
  /** Paths of the user's own modules that go with the pipeline. */
  readonly modules: readonly string[];
}

/** `pyproject.toml` and `test_pipeline.py`. */
export function writeCompanions(input: CompanionInput): readonly GeneratedFile[] {
  return [
    { path: "pyproject.toml", text: projectFile(input) },
    { path: "test_pipeline.py", text: testFile(input) },
  ];
}

function projectFile({ pipeline, notebook, imports, plan, modules }: CompanionInput): string {
  const rules = typeRulesFor(plan.stars.map((module) => `from ${module} import *`).join("\n"));
  const topModules = modules.filter((path) => !path.includes("/")).map((path) => path.replace(/\.py$/, ""));
  const folders = modules.filter((path) => path.includes("/")).map((path) => posix.dirname(path));
  const packages = [...new Set(folders)].map((folder) => folder.replaceAll("/", "."));
  const dependencies = imports.map((name) => `    ${JSON.stringify(distributionOf(name))},`).sort();
  return [
    "[project]",
    `name = ${JSON.stringify(pipeline)}`,
    'version = "0.0.0" # releases are numbered by the registry',
    `description = ${JSON.stringify(`Pipeline of ${notebook}`)}`,
    'requires-python = ">=3.10"',
    ...(dependencies.length === 0 ? ["dependencies = []"] : ["dependencies = [", ...dependencies, "]"]),
    "",
    "[dependency-groups]",
    'test = ["pytest"]',
    "",
    "[build-system]",
    'requires = ["setuptools>=77"]',
    'build-backend = "setuptools.build_meta"',
    "",
    "[tool.setuptools]",
    `py-modules = ${listOf(["pipeline", ...topModules])}`,
    ...(packages.length === 0 ? [] : [`packages = ${listOf(packages)}`]),
    "",
    "# As the type check of a validation.",
    "[tool.pyright]",
    'include = ["pipeline.py"]',
    ...Object.entries(rules).map(([name, value]) => `${name} = ${JSON.stringify(value)}`),
    "",
  ].join("\n");
}

function testFile({ targets, plan, dataFolders }: CompanionInput): string {
  const metrics = targets.filter(({ kind }) => kind === "metric").map(({ name }) => name);
  const references = plan.references.map(({ reference }) => reference);
  const needed = references.filter(({ alternative }) => alternative === undefined);
  const places = [...new Set((needed.length > 0 ? needed : references).map(({ place }) => place))];
  const quantifier = needed.length > 0 || references.length === 0 ? "all" : "any";
  const here = "Path(__file__).resolve().parent";
  const checks =
    metrics.length > 0
      ? metrics.map((name) => `    assert math.isfinite(result.${name})`)
      : targets.map(({ name }) => `    assert result.${name} is not None`);
  return [
    '"""The pipeline runs on its data and gives every result. Run it: pytest"""',
    "",
    "from __future__ import annotations",
    "",
    ...(metrics.length > 0 ? ["import math"] : []),
    "from pathlib import Path",
    "",
    "import pytest",
    "from pipeline import run",
    "",
    `HERE = ${here}`,
    `FILES = [${places.map((place) => JSON.stringify(place)).join(", ")}]`,
    "",
    "",
    "def data_folder() -> Path:",
    '    """The folder that holds the data: beside the module in a release, beside the notebook in the workspace."""',
    `    for folder in (${["HERE", ...dataFolders.map((folder) => `HERE / ${JSON.stringify(folder)}`), "Path.cwd()"].join(", ")}):`,
    `        if ${quantifier}(${plan.references.some(({ reference }) => reference.kind === "pattern") ? "any(folder.glob(name))" : "(folder / name).exists()"} for name in FILES):`,
    "            return folder",
    '    raise FileNotFoundError(f"none of the folders holds {FILES}")',
    "",
    "",
    "def test_every_result_is_there(monkeypatch: pytest.MonkeyPatch) -> None:",
    "    monkeypatch.chdir(data_folder())",
    "    result = run()",
    ...checks,
    "",
  ].join("\n");
}

function listOf(names: readonly string[]): string {
  return `[${names.map((name) => JSON.stringify(name)).join(", ")}]`;
}
