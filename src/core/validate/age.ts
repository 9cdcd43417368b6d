/** What to say of a notebook that fails and is older than the Python that ran it. */
import type { Interpreter } from "../host";
import type { Extraction } from "../pipeline";

/** How to have older packages, with the earliest day for which this Python has them; `undefined` where the notebook is not older. */
export function ageAdvice(
  { notebook, program }: Pick<Extraction, "notebook" | "program">,
  { version }: Pick<Interpreter, "version">,
): string | undefined {
  const [old, now] = [minorOf(program.version), minorOf(version)];
  if (old === undefined || now === undefined || old >= now) return undefined;
  // Python comes out each October (PEP 602: 3.10 in 2021); in December the usual packages have builds for it.
  const day = `${2011 + now}-12-01`;
  const setting = `notebooks: {${JSON.stringify(notebook)}: {asOf: ${day}}}`;
  return `It was saved with Python ${program.version}: if it needs the packages of an earlier time, name a day in slipway.yaml: ${setting}.`;
}

/** Minor version of a Python 3; below all of them for Python 2. */
function minorOf(version = ""): number | undefined {
  const [, major, minor] = /^([23])\.(\d+)/.exec(version) ?? [];
  return major === "2" ? -1 : minor === undefined ? undefined : Number(minor);
}
