/** What the report page may do in the editor: show itself. It holds all that it needs; nothing is loaded and no script runs. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:";

/** The report's page with the policy as the first thing in it, so that nothing before it can escape it. */
export function restrictPage(html: string): string {
  const meta = `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`;
  const head = /<head(\s[^>]*)?>/i.exec(html);
  if (head === null) return `<!doctype html><head>${meta}</head>${html}`;
  const end = head.index + head[0].length;
  return html.slice(0, end) + meta + html.slice(end);
}
