/**
 * The ports that the use cases need, declared by the core. Adapters in `node/` implement them; tests may too. A use case names
 * just the ports it uses: `Pick<Host, "files" | "progress">`.
 */
import type { Registry } from "./oci/registry";
import type { BlobStore } from "./oci/store";
import type { Signature } from "./pipeline";
import type { TableProfile } from "./snapshot/profile";
import type { ScoringClientOptions } from "./typescript/scoringClient";

/** Everything that the use cases reach of the outside world. */
export interface Host {
  readonly files: Files;
  readonly http: Http;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly formatter: Formatter;
  readonly grammar: Grammar;
  readonly tables: Tables;
  readonly clients: Clients;
  readonly python: Python;
  readonly typeChecker: TypeChecker;
  readonly models: ModelRunner;
  readonly deno: Deno;
  readonly disk: Disk;
  /** The blobs of the workspace: `.slipway/store`. */
  readonly store: (workspace: string) => BlobStore;
  /** Opens the registry at `oci://host[:port]/namespace` or in a folder. */
  readonly openRegistry: (location: string) => Registry;
}

/** Files. Paths are absolute. Reads of a missing file give `undefined`; every other failure is a `SlipwayError`. */
export interface Files {
  read(path: string): Promise<Uint8Array | undefined>;
  /** UTF-8, without a byte order mark. */
  readText(path: string): Promise<string | undefined>;
  /** Streams a file, in chunks of at most 1 MiB. */
  stream(path: string): AsyncIterable<Uint8Array>;
  stat(path: string): Promise<FileStat | undefined>;
  /** The path with every symbolic link resolved; `undefined` if it leads nowhere. */
  realPath(path: string): Promise<string | undefined>;
  /** Names in a folder, sorted; empty if there is none. */
  list(path: string): Promise<readonly string[]>;
  /** Writes atomically: the file has the old or the new content, never a part. Makes folders as needed. */
  write(path: string, data: Uint8Array | string): Promise<void>;
  /** As `write`, for content too large to be held. For what can be had again: it is not forced to the disk. */
  writeStream(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void>;
  /** Writes all or, if one cannot be written, none. */
  writeAll(files: readonly { readonly path: string; readonly data: Uint8Array | string }[]): Promise<void>;
  copy(from: string, to: string): Promise<void>;
  /**
   * Makes the free path `to` a file with the content of `from`, without copying it where that can be: the two may be one file, so
   * that what is written into one is in the other.
   */
  share(from: string, to: string): Promise<void>;
  /** Renames a file or a folder; both paths are on one file system, and `to` is free. */
  move(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** A new folder that is removed when `use` ends, however it ends. */
  withTempDir<T>(use: (path: string) => Promise<T>): Promise<T>;
}

/** The disk that a folder is on. */
export interface Disk {
  /** Bytes that can still be written there. */
  free(path: string): Promise<number>;
}

/** Facts by which an unchanged file is recognised without reading it. */
export interface FileStat {
  readonly kind: "file" | "directory" | "other";
  readonly size: number;
  /** Milliseconds since 1970, with fractions. */
  readonly modified: number;
  readonly inode: number;
}

/** Fetches what a notebook reads from the web. */
export interface Http {
  /** Throws an input error unless the answer is a success. With `etag`, `"unchanged"` if the content still has that tag. */
  get(url: string, etag: string | undefined, signal: AbortSignal): Promise<HttpContent | "unchanged">;
}

/** The content of a URL. */
export interface HttpContent {
  /** The server's name for this state of the content, if it gives one. */
  readonly etag: string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Where long work says how far it is. */
export interface Progress {
  /** A new stage began: one short phrase, `Running the notebook`. */
  stage(text: string): void;
  /** Part of the stage, 0 to 1, with an optional remark. */
  report(part: number, remark?: string): void;
  /** A line worth keeping: what was skipped, which cache was used. */
  note(text: string): void;
}

/** The time, so that tests can hold it still. */
export interface Clock {
  now(): Date;
}

/** Formats generated Python (ruff). Throws an input error if the text is not Python. */
export interface Formatter {
  python(text: string): Promise<string>;
}

/** The bytes of the Python grammar for tree-sitter. */
export interface Grammar {
  runtime(): Promise<Uint8Array>;
  python(): Promise<Uint8Array>;
}

/** Reads tables out of core (DuckDB). */
export interface Tables {
  /**
   * Schema and statistics of the CSV, TSV, JSON or Parquet file at `path`; `undefined` if it is no table. Its format is told by
   * `name`, so that a blob can be profiled.
   */
  profile(path: string, name: string, signal: AbortSignal): Promise<TableProfile | undefined>;
}

/** Writes the typed clients of models, beside other work. */
export interface Clients {
  /** Loads what writing one needs (ts-morph). Whether one is written or not, it has to be closed. */
  open(): ClientWriter;
}

/** What writes clients, and is on its way. */
export interface ClientWriter {
  /** The text of `scoring.ts`. */
  write(options: ScoringClientOptions): Promise<string>;
  close(): Promise<void>;
}

/** A Python interpreter and environments made with it. */
export interface Python {
  /** Folder of Slipway's own Python scripts. */
  readonly scripts: string;
  /** The interpreter that is used, with its version; throws an environment error that says how to install one. */
  find(signal: AbortSignal): Promise<Interpreter>;
  /** What installs packages on this machine. */
  installer(signal: AbortSignal): Promise<"uv" | "pip">;
  /**
   * Versions, by normalised name, of those distributions that the user's own interpreter has, and of all that they need.
   * What is not installed is left out.
   */
  installed(distributions: readonly string[], signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /**
   * Pins the required packages with every dependency and its hashes. The result is a `requirements.lock`.
   * Throws an environment error that names the package that cannot be had.
   */
  lock(packages: PackageWishes, signal: AbortSignal): Promise<string>;
  /** Makes, or finds in the cache by the lock's digest, an environment that holds just that lock. Gives its interpreter. */
  environment(lock: string, signal: AbortSignal): Promise<Interpreter>;
  /** Runs a script in its own process group with a time limit; no secret of the user's environment is passed on. */
  run(options: PythonRun, signal: AbortSignal): Promise<ProcessResult>;
}

/** Packages to be pinned, in the syntax of requirements files; a comment after `#` says what a package is needed for. */
export interface PackageWishes {
  readonly requirements: readonly string[];
  /** Versions to be kept of packages that come along as dependencies. */
  readonly constraints: readonly string[];
  /** Takes only what was published until the end of this day (UTC), `YYYY-MM-DD`. */
  readonly asOf?: string;
}

/** A Python to run things with. */
export interface Interpreter {
  readonly path: string;
  readonly version: string;
  /** `linux-x64`: what compiled packages are made for. */
  readonly platform: string;
}

/** One run of a Python script. */
export interface PythonRun {
  readonly interpreter: Interpreter;
  /** Absolute path of the script. */
  readonly script: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly timeoutSeconds: number;
  /** What the run and all that it starts may use together; absent: a share of the machine's memory. */
  readonly memoryBytes?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Folders that the script needs besides `cwd`; only Deno keeps it from others. */
  readonly folders?: readonly string[];
}

/** How a child process ended. */
export interface ProcessResult {
  readonly exitCode: number | undefined;
  readonly timedOut: boolean;
  /** The limit to its memory, if it was ended because it used more. */
  readonly exceededBytes?: number;
  /** The last part of each stream, at most 64 KiB. */
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** Runs TypeScript pipelines and notebooks. */
export interface Deno {
  /** Folder of Slipway's own scripts. */
  readonly scripts: string;
  /** Path and version; throws an environment error that says how to install it. */
  find(signal: AbortSignal): Promise<Interpreter>;
  /**
   * Fetches all that `files` import, as pinned in `deno.lock` beside the first of them, and writes there what was not pinned.
   * Throws an environment error that names what cannot be had.
   */
  fetch(files: readonly string[], signal: AbortSignal): Promise<void>;
  /** Runs a script that reads and writes its folders and nothing else, and has no network. */
  run(options: PythonRun, signal: AbortSignal): Promise<ProcessResult>;
  check(file: string, signal: AbortSignal): Promise<readonly TypeProblem[]>;
}

/** Type-checks generated Python (pyright). */
export interface TypeChecker {
  /** The problems of `file` alone; it may import modules that lie beside it. */
  check(file: string, interpreter: Interpreter, signal: AbortSignal): Promise<readonly TypeProblem[]>;
}

/** One complaint of the type checker. */
export interface TypeProblem {
  readonly line: number;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly rule: string | undefined;
}

/** One row for a model: a value for every input column; `null` where it is missing. */
export type Row = Readonly<Record<string, number | string | boolean | null>>;

/** What a model said of some rows. */
export interface Predictions {
  readonly labels: readonly (number | string | boolean)[];
  /** Rows by classes, where the model gives probabilities. */
  readonly probabilities?: readonly (readonly number[])[];
}

/** Runs ONNX models (onnxruntime). */
export interface ModelRunner {
  predict(model: string, signature: Signature, rows: readonly Row[], signal: AbortSignal): Promise<Predictions>;
  /** Latency of one row in milliseconds, warm: one number for each of 200 runs. */
  latency(model: string, signature: Signature, row: Row, signal: AbortSignal): Promise<readonly number[]>;
}
