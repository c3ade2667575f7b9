/** The slip as a PDF of the width of its roll, hiding, sounds, keys, and every dialog by WCAG 2.2 AA. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ACTIONS, comboOf, keyTable } from "../../src/web/keys.ts";
import { BARRED, CARD, type Counter, FREE_CARDS, startCounter } from "./counter.ts";
import { findViolations, hasBrowser, scan } from "./harness.ts";

const isFull = process.env.DESKMESH_FULL === "1";

describe.skipIf(!isFull || !hasBrowser())("paper, sounds and keys of the counter", () => {
  let counter: Counter;
  let count = 0;
  const code = (): string => `PRINT${String(10_000 + ++count)}`;

  beforeAll(async () => {
    counter = await startCounter();
  });
  afterAll(async () => counter?.stop());
  beforeEach(async () => counter.fresh());

  const page = () => counter.page;
  const row = (text: string) => page().getByTestId("row").filter({ hasText: text });
  const pdf = async (
    name: string,
  ): Promise<{ readonly pages: number; readonly width: number; readonly text: string }> => {
    const path = join(counter.folder, name);
    await page().pdf({ path, preferCSSPageSize: true, printBackground: true });
    const info = execFileSync("pdfinfo", [path], { encoding: "utf8" });
    return {
      pages: Number(/Pages:\s+(\d+)/.exec(info)?.[1]),
      width: Number(/Page size:\s+([\d.]+)/.exec(info)?.[1]),
      text: execFileSync("pdftotext", ["-layout", path, "-"], { encoding: "utf8" }),
    };
  };

  test("AC-70: a slip is one page of the roll's width, for 1 and for 30 items, with weekday and without a name", async () => {
    const weekday = /Due (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d/;
    for (const [items, paper, width, card] of [
      [1, "80", 227, FREE_CARDS[0]],
      [30, "80", 227, FREE_CARDS[1]],
      [30, "58", 164, FREE_CARDS[2]],
    ] as const) {
      await counter.fresh();
      await page().getByTestId("status-desk").click();
      await page().locator("#desk-paper").selectOption(paper);
      await page().keyboard.press("Escape");
      await scan(page(), card);
      const codes = Array.from({ length: items }, code);
      for (const each of codes) await scan(page(), each);
      await row(codes.at(-1) ?? "").waitFor();
      await page().keyboard.press("F9");
      await page().locator("#print .slip").waitFor({ state: "attached" });
      const slip = await pdf(`slip-${items}-${paper}.pdf`);
      expect([items, slip.pages]).toEqual([items, 1]);
      expect(Math.abs(slip.width - width)).toBeLessThanOrEqual(1.5);
      expect(slip.text).toMatch(weekday);
      for (const each of codes) expect(slip.text).toContain(each);
      expect(slip.text).not.toContain("Quimby");
    }
    await page().evaluate("localStorage.removeItem('deskmesh-desk')");
    await page().reload();
  });

  test("without a printer the due dates are shown large", async () => {
    await page().getByTestId("status-desk").click();
    await page().locator("#desk-paper").selectOption("none");
    await page().keyboard.press("Escape");
    await scan(page(), CARD);
    const item = code();
    await scan(page(), item);
    await row(item).waitFor();
    await page().keyboard.press("F9");
    await page().locator(".stamps b", { hasText: "Due " }).waitFor();
    await page().keyboard.press("Escape");
    await page().evaluate("localStorage.removeItem('deskmesh-desk')");
    await page().reload();
  });

  test("the panel folds away by its key, is so after a reload, and what must be seen of a patron stays in sight", async () => {
    const toggle = page().locator(".panel .fold");
    await page().keyboard.press("Alt+P");
    await expect.poll(() => toggle.getAttribute("aria-expanded")).toBe("false");
    await page().reload();
    await page().locator("#scan").waitFor();
    expect(await toggle.getAttribute("aria-expanded")).toBe("false");
    expect(await findViolations(page())).toEqual([]);
    await scan(page(), BARRED);
    await page().locator(".chips", { hasText: "Blocked" }).waitFor();
    expect(await page().locator(".panel .loans").count()).toBe(0);
    await toggle.click();
    await page().locator(".panel").getByText("Blocked").waitFor();
    await expect.poll(() => page().evaluate("document.activeElement.id")).toBe("scan");
  });

  test("an application is printed as it was typed, and leaving asks all the same", async () => {
    await page().keyboard.press("Shift+F1");
    await page().locator("#reg-card").fill("NEWCARD0099");
    await page().locator("#reg-surname").fill("Tester");
    await page().getByRole("button", { name: "Print the application" }).click();
    await page().locator("#print .application").waitFor({ state: "attached" });
    const { pages, text } = await pdf("application.pdf");
    expect(pages).toBe(1);
    for (const word of ["Riverside", "NEWCARD0099", "Tester", "Signature"]) expect(text).toContain(word);
    await page().locator("#reg-surname").focus();
    await page().keyboard.press("Escape");
    await page().getByRole("alertdialog").waitFor();
    await page().keyboard.press("Control+Enter");
    await page().locator("h1", { hasText: "Check out" }).waitFor();
  });

  test("AC-64, AC-63: hidden at once, also with a dialog open; nothing of the patron is left, and F8 does not bring them back", async () => {
    await scan(page(), CARD);
    await page().locator("h1", { hasText: "Quimby" }).waitFor();
    await page().keyboard.press("Alt+D");
    await page().getByRole("dialog").waitFor();
    await page().keyboard.press("Alt+Shift+H");
    await page().locator(".curtain").waitFor();
    expect(await page().locator("body").innerText()).not.toContain("Quimby");
    expect(await page().title()).not.toContain("Quimby");
    await page().keyboard.press("Escape");
    await page().keyboard.press("F8");
    await page().getByText("No patron was served before").first().waitFor();
    expect(await page().content()).not.toContain("Quimby");
  });

  test("AC-83: one sound for each scan, of four families; muted there is none, and the status bar says so", async () => {
    await scan(page(), CARD);
    await expect.poll(() => counter.heard()).toEqual(["info"]);
    await scan(page(), "33191010000378");
    await expect.poll(() => page().evaluate("window.heard.length")).toBe(1);
    expect(["success", "info"]).toContain((await counter.heard())[0]);
    await page().keyboard.press("Escape");
    await scan(page(), "NOBODY0001");
    await expect.poll(() => counter.heard()).toEqual(["attention"]);
    await scan(page(), "33191010000006");
    await expect.poll(() => counter.heard()).toEqual(["stop"]);
    await page().keyboard.press("Escape");
    await page().getByTestId("status-sound").click();
    await page().getByLabel("Muted").check();
    await page().keyboard.press("Escape");
    await page().getByTestId("status-sound").getByText("Muted").waitFor();
    await scan(page(), CARD);
    await page().locator("h1", { hasText: "Quimby" }).waitFor();
    expect(await counter.heard()).toEqual([]);
    await page().getByTestId("status-sound").click();
    await page().getByLabel("Muted").uncheck();
    await page().keyboard.press("Escape");
  });

  test("AC-82: the keys in help are those that work; a changed one works after a reload", async () => {
    await page().keyboard.press("Control+/");
    await page().getByRole("dialog").waitFor();
    const table = keyTable("default", {});
    for (const action of Object.keys(ACTIONS)) {
      const shown = await page().locator(`[data-action="${action}"] kbd`).allTextContents();
      expect([action, shown.join()]).toEqual([action, comboOf(table, action).replaceAll("+", " ")]);
    }
    await page().getByLabel("New key for: Check in").focus();
    await page().keyboard.press("F10");
    await page().locator('[data-action="in"] kbd', { hasText: "F10" }).waitFor();
    await page().keyboard.press("Escape");
    await page().reload();
    await page().locator("#scan").waitFor();
    await page().keyboard.press("F10");
    await page().locator("h1", { hasText: "Check in" }).waitFor();
    await page().evaluate("localStorage.removeItem('deskmesh-desk')");
    await page().reload();
  });

  const dialogs: Readonly<Record<string, () => Promise<void>>> = {
    due: () => page().keyboard.press("Alt+D"),
    help: () => page().keyboard.press("Control+/"),
    "find an item": () =>
      page()
        .getByRole("button", { name: /^No barcode/ })
        .click(),
    sound: () => page().getByTestId("status-sound").click(),
    desk: () => page().getByTestId("status-desk").click(),
    curtain: () => page().keyboard.press("Alt+Shift+H"),
    question: async () => {
      await scan(page(), BARRED);
      await page().locator(".chip", { hasText: "Blocked" }).waitFor();
      await scan(page(), code());
    },
  };
  const looks = [
    ["light", { colorScheme: "light", forcedColors: "none" }, 1360],
    ["dark", { colorScheme: "dark", forcedColors: "none" }, 1360],
    ["forced colours", { colorScheme: "dark", forcedColors: "active" }, 1360],
    ["320 px", { colorScheme: "light", forcedColors: "none" }, 320],
  ] as const;
  test.each(looks)(
    "AC-03: every page and dialog of the counter has no violation in %s",
    async (_name, media, width) => {
      await page().emulateMedia(media);
      await page().setViewportSize({ width, height: 800 });
      for (const route of ["out", "in", "renew", "find", "register", "in-house", "paper", "payment"]) {
        await page().goto(`${counter.node.url}/#/${route}`);
        await page().locator("main h1").waitFor();
        expect([route, await findViolations(page())]).toEqual([route, []]);
      }
      for (const [name, open] of Object.entries(dialogs)) {
        await counter.fresh();
        await open();
        await page().locator("dialog[open]").waitFor();
        expect([name, await findViolations(page())]).toEqual([name, []]);
        const overflow = await page().evaluate("document.documentElement.scrollWidth - innerWidth");
        expect([name, overflow]).toEqual([name, 0]);
        await page().keyboard.press("Escape");
      }
      await page().setViewportSize({ width: 1360, height: 800 });
      await page().emulateMedia({ colorScheme: "light", forcedColors: "none" });
    },
    90_000,
  );
});
