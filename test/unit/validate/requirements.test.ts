import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  candidatesOf,
  lockedVersions,
  missedOf,
  requirementsOf,
  type RequirementsInput,
} from "../../../src/core/validate/requirements";

const scoring = { model: "model", features: { expression: "X", cell: 1, line: 1 } };

function input(more: Partial<RequirementsInput> & { readonly imports?: readonly string[] } = {}): RequirementsInput {
  const { imports = ["sklearn"], ...rest } = more;
  return {
    extraction: { imports: { module: imports, notebook: [] }, program: { cells: [] }, scoring },
    installed: {},
    lock: undefined,
    declared: undefined,
    missed: [],
    interpreter: { path: "/bin/python3", version: "3.11.7", platform: "linux-x64" },
    ...rest,
  };
}

function names(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.replace(/ .*/, ""));
}

describe("requirementsOf", () => {
  it("knows which package gives an import, and says what it is for", () => {
    const { requirements } = requirementsOf(input({ imports: ["PIL", "cv2", "yaml"] }));
    expect(requirements).toEqual(["opencv-python  # import cv2", "pillow  # import PIL", "pyyaml  # import yaml"]);
  });

  it("adds what makes a graph of predict where there is one", () => {
    const path = { raw: { expression: "df", cell: 1, line: 1 }, labels: [] };
    const { extraction } = input();
    expect(names(requirementsOf(input({ extraction: { ...extraction, path } })).requirements)).toContain("spox");
    expect(names(requirementsOf(input()).requirements)).not.toContain("spox");
  });

  it("adds what exports a scikit-learn model, and stubs for pandas", () => {
    expect(names(requirementsOf(input({ imports: ["pandas", "sklearn"] })).requirements)).toEqual([
      "pandas",
      "pandas-stubs",
      "protobuf<7",
      "scikit-learn",
      "skl2onnx",
    ]);
  });

  it.each([
    ["pandas", 'pd.read_excel("a.xlsx").plot()', ["matplotlib", "openpyxl"]],
    ["pandas", 'pd.read_excel("old.xls")', ["openpyxl", "xlrd"]],
    ["pandas", 'pd.read_excel("a.ods")', ["odfpy", "openpyxl"]],
    ["pandas", 'pd.read_sql("select 1", "sqlite:///a.db")', ["sqlalchemy"]],
    ["pandas", "pd.read_html(page)", ["beautifulsoup4", "html5lib", "lxml"]],
    ["pandas", 'df.corr(method="kendall")', ["scipy"]],
    ["sklearn", "X = load_iris(as_frame=True).data", ["pandas"]],
    ["sklearn", 'scaler.set_output(transform="pandas")', ["pandas"]],
    ["sklearn", "fetch_openml('titanic', as_frame=True).frame.hist()", ["matplotlib", "pandas"]],
    ["sklearn", "RocCurveDisplay.from_estimator(model, X, y)", ["matplotlib"]],
    ["xgboost", "xgb.XGBRFRegressor()", ["scikit-learn"]],
    ["tqdm", "from tqdm.notebook import tqdm", ["ipywidgets"]],
    ["tqdm", "from tqdm.auto import tqdm", []],
    ["polars", "frame.to_pandas().style", ["jinja2", "pandas", "pyarrow"]],
    ["numpy", "load_iris(as_frame=True), df.plot()", []],
  ])("adds what %s loads by itself: %s", (library, source, expected) => {
    const program = { cells: [{ cell: 1, source }] };
    const extraction = { imports: { module: [library], notebook: [] }, program };
    const { requirements } = requirementsOf(input({ extraction }));
    const implied = requirements.filter((line) => !/# (import|types)/.test(line));
    expect(names(implied)).toEqual(expected);
  });

  it("adds what was missing in a run, and remembers it in the lock", () => {
    const first = requirementsOf(input({ imports: ["polars"], missed: ["yaml", "PIL"] }));
    expect(first.requirements).toContain("pyyaml  # was missing in a run");
    const lock = `${first.mark}\npolars==1.0\n`;
    expect(missedOf(lock)).toEqual(["yaml", "PIL"]);
    expect(requirementsOf(input({ imports: ["polars"], missed: missedOf(lock), lock })).lock).toBe(lock);
    expect(missedOf(requirementsOf(input()).mark)).toEqual([]);
  });

  it("adds what exports a boosted model, which needs scikit-learn without importing it", () => {
    const program = { cells: [{ cell: 1, source: "model = xgb.XGBClassifier()" }] };
    const extraction = { imports: { module: ["xgboost"], notebook: [] }, program, scoring };
    const wanted = ["onnxmltools", "packaging", "protobuf<7", "scikit-learn", "skl2onnx", "xgboost"];
    expect(names(requirementsOf(input({ extraction })).requirements)).toEqual(wanted);
  });

  it("keeps the versions of the interpreter that has all of the module's imports, and of what they need", () => {
    const installed = { "scikit-learn": "1.5.0", numpy: "1.26.4+local" };
    const { requirements, constraints } = requirementsOf(input({ installed }));
    expect(requirements).toContain("scikit-learn==1.5.0  # import sklearn");
    expect(constraints).toEqual(["numpy==1.26.4"]);
  });

  it("does not mix in versions of an interpreter that lacks an import: it is not the notebook's", () => {
    const { requirements } = requirementsOf(
      input({ imports: ["sklearn", "xgboost"], installed: { "scikit-learn": "0.1" } }),
    );
    expect(names(requirements)).toContain("scikit-learn");
  });

  it("takes the installed one of several packages that give the same import", () => {
    const { requirements } = requirementsOf(
      input({ imports: ["cv2"], installed: { "opencv-python-headless": "4.9" } }),
    );
    expect(names(requirements)).toContain("opencv-python-headless==4.9");
  });

  it("obeys requirements.txt: a pin before everything, a range where nothing is installed", () => {
    const declared =
      "Scikit_Learn == 1.4.2  # pinned\n-r more.txt\nnumpy>=1,<2; python_version > '3'\npolars[all]>=1,<2\n";
    const { requirements } = requirementsOf(
      input({ imports: ["sklearn", "polars"], installed: { "scikit-learn": "1.5" }, declared }),
    );
    expect(names(requirements)).toEqual(expect.arrayContaining(["scikit-learn==1.4.2", "polars>=1,<2"]));
  });

  it("uses the pipeline's lock as it is on a machine that has nothing installed", () => {
    const first = requirementsOf(input());
    const lock = `${first.mark}\nscikit-learn==1.5.0 \\\n    --hash=sha256:0\n`;
    expect(requirementsOf(input({ lock })).lock).toBe(lock);
  });

  it("locks anew, with the versions of the lock, where the platform differs", () => {
    const lock = `${requirementsOf(input()).mark}\nscikit-learn==1.5.0 \\\n    --hash=sha256:0\n`;
    const interpreter = { path: "/bin/python3", version: "3.12.1", platform: "darwin-arm64" };
    const again = requirementsOf(input({ lock, interpreter }));
    expect(again.lock).toBeUndefined();
    expect(names(again.requirements)).toContain("scikit-learn==1.5.0");
  });

  it("locks anew where an import was added, or the notebook's own version changed", () => {
    const lock = `${requirementsOf(input()).mark}\nscikit-learn==1.5.0 \\\n    --hash=sha256:0\n`;
    expect(requirementsOf(input({ lock, imports: ["sklearn", "xgboost"] })).lock).toBeUndefined();
    expect(requirementsOf(input({ lock, installed: { "scikit-learn": "1.6.0" } })).lock).toBeUndefined();
    expect(requirementsOf(input({ lock, installed: { "scikit-learn": "1.5.0" } })).lock).toBe(lock);
  });

  it("pins the notebook's packages of a day first, whatever is installed; what serves Slipway alone may be newer", () => {
    const imports = ["sklearn", "pandas"];
    const installed = { "scikit-learn": "1.5.0", pandas: "2.2.0" };
    const { dated, requirements, mark } = requirementsOf(input({ imports, installed, asOf: "2022-12-01" }));
    expect(dated?.asOf).toBe("2022-12-01");
    expect(names(dated?.requirements ?? [])).toEqual(["pandas", "pandas-stubs", "scikit-learn"]);
    expect(names(requirements)).toEqual(expect.arrayContaining(["scikit-learn", "skl2onnx"]));
    expect(mark).toContain(", as of 2022-12-01, for ");
    const before = requirementsOf(input({ imports, asOf: "2021-12-01" }));
    expect(names(before.dated?.requirements ?? [])).toEqual(["pandas", "scikit-learn"]);
    expect(requirementsOf(input({ imports })).dated).toBeUndefined();
  });

  it("keeps the versions of a lock of the same day, and of no other", () => {
    const asOf = "2022-12-01";
    const lock = `${requirementsOf(input({ asOf, missed: ["yaml"] })).mark}\nscikit-learn==1.1.3 \\\n    --hash=sha256:0\n`;
    expect(missedOf(lock)).toEqual(["yaml"]);
    expect(requirementsOf(input({ asOf, missed: ["yaml"], lock })).lock).toBe(lock);
    const pinned = (more: Parameters<typeof input>[0]) => names(requirementsOf(input({ lock, ...more })).requirements);
    expect(pinned({ asOf, imports: ["sklearn", "polars"] })).toContain("scikit-learn==1.1.3");
    expect(pinned({ asOf: "2023-12-01" })).toContain("scikit-learn");
    expect(pinned({})).toContain("scikit-learn");
  });

  it("gives every import a package, whatever its name", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[A-Za-z_]\w{0,12}$/)), (imports) => {
        const { candidates } = { candidates: candidatesOf(input({ imports })) };
        return imports.length === 0 || candidates.every((name) => /^[a-z0-9-]+$/.test(name));
      }),
    );
  });
});

describe("lockedVersions", () => {
  it("reads the pins and nothing else", () => {
    expect(lockedVersions("# a==1\nb-c==2.0 \\\n    --hash=sha256:0\nD_e==3 ; python_version > '3'\n")).toEqual({
      "b-c": "2.0",
      "d-e": "3",
    });
  });
});
