/** Why each statement of a notebook is in the module, or is left out. */
import type { Dropped, Explanation, Link } from "../pipeline";
import { attachedNames } from "../python/attached";
import { isStream } from "../python/random";
import type { Cause } from "./slice";

/** What is explained: the statements of a notebook, of either language. */
export interface Explained<S> {
  readonly kept: readonly S[];
  /** Why each statement is kept, by its index. */
  readonly causes: ReadonlyMap<number, Cause>;
  /** All statements, by their indexes. */
  readonly statements: readonly S[];
  readonly dropped: readonly Dropped[];
}

/** The reasons of every statement, in the order of the notebook. */
export function explain<S extends { readonly index: number }>(
  { kept, causes, statements, dropped }: Explained<S>,
  described: (statement: S, reason: string) => Dropped,
): readonly Explanation[] {
  const all = statements.map((one) => described(one, reasonOf(causes.get(one.index))));
  const own = kept.flatMap(({ index }): readonly Explanation[] => {
    const statement = all[index];
    return statement === undefined ? [] : [{ ...statement, kept: true, ...chainFrom(index, causes, all) }];
  });
  const others = dropped.map((one): Explanation => ({ ...one, kept: false, chain: [] }));
  return [...own, ...others].sort((a, b) => a.cell - b.cell || a.line - b.line);
}

/** From the statement that needs it to the one that is kept for its own sake. */
function chainFrom(
  start: number,
  causes: ReadonlyMap<number, Cause>,
  statements: readonly Dropped[],
): Pick<Explanation, "chain" | "target"> {
  const chain: Link[] = [];
  let cause = causes.get(start);
  for (; cause?.kind === "needed"; cause = causes.get(cause.by)) {
    const by = statements[cause.by];
    if (by !== undefined) chain.push({ cell: by.cell, line: by.line, needs: cause.names.map(resourceName) });
  }
  return { chain, ...(cause?.kind === "target" ? { target: cause.name } : {}) };
}

const REASONS: Readonly<Record<Exclude<Cause["kind"], "target" | "needed">, string>> = {
  directive: "a directive keeps it",
  seed: "it seeds a random generator above the target",
  setting: "it sets how a library works",
  import: "what is kept uses the import",
  star: "it may bring a name that nothing else defines",
  assert: "it checks what is computed anyway",
};

function reasonOf(cause: Cause | undefined): string {
  if (cause === undefined) return "the module needs it";
  if (cause.kind === "target") return `it gives ${cause.name}`;
  return cause.kind === "needed" ? `${listed(cause.names)} needed` : REASONS[cause.kind];
}

function listed(names: readonly string[]): string {
  return `${names.map(resourceName).join(", ")} ${names.length === 1 ? "is" : "are"}`;
}

const STATES: Readonly<Record<string, string>> = {
  "<cwd>": "the working folder",
  "<path>": "where modules are found",
  "<environment>": "the settings of the process",
  "<folder>": "a folder",
  "<figure>": "the figure",
  "<looks>": "how figures look",
  "<enabled>": "what has to be enabled",
};

const KINDS: Readonly<Record<string, (of: string) => string>> = {
  fetched: (of) => `what is fetched for ${of}`,
  started: (of) => `that ${of} runs`,
  file: (of) => `the file ${of}`,
  files: (of) => `files in ${of}`,
  folder: (of) => `the folder ${of}`,
  module: (of) => `the state of the module ${of}`,
  paths: (of) => `files in ${of.replace(/^<|>$/g, "")}`,
};

/** State that is no variable, in words: `<random:numpy>` is NumPy's random state. */
function resourceName(name: string): string {
  if (isStream(name)) return `the random state of ${name.slice("<random:".length, -1)}`;
  // What is known of the end of its path follows.
  if (name.startsWith("<file>")) return "a file";
  const [attached] = attachedNames([name]);
  if (attached !== undefined) return `what is attached as ${attached}`;
  const [, kind = "", of = ""] = /^<(fetched|files?|folder|module|paths|started):(.*)>$/.exec(name) ?? [];
  return KINDS[kind]?.(of) ?? STATES[name] ?? name;
}
