import type { IOutput } from "@jupyterlab/nbformat";
import type { Digest } from "../digest";
import type { Language } from "../pipeline";
import type { Diagnostic } from "../report";

/** A notebook as Slipway sees it, whatever format it was read from. */
export interface Notebook {
  /** Path from the workspace, with forward slashes. */
  readonly path: string;
  /** Digest of the file's bytes. */
  readonly digest: Digest;
  readonly language: Language;
  /** Name of the kernel that the file records, if any. */
  readonly kernel: string | undefined;
  /** Version of the language that last ran it, if the file records it. */
  readonly version?: string | undefined;
  /** In document order. */
  readonly cells: readonly Cell[];
  /** What was noticed when it was read. */
  readonly findings?: readonly Diagnostic[];
}

/** What a file says of its notebook. */
export interface Document extends Pick<Notebook, "kernel" | "version" | "cells"> {
  /** Names of its language, the surest first. */
  readonly languages: readonly string[];
}

/** One cell. */
export interface Cell {
  /** Position in the document, from 1, prose included. Cells that come from another file are counted on behind the last one. */
  readonly number: number;
  /** Its file and its number there, where it comes from another file, by `%run`. */
  readonly origin?: { readonly file: string; readonly cell: number };
  /** Line of its file at which its source begins, from 1; absent where the file is JSON. */
  readonly fileLine?: number;
  /** Where its lines are not one below the other in that file: the line of each. */
  readonly fileLines?: readonly number[];
  readonly kind: "code" | "markdown" | "raw";
  /** Text with `\n` line ends. */
  readonly source: string;
  /** `[n]` of the last run, if it was run; 0 if it is not known when. */
  readonly executionCount: number | undefined;
  readonly tags: readonly string[];
  readonly outputs: readonly IOutput[];
}
