/** Forgetting an outage from the page: offered once it may be, by keyboard alone, with a receipt. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BatchView, PastOutageView, Page as Rows, TransactionRow } from "../../src/node/http/api.ts";
import {
  by,
  createBranch,
  describeWithBrowser,
  findViolations,
  getJson,
  launchBrowser,
  makeFolder,
  openPage,
  postJson,
  type RunningNode,
  removeFolder,
  scan,
  signIn,
  startNode,
  stopNode,
} from "./harness.ts";

const PATRON = "NEWCARD0001";

describeWithBrowser("forgetting an outage", () => {
  let folder: string;
  let node: RunningNode;
  let browser: Browser;
  let page: Page;
  let strangers: string[];

  beforeAll(async () => {
    folder = await makeFolder();
    [node, browser] = await Promise.all([startNode(folder), launchBrowser()]);
    ({ page, strangers } = await openPage(browser, node, { reducedMotion: "reduce" }));
    page.setDefaultTimeout(8_000);
    await createBranch(page);
  }, 40_000);

  afterAll(async () => {
    await browser?.close();
    if (node !== undefined) await stopNode(node);
    await removeFolder(folder);
  });

  const outage = () => page.locator("[data-outage='1']");

  test("is not offered before everything is loaded, and then says what goes", async () => {
    await postJson(node, "outage/open", {});
    const id = "0192f3c0-0000-7000-8000-000000000001";
    const fields = { surname: "Kräuter", given_names: "Ada" };
    await postJson(node, "transactions", { id, kind: "registration", patron: PATRON, fields });
    await page.goto(`${node.url}/#/export`);
    await outage().getByText("1 scans are in no file yet").waitFor();
    expect(await outage().getByRole("button").count()).toBe(0);
    const batch = await postJson<BatchView>(node, "batches", { format: "csv", by });
    await postJson(node, `batches/${batch.id}/loaded`, { job: "1", by });
    await postJson(node, "outage/close", { by });
    await page.reload();
    await outage().getByText("may be forgotten").waitFor();
    expect(await findViolations(page), "offered").toEqual([]);
    await page.locator("[data-ask='1']").focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => page.evaluate("document.activeElement?.id")).toBe("purge-number");
    expect(await outage().textContent()).toContain("This can't be undone");
    expect(await findViolations(page), "asked").toEqual([]);
  });

  test("neither a stray scan nor a wrong number forgets anything; Ctrl+Enter and a PIN do", async () => {
    await scan(page, "1");
    await page.keyboard.type("2");
    await page.keyboard.press("Control+Enter");
    expect((await getJson<PastOutageView[]>(node, "outages"))[0]?.purged).toBeUndefined();
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Control+Enter");
    await page.locator("dialog[open]").waitFor();
    await signIn(page, by.user, by.pin);
    await outage().getByText("destroyed on 1 of 1 desk").waitFor();
    expect(await outage().textContent()).toContain("1 registration");
    expect(await findViolations(page), "receipt").toEqual([]);
    expect((await getJson<Rows<TransactionRow>>(node, "transactions")).rows).toEqual([]);
    expect(await page.locator("body").textContent()).not.toContain(PATRON);
    expect(strangers).toEqual([]);
  });
});
