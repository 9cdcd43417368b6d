/** Settings of the process that libraries read when they are imported: they stay above these imports. */
import { assignmentsIn, calleeOf, qualifiedName } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { isBuiltin } from "../python/builtins";
import { moduleOf, type ImportedName } from "../python/imports";
import { processResource } from "../python/knowledge";
import type { Statement } from "../python/program";
import { isStandardModule } from "../python/standardLibrary";
import { childOf, type SyntaxNode } from "../python/syntax";
import type { Diagnostic } from "../report";
import { importBlock } from "./imports";

/** What is done at the top of the module, between its imports. */
export interface Startup {
  readonly statements: readonly Statement[];
  /** By package: how many of these statements stand above its first import. */
  readonly above: ReadonlyMap<string, number>;
}

/** The statements among `kept` that set something of the process, need nothing but what is imported above them, and stand above an import. */
export function startupOf(kept: readonly Statement[], isPlain: (one: Statement) => boolean, known: Knowledge): Startup {
  const first = new Map<string, number>();
  for (const statement of kept)
    for (const name of packagesOf(statement)) if (!first.has(name)) first.set(name, statement.index);
  const last = Math.max(-1, ...first.values());
  const needsImports = ({ names, index }: Statement): boolean => {
    const imported = new Set(kept.flatMap((one) => (one.index < index ? importedNames(one) : [])));
    return [...names.reads, ...names.late].every((name) => imported.has(name) || isBuiltin(name));
  };
  const statements = kept.filter(
    (one) => one.index < last && setsProcess(one, known) && needsImports(one) && isPlain(one),
  );
  const countAbove = (index: number): number => statements.filter((one) => one.index < index).length;
  return { statements, above: new Map([...first].map(([name, index]) => [name, countAbove(index)])) };
}

/**
 * Says of what sets the process above the first import of a library, and cannot do so in the module, that the library does not see it.
 * What only a change of `sys.path` leads to is imported behind that in the module, too.
 */
export function lateSettings(
  kept: readonly Statement[],
  { statements }: Startup,
  known: Knowledge,
): readonly Diagnostic[] {
  return kept.flatMap((one) => {
    const above = new Set(kept.filter(({ index }) => index < one.index).flatMap(packagesOf));
    const packages = kept.filter(({ index }) => index > one.index).flatMap(packagesOf);
    const below = packages.find((name) => !above.has(name));
    const isSet = setsProcess(one, known) && resourceOf(one, known) !== "<path>";
    if (below === undefined || statements.includes(one) || !isSet) return [];
    const { node, source, cell } = one;
    const text = source.slice(node.start, node.end).split("\n")[0]?.slice(0, 80) ?? "";
    // It is read before any code runs.
    if (text.includes("PYTHONHASHSEED")) return [];
    return [
      {
        code: "notebook.late-setting",
        severity: "info",
        cell,
        line: node.line,
        message: `This runs before ${below} is imported, and in the module behind all imports, which do not see it: ${text}`,
        hint: "Write the value itself there, so that it can stand above the import.",
      } as const,
    ];
  });
}

/** The import lines of a module, with what is set above some of them; what the notebook does not import itself may come last. */
export function importBlocks(
  imports: readonly ImportedName[],
  { startup: { statements, above }, stars }: { readonly startup: Startup; readonly stars: readonly string[] },
  isOwn: (module: string) => boolean,
  write: (statement: Statement) => string,
): string {
  const last = statements.length;
  const placeOf = (module: string): number => (isStandardModule(module) ? 0 : (above.get(packageOf(module)) ?? last));
  let text = FUTURE;
  for (const place of [...statements.keys(), last]) {
    const block = importBlock(
      imports.filter(({ statement }) => placeOf(moduleOf(statement)) === place),
      stars.filter((module) => placeOf(module) === place),
      isOwn,
    );
    if (block !== "") text += `\n\n${block}`;
    const setting = statements[place];
    // Settings with nothing between them stand together.
    const gap = place === 0 ? `\n\n${NOTE}\n` : block === "" ? "\n" : "\n\n";
    if (setting !== undefined) text += gap + write(setting);
  }
  return text;
}

const FUTURE = "from __future__ import annotations";
const NOTE = "# What is imported below may read what is set here.\n# ruff: noqa: E402";

function packageOf(module: string): string {
  return module.split(".")[0] ?? module;
}

/** The packages that a statement imports and that are no part of Python; what a block imports stays where it is. */
function packagesOf({ node, names }: Statement): readonly string[] {
  if (!node.type.startsWith("import")) return [];
  const modules = [...names.imports.map(({ statement }) => moduleOf(statement)), ...names.stars];
  return modules.filter((module) => !isStandardModule(module)).map(packageOf);
}

function importedNames({ node, names }: Statement): readonly string[] {
  return node.type.startsWith("import") ? names.imports.map(({ local }) => local) : [];
}

/** `os.environ["KERAS_BACKEND"] = "jax"`, `sys.modules["old"] = new`, `os.environ.setdefault(…)`, `sys.path.append(…)` */
function setsProcess(statement: Statement, known: Knowledge): boolean {
  const { node } = statement;
  if (node.type !== "expression_statement") return false;
  const assigned = assignmentsIn(node);
  if (assigned.length > 0) return assigned.every(({ left }) => isEntry(left, known));
  return /^<(environment|path)>$/.test(resourceOf(statement, known) ?? "");
}

/** What of the process a bare call sets. */
function resourceOf({ node: { children } }: Statement, known: Knowledge): string | undefined {
  const [call] = children;
  const callee = call?.type === "call" ? calleeOf(call, known) : undefined;
  return callee?.kind === "library" ? processResource(callee.qualified) : undefined;
}

function isEntry(target: SyntaxNode, known: Knowledge): boolean {
  const object = target.type === "subscript" ? childOf(target, "value") : undefined;
  return object !== undefined && /^(os\.environ|sys\.modules)$/.test(qualifiedName(object, known) ?? "");
}
