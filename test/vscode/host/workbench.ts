/** The workbench in a browser, as a user sees and uses it. */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, ElementHandle, Locator, Page } from "playwright-core";
import { launchBrowser } from "./browser";
import { createWorkspace, removeWorkspace, required, root } from "./paths";
import { createProfile, installExtension, removeProfile, startServer, type Profile } from "./server";

const TRUST = "security.workspace.trust.enabled";
const READY_MS = 120_000;
/** What takes longer is tried again. */
const STEP_MS = 5000;
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
  page.setDefaultTimeout(READY_MS);
  await page.goto(`http://${server.authority}/?folder=${workspace}`);
  await answerTrust(page, settings);
  await page.waitForSelector(".explorer-folders-view .monaco-list-row");
  // A notebook that is opened before the extensions are known opens as plain JSON.
  await untilPicked(page, "Slipway: Sign In to Registry", (row) => row.waitFor({ timeout: STEP_MS }));
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
  await retry(page, `${name} does not open.`, async () => {
    await page.dblclick(`.explorer-folders-view .monaco-list-row:has-text("${name}")`, { timeout: STEP_MS });
    await page.waitForSelector(`.tab.active:has-text("${name}")`, { timeout: STEP_MS });
  });
}

export async function openNotebook(page: Page, name: string): Promise<void> {
  await openFile(page, name);
  await page.waitForSelector(".notebookOverlay .cell-list-container .code-cell-row");
}

/** Runs a command by its title. The palette lists what is registered when it opens, so it may have to be opened again. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await untilPicked(page, title, (row) => row.click({ timeout: STEP_MS }));
}

/** In a folder that nobody trusts yet, the workbench asks first. */
async function answerTrust(page: Page, settings: Readonly<Record<string, unknown>>): Promise<void> {
  if (settings[TRUST] !== true) return;
  await page.click('.monaco-dialog-box .monaco-button:has-text("No, I don\'t trust")');
}

async function untilPicked(page: Page, title: string, pick: (row: Locator) => Promise<unknown>): Promise<void> {
  await retry(page, `There is no command ${title}.`, async () => {
    const rows = await typeInPalette(page, title);
    await pick(rows.filter({ hasText: title }).first());
  });
}

/** The titles that the palette offers for a text, once it offers one that is known. */
export async function commandsFor(page: Page, text: string, known: string): Promise<readonly string[]> {
  const titles = await retry(page, `There is no command ${known}.`, async () => {
    const rows = await typeInPalette(page, text);
    await rows.filter({ hasText: known }).waitFor({ timeout: STEP_MS });
    return rows.allInnerTexts();
  });
  await page.keyboard.press("Escape");
  return titles.map((title) => title.split("\n")[0] ?? "");
}

/** The rows that the palette shows then. */
async function typeInPalette(page: Page, text: string): Promise<Locator> {
  await page.keyboard.press("F1");
  await page.locator(".quick-input-widget input").fill(`>${text}`, { timeout: STEP_MS });
  return page.locator(".quick-input-list .monaco-list-row");
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

/** Clicks a button of the notification with this text, which may have slid out of sight meanwhile. */
export async function answer(page: Page, text: string, button: string): Promise<void> {
  const item = page.locator(`.notification-list-item:has-text("${text}") .monaco-button:has-text("${button}")`);
  await retry(page, `No message ${text} offers ${button}.`, async () => {
    if (!(await item.isVisible())) await runCommand(page, "Notifications: Show Notifications");
    await item.click({ timeout: STEP_MS });
  });
}

/** Answers the question that the window asks. */
export async function answerDialog(page: Page, text: string, button: string): Promise<void> {
  await page.waitForSelector(`.monaco-dialog-box:has-text("${text}")`);
  await page.click(`.monaco-dialog-box .monaco-button:has-text("${button}")`);
}

/** An element of a webview: those live in nested frames. */
export async function inWebview(page: Page, selector: string): Promise<ElementHandle> {
  const end = Date.now() + READY_MS;
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
  // What the mouse rests on shows a hint; messages slide in and out, and pictures take a moment.
  await page.mouse.move(0, 0);
  await page.waitForTimeout(1500);
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** What takes the focus closes the palette, and then what was done in it is lost: so it is done until it succeeds. */
async function retry<Result>(page: Page, complaint: string, action: () => Promise<Result>): Promise<Result> {
  const end = Date.now() + READY_MS;
  for (;;) {
    try {
      return await action();
    } catch (cause) {
      if (Date.now() > end) throw new Error(complaint, { cause });
      await page.keyboard.press("Escape");
    }
  }
}
