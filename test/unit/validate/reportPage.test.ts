import { describe, expect, it } from "vitest";
import type { Gate, Report } from "../../../src/core/report";
import { reportPage } from "../../../src/core/validate/reportPage";

const digest = `sha256:${"0".repeat(64)}` as const;

function report(more: Partial<Report>, gate: Partial<Gate> = {}): Report {
  const gates = [
    {
      id: "run.repeatable",
      title: "Repeats",
      status: "passed",
      measured: "3 of 3",
      threshold: "all",
      message: "Yes.",
      seconds: 2,
      ...gate,
    },
  ] as const;
  const subject = { code: digest, notebook: digest, snapshot: undefined, environment: digest };
  return {
    pipeline: "penguins",
    ok: true,
    gates,
    metrics: { accuracy: 0.976744186 },
    subject,
    createdAt: "2026-11-23T17:30:00.000Z",
    ...more,
  };
}

describe("reportPage", () => {
  it("has the verdict, the metrics, each gate and what was validated", () => {
    const page = reportPage(report({}));
    for (const part of [
      "Ready to ship",
      "1 of 1 gates passed",
      "0.976744",
      "run.repeatable",
      "3 of 3",
      digest,
      "2026-11-23 17:30 UTC",
    ]) {
      expect(page).toContain(part);
    }
  });

  it("names what failed, with a link to it, and opens its details", () => {
    const details = [{ subject: "rmse", value: "1 ≠ 2", ok: false }];
    const page = reportPage(report({ ok: false }, { status: "failed", details }));
    expect(page).toContain("Not ready to ship");
    expect(page).toContain('<a href="#run.repeatable">Repeats</a>');
    expect(page).toContain("<details open>");
  });

  it("makes no markup of what the notebook said, and asks nothing of any server", () => {
    const evil = `</style><script src="https://x.org/a.js"></script><img src=x onerror="alert('1')">`;
    const page = reportPage(
      report({ pipeline: evil, metrics: { [evil]: 1 } }, { measured: evil, message: evil, title: evil, id: evil }),
    );
    expect(page).not.toMatch(/<script|<img|<link|url\(|@import/i);
    expect(page).toContain("default-src 'none'");
  });
});
