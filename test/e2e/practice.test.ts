/** Practice: nothing of it reaches the real desk, and it ends when an outage opens (AC-73, AC-80). */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Page as Rows, TransactionRow } from "../../src/node/http/api.ts";
import {
  branchForm,
  getJson,
  hasBrowser,
  launchBrowser,
  makeFolder,
  openPage,
  postJson,
  type RunningNode,
  removeFolder,
  scan,
  startNode,
  stopNode,
} from "./harness.ts";

const isFull = process.env.DESKMESH_FULL === "1";

describe.skipIf(!isFull || !hasBrowser())("practice", () => {
  let folder: string;
  let node: RunningNode;
  let browser: Awaited<ReturnType<typeof launchBrowser>>;
  let page: Awaited<ReturnType<typeof openPage>>["page"];

  beforeAll(async () => {
    folder = await makeFolder();
    [node, browser] = await Promise.all([startNode(folder), launchBrowser()]);
    await postJson(node, "branch", branchForm);
    ({ page } = await openPage(browser, node, { reducedMotion: "reduce" }));
    await page.evaluate("localStorage.setItem('deskmesh-staff', 'ab')");
    await page.reload();
  });
  afterAll(async () => {
    await browser?.close();
    if (node !== undefined) await stopNode(node);
    await removeFolder(folder);
  });

  test("lends in an invented library, says PRACTICE on page and slip, and leaves nothing on the real desk or its disk", async () => {
    await page.getByTestId("status-practice").click();
    await page.getByRole("button", { name: "Practise" }).click();
    await page.getByText("Nothing here is real and nothing is sent.").waitFor({ timeout: 20_000 });
    await expect.poll(() => page.title()).toContain("PRACTICE");
    await scan(page, "21998020000006");
    await page.locator("h1", { hasText: "Müller" }).waitFor();
    await scan(page, "PRACTICE0001");
    await page.getByTestId("row").filter({ hasText: "PRACTICE0001" }).waitFor();
    await page.keyboard.press("F9");
    const slip = page.locator("#print .slip");
    await slip.waitFor({ state: "attached" });
    const marks = await slip.locator(".practice").count();
    expect(marks).toBe(2);
    const { rows } = await getJson<Rows<TransactionRow>>(node, "transactions?limit=200");
    expect(rows).toEqual([]);
    for (const file of await filesIn(folder)) {
      expect([file, (await readFile(file)).includes("PRACTICE0001")]).toEqual([file, false]);
    }
  });

  test("ends when an outage opens: the page goes back to the real desk, which knows nothing of it", async () => {
    await postJson(node, "outage/open", {});
    await page.waitForURL((url) => !url.pathname.startsWith("/practice"), { timeout: 20_000 });
    await page.getByText("Record everything here").waitFor();
    expect((await fetch(`${node.url}/practice/healthz`)).status).toBe(404);
    expect((await getJson<Rows<TransactionRow>>(node, "transactions?limit=200")).rows).toEqual([]);
  });
});

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
