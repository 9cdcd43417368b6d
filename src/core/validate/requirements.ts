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
  readonly extraction: Pick<Extraction, "imports" | "program" | "scoring" | "path">;
  /** What the user's own interpreter has of `candidatesOf`, with all that those need. */
  readonly installed: Versions;
  /** Text of the pipeline's `requirements.lock`, if it has one. */
  readonly lock: string | undefined;
  /** Text of the `requirements.txt` beside the notebook, if there is one. */
  readonly declared: string | undefined;
  readonly interpreter: Interpreter;
  /** The day whose packages are wanted, `YYYY-MM-DD`; absent: those of today. */
  readonly asOf?: string;
  /** Import names that were missed in a run: some library loads them, and nothing in the source says so. */
  readonly missed: readonly string[];
}

/** What to install, and the first line of the lock made from it. */
export interface Requirements extends PackageWishes {
  readonly mark: string;
  /** The pipeline's own lock, where it still serves: it is used as it is. */
  readonly lock: string | undefined;
  /** Where packages of a day are wanted: those of the notebook, to be pinned before the rest, which may be newer. */
  readonly dated: PackageWishes | undefined;
}

interface Package {
  /** Distributions that give the import; the first is the usual one. */
  readonly candidates: readonly string[];
  readonly reason: string;
  /** Which versions will do, where not all do. */
  readonly range?: string;
  /** It serves Slipway and not the notebook. */
  readonly isTool?: true;
  /** The day of its first release, where notebooks may be older. */
  readonly since?: string;
}

/** Exports scikit-learn models. skl2onnx 1.20 hands booleans to protobuf where version 7 takes integers only. */
const EXPORT_TOOLS: readonly Package[] = [
  { candidates: ["skl2onnx"], reason: "exports the model", isTool: true },
  { candidates: ["protobuf"], reason: "used by skl2onnx", range: "<7", isTool: true },
];

/** Makes one graph of all that `predict` does. */
const PATH_TOOLS: readonly Package[] = [{ candidates: ["spox"], reason: "exports what predict does", isTool: true }];

/** Export what XGBoost and LightGBM give scikit-learn. onnxmltools 1.16 does not say that it needs packaging. */
const BOOSTING_TOOLS: readonly Package[] = [
  { candidates: ["onnxmltools"], reason: "exports the model", isTool: true },
  { candidates: ["packaging"], reason: "used by onnxmltools", isTool: true },
];

const PANDAS_TYPES: Package = { candidates: ["pandas-stubs"], reason: "types for the type check", since: "2022-08-01" };

const IMPORTS: Readonly<Record<string, readonly string[]>> = distributions.imports;

/** Names of every distribution that may serve one of the notebook's imports, or one of `missed`. */
export function candidatesOf(input: Pick<RequirementsInput, "extraction" | "missed">): readonly string[] {
  return packagesOf(input).flatMap(({ candidates }) => candidates);
}

/** What was missed in a run before the lock was made. */
export function missedOf(lock: string): readonly string[] {
  return /^# .*, and ([\w, ]+)\n/.exec(lock)?.[1]?.split(", ") ?? [];
}

/** The day whose packages a lock holds, where one was named. */
export function dayOf(lock: string): string | undefined {
  return /^# .*, as of ([\d-]+)/.exec(lock)?.[1];
}

/**
 * The requirements of a pipeline, sorted. A version comes from, in this order: an exact pin in requirements.txt; the user's
 * interpreter, if it has all that the module imports, because then it is the notebook's own, and no day is named; the pipeline's
 * lock; a range in requirements.txt; else it is the newest, of that day.
 */
export function requirementsOf(input: RequirementsInput): Requirements {
  const { asOf, lock = "" } = input;
  const packages = packagesOf(input).filter(({ since }) => asOf === undefined || since === undefined || since <= asOf);
  const declared = declaredSpecifiers(input.declared ?? "");
  const own = asOf === undefined && isNotebooksOwn(input) ? input.installed : undefined;
  const locked = dayOf(lock) === asOf ? lockedVersions(lock) : {};
  const versions = own ?? locked;
  const chosen = new Map(packages.map((wanted) => [choose(wanted.candidates, versions), wanted]));
  const mark = markOf([...chosen.keys()], declared, input);
  const isUsable = lock.split("\n", 1)[0] === mark && agrees(own, locked, chosen);
  const written = Array.from(chosen, ([name, { reason, range = "", isTool }]) => {
    const version = specifier(name, declared, versions);
    return { isTool, line: `${name}${version === "" ? range : version}  # ${reason}` };
  });
  const linesOf = (those: typeof written): readonly string[] => those.map(({ line }) => line).sort();
  const constraints = Object.keys(versions)
    .filter((name) => !chosen.has(name))
    .map((name) => `${name}${specifier(name, declared, versions)}`)
    .sort();
  const ofNotebook = linesOf(written.filter(({ isTool }) => isTool !== true));
  return {
    requirements: linesOf(written),
    constraints,
    mark,
    lock: isUsable ? lock : undefined,
    dated: asOf === undefined ? undefined : { requirements: ofNotebook, constraints, asOf },
  };
}

/** Versions that a `requirements.lock` pins. */
export function lockedVersions(lock: string): Versions {
  const pins = lock.matchAll(/^([A-Za-z0-9._-]+)==([^\s;\\]+)/gm);
  return Object.fromEntries(Array.from(pins, ([, name = "", version = ""]) => [normalName(name), version]));
}

function packagesOf({ extraction, missed }: Pick<RequirementsInput, "extraction" | "missed">): readonly Package[] {
  const { imports, program, scoring, path } = extraction;
  const names = [...new Set([...imports.module, ...imports.notebook])].sort();
  const packages = names.map((name) => ({ candidates: distributionsFor(name), reason: `import ${name}` }));
  const own = (program.modules ?? []).map(({ text }) => text);
  const source = [...program.cells.map((cell) => cell.source), ...own].join("\n");
  const implied = impliedPackages(names, source);
  const uses = (name: string): boolean => names.includes(name) || implied.some((one) => one.name === name);
  const tools = [
    ...implied.map(({ name, library }) => ({ candidates: distributionsFor(name), reason: `used by ${library}` })),
    ...missed.map((name) => ({ candidates: distributionsFor(name), reason: "was missing in a run" })),
    ...(scoring !== undefined && uses("sklearn") ? EXPORT_TOOLS : []),
    ...(path !== undefined && uses("sklearn") ? PATH_TOOLS : []),
    ...(scoring !== undefined && (uses("xgboost") || uses("lightgbm")) ? BOOSTING_TOOLS : []),
    ...(names.includes("pandas") ? [PANDAS_TYPES] : []),
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
function markOf(
  names: readonly string[],
  declared: Versions,
  { interpreter, missed, asOf }: RequirementsInput,
): string {
  const { version, platform } = interpreter;
  const python = version.split(".").slice(0, 2).join(".");
  const wanted = names.map((name) => `${name}${declared[name] ?? ""}`).sort();
  const also = missed.length === 0 ? "" : `, and ${missed.join(", ")}`;
  const day = asOf === undefined ? "" : `, as of ${asOf}`;
  return `# Python ${python} on ${platform}${day}, for ${digestOf(wanted.join("\n"))}${also}`;
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
