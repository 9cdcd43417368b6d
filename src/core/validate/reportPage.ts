/** The report as one self-contained page: no script, no request to anywhere. */
import type { Gate, GateDetail, GateStatus, Report } from "../report";
import { REPORT_STYLE } from "./reportStyle";
import { secondsText } from "./runs";

const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

const WORDS: Readonly<Record<GateStatus, string>> = { passed: "Passed", failed: "Failed", skipped: "Skipped" };

/** Strokes of the mark of each verdict, in a circle: told apart by form, not by colour alone. */
const MARKS: Readonly<Record<GateStatus, string>> = {
  passed: "M7.5 12.5l3 3 6-6.5",
  failed: "M8.5 8.5l7 7m0-7l-7 7",
  skipped: "M8 12h8",
};

/** The page's HTML. Whatever the report says is text: none of it becomes markup. */
export function reportPage(report: Report): string {
  const title = `${report.ok ? "Passed" : "Failed"}: ${report.pipeline}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} · Slipway report</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
<p class="eyebrow">Slipway report</p>
<h1>${escape(report.pipeline)}</h1>
${verdict(report)}
${metrics(report)}
<h2 id="gates">Gates</h2>
<ol class="gates" aria-labelledby="gates">
${report.gates.map(gateItem).join("\n")}
</ol>
${subject(report)}
<footer>Validated on ${escape(readableTime(report.createdAt))}. Times were measured on the machine that ran the validation.</footer>
</main>
</body>
</html>
`;
}

function verdict({ ok, gates }: Report): string {
  const failed = gates.filter(({ status }) => status === "failed");
  const status = ok ? "passed" : "failed";
  const skipped = gates.filter((gate) => gate.status === "skipped").length;
  const passed = gates.length - failed.length - skipped;
  const rest = skipped === 0 ? "" : `, ${skipped} did not apply`;
  const links = failed.map(({ id, title }) => `<a href="#${escape(id)}">${escape(title)}</a>`).join("; ");
  const text = ok ? "What goes to production gives the notebook's results." : `Failed: ${links}.`;
  return `<section class="verdict ${status}" aria-label="Verdict">
${mark(status)}
<div><strong>${ok ? "Ready to ship" : "Not ready to ship"}: ${passed} of ${gates.length} gates passed${rest}</strong>
<p>${text}</p></div>
</section>`;
}

function metrics({ metrics: values }: Report): string {
  const tiles = Object.entries(values).map(
    ([name, value]) => `<div><dt>${escape(name)}</dt><dd>${escape(numberText(value))}</dd></div>`,
  );
  return tiles.length === 0 ? "" : `<h2>Metrics</h2>\n<dl class="metrics">${tiles.join("")}</dl>`;
}

function gateItem(gate: Gate): string {
  const { id, title, status, measured, threshold, message, seconds, details = [] } = gate;
  const time = seconds > 0 ? ` · ${secondsText(seconds)}` : "";
  return `<li class="gate ${status}" id="${escape(id)}">
${mark(status)}
<div>
<div class="head"><h3>${escape(title)}</h3><span class="aside"><span class="tag">${WORDS[status]}</span>${time}</span></div>
<dl class="facts">
<dt>Measured</dt><dd>${escape(measured)}</dd>
<dt>Threshold</dt><dd>${escape(threshold)}</dd>
<dt>Gate</dt><dd><code>${escape(id)}</code></dd>
</dl>
<p class="message">${escape(message)}</p>
${detailTable(details, status)}
</div>
</li>`;
}

function detailTable(details: readonly GateDetail[], status: GateStatus): string {
  if (details.length === 0) return "";
  const rows = details.map(
    ({ subject: name, value, ok }) =>
      `<tr><td>${escape(name)}</td><td>${escape(value)}</td><td class="${ok ? "passed" : "failed"}"><span class="tag">${ok ? "ok" : "failed"}</span></td></tr>`,
  );
  const count = details.length === 1 ? "1 detail" : `${details.length} details`;
  return `<details${status === "failed" ? " open" : ""}><summary>${count}</summary>
<div class="scroll"><table><thead><tr><th scope="col">What</th><th scope="col">Found</th><th scope="col">Verdict</th></tr></thead>
<tbody>${rows.join("")}</tbody></table></div></details>`;
}

function subject({ subject: digests }: Report): string {
  const rows = Object.entries({
    Module: digests.code,
    Notebook: digests.notebook,
    Snapshot: digests.snapshot ?? "the pipeline reads no data",
    Environment: digests.environment,
  }).map(([name, digest]) => `<dt>${name}</dt><dd><code>${escape(digest)}</code></dd>`);
  return `<h2>What was validated</h2>\n<dl class="facts subject">${rows.join("\n")}</dl>`;
}

function mark(status: GateStatus): string {
  return `<svg class="mark" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" role="img" aria-label="${WORDS[status]}"><circle cx="12" cy="12" r="10"/><path d="${MARKS[status]}"/></svg>`;
}

function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}

/** `2026-11-23 17:30 UTC`: the same for every reader. */
function readableTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
