/**
 * Real nodes and a real browser for the tests of the pages. Everything started here is ended by its own process id,
 * and every wait is on a state, with a limit.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { describe } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 6_000;

export const browserPath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const isRequired = (process.env.DESKMESH_REQUIRE ?? "").split(",").includes("browser");

/** Also where there is none but one is required: then its tests fail. */
export function hasBrowser(): boolean {
  return existsSync(browserPath) || isRequired;
}

/** `describe`, skipped with its reason where there is no Chromium, unless DESKMESH_REQUIRE names `browser`. */
export function describeWithBrowser(name: string, tests: () => void): void {
  if (hasBrowser()) describe(name, tests);
  else describe.skip(`${name} (skipped: no Chromium at ${browserPath}; set CHROMIUM)`, tests);
}

/** `executable`: what starts it, if not itself. */
export async function launchBrowser(executable = browserPath): Promise<Browser> {
  if (!existsSync(browserPath)) throw new Error(`no Chromium at ${browserPath}`);
  const args = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
  return chromium.launch({ executablePath: executable, args });
}

export interface RunningNode {
  readonly url: string;
  readonly port: number;
  readonly meshPort: number;
  readonly child: ChildProcess;
}

export async function makeFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "deskmesh-e2e-"));
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Starts `deskmesh start` on a data folder and resolves when it says that it is ready. */
export async function startNode(
  dataDir: string,
  options: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<RunningNode> {
  const has = (flag: string): readonly string[] => (options.includes(flag) ? [] : [flag, "0"]);
  const args = ["start", "--data-dir", dataDir, "--no-mdns", "--mesh-host", "127.0.0.1"];
  const child = spawnDeskmesh([...args, ...has("--port"), ...has("--mesh-port"), ...options], env);
  const ready = await waitForLine(child, /ready http:\/\/127\.0\.0\.1:(\d+) mesh (\d+)/);
  const port = Number(ready[1]);
  return { url: `http://127.0.0.1:${port}`, port, meshPort: Number(ready[2]), child };
}

/** Ends a node and resolves when its process is gone. */
export async function stopNode(node: RunningNode, signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
  const { child } = node;
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill(signal);
  const limit = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
  await gone;
  clearTimeout(limit);
}

/** Runs one command of `deskmesh` to its end. Rejects unless it ended well. */
export async function runDeskmesh(args: readonly string[]): Promise<void> {
  const child = spawnDeskmesh(args);
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said += String(chunk);
  });
  const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  if (code !== 0) throw new Error(`deskmesh ${args[0]} ended with ${code}: ${said}`);
}

/** The first supervisor of every branch here; rides along where one is needed. */
export const by = { user: "mk", pin: "1234" } as const;

/** The first run's form as programs send it. */
export const branchForm = {
  ...{ name: "Riverside", code: "RIV", timezone: "Europe/Berlin", desk: "Desk 1" },
  ...{ supervisor: by.user, pin: by.pin },
};

/** By somebody with initials. */
export async function postJson<T>(node: RunningNode, path: string, body: unknown): Promise<T> {
  const response = await fetch(`${node.url}/api/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "deskmesh-staff": "ab" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as T;
}

export async function getJson<T>(node: RunningNode, path: string): Promise<T> {
  const response = await fetch(`${node.url}/api/${path}`);
  if (!response.ok) throw new Error(`GET ${path}: ${response.status}`);
  return (await response.json()) as T;
}

export const sampleFolder = join(root, "sample");

/** A page at a node; every request to another host is counted and refused. */
export async function openPage(
  browser: Browser,
  node: RunningNode,
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<{ readonly page: Page; readonly context: BrowserContext; readonly strangers: string[] }> {
  const context = await browser.newContext({
    viewport: { width: 1360, height: 800 },
    // Its requests would not come by `route`.
    serviceWorkers: "block",
    ...options,
  });
  // There is no printer here: from version 156 on a headless Chromium waits for one for ever, and then makes no PDF, by
  // which tests read what is printed. What a page is told of a print stays.
  await context.addInitScript(
    "window.print = () => { for (const name of ['beforeprint', 'afterprint']) dispatchEvent(new Event(name)); };",
  );
  const strangers: string[] = [];
  await context.route("**/*", async (route) => {
    const url = route.request().url();
    if (url.startsWith(node.url)) return route.continue();
    strangers.push(url);
    return route.abort();
  });
  const page = await context.newPage();
  page.on("pageerror", (error) => strangers.push(`page error: ${error.message}`));
  await page.goto(node.url);
  return { page, context, strangers };
}

/** The first run as a person does it: supervisor and PIN, one click, the code written down. Gives the code. */
export async function createBranch(page: Page): Promise<string> {
  await page.locator("#b-user").fill(by.user);
  await page.locator("#b-pin").fill(by.pin);
  await page.locator("#b-again").fill(by.pin);
  await page.getByRole("button", { name: "Create this branch" }).click();
  const code = await page.getByTestId("recovery-code").textContent();
  await page.getByRole("button", { name: "I have written it down" }).click();
  return code ?? "";
}

/** Fills the sign-in dialog that stands, and sends it. */
export async function signIn(page: Page, user: string, pin: string): Promise<void> {
  await page.locator("#sign-user").fill(user);
  await page.locator("#sign-pin").fill(pin);
  await page.keyboard.press("Enter");
}

/** What a scanner may send behind a code, as the browser's protocol wants it. */
const suffixKeys = {
  Enter: { key: "Enter", code: "Enter", windowsVirtualKeyCode: 13, text: "\r" },
  Tab: { key: "Tab", code: "Tab", windowsVirtualKeyCode: 9 },
  "Control+J": { key: "j", code: "KeyJ", windowsVirtualKeyCode: 74, modifiers: 2 },
} as const;

export interface Scanner {
  readonly suffix?: readonly (keyof typeof suffixKeys)[];
  /** Between two keys; left out: a usual scanner's. */
  readonly gapMs?: number;
}

/**
 * Types as a scanner does: all at once, with Enter at its end. Each key carries the time at which a scanner would have
 * sent it, as from a real keyboard: how busy this machine is must not make a person of it.
 */
export async function scan(
  page: Page,
  code: string,
  { suffix = ["Enter"], gapMs = 8 }: Scanner = {},
): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const keys = [
    ...[...code].map((char) => ({ key: char, text: char })),
    ...suffix.map((name) => suffixKeys[name]),
  ];
  const beganAt = Date.now() - keys.length * gapMs;
  const sent = keys.flatMap((key, index) => {
    const timestamp = (beganAt + (index + 1) * gapMs) / 1_000;
    return (["keyDown", "keyUp"] as const).map((type) =>
      session.send("Input.dispatchKeyEvent", { ...key, type, timestamp }),
    );
  });
  await Promise.all(sent);
  await session.detach();
}

export interface Violation {
  readonly id: string;
  readonly targets: readonly string[];
}

let axeSource: string | undefined;

/** WCAG 2.2 A and AA by axe. Run over the debugging protocol, since the page's own policy forbids injected scripts. */
export async function findViolations(page: Page): Promise<readonly Violation[]> {
  axeSource ??= await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: axeSource });
  const expression = `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }).then((found) =>
    JSON.stringify(found.violations.map((each) => ({ id: each.id, targets: each.nodes.map((node) => node.target.join(" ")) }))))`;
  const answer = await session.send("Runtime.evaluate", {
    expression,
    awaitPromise: true,
    returnByValue: true,
  });
  await session.detach();
  return JSON.parse(String(answer.result.value)) as readonly Violation[];
}

function spawnDeskmesh(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [join(root, "bin", "deskmesh.mjs"), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function waitForLine(child: ChildProcess, pattern: RegExp): Promise<RegExpMatchArray> {
  return new Promise((resolve, reject) => {
    let said = "";
    const fail = (why: string): void => {
      child.kill("SIGKILL");
      reject(new Error(`deskmesh ${why}: ${said}`));
    };
    const limit = setTimeout(() => fail("was not ready in time"), START_LIMIT_MS);
    const hear = (chunk: Buffer): void => {
      said += String(chunk);
      const match = said.match(pattern);
      if (match === null) return;
      clearTimeout(limit);
      resolve(match);
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.once("exit", (code) => fail(`ended with ${code}`));
  });
}
