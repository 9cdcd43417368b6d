/** Arguments that a notebook leaves to the library, which today's gives another default than the one that the notebook ran with. */
import { multiline } from "../notebook/ipynb";
import { isObject } from "../notebook/json";
import type { Notebook } from "../notebook/notebook";
import { calleeOf, type Bindings } from "../python/calls";
import newDefaults from "../python/newDefaults.json";
import { argumentsOf, keywordOf, positionalsOf, type SyntaxNode } from "../python/syntax";

/** A default that a release changed. */
interface NewDefault {
  readonly package: string;
  readonly names: readonly string[];
  readonly argument: string;
  /** Where the argument stands among the positional ones; absent where nobody gives it so. */
  readonly position?: number;
  readonly before: string;
  readonly now: string;
  readonly release: string;
  readonly day: string;
  /** What the older release wrote for the default in the text of an object, if not `before`. */
  readonly shown?: string;
  /** What the older release warned with. */
  readonly warning?: string;
}

// SAFETY: an entry without a key lacks it, which the compiler reads as one that holds undefined.
const entries = newDefaults as readonly NewDefault[];

/** What a call is left with by today's libraries, and how to have what the notebook had. */
export interface LeftToLibrary {
  readonly message: string;
  readonly instead: string;
}

/** What is said of a call whose default has changed since; nothing where the notebook does not show that it ran before. */
export function leftToLibrary(call: SyntaxNode, bindings: Bindings, age: Age): readonly LeftToLibrary[] {
  const callee = calleeOf(call, bindings);
  if (callee.kind !== "library") return [];
  const [root = ""] = callee.qualified.split(".");
  const name = callee.qualified.slice(callee.qualified.lastIndexOf(".") + 1);
  const changed = entries.filter((one) => one.package === root && one.names.includes(name) && !isGiven(one, call));
  return changed.flatMap((one) => {
    const sign = age.before(one, name);
    if (sign === undefined) return [];
    const { argument, before, now, release } = one;
    const message = `${name} takes ${argument}=${now} since ${release}, and took ${before} in the notebook, as ${sign}`;
    return [{ message, instead: `Write ${argument}=${before.replaceAll("'", '"')}` }];
  });
}

function isGiven({ argument, position = Infinity }: NewDefault, call: SyntaxNode): boolean {
  const isSplat = argumentsOf(call).some(({ type }) => type.endsWith("_splat"));
  return isSplat || positionalsOf(call).length > position || keywordOf(call, argument) !== undefined;
}

/** What a notebook shows of the releases that it ran with. */
export interface Age {
  /** The sign that it ran before a default changed; `undefined` where there is none. */
  before(changed: NewDefault, name: string): string | undefined;
  /** The sign that it ran before a day, by what was gone then. */
  beforeDay(day: string): string | undefined;
}

/** Texts of outputs are read as far as this, in UTF-16 units: the text of a model is short. */
const READ = 20_000;

/** Reads the signs of a notebook's age: its saved outputs, the version of its Python, and names that were gone on a day. */
export function ageOf(notebook: Notebook): Age {
  let outputs: string | undefined;
  const text = (): string => (outputs ??= outputText(notebook));
  const gone = signsOf(notebook);
  const beforeDay = (day: string): string | undefined => gone.find((one) => one.day <= day)?.sign;
  return {
    beforeDay,
    before: ({ day, argument, before, shown = before, warning }, name) => {
      if (warning !== undefined && text().includes(warning)) return "a warning in its saved output says";
      // Releases of that time wrote all arguments of an object.
      const written = new RegExp(`\\b${name}\\((?:[^()]|\\([^()]*\\)){20,2000}`, "g");
      const isShown = new RegExp(`\\b${argument}=(?:${shown})(?:,|\\)|$)`);
      const whole = [...text().matchAll(written)].some(([one]) => one.split("=").length > 5 && isShown.test(one));
      return whole ? "its saved output shows" : beforeDay(day);
    },
  };
}

function outputText({ cells }: Notebook): string {
  const texts = cells.flatMap(({ outputs }) =>
    outputs.flatMap(({ text, data }) => [text, isObject(data) ? data["text/plain"] : undefined]),
  );
  return texts.map((text) => multiline(text).slice(0, READ)).join("\n");
}

/** What was gone on a day, with what of the notebook shows that it was still there. */
interface Sign {
  readonly day: string;
  readonly sign: string;
}

/** Names by the day on which a release removed them. */
const GONE: readonly (readonly [day: string, name: RegExp])[] = [
  ["2018-09-27", /\bsklearn\.(?:cross_validation|grid_search|learning_curve)\b/],
  ["2019-12-03", /\bsklearn\.preprocessing import [^\n#]*\bImputer\b/],
  ["2022-12-08", /\bload_boston\b/],
];

/** The day on which the usual packages had no release any more for a Python up to this one. */
const PYTHONS: readonly (readonly [day: string, version: RegExp])[] = [
  ["2019-05-17", /^2\./],
  ["2022-05-12", /^3\.[0-7](?!\d)/],
  ["2024-01-18", /^3\.8(?!\d)/],
];

function signsOf({ version = "", cells }: Notebook): readonly Sign[] {
  const code = cells.filter(({ kind }) => kind === "code").map(({ source }) => source);
  const names = GONE.flatMap(([day, name]) => {
    const [found] = code.flatMap((source) => name.exec(source)?.[0] ?? []);
    return found === undefined ? [] : [{ day, sign: `its use of ${/\w[\w.]*$/.exec(found)?.[0] ?? found} shows` }];
  });
  const pythons = PYTHONS.flatMap(([day, old]) =>
    old.test(version) ? [{ day, sign: `its Python ${version} shows` }] : [],
  );
  return [...names, ...pythons];
}
