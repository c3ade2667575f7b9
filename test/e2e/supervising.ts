/** What a supervisor does over and over in these tests: record over questions, go through the wizard, fetch a file. */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { by, findViolations, type RunningNode, signIn } from "./harness.ts";

/** A loaded machine is slow, and every wait is on a state. */
export const POLL = { timeout: 20_000 };
export const LIMIT_MS = 120_000;
const OFFICE_ROUTES = ["export", "desks", "exceptions", "activity", "wizard", "batch", "sheet"] as const;
export const LOOKS = [
  { name: "light", media: { colorScheme: "light", forcedColors: "none" }, width: 1360 },
  { name: "dark", media: { colorScheme: "dark", forcedColors: "none" }, width: 1360 },
  { name: "forced", media: { colorScheme: "dark", forcedColors: "active" }, width: 1360 },
  { name: "narrow", media: { colorScheme: "light", forcedColors: "none" }, width: 320 },
] as const;

/** Records at a desk, going ahead over whatever is asked. Gives the id. */
export async function record(node: RunningNode, command: object): Promise<string> {
  const tail = randomBytes(6).toString("hex");
  const time = Date.now().toString(16).padStart(12, "0");
  const id = `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${tail}`;
  const send = (more: object): Promise<Response> =>
    fetch(`${node.url}/api/transactions`, {
      method: "POST",
      headers: { "content-type": "application/json", "deskmesh-staff": "ab" },
      body: JSON.stringify({ id, ...command, ...more }),
    });
  const first = await send({});
  if (first.status === 201) return id;
  const { questions = [] } = (await first.json()) as {
    questions?: { code: string; ref: string; tick?: string; role: string }[];
  };
  const overrides = questions.map(({ code, ref, tick, role }) => ({
    ...{ code, ref, reason: "Seen at the desk" },
    ...(tick === undefined ? {} : { acknowledged: true }),
    ...(role === "supervisor" ? { by } : {}),
  }));
  const second = await send({ overrides });
  expect(second.status, await second.clone().text()).toBe(201);
  return id;
}

/**
 * From the supervisor's page to the hand-over, by keyboard, with a step back and an Esc on the way. Gives the numbers of
 * the sum row as the screen had them: on the screen, in the file, elsewhere, voided, scanned twice.
 */
export async function walkWizard(
  page: Page,
  format: string,
  shoot: (name: string) => Promise<void> = async () => undefined,
): Promise<readonly number[]> {
  await page.getByRole("button", { name: "Export one file" }).click();
  await atStep(page, 1);
  await shoot("1-desks");
  await next(page, 2);
  await page.keyboard.press("Alt+ArrowLeft");
  await atStep(page, 1);
  await page.keyboard.press("Alt+ArrowRight");
  await atStep(page, 2);
  await next(page, 3);
  await page.locator(`[name=format][value=${format}]`).check();
  const cells = page.locator(".capability .sum td");
  await cells.nth(1).waitFor();
  await shoot("3-format");
  const sums = (await cells.allTextContents()).map(Number);
  await next(page, 4);
  await page.keyboard.press("Escape");
  await page.getByText("Leave the export?").waitFor();
  await page.keyboard.press("Escape");
  await page.getByText("Leave the export?").waitFor({ state: "hidden" });
  await shoot("4-check");
  await page.keyboard.press("Control+Enter");
  const dialog = page.locator("#sign-user");
  const done = page.getByText("every byte is as the record says");
  await expect.poll(async () => (await dialog.count()) + (await done.count()), POLL).toBeGreaterThan(0);
  if ((await dialog.count()) > 0) await signIn(page, by.user, by.pin);
  await done.waitFor();
  await shoot("5-hand-over");
  return sums;
}

export async function next(page: Page, step: number): Promise<void> {
  await expect.poll(() => page.locator("[data-next]").isEnabled(), POLL).toBe(true);
  await page.keyboard.press("Control+Enter");
  await atStep(page, step);
}

export async function atStep(page: Page, step: number): Promise<void> {
  await page.getByText(`Step ${step} of 5`).waitFor();
}

/** Saves the file behind a button, as text. */
export async function download(page: Page, name: RegExp): Promise<string> {
  const link = page.getByRole("button", { name }).first();
  await link.waitFor();
  const [file] = await Promise.all([page.waitForEvent("download"), link.click()]);
  return readFile(await file.path(), "utf8");
}

/** Asks the node as whoever is signed in on the page. */
export async function getAs(page: Page, node: RunningNode, path: string): Promise<string> {
  const cookies = await page.context().cookies();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const response = await fetch(`${node.url}/api/${path}`, { headers: { cookie } });
  expect(response.status, path).toBe(200);
  return response.text();
}

/** Opens each page with all its details; gives what axe finds, and pages that need sideways scrolling. */
export async function lookAtOffice(
  page: Page,
  node: RunningNode,
  shoot: (route: string) => Promise<void>,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const route of OFFICE_ROUTES) {
    await page.goto(`${node.url}/#/${route}`);
    await page.locator("main h1").waitFor();
    await page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true");
    const beyond = Number(await page.evaluate("document.documentElement.scrollWidth - innerWidth"));
    if (beyond > 0) found.push(`${route}: ${beyond} px too wide`);
    for (const { id, targets } of await findViolations(page))
      found.push(`${route}: ${id} ${targets.join(", ")}`);
    await shoot(route);
  }
  return found;
}
