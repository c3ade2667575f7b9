/**
 * Every screen in every look: light, dark, forced colours, 320 px, large text, a wall of a screen, right to left. By axe
 * (WCAG 2.2 A and AA), without sideways scrolling, with targets that a thumb hits and a focus that is seen. A reduced set
 * runs always; all of it where DESKMESH_FULL is set.
 */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PAGES } from "../../src/web/routes.ts";
import { CARD, type Counter, startCounter } from "./counter.ts";
import { by, describeWithBrowser, findViolations, postJson, scan } from "./harness.ts";

const isFull = process.env.DESKMESH_FULL === "1";
/** Gzipped: what comes before somebody can scan. */
const FIRST_LOAD_BYTES = 100_000;

interface Look {
  readonly name: string;
  readonly width: number;
  readonly colors?: "light" | "dark";
  readonly isForced?: boolean;
  /** Of the browser's own, in percent. */
  readonly text?: number;
  readonly isMirrored?: boolean;
}

const LOOKS: readonly Look[] = [
  { name: "light", width: 1366 },
  { name: "dark", width: 1366, colors: "dark" },
  { name: "forced colours", width: 1366, colors: "dark", isForced: true },
  { name: "320 px", width: 320 },
  { name: "320 px, dark", width: 320, colors: "dark" },
  { name: "200 % text", width: 1366, text: 200 },
  { name: "200 % text at 640 px", width: 640, text: 200 },
  { name: "4k", width: 3840 },
  { name: "right to left", width: 1366, isMirrored: true },
  { name: "right to left at 320 px", width: 320, isMirrored: true },
];

describeWithBrowser("every screen", () => {
  let counter: Counter;

  beforeAll(async () => {
    counter = await startCounter();
    const long = "A title that goes on and on ".repeat(8).slice(0, 199);
    await postJson(counter.node, "settings", {
      contacts: [{ who: "Supervisor on duty", reach: "0170 555 0101", note: "always" }],
      payments: "by-hand",
      by,
    });
    await scan(counter.page, CARD);
    await counter.page.locator("h1", { hasText: "Quimby" }).waitFor();
    const id = `01980a3c-7d2e-7c11-9b1f-2f6f0f1d9b01`;
    await postJson(counter.node, "transactions", {
      ...{ id, kind: "checkout", patron: CARD, item: "LONGTITLE01", note: long },
    });
    await counter.page
      .locator(".panel")
      .getByTitle(/LONGTITLE01|A title/)
      .first()
      .waitFor();
  });
  afterAll(async () => counter?.stop());

  const page = () => counter.page;

  async function take(look: Look): Promise<void> {
    await page().emulateMedia({
      colorScheme: look.colors ?? "light",
      forcedColors: look.isForced ? "active" : "none",
    });
    await page().setViewportSize({ width: look.width, height: look.width > 2000 ? 2160 : 768 });
    await page().evaluate(
      `document.documentElement.style.fontSize = "${look.text ?? 100}%"; document.documentElement.dir = "${look.isMirrored ? "rtl" : "ltr"}"`,
    );
  }

  /** What is wider than the screen, by its element. */
  const beyond = (): Promise<readonly string[]> =>
    page().evaluate(`(() => {
      const width = document.documentElement.clientWidth;
      const over = document.documentElement.scrollWidth - width;
      if (over <= 0) return [];
      const all = [...document.querySelectorAll("body *")].filter((each) => {
        const { left, right } = each.getBoundingClientRect();
        return right > width + 1 || left < -1;
      });
      return [over + " px: " + all.slice(-3).map((each) => each.tagName + "." + each.className).join(" ")];
    })()`);

  /** Words that have the colour of what is behind them: axe does not see that in forced colours. */
  const unseen = (): Promise<readonly string[]> =>
    page().evaluate(`[...document.querySelectorAll(".rail a[aria-current] :is(.word, kbd), .button.main:not(:disabled) kbd")]
      .filter((each) => getComputedStyle(each).color === getComputedStyle(each.closest("a, button")).backgroundColor)
      .map((each) => each.className + " " + each.textContent)`);

  test("no screen that can be lent at weighs more than 100 kB", async () => {
    const context = await counter.browser.newContext();
    const fresh = await context.newPage();
    const urls = new Set<string>();
    fresh.on("request", (request) => {
      if (!request.url().includes("/api/")) urls.add(request.url());
    });
    await fresh.goto(counter.node.url);
    await fresh.locator("#scan").waitFor();
    const first = [...urls];
    const sizes = await Promise.all(
      first.map(async (url) => gzipSync(new Uint8Array(await (await fetch(url)).arrayBuffer())).length),
    );
    await context.close();
    expect(sizes.length).toBeGreaterThan(2);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(FIRST_LOAD_BYTES);
  });

  // Light and dark of every page are in `two-desks.test.ts`, always.
  const looks = isFull ? LOOKS : LOOKS.filter((look) => look.name === "320 px");
  test.each(looks)(
    "AC-03: no page has a violation or scrolls sideways in $name",
    async (look) => {
      await take(look);
      const found: string[] = [];
      for (const { route } of PAGES) {
        await page().evaluate(`location.hash = "#/${route}"`);
        await page().locator(`.frame.mode-${route} main h1`).waitFor();
        await page().evaluate(
          "for (const each of document.querySelectorAll('main details')) each.open = true",
        );
        for (const text of await beyond()) found.push(`${route}: ${text}`);
        for (const text of await unseen()) found.push(`${route}: can't be read: ${text}`);
        // Colours have nothing to do with the width, nor rules with the size of the screen.
        if (look.text !== undefined || look.width > 2000) continue;
        for (const { id, targets } of await findViolations(page()))
          found.push(`${route}: ${id} ${targets.join(", ")}`);
      }
      expect(found).toEqual([]);
    },
    120_000,
  );

  test("at 320 px the scan field is in the first view, and the pages are behind a menu that keys open and leave", async () => {
    await take({ name: "320 px", width: 320 });
    await page().setViewportSize({ width: 320, height: 568 });
    await page().evaluate('location.hash = "#/out"');
    await page().locator("#scan").waitFor();
    await page().evaluate("scrollTo(0, 0)");
    const field = await page().locator("#scan").boundingBox();
    expect((field?.y ?? Number.POSITIVE_INFINITY) + (field?.height ?? 0)).toBeLessThan(568);
    const link = page().locator(".rail a", { hasText: "Settings" });
    expect(await link.isVisible()).toBe(false);
    await page().locator(".menu").focus();
    await page().keyboard.press("Enter");
    await link.waitFor();
    expect(await findViolations(page())).toEqual([]);
    await page().keyboard.press("Tab");
    expect(await page().evaluate("document.activeElement.closest('.rail a') !== null")).toBe(true);
    // Esc leaves the menu, and the patron stays.
    await page().keyboard.press("Escape");
    await link.waitFor({ state: "hidden" });
    expect(await page().evaluate("document.activeElement.className")).toBe("menu");
    await page().locator("h1", { hasText: "Quimby" }).waitFor();
    await page().keyboard.press("Enter");
    await link.click();
    await page().locator("h1", { hasText: "Settings" }).waitFor();
    await link.waitFor({ state: "hidden" });
  });

  test.runIf(isFull)(
    "AC-04, AC-05: everything is reached by Tab, seen, uncovered, and large enough",
    async () => {
      await take({ name: "light", width: 1366 });
      const found: string[] = [];
      for (const { route } of PAGES) {
        await page().evaluate(`location.hash = "#/${route}"`);
        await page().locator(`.frame.mode-${route} main h1`).waitFor();
        found.push(...(await smallTargets()).map((text) => `${route}: ${text}`));
        await page().locator(".skip").focus();
        for (let stop = 0; stop < 25; stop++) {
          await page().keyboard.press("Tab");
          const wrong = await focusTrouble();
          if (wrong !== "") found.push(`${route}: ${wrong}`);
        }
      }
      expect([...new Set(found)]).toEqual([]);
    },
    120_000,
  );

  const smallTargets = (): Promise<readonly string[]> =>
    page().evaluate(`[...document.querySelectorAll("button, a[href], input, select, summary")].flatMap((each) => {
      const box = each.getBoundingClientRect();
      const label = each.closest("label")?.getBoundingClientRect();
      const height = Math.max(box.height, label?.height ?? 0);
      const width = Math.max(box.width, label?.width ?? 0);
      // Links in a sentence may be as high as their line (2.5.8, inline).
      const isInline = each.matches("p a, li a, dd a");
      const isShown = each.checkVisibility({ opacityProperty: true }) && !each.matches(".skip, .hidden, .hidden *");
      return isShown && !isInline && (height < 24 || width < 24) ? [each.tagName + " " + (each.textContent ?? "").trim().slice(0, 30) + " " + Math.round(width) + "x" + Math.round(height)] : [];
    })`);

  /** Empty: what has the focus has an outline of 2 px or more, and nothing lies over it. */
  const focusTrouble = (): Promise<string> =>
    page().evaluate(`(() => {
      const each = document.activeElement;
      if (each === null || each === document.body) return "";
      const name = each.tagName + " " + (each.id || (each.textContent ?? "").trim().slice(0, 30));
      const framed = each.closest(".scan") ?? each;
      const style = getComputedStyle(framed);
      if (style.outlineStyle === "none" || Number.parseFloat(style.outlineWidth) < 2) return name + ": its focus is not seen";
      const { left, top, right, bottom } = each.getBoundingClientRect();
      const over = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      const isFree = over === null || each === over || each.contains(over) || over.contains(each) || over.closest("label") !== null;
      return isFree ? "" : name + ": covered by " + over.tagName + "." + over.className;
    })()`);

  test.runIf(isFull)("right to left mirrors the frame, and barcodes stay left to right", async () => {
    await take({ name: "light", width: 1366 });
    const left = (selector: string): Promise<number> =>
      page().evaluate(`document.querySelector("${selector}").getBoundingClientRect().left`);
    const before = await left(".rail");
    await take({ name: "right to left", width: 1366, isMirrored: true });
    expect(before).toBe(0);
    expect(await left(".rail")).toBeGreaterThan(600);
    await page().evaluate('location.hash = "#/activity"');
    await page().locator("td .code").first().waitFor();
    expect(await page().evaluate('getComputedStyle(document.querySelector("td .code")).direction')).toBe(
      "ltr",
    );
    await take({ name: "light", width: 1366 });
  });
});
