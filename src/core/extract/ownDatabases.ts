/** SQLite databases of which the notebook makes every table that it reads: they are files of its own, and no data. */
import type { Knowledge } from "../python/effects";
import { KIND } from "../python/kinds";
import type { Statement } from "../python/program";
import { argumentAt, calledName, keywordOf, nodesOf, positionalsOf, walk, type SyntaxNode } from "../python/syntax";

/** What a call says of tables; `undefined` for a query that is not written out. */
type Tables = { readonly made: readonly string[]; readonly read: readonly string[] } | undefined;

/** True if the statements read no table but those that they made anew above. Meant for notebooks that open one database. */
export function makesItsTables(kept: readonly Statement[], { texts }: Knowledge): boolean {
  const made = new Set<string>();
  for (const { node } of kept) {
    for (const call of nodesOf(node, KIND.call)) {
      const tables = tablesOf(call, (one) => texts.get(one) ?? one);
      if (tables?.read.every((name) => made.has(name)) !== true) return false;
      for (const name of tables.made) made.add(name);
    }
  }
  return made.size > 0;
}

const QUERY = /^(read_sql(_query|_table)?|execute(many|script)?)$/;
const NONE: readonly string[] = [];

function tablesOf(call: SyntaxNode, resolved: (node: SyntaxNode) => SyntaxNode): Tables {
  const name = calledName(call);
  if (name !== "to_sql" && !QUERY.test(name)) return { made: NONE, read: NONE };
  const given = positionalsOf(call)[0] ?? keywordOf(call, name === "to_sql" ? "name" : "sql");
  const text = given && writtenText(resolved(given));
  if (text === undefined) return undefined;
  if (name === "to_sql") return { made: isAdded(call) ? NONE : [text.toLowerCase()], read: NONE };
  return /^\w+$/.test(text.trim()) ? { made: NONE, read: [text.trim().toLowerCase()] } : tablesIn(text);
}

/** Rows that are added to a table may find others in it. */
function isAdded(call: SyntaxNode): boolean {
  const how = argumentAt(call, 3, "if_exists");
  return how !== undefined && !/^["'](replace|fail)["']$/.test(how.children.map(({ text }) => text).join(""));
}

/** A text without anything that is put into it. */
function writtenText(node: SyntaxNode): string | undefined {
  if (!/^(concatenated_)?string$/.test(node.type)) return undefined;
  const parts = walk(node);
  if (parts.some(({ type }) => type === "interpolation")) return undefined;
  return parts.flatMap(({ type, text }) => (type === "string_content" ? [text] : [])).join("");
}

/** `CREATE TABLE IF NOT EXISTS` leaves one that is there. */
function tablesIn(query: string): NonNullable<Tables> {
  const named = (pattern: RegExp): readonly string[] =>
    [...query.matchAll(pattern)].map(([, name = ""]) => name.toLowerCase());
  return {
    made: named(/\bcreate\s+table\s+(?!if\b)["'`[]?(\w+)/gi),
    read: named(/\b(?:from|join|into|update|view)\s+["'`[]?(\w+)/gi),
  };
}
