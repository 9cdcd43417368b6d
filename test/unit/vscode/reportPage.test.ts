import { describe, expect, test } from "vitest";
import { restrictPage } from "../../../src/vscode/reportPage";

const POLICY = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\';';

describe("the report's page in the editor", () => {
  test("has the policy before anything else of its head", () => {
    const page = restrictPage('<!doctype html><html><head lang="en"><script>alert(1)</script></head></html>');
    expect(page).toMatch(/<head lang="en"><meta http-equiv="Content-Security-Policy"[^>]*><script>/);
    expect(page).toContain(POLICY);
  });

  test("has the policy even if it has no head", () => {
    expect(restrictPage("<p>hello</p>").indexOf(POLICY)).toBeLessThan(restrictPage("<p>hello</p>").indexOf("<p>"));
  });

  test("allows no script", () => {
    expect(restrictPage("<head>")).not.toContain("script-src");
  });
});
