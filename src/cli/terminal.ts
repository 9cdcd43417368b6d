import picocolors from "picocolors";

/** Colours of a stream; plain text where it has none. */
export type Colors = ReturnType<typeof picocolors.createColors>;

/** The streams of the command, with what may be drawn on each. */
export interface Terminal {
  /** True if a person watches standard error. */
  readonly isWatched: boolean;
  /** Width of standard error in columns. */
  readonly columns: number;
  readonly messageColors: Colors;
  readonly resultColors: Colors;
  /** One line or more to standard output. */
  result(text: string): void;
  /** One line or more to standard error. */
  message(text: string): void;
  /** Standard error as it is: no line end is added. */
  draw(text: string): void;
}

/** Terminal over the two streams; `env` may forbid colours (https://no-color.org). */
export function createTerminal(
  stdout: NodeJS.WriteStream,
  stderr: NodeJS.WriteStream,
  env: NodeJS.ProcessEnv,
): Terminal {
  return {
    isWatched: stderr.isTTY && env.TERM !== "dumb",
    // A pipe has no width.
    columns: stderr.isTTY ? stderr.columns : 80,
    messageColors: colorsFor(stderr, env),
    resultColors: colorsFor(stdout, env),
    result: (text) => stdout.write(`${text}\n`),
    message: (text) => stderr.write(`${text}\n`),
    draw: (text) => stderr.write(text),
  };
}

function colorsFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Colors {
  const forbidden = (env.NO_COLOR ?? "") !== "" || env.TERM === "dumb";
  // In a pipe `isTTY` is not false but absent, and picocolors would decide for itself: in CI, for colours.
  return picocolors.createColors(stream.isTTY === true && !forbidden);
}
