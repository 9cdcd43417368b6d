/** Follows Python text line by line, as far as it takes to know where its statements and strings begin. */

/** What is open at the end of a line. */
export interface LexState {
  readonly depth: number;
  /** The quotes of the string that is open. */
  readonly quote: string | undefined;
  readonly continued: boolean;
  /** Offset in that line at which its comment begins; its length if it has none. */
  readonly codeEnd: number;
}

/** Before the first line. */
export const START: LexState = { depth: 0, quote: undefined, continued: false, codeEnd: 0 };

/** True if the next line begins a statement. */
export function beginsStatement({ depth, quote, continued }: LexState): boolean {
  return depth === 0 && quote === undefined && !continued;
}

const TOKEN = /\\[\s\S]?|"""|'''|["'#()[\]{}]/g;

/** Brackets, strings and backslashes that are open behind a line, from those that are open before it. */
export function afterLine(line: string, before: LexState): LexState {
  const state = { depth: before.depth, quote: before.quote, continued: false, codeEnd: line.length };
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(line); match !== null; match = TOKEN.exec(line)) {
    const [token] = match;
    if (state.quote === undefined) {
      if (token === "#") {
        state.codeEnd = match.index;
        break;
      }
      scanCode(token, state);
    } else if (token.startsWith(state.quote)) {
      // `'…'''`: the first quote of three closes the string; go on behind it.
      TOKEN.lastIndex = match.index + state.quote.length;
      state.quote = undefined;
    }
  }
  if (state.quote?.length === 1 && !line.endsWith("\\")) state.quote = undefined;
  return state;
}

/** A token outside of strings. */
function scanCode(token: string, state: { -readonly [K in keyof LexState]: LexState[K] }): void {
  if (/["']/.test(token)) state.quote = token;
  else if (token === "\\") state.continued = true;
  else if ("([{".includes(token)) state.depth += 1;
  else if (")]}".includes(token)) state.depth = Math.max(0, state.depth - 1);
}
