/** The files of an OCI image layout (image specification 1.1, image-layout.md). */

/** Marks a folder as an image layout. */
export const LAYOUT_FILE = "oci-layout";
/** Names the manifests of a layout. */
export const INDEX_FILE = "index.json";
/** Holds the blobs, each named by the hexadecimal part of its digest. */
export const BLOBS_FOLDER = "blobs/sha256";
/** Content of `oci-layout`. */
export const LAYOUT_TEXT = `{"imageLayoutVersion":"1.0.0"}`;
