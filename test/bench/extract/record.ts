/** What one notebook of the folder gave. */
export interface Outcome {
  /** From the folder, with forward slashes. */
  readonly path: string;
  /** `refused`: a SlipwayError. `crash`: anything else that was thrown. `hang`: stopped at the limit. */
  readonly status: "module" | "refused" | "crash" | "hang";
  /** Processor milliseconds of the extraction, all threads of the process. */
  readonly cpuMs: number;
  /** Code of a refusal. */
  readonly code?: string;
  /** Message of a refusal, stack of a crash. */
  readonly message?: string;
  /** The notebook's code cells as plain Python, in the order in which they are run; absent if it is not a Python notebook. */
  readonly cells?: readonly { readonly cell: number; readonly source: string }[];
  readonly module?: ExtractedModule;
}

/** What is judged of an extraction. */
export interface ExtractedModule {
  readonly text: string;
  /** The other Python files of the pipeline. */
  readonly companions: readonly { readonly path: string; readonly text: string }[];
  /** Cells that the extraction could read. */
  readonly read: readonly number[];
  readonly targets: readonly { readonly kind: string; readonly cell: number; readonly line: number }[];
  readonly dropped: readonly { readonly cell: number; readonly line: number; readonly endLine: number }[];
}

/** Memory of the process after a number of notebooks, in bytes, garbage collected. */
export interface Memory {
  readonly notebooks: number;
  readonly heap: number;
  /** The part of the heap that is the program's own: objects, texts, functions. The rest is what V8 compiled. */
  readonly objects: number;
  /** Memory of WebAssembly and buffers. */
  readonly external: number;
  readonly resident: number;
}

/** What the worker is asked for. */
export type Request =
  | { readonly ask: "extract"; readonly folder: string; readonly path: string; readonly format: boolean }
  | { readonly ask: "memory"; readonly notebooks: number };

/** What it answers. */
export type Answer = { readonly outcome: Outcome } | { readonly memory: Omit<Memory, "objects"> };
