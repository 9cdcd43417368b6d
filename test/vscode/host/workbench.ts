/** The workbench in a browser, as a user sees and uses it. */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, ElementHandle, Page } from "playwright-core";
import { launchBrowser } from "./browser";
import { createWorkspace, removeWorkspace, required, root } from "./paths";
import { createProfile, installExtension, removeProfile, startServer, type Profile } from "./server";

const TRUST = "security.workspace.trust.enabled";
const READY_MS = 120_000;
/** Long enough for a Python environment to be made. */
const WORK_MS = 480_000;

export interface Workbench {
  readonly page: Page;
  /** What the extension logged. */
  log(): string;
  /** The folder that is open: a copy for this workbench alone. */
  readonly workspace: string;
  close(): Promise<void>;
}

export async function openWorkbench(settings: Readonly<Record<string, unknown>> = {}): Promise<Workbench> {
  const workspace = createWorkspace();
  const profile = createProfile(settings);
  await installExtension(required("SLIPWAY_TEST_VSIX"), profile);
  const server = await startServer(profile);
  const browser: Browser = await launchBrowser();
  const context = await browser.newContext({
    viewport: { width: 1360, height: 850 },
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  await page.goto(`http://${server.authority}/?folder=${workspace}`);
  await answerTrust(page, settings);
  await page.waitForSelector(".explorer-folders-view .monaco-list-row", { timeout: READY_MS });
  // A notebook that is opened before the extensions are known opens as plain JSON.
  await untilOffered(page, "Slipway: Sign In to Registry");
  await page.keyboard.press("Escape");
  return {
    page,
    workspace,
    log: () => readLog(profile),
    async close() {
      await browser.close();
      await server.stop();
      removeProfile(profile);
      removeWorkspace(workspace);
    },
  };
}

function readLog({ data }: Profile): string {
  const logs = join(data, "data", "logs");
  const files = readdirSync(logs, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith("Slipway.log"));
  return files.map((name) => readFileSync(join(logs, name), "utf8")).join("\n");
}

export async function openFile(page: Page, name: string): Promise<void> {
  const row = `.explorer-folders-view .monaco-list-row:has-text("${name}")`;
  await page.waitForSelector(row, { timeout: READY_MS });
  await page.dblclick(row);
}

export async function openNotebook(page: Page, name: string): Promise<void> {
  await openFile(page, name);
  await page.waitForSelector(".notebookOverlay .cell-list-container .code-cell-row", { timeout: READY_MS });
}

/** Runs a command by its title. The palette lists what is registered when it opens, so it may have to be opened again. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await untilOffered(page, title);
  await page.keyboard.press("Enter");
}

/** In a folder that nobody trusts yet, the workbench asks first. */
async function answerTrust(page: Page, settings: Readonly<Record<string, unknown>>): Promise<void> {
  if (settings[TRUST] !== true) return;
  await page.click('.monaco-dialog-box .monaco-button:has-text("No, I don\'t trust")', { timeout: READY_MS });
}

async function untilOffered(page: Page, title: string): Promise<void> {
  const end = Date.now() + READY_MS;
  while (Date.now() < end) {
    await typeInPalette(page, title);
    const row = page.locator(`.quick-input-list .monaco-list-row:has-text("${title}")`).first();
    if (await appears(row.waitFor({ timeout: 2000 }))) return;
    await page.keyboard.press("Escape");
  }
  throw new Error(`There is no command ${title}.`);
}

/** The titles that the palette offers for a text. */
export async function commandsFor(page: Page, text: string): Promise<readonly string[]> {
  await typeInPalette(page, text);
  await page.waitForTimeout(1500);
  const rows = await page.locator(".quick-input-list .monaco-list-row").allInnerTexts();
  await page.keyboard.press("Escape");
  return rows.map((row) => row.split("\n")[0] ?? "");
}

/** The key is lost where the palette is just closing, and its input may vanish again: then both are repeated. */
async function typeInPalette(page: Page, text: string): Promise<void> {
  const input = page.locator(".quick-input-widget input");
  const end = Date.now() + READY_MS;
  do {
    if (Date.now() > end) throw new Error("The palette does not open.");
    await page.keyboard.press("F1");
  } while (!(await appears(input.fill(`>${text}`, { timeout: 2000 }))));
}

export async function fillInput(page: Page, prompt: string, text: string): Promise<void> {
  await page.waitForSelector(`.quick-input-widget :text("${prompt}")`);
  await page.fill(".quick-input-widget input", text);
  await page.keyboard.press("Enter");
}

/** Waits for a message with this text. A defect of the extension ends the wait. */
export async function notification(page: Page, text: string): Promise<ElementHandle> {
  const item = (part: string): string => `.notification-list-item:has-text("${part}")`;
  const found = await page.waitForSelector(`${item(text)}, ${item("has a defect")}`, { timeout: WORK_MS });
  const message = await found.innerText();
  if (!message.includes(text)) throw new Error(message);
  return found;
}

/** Clicks a button of the notification with this text. */
export async function answer(page: Page, text: string, button: string): Promise<void> {
  await page.click(`.notification-list-item:has-text("${text}") .monaco-button:has-text("${button}")`);
}

/** An element of a webview: those live in nested frames. */
export async function inWebview(page: Page, selector: string, limitMs = 30_000): Promise<ElementHandle> {
  const end = Date.now() + limitMs;
  while (Date.now() < end) {
    for (const frame of page.frames()) {
      const element = await frame.$(selector).catch(() => null);
      if (element !== null) return element;
    }
    await page.waitForTimeout(100);
  }
  throw new Error(`No frame has ${selector}.`);
}

export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = join(root(), "test", "vscode", "screenshots");
  mkdirSync(folder, { recursive: true });
  // Messages slide in and out, and pictures take a moment.
  await page.waitForTimeout(1500);
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

async function appears(wait: Promise<unknown>): Promise<boolean> {
  return wait.then(
    () => true,
    () => false,
  );
}
