/** Text that the grammar reads where it does not read that of the notebook. */
import { afterLine, START } from "../notebook/lexer";

/**
 * The same text, of the same length, with all that brackets hold on one line; `undefined` if that is no other text, or a bracket stays
 * open. Spaces stand for its line ends and comments: behind an operator, the grammar takes a line that is indented less than its block
 * for the end of that block.
 */
export function joinedLines(source: string): string | undefined {
  let state = START;
  const lines = source.split("\n").map((line) => {
    state = afterLine(line, state);
    const { depth, quote, continued, codeEnd } = state;
    const goesOn = depth > 0 && quote === undefined && !continued;
    return goesOn ? `${line.slice(0, codeEnd).padEnd(line.length)} ` : `${line}\n`;
  });
  const joined = lines.join("").slice(0, source.length);
  return state.depth > 0 || joined === source ? undefined : joined;
}
