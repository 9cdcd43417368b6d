/**
 * The messages between the extension and its worker process, and the calls that they carry. Neither `vscode` nor an adapter is
 * known here. Both ends are built from this file at the same time, so a message is trusted once it came from the other process.
 */
import type { Diagnostic } from "../core/report";
import type { ErrorKind, Place } from "../core/errors";

/** What a call of the worker takes and gives. */
interface Call<Options, Value> {
  readonly options: Options;
  readonly value: Value;
}

/** The use cases that the worker runs, by name. */
export interface Calls {
  readonly extract: Call<NotebookOptions, ExtractedView>;
  readonly ship: Call<NotebookOptions & RegistryOptions, ShippedView>;
  readonly snapshot: Call<PipelineOptions, SnapshotView>;
  readonly validate: Call<PipelineOptions, ReportView>;
  readonly package: Call<PipelineOptions & RegistryOptions, PackageView>;
  readonly push: Call<PipelineOptions & RegistryOptions, PushView>;
  readonly doctor: Call<CallOptions & RegistryOptions, DoctorView>;
}

export type CallName = keyof Calls;

/** What every call needs. */
export interface CallOptions {
  /** Absolute path of the workspace folder. */
  readonly workspace: string;
  /** The Python that the settings name. */
  readonly pythonPath?: string;
  /** The Python that is selected in the editor, for want of a better one. */
  readonly selectedPython?: string;
  /** How long one run of the notebook or the module may take; absent: what `slipway.yaml` says. */
  readonly timeoutSeconds?: number;
  /** What one run may use, in GB; absent: what `slipway.yaml` says. */
  readonly memoryGigabytes?: number;
}

export interface NotebookOptions extends CallOptions {
  /** Absolute path of the notebook. */
  readonly notebook: string;
  /** The model to take, where the notebook has several. */
  readonly model?: string;
  /** Write over files that were edited by hand, or that something else wrote. */
  readonly force?: boolean;
}

export interface PipelineOptions extends CallOptions {
  /** Absolute path of the pipeline's folder. */
  readonly pipeline: string;
}

export interface RegistryOptions {
  /** Absent: what `slipway.yaml` names, else the folder in the workspace. */
  readonly registry?: string;
  /** For this call only; never kept by the worker. */
  readonly credentials: readonly Credential[];
}

/** How to sign in to one registry host. */
export interface Credential {
  readonly host: string;
  readonly username: string;
  readonly password: string;
}

export interface ExtractedView {
  readonly pipeline: string;
  /** Absolute path of the module. */
  readonly module: string;
  readonly diagnostics: readonly Diagnostic[];
}

export interface ShippedView extends ExtractedView {
  /** Absent if a gate failed: then nothing is released. */
  readonly release?: PackageView;
  readonly report: ReportView;
}

export interface SnapshotView {
  readonly digest: string;
  readonly files: number;
  readonly bytesStored: number;
  readonly bytesReused: number;
}

export interface ReportView {
  readonly pipeline: string;
  readonly ok: boolean;
  readonly passed: number;
  /** Titles of the gates that failed. */
  readonly failed: readonly string[];
}

export interface PackageView {
  readonly reference: string;
  readonly digest: string;
}

export interface PushView {
  readonly reference: string;
  readonly digest: string;
  readonly bytesSent: number;
  readonly bytesReused: number;
}

export interface DoctorView {
  readonly ok: boolean;
  readonly checks: readonly DoctorCheck[];
}

export interface DoctorCheck {
  readonly title: string;
  readonly ok: boolean;
  readonly message: string;
  /** What mends it. */
  readonly command?: string;
}

/** How far a call is. */
export type ProgressEvent =
  | { readonly kind: "stage"; readonly text: string }
  /** `part` of the stage, 0 to 1. */
  | { readonly kind: "part"; readonly part: number; readonly remark?: string }
  | { readonly kind: "note"; readonly text: string };

/** A `SlipwayError` on the wire; of the kind `defect` where something else was thrown, with its stack for the log. */
export interface Failure {
  readonly kind: ErrorKind | "defect";
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** Its file is an absolute path. */
  readonly place?: Place;
  readonly candidates: readonly string[];
  readonly stack?: string;
}

export type Request = {
  readonly [Name in CallName]: {
    readonly kind: "request";
    readonly id: number;
    readonly command: Name;
    readonly options: Calls[Name]["options"];
  };
}[CallName];

export type ToWorker = Request | { readonly kind: "cancel"; readonly id: number };

export type FromWorker =
  | { readonly kind: "progress"; readonly id: number; readonly event: ProgressEvent }
  | { readonly kind: "result"; readonly id: number; readonly value: Calls[CallName]["value"] }
  | { readonly kind: "error"; readonly id: number; readonly failure: Failure };
