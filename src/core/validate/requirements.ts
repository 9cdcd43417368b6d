/** Which packages a notebook needs, and in which versions. Pure: what is installed is asked for elsewhere. */
import { digestOf } from "../digest";
import type { Interpreter, PackageWishes } from "../host";
import type { Extraction } from "../pipeline";
import distributions from "../python/distributions.json";
import { impliedPackages } from "./impliedPackages";

/** Package names as PEP 503 compares them, with a version each. */
export type Versions = Readonly<Record<string, string>>;

/** What decides the requirements of a pipeline. */
export interface RequirementsInput {
  readonly extraction: Pick<Extraction, "imports" | "program" | "scoring">;
  /** What the user's own interpreter has of `candidatesOf`, with all that those need. */
  readonly installed: Versions;
  /** Text of the pipeline's `requirements.lock`, if it has one. */
  readonly lock: string | undefined;
  /** Text of the `requirements.txt` beside the notebook, if there is one. */
  readonly declared: string | undefined;
  readonly interpreter: Interpreter;
  /** Import names that were missed in a run: some library loads them, and nothing in the source says so. */
  readonly missed: readonly string[];
}

/** What to install, and the first line of the lock made from it. */
export interface Requirements extends PackageWishes {
  readonly mark: string;
  /** The pipeline's own lock, where it still serves: it is used as it is. */
  readonly lock: string | undefined;
}

interface Package {
  /** Distributions that give the import; the first is the usual one. */
  readonly candidates: readonly string[];
  readonly reason: string;
  /** Which versions will do, where not all do. */
  readonly range?: string;
}

/** Exports scikit-learn models. skl2onnx 1.20 hands booleans to protobuf where version 7 takes integers only. */
const EXPORT_TOOLS: readonly Package[] = [
  { candidates: ["skl2onnx"], reason: "exports the model" },
  { candidates: ["protobuf"], reason: "used by skl2onnx", range: "<7" },
];

/** Export what XGBoost and LightGBM give scikit-learn. onnxmltools 1.16 does not say that it needs packaging. */
const BOOSTING_TOOLS: readonly Package[] = [
  { candidates: ["onnxmltools"], reason: "exports the model" },
  { candidates: ["packaging"], reason: "used by onnxmltools" },
];

const IMPORTS: Readonly<Record<string, readonly string[]>> = distributions.imports;

/** Names of every distribution that may serve one of the notebook's imports, or one of `missed`. */
export function candidatesOf(input: Pick<RequirementsInput, "extraction" | "missed">): readonly string[] {
  return packagesOf(input).flatMap(({ candidates }) => candidates);
}

/** What was missed in a run before the lock was made. */
export function missedOf(lock: string): readonly string[] {
  return /^# .*, and ([\w, ]+)\n/.exec(lock)?.[1]?.split(", ") ?? [];
}

/**
 * The requirements of a pipeline, sorted. A version comes from, in this order: an exact pin in requirements.txt; the user's
 * interpreter, if it has all that the module imports, because then it is the notebook's own; the pipeline's lock; a range in
 * requirements.txt; else it is the newest.
 */
export function requirementsOf(input: RequirementsInput): Requirements {
  const packages = packagesOf(input);
  const declared = declaredSpecifiers(input.declared ?? "");
  const own = isNotebooksOwn(input) ? input.installed : undefined;
  const locked = lockedVersions(input.lock ?? "");
  const versions = own ?? locked;
  const chosen = new Map(packages.map((wanted) => [choose(wanted.candidates, versions), wanted]));
  const mark = markOf([...chosen.keys()], declared, input);
  const isUsable = input.lock?.split("\n", 1)[0] === mark && agrees(own, locked, chosen);
  return {
    requirements: Array.from(chosen, ([name, { reason, range = "" }]) => {
      const version = specifier(name, declared, versions);
      return `${name}${version === "" ? range : version}  # ${reason}`;
    }).sort(),
    constraints: Object.keys(versions)
      .filter((name) => !chosen.has(name))
      .map((name) => `${name}${specifier(name, declared, versions)}`)
      .sort(),
    mark,
    lock: isUsable ? input.lock : undefined,
  };
}

/** Versions that a `requirements.lock` pins. */
export function lockedVersions(lock: string): Versions {
  const pins = lock.matchAll(/^([A-Za-z0-9._-]+)==([^\s;\\]+)/gm);
  return Object.fromEntries(Array.from(pins, ([, name = "", version = ""]) => [normalName(name), version]));
}

function packagesOf({ extraction, missed }: Pick<RequirementsInput, "extraction" | "missed">): readonly Package[] {
  const { imports, program, scoring } = extraction;
  const names = [...new Set([...imports.module, ...imports.notebook])].sort();
  const packages = names.map((name) => ({ candidates: distributionsFor(name), reason: `import ${name}` }));
  const source = program.cells.map((cell) => cell.source).join("\n");
  const implied = impliedPackages(names, source);
  const uses = (name: string): boolean => names.includes(name) || implied.some((one) => one.name === name);
  const tools = [
    ...implied.map(({ name, library }) => ({ candidates: distributionsFor(name), reason: `used by ${library}` })),
    ...missed.map((name) => ({ candidates: distributionsFor(name), reason: "was missing in a run" })),
    ...(scoring !== undefined && uses("sklearn") ? EXPORT_TOOLS : []),
    ...(scoring !== undefined && (uses("xgboost") || uses("lightgbm")) ? BOOSTING_TOOLS : []),
    ...(names.includes("pandas") ? [{ candidates: ["pandas-stubs"], reason: "types for the type check" }] : []),
  ];
  const given = new Set<string>(packages.flatMap(({ candidates }) => candidates));
  return [...packages, ...tools.filter(({ candidates: [name = ""] }) => !given.has(name) && given.add(name))];
}

/** The distributions that give an import: most have its name. */
function distributionsFor(name: string): readonly string[] {
  return (Object.hasOwn(IMPORTS, name) ? IMPORTS[name] : undefined) ?? [normalName(name)];
}

function choose(candidates: readonly string[], versions: Versions): string {
  return candidates.find((name) => Object.hasOwn(versions, name)) ?? candidates[0] ?? "";
}

function isNotebooksOwn({ extraction, installed }: RequirementsInput): boolean {
  const has = (name: string): boolean =>
    distributionsFor(name).some((candidate) => Object.hasOwn(installed, candidate));
  return extraction.imports.module.length > 0 && extraction.imports.module.every(has);
}

function agrees(own: Versions | undefined, locked: Versions, chosen: ReadonlyMap<string, Package>): boolean {
  return (
    own === undefined || [...chosen.keys()].every((name) => own[name] === undefined || isSame(own[name], locked[name]))
  );
}

function isSame(installed: string, locked: string | undefined): boolean {
  return locked !== undefined && publicVersion(installed) === publicVersion(locked);
}

function specifier(name: string, declared: Versions, versions: Versions): string {
  const written = declared[name];
  const version = versions[name];
  if (written?.startsWith("==") === true || version === undefined) return written ?? "";
  return `==${publicVersion(version)}`;
}

/** Without the local part (`2.1.0+cu118`), which no public index knows. */
function publicVersion(version: string): string {
  return version.replace(/\+.*$/, "");
}

/** First line of a lock: equal marks mean that the lock was made for the same packages, Python and platform. */
function markOf(names: readonly string[], declared: Versions, { interpreter, missed }: RequirementsInput): string {
  const { version, platform } = interpreter;
  const python = version.split(".").slice(0, 2).join(".");
  const wanted = names.map((name) => `${name}${declared[name] ?? ""}`).sort();
  const also = missed.length === 0 ? "" : `, and ${missed.join(", ")}`;
  return `# Python ${python} on ${platform}, for ${digestOf(wanted.join("\n"))}${also}`;
}

/** `pandas>=2,<3` as name and specifier; options, links and conditions are left to pip and not read. */
function declaredSpecifiers(text: string): Versions {
  const lines = text.split("\n").map((line) => line.replace(/\s*#.*$/, "").trim());
  const found = lines.map((line) => /^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*([=<>~!][^;@]*)?$/.exec(line));
  return Object.fromEntries(
    found.flatMap((match) =>
      match === null ? [] : [[normalName(match[1] ?? ""), (match[2] ?? "").replace(/\s+/g, "")]],
    ),
  );
}

function normalName(name: string): string {
  return name.replace(/[-_.]+/g, "-").toLowerCase();
}
