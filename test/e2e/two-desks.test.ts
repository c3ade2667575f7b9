/** Two linked desks with the sample library: rows live on both, the dialog, and every page by WCAG 2.2 AA. */
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { InviteView, Page as Rows, StateView, TransactionRow } from "../../src/node/http/api.ts";
import {
  branchForm,
  by,
  describeWithBrowser,
  findViolations,
  getJson,
  launchBrowser,
  makeFolder,
  openPage,
  postJson,
  type RunningNode,
  removeFolder,
  runDeskmesh,
  sampleFolder,
  scan,
  signIn,
  startNode,
  stopNode,
} from "./harness.ts";

/** Barred in the sample library, whatever the date. */
const BARRED = "21998020016432";
const ROUTES = [
  "out",
  "in",
  "renew",
  "find",
  "register",
  "activity",
  "rules",
  "desks",
  "exceptions",
  "export",
  "wizard",
  "batch",
  "sheet",
] as const;

describeWithBrowser("two desks", () => {
  let folder: string;
  let one: RunningNode;
  let two: RunningNode;
  let browser: Browser;
  let page: Page;
  let other: Page;

  beforeAll(async () => {
    folder = await makeFolder();
    const dirs = [join(folder, "one"), join(folder, "two")] as const;
    one = await startNode(dirs[0]);
    await postJson(one, "branch", branchForm);
    await postJson(one, "snapshots", { path: sampleFolder, by });
    const { invite } = await postJson<InviteView>(one, "invites", { by });
    await runDeskmesh(["join", invite, "--data-dir", dirs[1], "--desk", "Desk 2"]);
    two = await startNode(dirs[1], ["--peer", `127.0.0.1:${one.meshPort}`]);
    await postJson(one, "outage/open", {});
    // Linked, and told of the outage.
    const isTold = async (): Promise<boolean> => {
      const { desks, outage } = await getJson<StateView>(two, "state");
      return outage.state === "open" && desks.desks.some((desk) => desk.linked && !desk.self);
    };
    await vi.waitUntil(isTold, { timeout: 20_000, interval: 100 });
    browser = await launchBrowser();
    ({ page } = await openPage(browser, one, { reducedMotion: "reduce" }));
    ({ page: other } = await openPage(browser, two));
    for (const each of [page, other]) {
      await each.locator("#scan").waitFor();
      await each.keyboard.press("Control+Shift+L");
      await each.locator("#sign-user").fill("ab");
      await each.keyboard.press("Enter");
      await each.getByRole("button", { name: "ab Change" }).waitFor();
    }
  });

  afterAll(async () => {
    await browser?.close();
    for (const node of [one, two]) if (node !== undefined) await stopNode(node);
    await removeFolder(folder);
  });

  const rows = () => page.getByTestId("row");
  const countCheckouts = async () =>
    (await getJson<Rows<TransactionRow>>(one, "transactions?kind=checkout")).rows.length;

  test("a stray scan can't answer the dialog: it is named, and nothing is recorded", async () => {
    await scan(page, BARRED);
    await page.getByText("Blocked").first().waitFor();
    await scan(page, "BOOK1001");
    const dialog = page.getByRole("alertdialog");
    await dialog.waitFor();
    expect(await page.evaluate("document.activeElement?.id")).toBe("ask-title");
    const before = await countCheckouts();
    await scan(page, "33191010000006");
    await page.getByText("Scan ignored: …00006").waitFor();
    await page.keyboard.press("Tab");
    await scan(page, "33191010000014");
    await page.keyboard.press("Control+Enter");
    expect(await dialog.count()).toBe(1);
    expect(await countCheckouts()).toBe(before);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(await countCheckouts()).toBe(before);
    await expect.poll(() => page.evaluate("document.activeElement?.id")).toBe("scan");
  });

  test("with a reason staff go ahead; the row says on how many desks it is; the other desk shows it", async () => {
    await other.goto(`${two.url}/#/activity`);
    await scan(page, "BOOK1001");
    await page.getByRole("alertdialog").waitFor();
    await page.locator("#ask-reason").fill("Paid at the counter");
    await page.keyboard.press("Control+Enter");
    await rows().filter({ hasText: "BOOK1001" }).waitFor();
    await rows().filter({ hasText: "on 2 of 2 desks" }).waitFor({ timeout: 20_000 });
    await other.getByTestId("row").filter({ hasText: "BOOK1001" }).waitFor({ timeout: 20_000 });
    expect(await page.title()).not.toContain("Evans");
    expect(page.url()).not.toContain(BARRED);
  });

  test("a loan at one desk appears in the patron's panel at the other", async () => {
    await other.goto(`${two.url}/#/out`);
    await scan(other, BARRED);
    await other.locator(".panel").getByTitle("BOOK1001").waitFor({ timeout: 20_000 });
    await scan(page, "BOOK1002");
    await rows().filter({ hasText: "BOOK1002" }).waitFor();
    await other.locator(".panel").getByTitle("BOOK1002").waitFor({ timeout: 20_000 });
  });

  test("each desk shows how much room is on the other's disk", async () => {
    await other.goto(`${two.url}/#/desks`);
    const row = other.locator("table.desks tr").filter({ hasText: "Desk 1" });
    await row.filter({ hasText: /\d+(?:\.\d)? [GM]B/ }).waitFor({ timeout: 20_000 });
  });

  for (const colorScheme of ["light", "dark"] as const) {
    test(`every page has no violation of WCAG 2.2 AA in ${colorScheme}`, async () => {
      await page.emulateMedia({ colorScheme });
      for (const route of ROUTES) {
        await page.goto(`${one.url}/#/${route}`);
        await page.locator("main h1").waitFor();
        expect(await findViolations(page), route).toEqual([]);
      }
      // Nobody at the desk: an unknown code is then taken for a card, and asked about.
      await page.goto(`${one.url}/#/out`);
      await page.reload();
      await expect.poll(() => page.evaluate("document.activeElement?.id")).toBe("scan");
      await scan(page, "NOBODY0001");
      await page.getByRole("alertdialog").waitFor();
      expect(await findViolations(page), "dialog").toEqual([]);
      await page.keyboard.press("Escape");
    });
  }

  test("at 320 px nothing needs sideways scrolling", async () => {
    const { page: small, context } = await openPage(browser, one, { viewport: { width: 320, height: 800 } });
    for (const route of ROUTES) {
      await small.goto(`${one.url}/#/${route}`);
      await small.locator("main h1").waitFor();
      expect(
        await small.evaluate("document.documentElement.scrollWidth - innerWidth"),
        route,
      ).toBeLessThanOrEqual(0);
    }
    await context.close();
  });

  test("May I export? answers, and the file that comes out holds the loans", async () => {
    await page.goto(`${one.url}/#/export`);
    await page.getByText("Yes:").waitFor({ timeout: 20_000 });
    await page.getByRole("button", { name: "Export one file" }).click();
    // The wizard is fetched when it is wanted: before it is there it hears no key.
    await page.getByText("Step 1 of 5").waitFor();
    for (const step of [2, 3]) {
      await page.keyboard.press("Control+Enter");
      await page.getByText(`Step ${step} of 5`).waitFor();
    }
    await page.locator("[name=format][value=csv]").check();
    await page.keyboard.press("Control+Enter");
    await page.getByText("Step 4 of 5").waitFor();
    await page.keyboard.press("Control+Enter");
    // Nobody is signed in: the dialog comes first, then the act goes out by itself.
    await signIn(page, by.user, by.pin);
    await page.getByText("every byte is as the record says").waitFor({ timeout: 20_000 });
    const link = page.getByRole("button", { name: /^Save .*\.csv$/ }).first();
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    const path = await download.path();
    const { readFile } = await import("node:fs/promises");
    expect(await readFile(path, "utf8")).toContain("BOOK1001");
  });
});
