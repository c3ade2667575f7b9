/** Forgetting an outage from the page: offered once it may be, by keyboard alone, with a receipt. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BatchView, PastOutageView, Page as Rows, TransactionRow } from "../../src/node/http/api.ts";
import { createIls, serveSockets } from "../sip2/ils.ts";
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
import { record } from "./supervising.ts";

const isFull = process.env.DESKMESH_FULL === "1";
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
    page.setDefaultTimeout(20_000);
    await createBranch(page);
  });

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
    await outage().getByText("1 scan is in no file yet").waitFor();
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

  test.runIf(isFull)(
    "a file goes line by line over SIP2 from its report, and a line without an answer waits for a person",
    async () => {
      const login = { user: "desk", password: "sip-secret-0417" };
      const ils = createIls({ login, at: { 2: "rubbish" } });
      const { port, close } = await serveSockets(ils.accept);
      try {
        await postJson(node, "outage/open", {});
        for (const item of ["33191010000006", "33191010000378", "33191010000741"])
          await record(node, { kind: "checkin", item });
        const { id, lines } = await postJson<BatchView>(node, "batches", { format: "csv", by });
        await page.goto(`${node.url}/#/export`);
        await page.locator(`[data-open="${id}"]`).click();
        await page.locator("[data-replay=ask]").click();
        for (const [name, text] of Object.entries({ host: "127.0.0.1", port, ...login }))
          await page.locator(`#sip-${name}`).fill(String(text));
        expect(await findViolations(page), "form").toEqual([]);
        const within = page.locator("#sip-within");
        await within.fill("0");
        await page.keyboard.press("Control+Enter");
        expect(await page.locator("#sip-within:invalid").count(), "0 seconds").toBe(1);
        expect((await getJson<BatchView>(node, `batches/${id}`)).replay, "nothing begun").toBeUndefined();
        await within.fill("20");
        await page.keyboard.press("Control+Enter");
        await page.getByText("Nobody knows whether these arrived.").waitFor();
        expect(await page.locator("#sip-password").inputValue()).toBe("");
        expect(await findViolations(page), "unknown line").toEqual([]);
        await page.locator("select[data-line]").selectOption("there");
        await page.locator("#sip-password").fill(login.password);
        await page.keyboard.press("Control+Enter");
        await page.getByText("All lines were sent.").waitFor();
        const { replay } = await getJson<BatchView>(node, `batches/${id}`);
        expect(replay).toMatchObject({ lines, done: lines, refused: 0, unknown: [], waiting: 0 });
        expect(ils.booked.map(({ item }) => item).toSorted(), "each once").toEqual([
          ...["33191010000006", "33191010000378", "33191010000741"],
        ]);
      } finally {
        await close();
      }
    },
  );
});
