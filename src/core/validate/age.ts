/** What to say of a notebook that fails and is older than the packages or the Python that ran it. */
import type { Interpreter } from "../host";
import type { Extraction } from "../pipeline";
import removedNames from "../python/removedNames.json";
import type { RunFailure } from "./runs";

type Aged = Pick<Extraction, "notebook" | "program">;

/**
 * What names that a run failed on were removed when, and how to have the packages of before; else how to have older packages, with
 * the earliest day for which this Python has them. `undefined` where the notebook is not older.
 */
export function ageAdvice(
  extraction: Aged,
  interpreter: Pick<Interpreter, "version">,
  failure: Pick<RunFailure, "message">,
): string | undefined {
  return removedName(extraction, interpreter, failure) ?? olderPython(extraction, interpreter);
}

function removedName(
  { notebook }: Aged,
  { version }: Pick<Interpreter, "version">,
  { message }: Pick<RunFailure, "message">,
): string | undefined {
  // SAFETY: an entry without `instead` lacks the key, which the compiler reads as one that holds undefined.
  for (const { error, what, release, day, instead } of removedNames as readonly RemovedName[]) {
    const match = new RegExp(error).exec(message);
    if (match === null) continue;
    const named = (text: string): string => text.replace(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? "");
    const before = dayBefore(day);
    const older =
      before >= firstDay(version) ? `name a day before it in slipway.yaml: ${setting(notebook, before)}` : "";
    const newer = instead === undefined ? "" : `write ${named(instead)}`;
    const ways = [newer, older].filter((way) => way !== "").join(", or ");
    return `${release} of ${day} removed ${named(what)}${ways === "" ? "" : `: ${ways}`}.`;
  }
  return undefined;
}

/** What a Python error says of a name that a release removed; `$1` in the texts is what the first group of `error` matched. */
interface RemovedName {
  readonly error: string;
  readonly what: string;
  readonly release: string;
  readonly day: string;
  readonly instead?: string;
}

function dayBefore(day: string): string {
  return new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
}

function olderPython({ notebook, program }: Aged, { version }: Pick<Interpreter, "version">): string | undefined {
  const [old, now] = [minorOf(program.version), minorOf(version)];
  if (old === undefined || now === undefined || old >= now) return undefined;
  const day = setting(notebook, firstDay(version));
  return `It was saved with Python ${program.version}: if it needs the packages of an earlier time, name a day in slipway.yaml: ${day}.`;
}

/** Python comes out each October (PEP 602: 3.10 in 2021); in December the usual packages have builds for it. */
function firstDay(version: string): string {
  return `${2011 + (minorOf(version) ?? 0)}-12-01`;
}

function setting(notebook: string, day: string): string {
  return `notebooks: {${JSON.stringify(notebook)}: {asOf: ${day}}}`;
}

/** Minor version of a Python 3; below all of them for Python 2. */
function minorOf(version = ""): number | undefined {
  const [, major, minor] = /^([23])\.(\d+)/.exec(version) ?? [];
  return major === "2" ? -1 : minor === undefined ? undefined : Number(minor);
}
