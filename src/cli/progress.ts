import type { Progress } from "../core/host";
import { seconds } from "./format";
import type { Terminal } from "./terminal";

const FRAME_MS = 100;
const CLEAR_LINE = "\r\u001B[2K";

/** Progress on the terminal; `end` clears what was drawn. */
export interface TerminalProgress extends Progress {
  end(): void;
}

/** How much of the progress is shown. */
export interface ProgressOptions {
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/**
 * One line that is drawn again and again where a person watches. `--verbose` writes a line for each stage instead, also into a
 * pipe; `--quiet` nothing.
 */
export function createProgress(terminal: Terminal, options: ProgressOptions): TerminalProgress {
  if (options.quiet) return silent;
  if (options.verbose) return logged(terminal);
  return terminal.isWatched ? drawn(terminal) : silent;
}

const silent: TerminalProgress = { stage() {}, report() {}, note() {}, end() {} };

function logged(terminal: Terminal): TerminalProgress {
  const start = performance.now();
  let last = "";
  const line = (text: string) => {
    if (text === last) return;
    last = text;
    terminal.message(terminal.messageColors.dim(`${seconds((performance.now() - start) / 1000).padStart(8)}  ${text}`));
  };
  return {
    stage: line,
    report(_part, remark) {
      if (remark !== undefined) line(`  ${remark}`);
    },
    note: line,
    end() {},
  };
}

function drawn(terminal: Terminal): TerminalProgress {
  const { messageColors: colors } = terminal;
  let stage = "";
  let detail = "";
  let since = performance.now();
  const draw = () => {
    const elapsed = seconds((performance.now() - since) / 1000);
    const text = `${stage}${detail} (${elapsed})`.slice(0, terminal.columns - 3);
    terminal.draw(`${CLEAR_LINE}${colors.cyan("›")} ${text}`);
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    stage(text) {
      stage = text;
      detail = "";
      since = performance.now();
      timer ??= setInterval(draw, FRAME_MS).unref();
      draw();
    },
    report(part, remark) {
      detail = ` ${Math.round(part * 100)}%${remark === undefined ? "" : ` ${remark}`}`;
    },
    note(text) {
      terminal.draw(CLEAR_LINE);
      terminal.message(colors.dim(text));
    },
    end() {
      clearInterval(timer);
      if (timer !== undefined) terminal.draw(CLEAR_LINE);
    },
  };
}
