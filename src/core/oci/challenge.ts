/** How a registry wants to be logged in to: one challenge of `WWW-Authenticate` (RFC 9110, 11.3; distribution token specification). */
export type Challenge =
  | { readonly scheme: "basic" }
  | { readonly scheme: "bearer"; readonly realm: string; readonly service?: string; readonly scope?: string };

const MAX_HEADER = 8192;
/** A scheme not followed by `=`, or `name=token`, or `name="quoted \" text"`. */
const PART = /([A-Za-z0-9!#$%&'*+.^_`|~-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+)))?/gy;

/** The challenges that Slipway can answer, in the order of the header. A malformed rest is left out. */
export function parseChallenges(header: string): readonly Challenge[] {
  const found: { scheme: string; params: Map<string, string> }[] = [];
  for (const { name, value } of headerParts(header.slice(0, MAX_HEADER))) {
    if (value === undefined) found.push({ scheme: name.toLowerCase(), params: new Map() });
    else found.at(-1)?.params.set(name.toLowerCase(), value);
  }
  return found.flatMap(({ scheme, params }) => toChallenge(scheme, params) ?? []);
}

function* headerParts(header: string): Generator<{ name: string; value: string | undefined }, void, undefined> {
  PART.lastIndex = 0;
  for (let at = skip(header, 0); at < header.length; at = skip(header, PART.lastIndex)) {
    PART.lastIndex = at;
    const match = PART.exec(header);
    if (match?.[1] === undefined) return;
    yield { name: match[1], value: match[2]?.replace(/\\(.)/g, "$1") ?? match[3] };
  }
}

function skip(header: string, from: number): number {
  let at = from;
  while (at < header.length && /[\s,]/.test(header.charAt(at))) at += 1;
  return at;
}

function toChallenge(scheme: string, params: ReadonlyMap<string, string>): Challenge | undefined {
  if (scheme === "basic") return { scheme };
  const realm = params.get("realm");
  if (scheme !== "bearer" || realm === undefined) return undefined;
  const service = params.get("service");
  const scope = params.get("scope");
  return {
    scheme,
    realm,
    ...(service === undefined ? {} : { service }),
    ...(scope === undefined ? {} : { scope }),
  };
}
