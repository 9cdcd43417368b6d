import type { Digest } from "../digest";
import type { Signature } from "../pipeline";
import type { Report } from "../report";

/** All that a validation proved and made. Kept under `.slipway/validations/`, by the digest of its subject. */
export interface Validation {
  readonly report: Report;
  readonly signature?: Signature;
  /** The exported ONNX model, a blob of the workspace's store. */
  readonly model?: { readonly digest: Digest; readonly size: number };
}
