/** Media types of the OCI image specification 1.1. */

export const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
export const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
/** Names a manifest inside a layout's `index.json`: its tag. */
export const REF_NAME = "org.opencontainers.image.ref.name";
export const TITLE = "org.opencontainers.image.title";
