/** The folders that a notebook's code names. */
import { posix } from "node:path";

/** Tells whether code of the cells has the name of a folder in it: else nothing can be written there. */
export function folderNames(sources: readonly string[]): (folder: string) => boolean {
  const code = sources.flatMap((source) => source.split("\n").filter((line) => !/^\s*(#|!|%\w|mkdir\b)/.test(line)));
  const known = new Map<string, boolean>();
  return (folder) => {
    const name = posix.basename(folder.replace(/["'{}$]/g, ""));
    const isNamed = known.get(name) ?? code.some((line) => line.includes(name));
    known.set(name, isNamed);
    return isNamed;
  };
}
