const SECRET = /token|key|sig|secret|password|passwd|auth|credential|^x-(amz|goog)-/i;

/** A URL as it may be shown and stored: without user, password and fragment, and with `***` for what looks like a secret. */
export function shownUrl(url: string): string {
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  shown.hash = "";
  for (const name of [...shown.searchParams.keys()]) if (SECRET.test(name)) shown.searchParams.set(name, "***");
  return shown.href;
}
