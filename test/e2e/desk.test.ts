/** One desk from nothing: the first run, lending, twenty scans without a pause, and a node that dies and comes back. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Page as Rows, TransactionRow } from "../../src/node/http/api.ts";
import {
  createBranch,
  describeWithBrowser,
  getJson,
  launchBrowser,
  makeFolder,
  openPage,
  type RunningNode,
  removeFolder,
  scan,
  startNode,
  stopNode,
} from "./harness.ts";

describeWithBrowser("one desk", () => {
  let folder: string;
  let node: RunningNode;
  let browser: Browser;
  let page: Page;
  let strangers: string[];

  beforeAll(async () => {
    folder = await makeFolder();
    [node, browser] = await Promise.all([startNode(folder), launchBrowser()]);
    ({ page, strangers } = await openPage(browser, node));
  });

  afterAll(async () => {
    await browser?.close();
    if (node !== undefined) await stopNode(node);
    await removeFolder(folder);
  });

  const focused = () => page.evaluate("document.activeElement?.id");
  const rows = () => page.getByTestId("row");

  test("first run: a supervisor with a PIN and one click, and the page lends a book", async () => {
    expect(await createBranch(page)).toMatch(/^(?:[0-9A-Z]{4}-){6}[0-9A-Z]{4}$/);
    await expect.poll(focused, { timeout: 5000 }).toBe("scan");
    await scan(page, "CARD0001");
    await scan(page, "BOOK0001");
    const dialog = page.getByRole("alertdialog");
    await dialog.waitFor();
    await page.keyboard.press("Control+Enter");
    await rows().first().waitFor();
    expect(await rows().first().textContent()).toContain("BOOK0001");
    expect(await rows().first().textContent()).toContain("Saved");
    expect(await page.title()).toMatch(/^● Ready · Check out · /);
  });

  test("twenty scans back to back are twenty rows, in order, none lost and none merged", async () => {
    const codes = Array.from({ length: 20 }, (_, index) => `RAPID${String(index + 1).padStart(4, "0")}`);
    for (const code of codes) await scan(page, code);
    await expect.poll(() => rows().count(), { timeout: 20_000 }).toBe(21);
    const shown = (await rows().locator(".what .code").allTextContents()).reverse();
    expect(shown.slice(1)).toEqual(codes);
    const kept = await getJson<Rows<TransactionRow>>(node, "transactions?kind=checkout&limit=200");
    expect(kept.rows.map((row) => row.item).reverse()).toEqual(["BOOK0001", ...codes]);
  });

  test("a scan that lands beside the field is recorded all the same, and no letter is a command", async () => {
    await page.locator("h1").click();
    await expect.poll(focused, { timeout: 2000 }).toBe("scan");
    await page.evaluate("document.activeElement.blur()");
    await scan(page, "STRAY0001");
    await expect.poll(() => rows().first().textContent()).toContain("STRAY0001");
    expect(await page.evaluate("location.hash")).not.toContain("STRAY");
    expect(new URL(page.url()).search).toBe("");
  });

  test("a node that dies is said within 3 s, takes no scan, and is back within 5 s of its return, without a reload", async () => {
    const before = await rows().count();
    await page.evaluate("window.notReloaded = true");
    await stopNode(node, "SIGKILL");
    await page.locator(".alarm").waitFor({ timeout: 3000 });
    await scan(page, "LOST0001");
    expect(await rows().count()).toBe(before);
    node = await startNode(folder, ["--port", String(node.port)]);
    await page.locator(".alarm").waitFor({ state: "detached", timeout: 5000 });
    await expect.poll(focused).toBe("scan");
    await page.keyboard.press("Control+A");
    await scan(page, "AGAIN0001");
    await expect.poll(() => rows().first().textContent(), { timeout: 20_000 }).toContain("AGAIN0001");
    expect(await page.evaluate("window.notReloaded")).toBe(true);
    const kept = await getJson<Rows<TransactionRow>>(node, "transactions?kind=checkout&limit=200");
    expect(kept.rows.filter((row) => row.item === "LOST0001")).toEqual([]);
  });

  test("a reply that is lost on its way is asked for again under the same id: one row, one entry", async () => {
    const sent: string[] = [];
    await page.route("**/api/transactions", async (route) => {
      sent.push(String((route.request().postDataJSON() as { id: string }).id));
      // The node records it; the page never hears of it.
      if (sent.length === 1) {
        await route.fetch();
        return route.abort();
      }
      return route.continue();
    });
    await scan(page, "ONCE0001");
    await expect.poll(() => rows().first().textContent(), { timeout: 20_000 }).toContain("ONCE0001");
    await page.unroute("**/api/transactions");
    expect(new Set(sent).size).toBe(1);
    expect(sent.length).toBeGreaterThan(1);
    const kept = await getJson<Rows<TransactionRow>>(node, "transactions?item=ONCE0001");
    expect(kept.rows).toHaveLength(1);
  });

  test("a node that hangs is said as well, and the page goes on when it does", async () => {
    node.child.kill("SIGSTOP");
    try {
      await page.locator(".alarm").waitFor({ timeout: 4000 });
    } finally {
      node.child.kill("SIGCONT");
    }
    await page.locator(".alarm").waitFor({ state: "detached", timeout: 5000 });
    await scan(page, "THAWED0001");
    await expect.poll(() => rows().first().textContent(), { timeout: 20_000 }).toContain("THAWED0001");
  });

  test("Void last strikes the row through and keeps it", async () => {
    const before = await rows().count();
    await page.keyboard.press("F7");
    await page.locator("tr.voided").first().waitFor();
    expect(await rows().count()).toBe(before);
  });

  test("nothing was asked of any other host", () => {
    expect(strangers).toEqual([]);
  });
});
