/** One desk with the sample library and an outage, for the tests of the counter. */
import type { Browser, Page } from "playwright-core";
import type { Page as Rows, TransactionRow } from "../../src/node/http/api.ts";
import {
  branchForm,
  by,
  getJson,
  launchBrowser,
  makeFolder,
  openPage,
  postJson,
  type RunningNode,
  removeFolder,
  sampleFolder,
  startNode,
  stopNode,
} from "./harness.ts";

/** Registered here, so that no question is asked of them, whatever the date. */
export const CARD = "NEWCARD0001";
export const OTHER_CARD = "NEWCARD0002";
/** Nobody may have more than thirty items, so a long list wants a card of its own. */
export const FREE_CARDS = ["NEWCARD0003", "NEWCARD0004", "NEWCARD0005"] as const;
/** Barred in the sample library. */
export const BARRED = "21998020016432";
export const KNOWN_ITEM = "33191010000006";

export interface Counter {
  node: RunningNode;
  readonly folder: string;
  readonly browser: Browser;
  readonly page: Page;
  readonly strangers: readonly string[];
  /** Codes of everything that was recorded, newest first. */
  items(): Promise<readonly string[]>;
  /** Families of sounds since the last call. */
  heard(): Promise<readonly string[]>;
  /** A check-out page with nobody at it. */
  fresh(): Promise<void>;
  stop(): Promise<void>;
}

export async function startCounter(options: Parameters<Browser["newContext"]>[0] = {}): Promise<Counter> {
  const folder = await makeFolder();
  const [node, browser] = await Promise.all([startNode(folder), launchBrowser()]);
  await postJson(node, "branch", branchForm);
  await postJson(node, "snapshots", { path: sampleFolder, by });
  await postJson(node, "outage/open", {});
  for (const [index, patron] of [CARD, OTHER_CARD, ...FREE_CARDS].entries()) {
    const fields = { surname: `Quimby${index}`, given_names: "Zelda", birth_date: `2001-02-0${index + 3}` };
    const id = `01980a3c-7d2e-7c11-9b1f-2f6f0f1d9a0${index}`;
    await postJson(node, "transactions", { id, kind: "registration", patron, fields });
  }
  const { page, strangers } = await openPage(browser, node, { reducedMotion: "reduce", ...options });
  page.setDefaultTimeout(20_000);
  await page.evaluate("localStorage.setItem('deskmesh-staff', 'ab')");
  await page.addInitScript(
    "window.heard = []; addEventListener('ui-sound', (event) => window.heard.push(event.detail.family));",
  );
  await page.reload();
  await page.locator("#scan").waitFor();
  const counter: Counter = {
    ...{ node, folder, browser, page, strangers },
    async items() {
      const { rows } = await getJson<Rows<TransactionRow>>(counter.node, "transactions?limit=200");
      return rows.map((row) => row.item ?? row.patron ?? row.kind);
    },
    heard: () => page.evaluate("window.heard.splice(0)"),
    async fresh() {
      // Whatever the test before left behind: one that failed must not take the next ones with it.
      const isFree = async (): Promise<boolean> => {
        if ((await page.locator("dialog[open]").count()) > 0) await page.keyboard.press("Escape");
        else if (!(await page.locator("h1", { hasText: "Check out" }).isVisible())) {
          await page.goto(`${counter.node.url}/#/out`);
          await page.keyboard.press("Escape");
        } else return (await page.evaluate("document.activeElement.id")) === "scan";
        return false;
      };
      const until = Date.now() + 20_000;
      while (!(await isFree())) {
        if (Date.now() > until) throw new Error("the page does not come back to an empty check-out");
        await page.waitForTimeout(50);
      }
      await page.keyboard.press("Escape");
      await counter.heard();
    },
    async stop() {
      await browser.close();
      await stopNode(counter.node);
      await removeFolder(folder);
    },
  };
  return counter;
}
