/** Staff at the page: who is at the desk, a supervisor who lends authority, staff management, and an empty desk. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Page as Rows, StaffView, StateView, TransactionRow } from "../../src/node/http/api.ts";
import {
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
  sampleFolder,
  scan,
  signIn,
  startNode,
  stopNode,
} from "./harness.ts";

/** Registered by the first test: no question is asked of a new patron, whatever the date. */
const PATRON = "NEWCARD0001";
const WRONG = "no-such-pin";

describeWithBrowser("staff at the page", () => {
  let folder: string;
  let node: RunningNode;
  let browser: Browser;
  let page: Page;
  let strangers: string[];
  /** Everything that was asked of the node: no PIN may be in an address. */
  const urls: string[] = [];

  beforeAll(async () => {
    folder = await makeFolder();
    [node, browser] = await Promise.all([startNode(folder), launchBrowser()]);
    ({ page, strangers } = await openPage(browser, node, { reducedMotion: "reduce" }));
    page.on("request", (request) => urls.push(request.url()));
    page.setDefaultTimeout(20_000);
    await page.clock.install();
  });

  afterAll(async () => {
    await browser?.close();
    if (node !== undefined) await stopNode(node);
    await removeFolder(folder);
  });

  const focused = () => page.evaluate("document.activeElement?.id");
  const rows = () => page.getByTestId("row");
  const dialog = () => page.locator("dialog[open]");
  const newest = async () =>
    (await getJson<Rows<TransactionRow>>(node, "transactions?limit=1")).rows[0] as TransactionRow;

  test("first run: two PINs that differ make nothing; the code is shown once, and only a word closes it", async () => {
    expect(await findViolations(page), "first run").toEqual([]);
    await page.locator("#b-user").fill(by.user);
    await page.locator("#b-pin").fill(by.pin);
    await page.locator("#b-again").fill("4321");
    await page.getByRole("button", { name: "Create this branch" }).click();
    await page.getByText("The two PINs are not the same").waitFor();
    expect((await getJson<StateView>(node, "state")).branch).toBeUndefined();
    await page.locator("#b-again").fill(by.pin);
    await page.getByRole("button", { name: "Create this branch" }).click();
    await page.getByTestId("recovery-code").waitFor();
    expect(await findViolations(page), "recovery code").toEqual([]);
    await page.keyboard.press("Escape");
    await scan(page, "CARD0001");
    expect(await page.getByTestId("recovery-code").count()).toBe(1);
    await page.getByRole("button", { name: "I have written it down" }).click();
    await expect.poll(focused).toBe("scan");
    expect(await page.content()).not.toMatch(/(?:[0-9A-Z]{4}-){6}[0-9A-Z]{4}/);
    await postJson(node, "snapshots", { path: sampleFolder, by });
    await postJson(node, "outage/open", {});
    const fields = { surname: "Quimby", given_names: "Zelda" };
    const id = "01980a3c-7d2e-7c11-9b1f-2f6f0f1d9a01";
    await postJson(node, "transactions", { id, kind: "registration", patron: PATRON, fields });
  });

  test("whoever made the branch is named in the record; Ctrl+Shift+L asks who comes next, and closes the patron", async () => {
    await scan(page, PATRON);
    await scan(page, "BOOK2001");
    await rows().filter({ hasText: "BOOK2001" }).waitFor();
    expect((await newest()).staff).toBe(by.user);
    const name = await page.locator("main h1").textContent();
    await page.keyboard.press("Control+Shift+L");
    await dialog().waitFor();
    expect(await findViolations(page), "sign-in").toEqual([]);
    expect(await page.locator("main h1").textContent()).not.toBe(name);
    // A stray scan goes on to the PIN, and signs nobody in.
    await scan(page, "33191010000006");
    expect(await focused()).toBe("sign-pin");
    // One that comes into the PIN is no try of it, and the page says why the field is empty.
    await scan(page, "33191010000006");
    await dialog().getByText("as fast as a scan").waitFor();
    expect(await page.locator("#sign-pin").inputValue()).toBe("");
    await page.keyboard.press("Escape");
    await expect.poll(focused).toBe("scan");
    // Nobody is named now: the next scan asks, and is then recorded by itself, once.
    await scan(page, PATRON);
    await scan(page, "BOOK2002");
    await dialog().waitFor();
    await page.locator("#sign-user").fill("ab");
    await page.keyboard.press("Enter");
    await rows().filter({ hasText: "BOOK2002" }).waitFor();
    expect((await newest()).staff).toBe("ab");
    const kept = await getJson<Rows<TransactionRow>>(node, "transactions?item=BOOK2002");
    expect(kept.rows).toHaveLength(1);
  });

  test("a supervisor lends authority for one answer: nobody is signed in by it, and a wrong PIN asks again", async () => {
    // Another's record: staff may not remove it alone.
    await page.goto(`${node.url}/#/activity`);
    const row = rows().filter({ hasText: "BOOK2001" });
    await row.getByRole("button", { name: /^Details/ }).click();
    await page.getByRole("button", { name: "Void…" }).click();
    await page.locator("#void-reason").fill("Wrong patron");
    await page.keyboard.press("Control+Enter");
    const question = page.getByRole("alertdialog");
    await question.waitFor();
    expect(await findViolations(page), "lending").toEqual([]);
    const confirm = question.getByRole("button", { name: "Void it" });
    expect(await confirm.isDisabled()).toBe(true);
    await page.locator("#lend-user").fill(by.user);
    await page.locator("#lend-pin").fill(WRONG);
    await confirm.click();
    await question.getByText("do not go together").waitFor();
    expect(await page.locator("#lend-pin").inputValue()).toBe("");
    await page.locator("#lend-user").fill(by.user);
    await page.locator("#lend-pin").fill(by.pin);
    await page.keyboard.press("Control+Enter");
    await page.locator("tr.voided").filter({ hasText: "BOOK2001" }).waitFor();
    const voiding = await newest();
    expect([voiding.kind, voiding.staff]).toEqual(["voiding", "ab"]);
    await page.getByRole("button", { name: "ab Change" }).waitFor();
  });

  test("a supervisor adds staff, and is signed out where another is at the desk", async () => {
    await page.goto(`${node.url}/#/export`);
    await page.getByRole("button", { name: "Sign in to see staff" }).click();
    await signIn(page, by.user, WRONG);
    await dialog().getByText("do not go together").waitFor();
    await signIn(page, by.user, by.pin);
    await page.getByRole("button", { name: "mk · supervisor Change" }).waitFor();
    await page.locator("#new-user").fill("cd");
    await page.locator("#new-pin").fill("cdcd");
    await page.getByRole("button", { name: "Add" }).click();
    await page.locator("[data-user=cd]").waitFor();
    expect(await findViolations(page), "staff").toEqual([]);
    await page.locator("[data-user=cd]").getByRole("button", { name: "New PIN" }).click();
    await page.locator("#renew-pin").fill("dcdc");
    await page.keyboard.press("Control+Enter");
    await page.getByText("cd has a new PIN.").waitFor();
    await page.keyboard.press("Control+Shift+L");
    await signIn(page, "cd", "dcdc");
    await page.getByRole("button", { name: "cd · signed in Change" }).waitFor();
    // Who isn't a supervisor is told so, and the act is not done.
    expect(await page.getByRole("button", { name: "The library system is back" }).count()).toBe(0);
    await page.getByRole("button", { name: "Sign in to move it on" }).click();
    await dialog().waitFor();
    await signIn(page, "cd", "dcdc");
    await dialog().getByText("is not a supervisor").waitFor();
    await page.keyboard.press("Escape");
    expect((await getJson<StateView>(node, "state")).outage.state).toBe("open");
    await postJson<readonly StaffView[]>(node, "staff", { user: "cd", disabled: true, by });
    expect((await page.context().cookies()).every((cookie) => cookie.httpOnly)).toBe(true);
    await page.keyboard.press("Control+Shift+L");
    await signIn(page, "cd", "dcdc");
    await dialog().getByText("do not go together").waitFor();
    await page.keyboard.press("Escape");
  });

  test("an empty desk warns for 20 seconds, any key extends, and then no patron is in sight", async () => {
    await page.goto(`${node.url}/#/out`);
    await expect.poll(focused).toBe("scan");
    await scan(page, PATRON);
    await page.locator(".badge.out[aria-hidden]").waitFor();
    const name = (await page.locator("main h1").textContent()) ?? "";
    await page.clock.runFor(165_000);
    await page.getByText("Hiding this patron in").waitFor();
    expect(await findViolations(page), "warning").toEqual([]);
    await page.keyboard.press("Shift");
    await page.clock.runFor(2_000);
    await page.getByText("Hiding this patron in").waitFor({ state: "detached" });
    await page.clock.runFor(182_000);
    await expect.poll(() => page.locator("main h1").textContent()).toBe("Check out");
    expect(await page.locator("body").textContent()).not.toContain(name);
    expect(await page.title()).not.toContain(name);
  });

  test("where staff sign in, a page that nobody signed in at shows and records nothing", async () => {
    await postJson(node, "settings", { openDesks: false, by });
    const { page: other, context } = await openPage(browser, node);
    await other.locator("#scan").waitFor();
    await scan(other, PATRON);
    const asked = other.locator("dialog[open]");
    await asked.waitFor();
    expect(await asked.textContent()).toContain("Initials and PIN");
    expect(await other.locator("body").textContent()).not.toContain("BOOK2002");
    await signIn(other, by.user, by.pin);
    await other.locator(".panel").getByTitle("BOOK2002").waitFor();
    await context.close();
  });

  test("no PIN was in an address, and nothing was asked of another host", () => {
    expect(
      urls.filter((url) =>
        /pin=|1234|cdcd|dcdc|no-such-pin/.test(new URL(url).pathname + new URL(url).search),
      ),
    ).toEqual([]);
    expect(strangers).toEqual([]);
  });
});
