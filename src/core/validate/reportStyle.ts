/**
 * Style of the report page. The colours are the editor's where there is one, else the page's own: light, or dark where the
 * reader's system is. Each pair of text and ground has a contrast of at least 4.5 : 1.
 */
export const REPORT_STYLE = `
:root {
  color-scheme: light dark;
  --own-paper: #f6f7f9; --own-card: #ffffff; --own-ink: #1c2430; --own-soft: #566070; --own-line: #dde2e9;
  --good: #17703f; --good-ground: #e4f4ea; --bad: #b3261e; --bad-ground: #fceae8; --idle: #566070; --idle-ground: #eceff3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --own-paper: #12161c; --own-card: #1a2029; --own-ink: #e7ebf1; --own-soft: #a3adbb; --own-line: #2d3542;
    --good: #6fd198; --good-ground: #163324; --bad: #ff9c92; --bad-ground: #3d1a18; --idle: #a3adbb; --idle-ground: #262d38;
  }
}
body.vscode-light, body.vscode-high-contrast-light {
  --good: #17703f; --good-ground: #e4f4ea; --bad: #b3261e; --bad-ground: #fceae8; --idle: #566070; --idle-ground: #eceff3;
}
body.vscode-dark, body.vscode-high-contrast:not(.vscode-high-contrast-light) {
  --good: #6fd198; --good-ground: #163324; --bad: #ff9c92; --bad-ground: #3d1a18; --idle: #a3adbb; --idle-ground: #262d38;
}
body {
  --paper: var(--vscode-editor-background, var(--own-paper));
  --card: var(--vscode-editorWidget-background, var(--own-card));
  --ink: var(--vscode-foreground, var(--own-ink));
  --soft: var(--vscode-descriptionForeground, var(--own-soft));
  --line: var(--vscode-widget-border, var(--own-line));
  --mono: var(--vscode-editor-font-family, ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace);
  margin: 0; padding: 0 1.25rem; background: var(--paper); color: var(--ink);
  font: 15px/1.55 var(--vscode-font-family, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif);
}
main { max-width: 54rem; margin: 0 auto; padding: 2.5rem 0 3rem; }
h1, h2, h3, p, dl, dd { margin: 0; }
h1 { font-size: 2rem; line-height: 1.2; letter-spacing: -0.02em; overflow-wrap: anywhere; }
h2 { font-size: 0.8rem; font-weight: 600; letter-spacing: 0.08em; text-transform: uppercase; color: var(--soft); margin: 2.25rem 0 0.75rem; }
h3 { font-size: 1.05rem; line-height: 1.35; }
code { font-family: var(--mono); font-size: 0.86em; overflow-wrap: anywhere; }
a { color: inherit; }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--vscode-focusBorder, currentColor); outline-offset: 3px; border-radius: 4px; }
.eyebrow { color: var(--soft); font-size: 0.9rem; margin-bottom: 0.35rem; }
.passed { --tone: var(--good); --ground: var(--good-ground); }
.failed { --tone: var(--bad); --ground: var(--bad-ground); }
.skipped { --tone: var(--idle); --ground: var(--idle-ground); }
.verdict { display: flex; gap: 1rem; align-items: center; margin-top: 1.5rem; padding: 1.1rem 1.35rem; border-radius: 14px; background: var(--ground); }
.verdict strong { display: block; font-size: 1.25rem; line-height: 1.3; color: var(--tone); }
.verdict p { color: var(--ink); }
.verdict .mark { width: 2.5rem; height: 2.5rem; }
.mark { flex: none; width: 1.5rem; height: 1.5rem; color: var(--tone); }
.metrics { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: 0.75rem; }
.metrics div { padding: 0.85rem 1.1rem; border: 1px solid var(--line); border-radius: 12px; background: var(--card); }
.metrics dt { color: var(--soft); font-size: 0.85rem; overflow-wrap: anywhere; }
.metrics dd { font-size: 1.5rem; line-height: 1.3; font-variant-numeric: tabular-nums; letter-spacing: -0.01em; }
.gates { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.75rem; }
.gate { display: grid; grid-template-columns: 1.5rem 1fr; gap: 0 0.9rem; padding: 1.1rem 1.35rem; border: 1px solid var(--line); border-radius: 14px; background: var(--card); }
.gate.failed { border-color: var(--bad); }
.head { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0.1rem 1rem; align-items: baseline; }
.head .aside { color: var(--soft); font-size: 0.85rem; font-variant-numeric: tabular-nums; }
.tag { display: inline-block; padding: 0 0.55em; border-radius: 99px; background: var(--ground); color: var(--tone); font-size: 0.8rem; font-weight: 600; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.1rem 0.9rem; margin-top: 0.6rem; }
.facts dt { color: var(--soft); }
.facts dd { overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.gate .message { margin-top: 0.6rem; color: var(--soft); overflow-wrap: anywhere; }
.gate.failed .message { color: var(--ink); }
details { margin-top: 0.75rem; }
summary { cursor: pointer; color: var(--soft); font-size: 0.9rem; width: max-content; max-width: 100%; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; margin-top: 0.4rem; font-size: 0.9rem; }
th { text-align: left; font-weight: 600; color: var(--soft); white-space: nowrap; }
th, td { padding: 0.4rem 1rem 0.4rem 0; border-top: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
tr > :last-child { padding-right: 0; width: 1%; white-space: nowrap; }
td:first-child { font-family: var(--mono); font-size: 0.86em; white-space: nowrap; }
.subject { grid-template-columns: max-content 1fr; font-size: 0.9rem; }
footer { margin-top: 2.25rem; color: var(--soft); font-size: 0.85rem; }
@media (max-width: 34rem) {
  .facts, .subject { grid-template-columns: 1fr; }
  .facts dd { margin-bottom: 0.35rem; }
}
@media print {
  body { --paper: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; font-size: 11pt; padding: 0; }
  main { padding: 0; max-width: none; }
  .gate, .metrics div { break-inside: avoid; }
  .verdict, .tag { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
