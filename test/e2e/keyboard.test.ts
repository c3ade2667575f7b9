/**
 * A whole outage at one desk without a mouse: started, lent, returned, ended, exported, loaded, ticked off, closed.
 * Only keys are pressed, and each of them at what has the focus. Runs where DESKMESH_FULL is set.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { BatchView, StateView, TodoView } from "../../src/node/http/api.ts";
import {
  branchForm,
  by,
  describeWithBrowser,
  getJson,
  launchBrowser,
  makeFolder,
  openPage,
  postJson,
  type RunningNode,
  removeFolder,
  sampleFolder,
  scan,
  startNode,
  stopNode,
} from "./harness.ts";
import { LIMIT_MS, POLL } from "./supervising.ts";

const isFull = process.env.DESKMESH_FULL === "1";
const CARD = "21998020000006";
const ITEM = "33191010000006";
const TABS_MAX = 120;

describeWithBrowser("an outage by keys alone", () => {
  vi.setConfig({ testTimeout: LIMIT_MS });
  if (!isFull) return test.skip("the whole of it (set DESKMESH_FULL=1)");
  let folder: string;
  let node: RunningNode;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    folder = await makeFolder();
    node = await startNode(folder);
    await postJson(node, "branch", branchForm);
    await postJson(node, "snapshots", { path: sampleFolder, by });
    browser = await launchBrowser();
    ({ page } = await openPage(browser, node, { reducedMotion: "reduce" }));
    page.setDefaultTimeout(20_000);
    await page.locator("#scan").waitFor();
  }, LIMIT_MS);

  afterAll(async () => {
    await browser?.close();
    if (node) await stopNode(node);
    if (folder) await removeFolder(folder);
  });

  const press = (...keys: readonly string[]): Promise<void> =>
    keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  const state = (): Promise<StateView> => getJson<StateView>(node, "state");

  /** Goes on with Tab until it has the focus. */
  async function tabTo(selector: string): Promise<void> {
    await page.locator(selector).first().waitFor();
    const isThere = (): Promise<boolean> =>
      page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)}) === true`);
    for (let tabs = 0; tabs < TABS_MAX; tabs++) {
      if (await isThere()) return;
      await press("Tab");
    }
    throw new Error(`Tab never comes to ${selector}`);
  }

  async function type(selector: string, text: string): Promise<void> {
    await tabTo(selector);
    // As a person does: what comes like a burst is taken for a scan.
    await page.keyboard.type(text, { delay: 60 });
  }

  /** Initials and PIN, where they are asked for. */
  async function signInIfAsked(done: string): Promise<void> {
    await page.locator(`#sign-user, ${done}`).first().waitFor();
    if ((await page.locator("#sign-user").count()) === 0) return;
    await type("#sign-user", by.user);
    await type("#sign-pin", by.pin);
    await press("Enter");
    await page.locator("#sign-user").waitFor({ state: "detached" });
  }

  /** Goes ahead over whatever is asked of the scan. */
  async function answer(row: string): Promise<void> {
    await page.locator(`[role=alertdialog], #sign-user, ${row}`).first().waitFor();
    await signInIfAsked(`[role=alertdialog], ${row}`);
    if ((await page.locator("[role=alertdialog]").count()) > 0) {
      for (let tick = 0; tick < (await page.locator(".tick input").count()); tick++) {
        await tabTo(".tick input:not(:checked)");
        await press("Space");
      }
      if ((await page.locator("#ask-reason").count()) > 0) await type("#ask-reason", "Seen at the desk");
      await press("Control+Enter");
    }
    await page.locator(row).first().waitFor();
  }

  test("from standby to closed", async () => {
    await press("Alt+S");
    await tabTo("[data-move=open]");
    await press("Enter");
    await tabTo("#move-scope");
    await press("ArrowDown", "ArrowDown");
    await type("#move-called", "Help desk, 555 0100");
    await press("Control+Enter");
    await signInIfAsked(".banner.wait");
    await page.locator(".banner").getByText("Outage since").waitFor();
    expect((await state()).outage).toMatchObject({ state: "open", scope: "branch" });
    await page.locator(".record").getByText("Called: Help desk, 555 0100").waitFor();
    await type("#call-who", "Main library");
    await press("Enter");
    await page.locator(".record").getByText("Called: Main library").waitFor();

    await press("F1");
    await page.locator("#scan").waitFor();
    await scan(page, CARD);
    await page.locator(".panel h2").first().waitFor();
    await scan(page, ITEM);
    await answer(".list [data-row]");
    await page.waitForTimeout(700);
    await press("Enter");
    await page.locator(".said").getByText("Finished").waitFor();
    await press("F2");
    await page.locator("h1", { hasText: "Check in" }).waitFor();
    await scan(page, ITEM);
    await answer(".list [data-row]");

    await press("Alt+S");
    await tabTo("[data-move=closing]");
    await press("Enter");
    await type("#move-told", "Help desk");
    await press("Control+Enter");
    await page.locator(".banner").getByText("is back").waitFor();
  });

  test("the file is made, given over and loaded", async () => {
    await tabTo("main .head-row .button.main");
    await press("Enter");
    for (const step of [2, 3, 4]) {
      await expect.poll(() => page.locator("[data-next]").isEnabled(), POLL).toBe(true);
      await press("Control+Enter");
      await page.getByText(`Step ${step} of 5`).waitFor();
      if (step !== 3) continue;
      await tabTo("[name=format]");
      await press("ArrowDown", "ArrowUp");
      await page.locator("[name=format]:checked").waitFor();
    }
    await expect.poll(() => page.locator("[data-next]").isEnabled(), POLL).toBe(true);
    await press("Control+Enter");
    await page.getByText("every byte is as the record says").waitFor();
    await tabTo("[data-answer=loaded]");
    await press("Enter");
    await type("#loaded-job", "4711");
    await press("Control+Enter");
    await page.getByText("Loaded.", { exact: false }).first().waitFor();
    expect((await getJson<BatchView[]>(node, "batches"))[0]?.state).toBe("loaded");
  });

  test("a to-do of a file that nobody holds any more is ticked with a word on what was done, and not without", async () => {
    // No desk can be brought to lose a file at will, so the list has one more than the node knows.
    const [batch] = await getJson<BatchView[]>(node, "batches");
    const text = "This desk does not hold all of it yet.";
    let todo: TodoView = { id: "lost", kind: "not-here", outage: 1, batch: batch!.id, text };
    const asked: { note?: string }[] = [];
    await page.route("**/api/todos", async (route) => {
      const request = route.request();
      const body = (request.postDataJSON() ?? {}) as { todos?: string[]; note?: string };
      if (body.todos?.[0] !== "lost") {
        const real = await route.fetch();
        return route.fulfill({ response: real, json: [...((await real.json()) as TodoView[]), todo] });
      }
      asked.push(body);
      const { note = "" } = body;
      const refusal = { kind: "invalid", text: "note: expected at least 3 characters." };
      if (note.length < 3) return route.fulfill({ status: 422, json: { title: "", status: 422, refusal } });
      todo = { ...todo, done: { at: new Date().toISOString(), note } };
      return route.fulfill({ json: [todo] });
    });
    await press("Alt+S");
    await tabTo(`[data-open="${batch!.id}"]`);
    await press("Enter");
    await tabTo("#todo-lost");
    await press("Space");
    await page.getByText("expected at least 3 characters").waitFor();
    expect(await page.locator("#todo-lost").isChecked()).toBe(false);
    await type("#note-lost", "Entered by hand from the sheets");
    await press("Shift+Tab");
    await press("Space");
    await page.getByText("Nothing is left to do by hand").waitFor();
    expect(asked.map(({ note }) => note)).toEqual([undefined, "Entered by hand from the sheets"]);
    await page.unroute("**/api/todos");
  });

  test("the scans go onto a stick and come back from it, and the passphrase stays in no field", async () => {
    const path = join(folder, "stick.carry");
    await press("Alt+M");
    for (const [way, said] of [
      ["out", "Written: "],
      ["in", "Taken in from Desk 1: 0 new records."],
    ] as const) {
      await tabTo("#carry-path");
      await press("Control+A");
      await type("#carry-path", path);
      await type("#carry-passphrase", "correct horse battery");
      await tabTo(`[data-carry=${way}]`);
      await press("Enter");
      await page.getByText(said).waitFor();
      expect(await page.locator("#carry-passphrase").inputValue()).toBe("");
    }
    expect((await readFile(path)).includes(CARD)).toBe(false);
  });

  test("what is left to do is ticked off, and the outage closed: every desk says where to go now", async () => {
    await press("Alt+S");
    await tabTo("[data-open]");
    await press("Enter");
    await page.locator("#todo-title").waitFor();
    for (let left = await page.locator(".todo input:not(:checked)").count(); left > 0; left--) {
      await tabTo(".todo input:not(:checked)");
      await press("Space");
      await expect.poll(() => page.locator(".todo input:not(:checked)").count(), POLL).toBe(left - 1);
    }
    await press("Alt+S");
    await tabTo("[data-move=close]");
    await press("Enter");
    await tabTo("#move-told");
    await press("Control+Enter");
    await page.locator(".banner").getByText("All loaded at").waitFor();
    expect((await state()).outage).toMatchObject({ number: 2, state: "standby", before: { number: 1 } });
    // The banner's own way to the list of what is to be scanned again.
    await tabTo(".banner .pill");
    await press("Enter");
    await page.locator(".rescan-row").first().waitFor();
  });
});
