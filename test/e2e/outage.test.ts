/**
 * One outage at three real desks with three browsers, from standby to closed: lend at A, seen at B, returned at C, a
 * split with a conflict, healed, settled, exported, loaded. It leaves a picture of each moment in `test/e2e/out/`.
 * Runs where DESKMESH_FULL is set.
 */
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { BatchView, ExceptionView, InviteView, StateView } from "../../src/node/http/api.ts";
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
  runDeskmesh,
  sampleFolder,
  scan,
  signIn,
  startNode,
  stopNode,
} from "./harness.ts";
import { download, LIMIT_MS, LOOKS, lookAtOffice, POLL, walkWizard } from "./supervising.ts";

const isFull = process.env.DESKMESH_FULL === "1";
const out = fileURLToPath(new URL("./out", import.meta.url));
const JUERGEN = "21998020000006";
const LIAM = "21998020000535";
const BRIDGE = "33191010000006";
const KITCHEN = "33191010000741";
const OTHER_BRIDGE = "33191010000378";

describeWithBrowser("one outage at three desks", () => {
  vi.setConfig({ testTimeout: LIMIT_MS });
  if (!isFull) return test.skip("the whole day (set DESKMESH_FULL=1)");
  let folder: string;
  let browser: Browser;
  const nodes: RunningNode[] = [];
  const pages: Page[] = [];
  const strangers: string[][] = [];
  const dirs = ["one", "two", "three"];

  beforeAll(setUp, LIMIT_MS);
  async function setUp(): Promise<void> {
    await mkdir(out, { recursive: true });
    folder = await makeFolder();
    nodes[0] = await startNode(join(folder, "one"));
    await postJson(a(), "branch", branchForm);
    await postJson(a(), "snapshots", { path: sampleFolder, by });
    for (const n of [1, 2]) {
      const { invite } = await postJson<InviteView>(a(), "invites", { by });
      await runDeskmesh(["join", invite, "--data-dir", join(folder, dirs[n]!), "--desk", `Desk ${n + 1}`]);
      nodes[n] = await startNode(join(folder, dirs[n]!), ["--peer", `127.0.0.1:${a().meshPort}`]);
    }
    browser = await launchBrowser();
    for (const n of [0, 1, 2]) {
      const opened = await openPage(browser, nodes[n]!, { reducedMotion: "reduce", acceptDownloads: true });
      pages[n] = opened.page;
      opened.page.setDefaultTimeout(20_000);
      strangers[n] = opened.strangers as string[];
      await opened.page.locator("#scan").waitFor();
      await opened.page.keyboard.press("Control+Shift+L");
      await opened.page.locator("#sign-user").fill(["ab", "cd", "ef"][n]!);
      await opened.page.keyboard.press("Enter");
    }
    await linked();
  }

  afterAll(async () => {
    await browser?.close();
    for (const node of nodes) await stopNode(node);
    if (folder) await removeFolder(folder);
  });

  const a = (): RunningNode => nodes[0]!;
  const pageOf = (n: number): Page => pages[n]!;
  const state = (n: number): Promise<StateView> => getJson<StateView>(nodes[n]!, "state");
  const shoot = async (n: number, name: string): Promise<void> =>
    void (await pageOf(n).screenshot({ path: join(out, `${name}.png`) }));
  const go = async (n: number, route: string): Promise<void> => {
    await pageOf(n).goto(`${nodes[n]!.url}/#/${route}`);
    await pageOf(n).locator("main h1").waitFor();
  };
  const linked = (count = 2): Promise<boolean> =>
    vi.waitUntil(
      async () => {
        const states = await Promise.all([0, 1, 2].map(state));
        return states.every(
          ({ desks }) => desks.desks.filter((desk) => desk.linked && !desk.self).length === count,
        );
      },
      { timeout: 30_000, interval: 200 },
    );

  /** The switch dies and every PC is started anew: each is alone, since it knows no address that still holds. */
  async function restartAll(peers: (n: number) => readonly string[]): Promise<void> {
    for (const n of [0, 1, 2]) {
      const { port } = nodes[n]!;
      await stopNode(nodes[n]!);
      nodes[n] = await startNode(join(folder, dirs[n]!), ["--port", String(port), ...peers(n)]);
    }
    for (const page of pages) await page.locator(".alarm").waitFor({ state: "detached", timeout: 20_000 });
  }

  /** Goes ahead over whatever is asked. */
  async function lend(n: number, card: string, item: string): Promise<void> {
    await go(n, "out");
    await scan(pageOf(n), card);
    await pageOf(n).locator(".panel").waitFor();
    await scan(pageOf(n), item);
    const row = pageOf(n).getByTestId("row").filter({ hasText: item }).first();
    const dialog = pageOf(n).getByRole("alertdialog");
    await expect.poll(async () => (await row.count()) + (await dialog.count()), POLL).toBeGreaterThan(0);
    if ((await dialog.count()) > 0) {
      const reason = pageOf(n).locator("#ask-reason");
      if ((await reason.count()) > 0) await reason.fill("Seen at the desk");
      for (const box of await dialog.getByRole("checkbox").all()) await box.check();
      await pageOf(n).keyboard.press("Control+Enter");
    }
    await row.waitFor();
  }

  test("the supervisor starts it with its scope and whom they called; each desk is asked, and its banner says so (AC-50)", async () => {
    await shoot(0, "01-standby");
    await go(0, "export");
    await pageOf(0).getByRole("button", { name: "Start an outage…" }).focus();
    await pageOf(0).keyboard.press("Enter");
    await pageOf(0).locator("#move-scope").selectOption("this-desk");
    await pageOf(0).locator("#move-called").fill("Help desk, 555 0100");
    await pageOf(0).keyboard.press("Control+Enter");
    for (const page of pages.slice(1))
      await page.locator(".banner").getByText("Is yours down too?").waitFor({ timeout: 20_000 });
    // Of two desks that are cut off nobody asks the third any more.
    await pageOf(1).getByRole("button", { name: "Yes, down here too" }).click();
    for (const page of pages) await page.locator(".banner").getByText("Outage since").waitFor();
    await go(1, "export");
    expect(await pageOf(1).getByRole("button", { name: "The library system is back" }).count()).toBe(0);
  });

  test("lent at A, seen at B, returned at C", async () => {
    await go(1, "out");
    await scan(pageOf(1), JUERGEN);
    await pageOf(1).locator(".panel").waitFor();
    await lend(0, JUERGEN, BRIDGE);
    await pageOf(1).locator(".panel").getByText("The Slow Bridge").first().waitFor({ timeout: 20_000 });
    await shoot(0, "03-lent-at-A");
    await shoot(1, "04-seen-at-B");
    await go(2, "in");
    await scan(pageOf(2), BRIDGE);
    await pageOf(2).getByTestId("row").filter({ hasText: BRIDGE }).waitFor();
    await shoot(2, "05-returned-at-C");
  });

  test("split: two desks lend the same item; healed: both show one exception, and no row is gone (AC-41)", async () => {
    await restartAll(() => []);
    await linked(0);
    await lend(0, JUERGEN, KITCHEN);
    await lend(1, LIAM, KITCHEN);
    await go(0, "export");
    await pageOf(0).getByText("Not yet").first().waitFor();
    await shoot(0, "06-split");
    await pageOf(0).locator(".proof > summary").first().click();
    await shoot(0, "07-split-details");
    await stopNode(nodes[1]!);
    await stopNode(nodes[2]!);
    for (const n of [1, 2]) {
      const { port } = nodes[n]!;
      const peer = ["--peer", `127.0.0.1:${a().meshPort}`];
      nodes[n] = await startNode(join(folder, dirs[n]!), ["--port", String(port), ...peer]);
    }
    await linked();
    for (const n of [0, 1]) {
      await go(n, "exceptions");
      await pageOf(n).locator(".pick.must").waitFor({ timeout: 10_000 });
      expect(await pageOf(n).locator(".pick.must").count()).toBe(1);
      expect(await pageOf(n).locator(".side").count()).toBe(2);
    }
    await shoot(0, "08-conflict");
    const rows = await getJson<{ rows: readonly { item?: string; kind: string }[] }>(
      nodes[2]!,
      "transactions?limit=200",
    );
    expect(rows.rows.filter((row) => row.item === KITCHEN && row.kind === "checkout")).toHaveLength(2);
  });

  test("an open decision holds up step 2; it is settled by keyboard, and its reason stays (AC-59)", async () => {
    const page = pageOf(0);
    await go(0, "wizard");
    await page.keyboard.press("Control+Enter");
    await page.getByText("Step 2 of 5").waitFor();
    expect(await page.locator("[data-next]").isDisabled()).toBe(true);
    await page.keyboard.press("Control+Enter");
    await page.getByText("Step 2 of 5").waitFor();
    await shoot(0, "09-gate");
    await go(0, "exceptions");
    await page.locator(".pick.must").focus();
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    await page.keyboard.press("ArrowRight");
    expect(await page.evaluate("document.activeElement?.classList.contains('side')")).toBe(true);
    await page.getByRole("radio", { name: /: B/ }).first().check();
    await page.locator("#x-reason").fill("Jürgen has it in his hand");
    await page.keyboard.press("Control+Enter");
    await signIn(page, by.user, by.pin);
    await page.getByText("Nothing must be decided").waitFor();
    await page.getByRole("button", { name: "mk · supervisor Change" }).waitFor();
    expect((await state(0)).exceptions.mustDecide).toBe(0);
    const settled = (await getJson<ExceptionView[]>(a(), "exceptions")).find(
      (each) => each.settled && each.mustDecide,
    );
    expect(settled?.settled?.reason).toBe("Jürgen has it in his hand");
    await shoot(0, "10-settled");
  });

  let first: BatchView;

  test("the wizard makes one file: screen, lines and report add up, and the sum is the file's (AC-51, AC-52, AC-55)", async () => {
    const page = pageOf(0);
    await go(0, "export");
    await page.locator("[data-move=closing]").click();
    await page.locator("#move-told").fill("Help desk");
    await page.keyboard.press("Control+Enter");
    await pageOf(2).locator(".banner").getByText("The library system is back").waitFor({ timeout: 20_000 });
    await pageOf(2).locator(".banner").getByText("your supervisor (mk) tells you").waitFor();
    const made = await exportFile(0, "11");
    first = made.batch;
    const { text, sum } = made;
    expect(createHash("sha256").update(text).digest("hex")).toBe(first.sha256);
    expect(await page.getByTestId("sha256").textContent()).toBe(first.sha256);
    expect(sum).toBe(first.counts.reduce((total, each) => total + each.written, 0));
    expect(first.lines).toBe(sum);
    const lines = await download(page, /lines/);
    expect(lines.trimEnd().split("\r\n")).toHaveLength(first.lines + 1);
    // At once again: nothing of it is left to export.
    await go(0, "export");
    await page.getByText("There is nothing to export").waitFor();
    expect(await page.getByRole("button", { name: "Export one file" }).isDisabled()).toBe(true);
    await lend(1, LIAM, OTHER_BRIDGE);
    await expect.poll(async () => (await state(0)).waiting, POLL).toBe(1);
    const second = await exportFile(0, "12");
    expect(second.batch.id).toMatch(/^RIV-1-2/);
    expect(second.batch.lines).toBe(1);
    expect(second.text).not.toContain(BRIDGE);
  });

  test("loaded and closed: every desk says so, and the report says what was (AC-57)", async () => {
    const page = pageOf(0);
    for (const batch of await getJson<BatchView[]>(a(), "batches")) {
      await go(0, "export");
      await page.locator(`[data-open="${batch.id}"]`).click();
      await page.locator("[data-answer=loaded]").click();
      await page.locator("#loaded-job").fill("4711");
      await page.keyboard.press("Control+Enter");
      await page.locator(".note").getByText("Marked as loaded").waitFor();
    }
    await shoot(0, "14-batch-report");
    for (const todo of await getJson<{ id: string; done?: unknown }[]>(a(), "todos")) {
      if (todo.done === undefined)
        await postJson(a(), "todos", { todos: [todo.id], note: "Done by hand", by });
    }
    for (const n of [0, 1, 2]) await expect.poll(async () => (await state(n)).waiting, POLL).toBe(0);
    await go(0, "export");
    await page.locator("[data-move=close]").click();
    await page.locator("#move-told").fill("Help desk");
    await page.keyboard.press("Control+Enter");
    for (const each of pages)
      await each.locator(".banner").getByText("All loaded").waitFor({ timeout: 20_000 });
    await shoot(0, "15-closed");
    await page.getByRole("button", { name: "End-of-outage report" }).click();
    await page.locator(".paper h2").first().waitFor();
    await shoot(0, "16-report");
    expect(strangers.flat()).toEqual([]);
  });

  async function exportFile(n: number, prefix: string) {
    const sums = await walkWizard(pageOf(n), "evergreen", (name) => shoot(n, `${prefix}-${name}`));
    // On the screen = in the file + elsewhere + voided + scanned twice.
    expect(sums[0]).toBe(sums.slice(1).reduce((total, each) => total + each, 0));
    const batch = (await getJson<BatchView[]>(nodes[n]!, "batches"))[0]!;
    return { batch, text: await download(pageOf(n), /xacts/), sum: sums[1] };
  }

  for (const look of LOOKS) {
    test(`the supervisor's pages have no violation of WCAG 2.2 AA: ${look.name}`, async () => {
      const page = pageOf(0);
      await page.emulateMedia(look.media);
      await page.setViewportSize({ width: look.width, height: 800 });
      const found = await lookAtOffice(page, a(), (route) => shoot(0, `20-${route}-${look.name}`));
      expect(found).toEqual([]);
    });
  }
});
