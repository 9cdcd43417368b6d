/** Names for what the notebook gives none. */
import type { ImportedName } from "../python/imports";

/** `base`, or `base_2`, `base_3`, … whichever is free. */
export function freshName(base: string, isTaken: (name: string) => boolean): string {
  let name = base;
  for (let number = 2; isTaken(name); number++) name = `${base}_${number}`;
  return name;
}

/** A name that Python accepts, in lower case. */
export function identifier(text: string): string {
  const name = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  if (name === "") return "data";
  return /^[0-9]/.test(name) || RESERVED.has(name) ? `data_${name}` : name;
}

const RESERVED = new Set(
  "and as assert async await break class continue def del elif else except finally for from global if import in is lambda none nonlocal not or pass raise return try while with yield match case type params data run main result".split(
    " ",
  ),
);

/** The names that the module's own parts have: what is imported under them, or nothing where the module defines them. */
const SCAFFOLDING: ReadonlyMap<string, string> = new Map([
  ..."Params Data Fitted Result run main data_dir load_fitted literal".split(" ").map((name) => [name, ""] as const),
  ..."argparse json pickle sys".split(" ").map((name) => [name, name] as const),
  ..."asdict dataclass field fields".split(" ").map((name) => [name, `dataclasses.${name}`] as const),
  ["literal_eval", "ast.literal_eval"],
  ["redirect_stdout", "contextlib.redirect_stdout"],
  ["partial", "functools.partial"],
  ["bind_arguments", "functools.partial"],
  ["Path", "pathlib.Path"],
  ["Any", "typing.Any"],
]);

/** Options that the module has anyway, and the function that the classes of settings and data call themselves. */
const OWN_FIELDS = new Set("json help save data_dir field".split(" "));

/** True for names that no field of `Params` or `Data` may have, in lower case. */
export function isOwnField(name: string): boolean {
  return OWN_FIELDS.has(name);
}

/** True for the names that the module's own parts have: a function or constant of the notebook that has one stays in its step. */
export function isScaffolding(name: string): boolean {
  return SCAFFOLDING.has(name);
}

/** True for an import that gives a name of the module's own parts another meaning. */
export function hidesScaffolding({ local, qualified }: Pick<ImportedName, "local" | "qualified">): boolean {
  return SCAFFOLDING.has(local) && SCAFFOLDING.get(local) !== qualified;
}
