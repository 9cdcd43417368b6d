import type { IOutput } from "@jupyterlab/nbformat";
import type { Digest } from "../digest";
import type { Language } from "../pipeline";

/** A notebook as Slipway sees it, whatever format it was read from. */
export interface Notebook {
  /** Path from the workspace, with forward slashes. */
  readonly path: string;
  /** Digest of the file's bytes. */
  readonly digest: Digest;
  readonly language: Language;
  /** Name of the kernel that the file records, if any. */
  readonly kernel: string | undefined;
  /** In document order. */
  readonly cells: readonly Cell[];
}

/** One cell. */
export interface Cell {
  /** Position in the document, from 1, prose included. */
  readonly number: number;
  readonly kind: "code" | "markdown" | "raw";
  /** Text with `\n` line ends. */
  readonly source: string;
  /** `[n]` of the last run, if it was run. */
  readonly executionCount: number | undefined;
  readonly tags: readonly string[];
  readonly outputs: readonly IOutput[];
}
