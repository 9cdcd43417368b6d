/** The YAML between `---` at the top of a text notebook, as jupytext writes it. Only what names the kernel is read. */
import type { Document } from "./notebook";

/** The header of a text notebook. */
export interface FrontMatter extends Pick<Document, "kernel" | "languages"> {
  /** How many lines it takes up, from the first of the file. */
  readonly lines: number;
  /** True if it says that the file is a notebook. */
  readonly isNotebook: boolean;
  /** True if jupytext wrote it: magics of a script are comments then. */
  readonly isJupytext: boolean;
}

/** Reads the header at the top of the lines; one that is not there takes up no lines. */
export function readFrontMatter(lines: readonly string[]): FrontMatter {
  const end =
    lines[0]?.trimEnd() === "---" ? lines.findIndex((line, index) => index > 0 && line.trimEnd() === "---") : -1;
  const yaml = end < 0 ? [] : lines.slice(1, end);
  const spec = fieldsBelow("kernelspec", yaml);
  const language = spec.get("language");
  const isJupytext = yaml.some((line) => /^\s*jupytext\s*:/.test(line));
  return {
    lines: end + 1,
    isNotebook: isJupytext || spec.size > 0,
    isJupytext,
    kernel: spec.get("name"),
    languages: language === undefined ? [] : [language],
  };
}

/** `key: value` of the lines that are indented below `name:`. */
function fieldsBelow(name: string, yaml: readonly string[]): ReadonlyMap<string, string> {
  const start = yaml.findIndex((line) => line.trim() === `${name}:`);
  const indent = indentOf(yaml[start] ?? "");
  const rest = start < 0 ? [] : yaml.slice(start + 1);
  const end = rest.findIndex((line) => indentOf(line) <= indent);
  const fields = (end < 0 ? rest : rest.slice(0, end)).flatMap((line): readonly (readonly [string, string])[] => {
    const [, key, value] = /^\s*(\w+):\s*["']?(.*?)["']?\s*$/.exec(line) ?? [];
    return key === undefined || value === undefined || value === "" ? [] : [[key, value]];
  });
  return new Map(fields);
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** Tags among a cell's options: `tags=["a"]`, `{"tags": ["a"]}`, `:tags: [a]`, or a YAML list. */
export function tagsIn(options: string): readonly string[] {
  const inline = /\btags["']?\s*[:=]\s*\[([^\]]*)\]/.exec(options)?.[1]?.split(",");
  const block = /\btags:[ \t]*\n((?:[ \t]*-[ \t]+\S.*(?:\n|$))+)/.exec(options)?.[1]?.split("\n");
  return (inline ?? block ?? [])
    .map((tag) => tag.replace(/^\s*-\s+/, "").replace(/^[\s"']+|[\s"']+$/g, ""))
    .filter((tag) => tag !== "");
}
