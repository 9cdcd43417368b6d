import { chromium, type Browser } from "playwright-core";
import { required } from "./paths";

/** Chromium for a page of the workbench; no sandbox, as tests may run as root. */
export function launchBrowser(): Promise<Browser> {
  const quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  return chromium.launch({
    executablePath: required("SLIPWAY_TEST_CHROMIUM"),
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", ...quiet],
  });
}
