/** Names for what the notebook gives none. */

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

const SCAFFOLDING = new Set(
  "Params Data Result run main data_dir literal argparse json sys literal_eval redirect_stdout asdict dataclass field fields Path Any partial".split(
    " ",
  ),
);

/** True for the names that the module's own parts have: a function or constant of the notebook that has one stays in its step. */
export function isScaffolding(name: string): boolean {
  return SCAFFOLDING.has(name);
}
