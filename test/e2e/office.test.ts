/**
 * The supervisor at two real desks: a desk that is away, PARTIAL files, copies of a file, the library system's errors, a
 * void at another desk, sheets on paper. The first test runs always; the others where DESKMESH_FULL is set.
 */
import { execFileSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type {
  AuditRow,
  BatchView,
  InviteView,
  Page as Rows,
  StateView,
  TodoView,
  TransactionRow,
} from "../../src/node/http/api.ts";
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
  signIn,
  startNode,
  stopNode,
} from "./harness.ts";
import { atStep, getAs, LIMIT_MS, next, POLL, record } from "./supervising.ts";

const isFull = process.env.DESKMESH_FULL === "1";
const out = fileURLToPath(new URL("./out", import.meta.url));
const CARD = "21998020000006";
const BOOKS = ["33191010000006", "33191010000378", "33191010000741"] as const;

describeWithBrowser("the supervisor", () => {
  if (isFull) vi.setConfig({ testTimeout: LIMIT_MS });
  let folder: string;
  let one: RunningNode;
  let two: RunningNode;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    await mkdir(out, { recursive: true });
    folder = await makeFolder();
    one = await startNode(join(folder, "one"));
    await postJson(one, "branch", branchForm);
    await postJson(one, "snapshots", { path: sampleFolder, by });
    if (isFull) {
      const { invite } = await postJson<InviteView>(one, "invites", { by });
      await runDeskmesh(["join", invite, "--data-dir", join(folder, "two"), "--desk", "Desk 2"]);
      await startTwo();
    }
    await postJson(one, "outage/open", {});
    browser = await launchBrowser();
    ({ page } = await openPage(browser, one, { reducedMotion: "reduce", acceptDownloads: true }));
    page.setDefaultTimeout(20_000);
    await page.locator("#scan").waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    for (const node of [one, two]) if (node !== undefined) await stopNode(node);
    if (folder) await removeFolder(folder);
  });

  async function startTwo(): Promise<void> {
    two = await startNode(join(folder, "two"), ["--peer", `127.0.0.1:${one.meshPort}`]);
    await vi.waitUntil(
      async () => (await stateOf(one)).desks.desks.some((desk) => desk.linked && !desk.self),
      {
        timeout: 20_000,
        interval: 100,
      },
    );
  }

  const stateOf = (node: RunningNode): Promise<StateView> => getJson<StateView>(node, "state");
  const go = async (route: string): Promise<void> => {
    await page.goto(`${one.url}/#/${route}`);
    await page.locator("main h1").waitFor();
  };

  async function openReport(id: string): Promise<void> {
    await go("export");
    await page.locator(`[data-open="${id}"]`).click();
    await page.locator("dm-hand-over").waitFor();
  }

  test("activity filters, opens a row's history, and saves what is seen as CSV", async () => {
    await record(one, { kind: "checkout", patron: CARD, item: BOOKS[0] });
    await record(one, { kind: "checkin", item: BOOKS[1] });
    await go("activity");
    await page.getByTestId("row").nth(1).waitFor();
    await page.locator("#f-text").fill(BOOKS[0].slice(-5));
    await page.keyboard.press("Enter");
    await page.getByText("1 row", { exact: true }).waitFor();
    await page.getByRole("button", { name: /^Details/ }).focus();
    await page.keyboard.press("Enter");
    await page.locator("dialog .trail").getByText("Recorded").waitFor();
    expect(await findViolations(page), "trail").toEqual([]);
    await page.keyboard.press("Escape");
    await page.locator("dialog[open]").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Save as CSV" }).click();
    const [file] = await Promise.all([page.waitForEvent("download"), signIn(page, by.user, by.pin)]);
    const sheet = await readFile(await file.path(), "utf8");
    expect(sheet.trimEnd().split("\r\n")).toHaveLength(2);
    expect(sheet).toContain(BOOKS[0]);
  });

  describe.runIf(isFull)("with another desk", () => {
    test("a desk that is away turns step 1 red and names what is missing; PARTIAL stands in name, report and sheet (AC-42, AC-54)", async () => {
      await postJson(two, "outage/desk-done", {});
      await record(two, { kind: "checkout", patron: CARD, item: BOOKS[2] });
      await expect.poll(async () => (await stateOf(one)).waiting, POLL).toBe(3);
      await stopNode(two, "SIGKILL");
      await go("export");
      await page
        .locator("[data-reason]")
        .getByText("Desk 2 has not been heard since")
        .waitFor({ timeout: 20_000 });
      await page
        .locator("footer")
        .getByText(/1 of 2|Desk 2/)
        .first()
        .waitFor();
      await page.screenshot({ path: join(out, "30-away.png"), fullPage: true });
      for (const way of ["stick", "lost", "was-off"]) {
        await page.locator(`[data-way=${way}]`).click();
        expect(await findViolations(page), way).toEqual([]);
      }
      await page.getByRole("button", { name: "Export as PARTIAL…" }).click();
      await atStep(page, 1);
      expect(await page.locator("[data-next]").isDisabled()).toBe(true);
      await page.locator("#w-reason").fill("Desk 2 is at the repair shop");
      for (const step of [2, 3, 4]) await next(page, step);
      await page.keyboard.press("Control+Enter");
      await page.getByText("every byte is as the record says").waitFor({ timeout: 20_000 });
      const [batch] = await getJson<BatchView[]>(one, "batches");
      expect(batch).toMatchObject({ partial: true, lines: 3, reason: "Desk 2 is at the repair shop" });
      expect(batch?.files.find((file) => file.role === "main")?.name).toContain("PARTIAL");
      await page.getByRole("button", { name: "Print the hand-over sheet" }).click();
      await page.locator(".paper").getByText("PARTIAL").first().waitFor();
      await page.screenshot({ path: join(out, "31-partial-sheet.png"), fullPage: true });
      await startTwo();
      await record(two, { kind: "checkin", item: BOOKS[2] });
      await expect.poll(async () => (await stateOf(one)).waiting, POLL).toBe(1);
      const rest = await postJson<BatchView>(one, "batches", { format: "evergreen", by });
      expect([rest.partial, rest.lines]).toEqual([false, 1]);
    });

    test("a copy of a file needs its name typed and a PIN; its name ends with REISSUE (AC-53)", async () => {
      const [batch] = await getJson<BatchView[]>(one, "batches");
      const id = batch!.id;
      await openReport(id);
      await page.locator("[data-act=reissue]").click();
      await page.locator("#g-confirm").fill("something else");
      await page.locator("#g-reason").fill("The stick was lost");
      await page.locator("#g-user").fill(by.user);
      await page.locator("#g-pin").fill(by.pin);
      await page.keyboard.press("Control+Enter");
      await page.getByText("typed again").first().waitFor();
      await page.locator("[data-act=reissue]").click();
      await page.locator("#g-confirm").fill(id);
      await page.locator("#g-reason").fill("The stick was lost");
      await page.locator("#g-user").fill(by.user);
      await page.locator("#g-pin").fill("0000");
      await page.keyboard.press("Control+Enter");
      await page
        .getByText(/do not go together/)
        .first()
        .waitFor();
      expect((await getJson<BatchView>(one, `batches/${id}`)).state).toBe("made");
      await page.keyboard.press("Escape");
      await page.locator("[data-act=reissue]").click();
      await page.locator("#g-confirm").fill(id);
      await page.locator("#g-reason").fill("The stick was lost");
      await page.locator("#g-user").fill(by.user);
      await page.locator("#g-pin").fill(by.pin);
      await page.keyboard.press("Control+Enter");
      await page.getByText("Its name says REISSUE").waitFor();
      const after = await getJson<BatchView>(one, `batches/${id}`);
      expect(after.files.find((file) => file.role === "main")?.name).toContain("REISSUE");
      await page.screenshot({ path: join(out, "32-report.png"), fullPage: true });
    });

    test("what can't be in the file is counted, and is in the extra file; Alma's errors become to-dos (AC-56, AC-58)", async () => {
      await record(one, { kind: "in-house-use", item: BOOKS[0], count: 2 });
      await record(one, { kind: "checkout", patron: CARD, item: BOOKS[1] });
      await go("export");
      await page.getByRole("button", { name: "Export one file" }).click();
      await page.getByText("Step 1 of 5").waitFor();
      await next(page, 2);
      await next(page, 3);
      await page.locator("[name=format][value=alma]").check();
      await page.locator(".capability [data-kind=in-house-use]").waitFor();
      await page.screenshot({ path: join(out, "33-alma.png"), fullPage: true });
      expect(await findViolations(page), "capability").toEqual([]);
      const made = await postJson<BatchView>(one, "batches", { format: "alma", by });
      const extra = (await getAs(page, one, `batches/${made.id}/extra`)).trimEnd().split("\r\n").length - 1;
      expect(extra).toBe(made.counts.reduce((sum, each) => sum + each.extra, 0));
      await openReport(made.id);
      await page.locator("#a-report").fill(`Item not found. Barcode: ${BOOKS[1]}`);
      await page.getByRole("button", { name: "Read it" }).click();
      await page.locator("[data-todo]").getByText(/./).first().waitFor();
      await page
        .getByText(/refused\./)
        .first()
        .waitFor();
      const todos = await getJson<TodoView[]>(one, `todos?batch=${made.id}`);
      expect(todos.some((todo) => todo.kind === "refused" && todo.row?.item === BOOKS[1])).toBe(true);
      expect(await findViolations(page), "report").toEqual([]);
      await page.screenshot({ path: join(out, "34-errors.png"), fullPage: true });
      await page.locator("[data-todo] input").first().check();
      await expect
        .poll(async () =>
          (await getJson<TodoView[]>(one, `todos?batch=${made.id}`)).some((todo) => todo.done),
        )
        .toBe(true);
    });

    test("a supervisor voids at A what was entered at B: struck through at both, once, and the audit says so (AC-45)", async () => {
      const id = await record(two, { kind: "checkout", patron: CARD, item: BOOKS[2] });
      await go("activity");
      await page.locator("#f-item").fill(BOOKS[2]);
      await page.locator("#f-kind").selectOption("checkout");
      const row = page.locator(`[data-row="${id}"]`);
      await row.waitFor();
      await row.getByRole("button", { name: /^Details/ }).click();
      await page.getByRole("button", { name: "Void…" }).click();
      await page.locator("#void-reason").fill("Wrong item");
      await page.keyboard.press("Control+Enter");
      const question = page.getByRole("alertdialog");
      await expect
        .poll(
          async () => (await question.count()) + (await page.locator(`tr.voided[data-row="${id}"]`).count()),
        )
        .toBeGreaterThan(0);
      if ((await question.count()) > 0) await page.keyboard.press("Control+Enter");
      await page.locator(`tr.voided[data-row="${id}"]`).waitFor();
      const voids = async (node: RunningNode): Promise<number> =>
        (await getJson<Rows<TransactionRow>>(node, "transactions?kind=voiding")).rows.filter(
          (each) => each.voids === id,
        ).length;
      for (const node of [one, two]) await expect.poll(() => voids(node), POLL).toBe(1);
      const audit = JSON.parse(await getAs(page, one, "audit")) as AuditRow[];
      expect(audit.some((each) => each.text.includes("Wrong item") && each.text.includes(BOOKS[2]))).toBe(
        true,
      );
    });

    test("every barcode of the re-scan sheet is read from its print, and sheets fit A4 and Letter (AC-71)", async () => {
      await go("sheet");
      await page.locator("[data-sheet=re-scan]").click();
      await page.locator(".bars svg").first().waitFor();
      const shown = await page.locator(".rescan .code").allTextContents();
      for (const format of ["A4", "Letter"] as const) {
        const pdf = join(out, `40-re-scan-${format}.pdf`);
        await writeFile(pdf, await page.pdf({ format, preferCSSPageSize: false }));
        execFileSync("pdftoppm", ["-r", "300", "-png", pdf, pdf.slice(0, -4)]);
        const pictures = execFileSync("sh", ["-c", `ls ${pdf.slice(0, -4)}*.png`])
          .toString()
          .trim()
          .split("\n");
        const read = execFileSync("zbarimg", ["-q", "--raw", ...pictures])
          .toString()
          .trim()
          .split("\n");
        for (const code of shown)
          expect(
            read.map((one) => one.replace(/^[A-D](.*)[A-D]$/i, "$1")),
            format,
          ).toContain(code.trim());
      }
      for (const sheet of ["hand-over", "report"]) {
        await page.locator(`[data-sheet=${sheet}]`).click();
        await page.locator(".paper h2").nth(1).waitFor();
        const pdf = join(out, `41-${sheet}.pdf`);
        await writeFile(pdf, await page.pdf({ format: "A4" }));
        execFileSync("pdftoppm", ["-r", "60", "-png", pdf, pdf.slice(0, -4)]);
        const text = execFileSync("pdftotext", [pdf, "-"]).toString();
        // No page is empty: the report once began on its second.
        for (const side of text.split("\f").slice(0, -1)) expect(side.trim(), sheet).not.toBe("");
        expect(text).toContain("Riverside");
        expect(text).not.toContain("Müller");
      }
    });
  });
});
