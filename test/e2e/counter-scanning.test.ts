/** The counter: the scan grammar, dialogs that a scan can't answer, and what survives reloads (AC-06 to AC-33). */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { BARRED, CARD, type Counter, FREE_CARDS, KNOWN_ITEM, OTHER_CARD, startCounter } from "./counter.ts";
import { hasBrowser, type Scanner, scan, startNode, stopNode } from "./harness.ts";

const SUFFIXES: readonly NonNullable<Scanner["suffix"]>[] = [
  ["Enter"],
  ["Tab"],
  ["Enter", "Control+J"],
  ["Tab", "Enter"],
];
const isFull = process.env.DESKMESH_FULL === "1";

describe.skipIf(!isFull || !hasBrowser())("scanning at the counter", () => {
  let counter: Counter;
  let count = 0;
  /** A code that nobody has scanned yet. */
  const code = (): string => `ITEM${String(10_000 + ++count)}`;

  beforeAll(async () => {
    counter = await startCounter();
  });
  afterAll(async () => counter?.stop());
  beforeEach(async () => counter.fresh());

  const page = () => counter.page;
  const focused = () => page().evaluate("document.activeElement?.id");
  const rows = () => page().getByTestId("row");
  const row = (text: string) => rows().filter({ hasText: text });
  const said = () => page().locator("#said");
  const openCard = async (card = CARD): Promise<void> => {
    await scan(page(), card);
    await page()
      .getByRole("button", { name: /^Finish/ })
      .and(page().locator(":enabled"))
      .waitFor();
  };

  test("AC-10, AC-07, AC-11: the field has the focus, the title says so, and it comes back from everywhere", async () => {
    await page().reload();
    await expect.poll(focused, { timeout: 2_000 }).toBe("scan");
    await expect.poll(() => page().title()).toMatch(/^● Ready · Check out · Desk 1$/);
    await page().getByTestId("status-desk").focus();
    await expect.poll(() => page().title()).not.toContain("Ready");
    for (const place of ["h1", ".foot", ".panel p"]) {
      await page().locator(place).first().click();
      await expect.poll(focused, { timeout: 2_000 }).toBe("scan");
    }
    await page().keyboard.press("Alt+D");
    await page().getByRole("dialog").waitFor();
    await page().keyboard.press("Escape");
    await expect.poll(focused, { timeout: 2_000 }).toBe("scan");
  });

  test("AC-06: no character is a command; all of them land in the field", async () => {
    const all = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)).join("");
    await page().evaluate("document.activeElement.blur()");
    const url = page().url();
    await page().keyboard.type(all);
    expect(await page().locator("#scan").inputValue()).toBe(all);
    expect([page().url(), await page().locator("dialog[open]").count()]).toEqual([url, 0]);
    await page().keyboard.press("Escape");
  });

  test("AC-12, AC-14, AC-15: stray scans, each suffix, no suffix, and what scanners add; one entry each", async () => {
    await openCard();
    const stray = "30234000517861";
    await page().evaluate("document.activeElement.blur()");
    await scan(page(), stray);
    await row(stray).waitFor();
    const send = (text: string, suffix: NonNullable<Scanner["suffix"]>) => scan(page(), text, { suffix });
    const [byTab, byBoth, byAim, bySilence, byFrame] = [code(), code(), code(), code(), "30234000517879"];
    await send(byTab, ["Tab"]);
    await send(byBoth, ["Enter", "Control+J"]);
    await send(`]F0${byAim} `, ["Enter"]);
    await page().getByTestId("status-desk").click();
    await page().getByLabel("start and stop letters").check();
    await page().getByLabel("sends no Enter").check();
    await page().keyboard.press("Escape");
    await expect.poll(focused).toBe("scan");
    await send(bySilence, []);
    await row(bySilence).waitFor();
    await send(`A${byFrame}B`, ["Enter"]);
    for (const each of [byTab, byBoth, byAim, byFrame]) await row(each).waitFor();
    const taken = await counter.items();
    for (const each of [stray, byTab, byBoth, byAim, bySilence, byFrame]) {
      expect(taken.filter((item) => item === each)).toEqual([each]);
    }
    await page().evaluate("localStorage.removeItem('deskmesh-desk')");
    await page().reload();
  });

  test("AC-13: twenty scans at 30 ms a key: twenty rows in order, one sound each", async () => {
    await openCard(FREE_CARDS[0]);
    await expect.poll(() => page().evaluate("window.heard.length")).toBe(1);
    await counter.heard();
    const codes = Array.from({ length: 20 }, code);
    for (const each of codes) {
      // In real time, so that rows come while the next code is typed.
      await page().keyboard.type(each, { delay: 30 });
      await page().keyboard.press("Enter");
    }
    await expect.poll(() => rows().count(), { timeout: 20_000 }).toBe(20);
    const shown = (await rows().locator(".what .code").allTextContents()).reverse();
    expect(shown).toEqual(codes);
    expect((await counter.items()).slice(0, 20).reverse()).toEqual(codes);
    await expect.poll(() => page().evaluate("window.heard.length")).toBe(20);
  });

  test("AC-16: Enter in the empty field finishes; right after a scan it is the scanner's own", async () => {
    await openCard();
    const item = code();
    await scan(page(), item);
    await page().keyboard.press("Enter");
    await row(item).waitFor();
    await page().waitForTimeout(700);
    expect(await page().locator("h1").textContent()).toContain("Quimby");
    await page().keyboard.press("Enter");
    await said().getByText("Finished. 1 item saved.").waitFor();
  });

  test("AC-18: the ISBN of a cover is asked about, before and after a card", async () => {
    const isbn = "9780306406157";
    const before = await counter.items();
    for (const card of [undefined, CARD]) {
      if (card !== undefined) await openCard(card);
      await scan(page(), isbn);
      const dialog = page().getByRole("alertdialog");
      await dialog.getByText("That looks like the ISBN on the cover").waitFor();
      await page().keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
    }
    expect(await counter.items()).toEqual(before);
    await scan(page(), isbn);
    await page().getByRole("alertdialog").waitFor();
    await page().keyboard.press("Control+Enter");
    await row(isbn).waitFor();
  });

  test("AC-19, AC-20, AC-21: another card switches, an item waits for its card, the same item is not added twice", async () => {
    const [first, second] = [code(), code()];
    await scan(page(), KNOWN_ITEM);
    await said().getByText("Scan the library card first.").waitFor();
    await openCard();
    await row(KNOWN_ITEM).waitFor();
    await scan(page(), first);
    await row(first).waitFor();
    await counter.heard();
    await scan(page(), first);
    await said().getByText("Already scanned for this patron at").waitFor();
    await expect.poll(() => counter.heard()).toEqual(["info"]);
    expect(await row(first).getAttribute("class")).toContain("again");
    await scan(page(), OTHER_CARD);
    await said().getByText("Now serving Zelda Quimby1. Zelda Quimby0 is finished (2 items saved).").waitFor();
    await scan(page(), second);
    await row(second).waitFor();
    expect((await counter.items()).filter((item) => item === KNOWN_ITEM || item === first)).toHaveLength(2);
    await page().keyboard.press("F2");
    const before = await counter.items();
    await scan(page(), CARD);
    await said().getByText("That is a library card, not an item. Nothing was recorded.").waitFor();
    expect(await counter.items()).toEqual(before);
    await said().getByRole("button", { name: "Open patron" }).click();
    await page().locator("h1", { hasText: "Quimby0" }).waitFor();
  });

  test("AC-22: with each dialog open a scan changes nothing, presses nothing, and is named with a stop sound", async () => {
    const barred = async (): Promise<void> => {
      await scan(page(), BARRED);
      await page().locator(".chip", { hasText: "Blocked" }).waitFor();
      await scan(page(), code());
    };
    const openers: Readonly<Record<string, () => Promise<void>>> = {
      "unknown card": () => scan(page(), "NOBODY0099"),
      // Another than was lent above: that one is known now.
      isbn: () => scan(page(), "9781861972712"),
      question: barred,
      due: () => page().keyboard.press("Alt+D"),
      help: () => page().keyboard.press("Control+/"),
      "find an item": () =>
        page()
          .getByRole("button", { name: /^No barcode/ })
          .click(),
      status: () => page().getByTestId("status-sound").click(),
      curtain: () => page().keyboard.press("Alt+Shift+H"),
      "day of returns": async () => {
        await page().keyboard.press("F2");
        await page().getByRole("button", { name: "Counted as now" }).click();
      },
    };
    for (const [name, open] of Object.entries(openers)) {
      await counter.fresh();
      await open();
      const dialog = page().locator("dialog[open]");
      await expect.poll(() => dialog.count(), { message: name, timeout: 20_000 }).toBe(1);
      const before = await counter.items();
      for (const [index, suffix] of SUFFIXES.entries()) {
        await counter.heard();
        await scan(page(), `3319101000${index}378`, { suffix });
        const words = `Scan ignored: …0${index}378.`;
        await expect.poll(() => dialog.innerText(), { message: name, timeout: 20_000 }).toContain(words);
        expect([name, await counter.heard()]).toEqual([name, ["stop"]]);
      }
      // Longer than a field waits before it asks for what was typed: that must not take the words away.
      await page().waitForTimeout(400);
      expect([name, await dialog.innerText()].join()).toContain("Scan ignored");
      expect([name, await dialog.count(), await counter.items()]).toEqual([name, 1, before]);
      await page().keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
    }
  });

  test("AC-23, AC-24: Ctrl+Enter waits for the reason; the record has reason, initials and desk", async () => {
    const item = code();
    await scan(page(), BARRED);
    await page().locator(".chip", { hasText: "Blocked" }).waitFor();
    await scan(page(), item);
    const dialog = page().getByRole("alertdialog");
    await dialog.waitFor();
    await page().keyboard.press("Control+Enter");
    await page().locator("#ask-reason").pressSequentially("ab", { delay: 60 });
    expect(
      await page()
        .getByRole("button", { name: /^Lend anyway/ })
        .isDisabled(),
    ).toBe(true);
    await page().keyboard.press("Control+Enter");
    expect(await dialog.count()).toBe(1);
    await page().locator("#ask-reason").pressSequentially("c", { delay: 60 });
    await page().keyboard.press("Control+Enter");
    await row(item).waitFor();
    const again = code();
    await scan(page(), again);
    await row(again).waitFor();
  });

  test("AC-33: a reload in the middle of a patron keeps patron, rows and due date; nothing is recorded twice", async () => {
    await openCard();
    const items = [code(), code()];
    for (const item of items) await scan(page(), item);
    for (const item of items) await row(item).waitFor();
    await page().keyboard.press("Alt+D");
    await page().locator("[name=due-sticky]").check();
    await page().getByRole("button", { name: "+14 days" }).click();
    await page().getByText("for every item until you change it").waitFor();
    const before = await counter.items();
    await page().reload();
    await page().locator("h1", { hasText: "Quimby0" }).waitFor();
    for (const item of items) await row(item).waitFor();
    await page().getByText("for every item until you change it").waitFor();
    expect(await counter.items()).toEqual(before);
    await page().getByRole("button", { name: "Back to normal" }).click();
  });

  test("two tabs of one desk: each has its patron, and sees what the other lends", async () => {
    await openCard();
    const other = await page().context().newPage();
    await other.goto(counter.node.url);
    await other.locator("#scan").waitFor();
    await scan(other, CARD);
    await other.locator("h1", { hasText: "Quimby0" }).waitFor();
    const item = code();
    await scan(other, item);
    await other.getByTestId("row").filter({ hasText: item }).waitFor();
    await page().locator(`[data-loan="${item}"]`).waitFor();
    expect(await rows().count()).toBe(0);
    await other.close();
  });

  test("AC-30, AC-32: killed right after the sound of success, twenty times: the entry is there, and the page goes on by itself", async () => {
    await openCard(FREE_CARDS[1]);
    for (let round = 0; round < 20; round++) {
      await counter.heard();
      const item = code();
      await scan(page(), item);
      await expect.poll(() => page().evaluate("window.heard.length")).toBeGreaterThan(0);
      await stopNode(counter.node, "SIGKILL");
      counter.node = await startNode(counter.folder, ["--port", String(counter.node.port)]);
      expect(await counter.items()).toContain(item);
      await page().locator(".alarm").waitFor({ state: "detached" });
      await expect.poll(() => page().locator("#scan").getAttribute("readonly")).toBeNull();
    }
  }, 180_000);
});
