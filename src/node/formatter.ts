import { setFlagsFromString } from "node:v8";
import { inputError } from "../core/errors";
import type { Formatter } from "../core/host";

const OPTIONS = { "line-length": 100, format: { "quote-style": "double" } };

/** ruff, compiled to WebAssembly, loaded at the first use. */
export function createFormatter(): Formatter {
  let loaded: Promise<(text: string) => string> | undefined;
  return {
    async python(text) {
      loaded ??= loadRuff();
      const format = await loaded;
      try {
        return format(text);
      } catch (cause) {
        throw inputError(
          "FORMAT_NOT_PYTHON",
          `The text cannot be formatted, because it is not Python: ${String(cause)}`,
          {
            cause,
          },
        );
      }
    },
  };
}

async function loadRuff(): Promise<(text: string) => string> {
  // Optimising 10 MB of WebAssembly costs seconds and gains nothing for a file or two: the baseline compiler is enough, and
  // what is never called need not be validated.
  setFlagsFromString("--liftoff-only");
  setFlagsFromString("--wasm-lazy-validation");
  const ruff = await import("@astral-sh/ruff-wasm-nodejs");
  const { Workspace, PositionEncoding } = ruff;
  const workspace = new Workspace(OPTIONS, PositionEncoding.Utf16);
  return (text) => workspace.format(text);
}
