/** An image manifest (OCI image specification 1.1, media-types.md). */
export const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
/** A list of manifests: a layout's `index.json`. */
export const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
/** Annotation that names a manifest inside a layout's `index.json`: its tag. */
export const REF_NAME = "org.opencontainers.image.ref.name";
