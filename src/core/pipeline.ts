import type { Digest } from "./digest";
import type { ObservedTypes } from "./extract/observed";
import type { Diagnostic } from "./report";

/** The languages that Slipway extracts. */
export type Language = "python" | "typescript";

/** The module's file name in each language. */
export const MODULE_FILE: Readonly<Record<Language, string>> = { python: "pipeline.py", typescript: "pipeline.ts" };

/** What the slice is taken for. `name` is the notebook's own, or made from the expression where the notebook gives none. */
export interface Target {
  readonly name: string;
  readonly kind: "model" | "metric" | "value";
  /** Its type as the generated module writes it. */
  readonly type: string;
  /** Source text that gives the target's value right after the statement at `cell`, `line`. */
  readonly expression: string;
  readonly cell: number;
  readonly line: number;
  /** Where the pipeline still changes the object: what it gives is what the object is then. Absent: nowhere below. */
  readonly changedAt?: { readonly cell: number; readonly line: number };
}

/** A function of the module; its inputs and outputs are the variables that cross its border. */
export interface Step {
  readonly name: string;
  readonly cells: readonly number[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** A setting of the notebook, turned into a field of `Params`. */
export interface Param {
  readonly name: string;
  readonly type: string;
  /** Source text of the default. */
  readonly default: string;
  readonly cell: number;
  readonly line: number;
}

/** A place where the notebook reads outside data. */
export interface Reference {
  /** Field of `Data`. */
  readonly name: string;
  /** `pattern`: all files whose paths match, as `glob` understands it. */
  readonly kind: "file" | "directory" | "pattern" | "url";
  /** As the notebook writes it. */
  readonly path: string;
  /** Safe relative path of it in a snapshot and in `Data`'s default: no `..`, no root, forward slashes. */
  readonly place: string;
  /** The call that reads it: `pd.read_csv`. */
  readonly reader: string;
  readonly cell: number;
  readonly line: number;
  /** The string literal in the cell's source that holds the path, as UTF-16 offsets, quotes included. */
  readonly literal: { readonly start: number; readonly end: number };
  /**
   * Set where another branch of the same `try` or `if` reads something else instead, as a fallback does. Of one group, one whole
   * branch must be there; the others may be missing.
   */
  readonly alternative?: { readonly group: string; readonly branch: number };
}

/** A statement that was left out, and why. Lines count from 1 in the cell, both ends included. */
export interface Dropped {
  readonly cell: number;
  readonly line: number;
  readonly endLine: number;
  readonly text: string;
  readonly reason: string;
}

/** Why a statement is in the module, or is left out. */
export interface Explanation extends Dropped {
  readonly kept: boolean;
  /** Of a kept statement, who needs it: the first needs it at once, each other one needs the one before. */
  readonly chain: readonly Link[];
  /** The target at the end of the chain. */
  readonly target?: string;
}

/** A statement that needs another one. */
export interface Link {
  readonly cell: number;
  readonly line: number;
  /** What it needs of it: variables, or state of the process in words. */
  readonly needs: readonly string[];
}

/** Which cell a line of the module came from. */
export interface LineOrigin {
  /** Line of the module, from 1. */
  readonly line: number;
  readonly cell: number;
  readonly cellLine: number;
}

/** A file of the pipeline folder, named by its path in it. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/** The notebook's own code, in the order in which it is run, as plain source of its language: magics are neutralised. */
export interface NotebookProgram {
  readonly cells: readonly ProgramCell[];
  /** Version of the language that last ran it, if the file records it. */
  readonly version?: string;
  /** Modules of the user's own that the cells import. */
  readonly modules?: readonly ModuleSource[];
  /** Folder in which the cells find the modules, in the folder that the modules' paths begin in. Absent: that folder itself. */
  readonly folder?: string;
}

/** A module of the user's own. Its path is the one that it is imported by. */
export interface ModuleSource extends GeneratedFile {
  /** The file that it comes from, from the workspace; the notebook, where a cell writes it. */
  readonly source: string;
}

/** One code cell. Its lines and columns are those of the notebook's cell. */
export interface ProgramCell {
  readonly cell: number;
  readonly source: string;
  /** Line of the file at which it begins, from 1, where the notebook is text. */
  readonly fileLine?: number;
}

/**
 * Where the scoring path begins: the values that were handed to the model. Each is an expression to be evaluated in the
 * notebook's namespace right after the statement at its place.
 */
export interface Scoring {
  /** What the model was fitted on: the features, and the labels if there are any. */
  readonly features: Capture;
  readonly labels?: Capture;
  /** Rows that the fit did not see, if the notebook has any. */
  readonly testFeatures?: Capture;
}

/** Where the way from raw rows to a prediction begins: what `predict` of the module is given. */
export interface PathStart {
  /** The table, right after it was read. */
  readonly raw: Capture;
  /** Columns that only the labels come from. */
  readonly labels: readonly string[];
}

/** A value to be kept while the notebook runs. */
export interface Capture {
  readonly expression: string;
  readonly cell: number;
  readonly line: number;
}

/** What the text of the notebook and its files show of the model's inputs and output, without running anything. */
export interface ClientFacts {
  /** Absent where it is not sure; then `obstacle` says why. */
  readonly signature?: Signature;
  /** What stands in the way; `reason` is part of a sentence. */
  readonly obstacle?: Pick<Diagnostic, "cell" | "line" | "file" | "fileLine"> & { readonly reason: string };
  /** Of inputs that were computed before the model saw them, by name: `scaler.transform of age`. */
  readonly meanings?: Readonly<Record<string, string>>;
  /** The same of what the model predicts: `log1p of price`. */
  readonly outputMeaning?: string;
}

/** All that extraction found; nothing is written yet. */
export interface Extraction {
  readonly pipeline: string;
  readonly language: Language;
  /** The model that was taken of several that are equally good. */
  readonly chosen?: string;
  /** Path of the notebook from the workspace, with forward slashes. */
  readonly notebook: string;
  readonly notebookDigest: Digest;
  readonly module: GeneratedFile;
  /** Every other file of the pipeline folder but the lock. */
  readonly companions: readonly GeneratedFile[];
  /** Of the companions, those that are modules of the user's own, by their paths: the files that they come from. Absent if there are none. */
  readonly modules?: Readonly<Record<string, string>>;
  readonly targets: readonly Target[];
  readonly steps: readonly Step[];
  readonly params: readonly Param[];
  readonly references: readonly Reference[];
  readonly dropped: readonly Dropped[];
  readonly diagnostics: readonly Diagnostic[];
  /** Absent unless it was asked for. */
  readonly explained?: readonly Explanation[];
  readonly map: readonly LineOrigin[];
  /** Types that a run showed and that the module is written with; absent if there are none. */
  readonly types?: ObservedTypes;
  readonly program: NotebookProgram;
  readonly scoring?: Scoring;
  /** Absent where the module has no `predict`. */
  readonly path?: PathStart;
  /** Absent where there is no model. */
  readonly client?: ClientFacts;
  /** Third-party import names: what the module needs, and what only the notebook needs (its plots). */
  readonly imports: {
    readonly module: readonly string[];
    readonly notebook: readonly string[];
    /** Modules of the user's own that are not there: no package of such a name is meant. */
    readonly absent?: readonly string[];
  };
}

/** `pipeline.lock.json`: what the pipeline was made from. Written by extract, completed by snapshot and validate. */
export interface PipelineLock {
  readonly version: 1;
  readonly pipeline: string;
  readonly language: Language;
  readonly notebook: { readonly path: string; readonly digest: Digest };
  /** The model that was asked for by name, where it was. */
  readonly model?: string;
  /** Digest of the module's generated text: differs from the file on disk once somebody edited it. */
  readonly module: Digest;
  /** The same for the other files that extract writes, by their path in the folder. */
  readonly companions: Readonly<Record<string, Digest>>;
  /** As in the extraction. */
  readonly modules?: Readonly<Record<string, string>>;
  /** Digest of the data snapshot's manifest. */
  readonly snapshot?: Digest;
  /** Digest of `requirements.lock`. */
  readonly environment?: Digest;
  readonly signature?: Signature;
  /** As in the extraction. */
  readonly types?: ObservedTypes;
  /** Of the module as extract left it, edits included. */
  readonly lines: readonly LineOrigin[];
  /** The generated texts that the digests are of, see `core/extract/base.ts`; absent in older locks. */
  readonly base?: string;
}

/** What the model takes and gives, as observed on the training data. How rows become tensors: `core/tensors.ts`. */
export interface Signature {
  /** `columns`: one ONNX input a column. `matrix`: one ONNX input, rows by features. */
  readonly layout: "columns" | "matrix";
  /**
   * Set where every number goes in as float64: a model that computes before it comes to a tree's split gives other predictions
   * for float32. Absent: `core/tensors.ts` says.
   */
  readonly precision?: "float64";
  readonly inputs: readonly InputColumn[];
  readonly output: OutputColumn;
}

/** A feature of the model. */
export interface InputColumn {
  readonly name: string;
  readonly type: "number" | "integer" | "string" | "boolean";
  /** True if missing values were seen. */
  readonly nullable: boolean;
  /** All values seen, sorted, where the column is categorical. */
  readonly categories?: readonly string[];
  /** Smallest and largest value seen, where the column is numeric. */
  readonly range?: readonly [number, number];
  /** What the notebook computes it from before the model sees it: `scaler.transform of age`. */
  readonly meaning?: string;
}

/** What the model predicts. */
export interface OutputColumn {
  readonly name: string;
  readonly type: "number" | "integer" | "string" | "boolean";
  /** The classes, in the model's order, where it classifies. */
  readonly classes?: readonly (string | number)[];
  /** True if the ONNX model gives class probabilities. */
  readonly probabilities: boolean;
  /** What it is, where the labels were computed from the column of this name: `log1p of price`. */
  readonly meaning?: string;
}
