/** A supervisor brings a snapshot as a zip file on the Desks page, is asked for the PIN first, and sees what came of it. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sampleFolder } from "../node/snapshot/stores.ts";
import { makeZip } from "../node/snapshot/zips.ts";
import {
  branchForm,
  by,
  describeWithBrowser,
  findViolations,
  launchBrowser,
  makeFolder,
  openPage,
  postJson,
  type RunningNode,
  removeFolder,
  signIn,
  startNode,
  stopNode,
} from "./harness.ts";

describeWithBrowser("a zip file on the page", () => {
  let folder: string;
  let node: RunningNode | undefined;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    folder = await makeFolder();
    node = await startNode(join(folder, "one"));
    await postJson(node, "branch", branchForm);
    browser = await launchBrowser();
    ({ page } = await openPage(browser, node));
    page.setDefaultTimeout(20_000);
    await page.goto(`${node.url}/#/desks`);
  });
  afterAll(async () => {
    await browser?.close();
    if (node) await stopNode(node);
    await removeFolder(folder);
  });

  async function choose(buffer: Buffer): Promise<void> {
    await page.locator("#p-zip").setInputFiles({ name: "extract.zip", mimeType: "application/zip", buffer });
    await page.getByRole("button", { name: "Read it in" }).click();
  }

  test("is read in, and a bad one leaves it in force", async () => {
    const names = (await readdir(sampleFolder)).filter((name) => /\.(csv|json)$/.test(name));
    const entries = await Promise.all(
      names.map(async (name) => ({ name: `x/${name}`, content: await readFile(join(sampleFolder, name)) })),
    );
    await page.getByText("No list of patrons and items on this PC").waitFor();
    await choose(makeZip(entries));
    await signIn(page, by.user, by.pin);
    await page.getByText("patrons.csv: 120 of 120 rows kept, 0 refused").waitFor();
    await page.getByText("120 patrons, 600 items").waitFor();
    expect(await findViolations(page), "desks").toEqual([]);
    const list = Buffer.from("21998020000006 L\nnot a line of it\n");
    await page.locator("#p-zip").setInputFiles({ name: "list.txt", mimeType: "text/plain", buffer: list });
    await page.getByRole("button", { name: "Read it in" }).click();
    await page.getByText("blocks.txt: 1 of 2 rows kept, 1 refused").waitFor();
    await page.getByText("line 2: expected a barcode").waitFor();
    expect(await findViolations(page), "what was read").toEqual([]);
    await choose(Buffer.from("no zip"));
    await page.getByText("It is no zip file, or it is cut short").waitFor();
    await page.getByText("120 patrons, 600 items").waitFor();
    await page.getByRole("button", { name: "Read it in" }).isEnabled();
  });
});
