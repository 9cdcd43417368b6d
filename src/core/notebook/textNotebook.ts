/** Which files are notebooks in text. */
import { isMarkdownNotebook } from "./markdown";
import { hasMarkers } from "./script";

/** True if a notebook of this name is text that people write: its cells are lines of the file. */
export function isTextNotebook(path: string): boolean {
  return /\.(py|md)$/i.test(path);
}

/** True if the text says itself that it is one; a script without a marker may be anything. */
export function showsCells(path: string, text: string): boolean {
  const lines = text.split(/\r\n?|\n/);
  if (/\.py$/i.test(path)) return hasMarkers(lines);
  return /\.md$/i.test(path) && isMarkdownNotebook(lines);
}
