/**
 * The pages in other languages: chosen at the desk, kept, and complete. The pseudo-language shows what was never given to
 * be translated, and what longer words do to the layout; mirrored, whether the pages turn round and scanned codes don't.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createBranch,
  describeWithBrowser,
  launchBrowser,
  makeFolder,
  openPage,
  type RunningNode,
  removeFolder,
  scan,
  startNode,
  stopNode,
} from "./harness.ts";

const ROUTES = [
  ...["out", "in", "renew", "find", "register", "in-house", "paper", "payment", "activity", "rules"],
  ...["desks", "readiness", "exceptions", "export", "wizard", "batch", "sheet", "settings", "scanner", "day"],
] as const;
/** What most desks stand on all day; the others are looked at in the long run. */
const FEW: readonly string[] = ["out", "in", "find", "readiness", "export"];
const isFull = process.env.DESKMESH_FULL === "1";
const LIMIT_MS = isFull ? 240_000 : 60_000;
/** Fields of answers that the pages turn into their language. */
const SAID = new Set(["text", "detail", "remedy", "tick", "advice", "what"]);

describeWithBrowser("the pages in other languages", () => {
  let folder: string;
  let node: RunningNode;
  let browser: Browser;
  let page: Page;
  let strangers: string[];
  const data = new Set<string>();

  beforeAll(async () => {
    folder = await makeFolder();
    [node, browser] = await Promise.all([startNode(folder), launchBrowser()]);
    ({ page, strangers } = await openPage(browser, node, { locale: "en-GB" }));
    page.on("response", async (response) => {
      if (!(response.headers()["content-type"] ?? "").includes("json")) return;
      // A page that is left takes its answers with it.
      const body: unknown = await response.json().catch(() => undefined);
      collect(body, "", data);
    });
    // Whoever unpacks it may want another language than the browser's before anything else.
    await page.locator("#language").selectOption("es");
    await page.locator("html[lang=es] h1").waitFor();
    await page.locator("#language").selectOption("en");
    await page.locator("html[lang=en] h1").waitFor();
    await createBranch(page);
    await scan(page, "CARD0001");
    await scan(page, "BOOK0001");
    await page.getByRole("alertdialog").waitFor();
    await page.keyboard.press("Control+Enter");
    await page.getByTestId("row").first().waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    if (node !== undefined) await stopNode(node);
    await removeFolder(folder);
  });

  async function speak(language: string): Promise<void> {
    await page.evaluate(`localStorage.setItem("deskmesh-language", ${JSON.stringify(language)})`);
    await page.reload();
    await page.locator("nav.rail").waitFor();
    await page.locator("#scan, main h1").first().waitFor();
  }

  async function go(route: string): Promise<void> {
    await page.evaluate(`location.hash = "#/${route}"`);
    await page.locator("main").first().waitFor();
    await page.waitForTimeout(250);
  }

  test("German is chosen at the desk, and stays, with what is in hand", async () => {
    await page.getByTestId("status-desk").click();
    await page.locator("#language").selectOption("de");
    // The card that is open is the page's heading, once the page has it again.
    await page.getByRole("heading", { level: 1, name: "Ausweis …0001" }).waitFor();
    expect(await page.evaluate("document.documentElement.lang")).toBe("de");
    expect(await page.getByTestId("row").first().textContent()).toContain("BOOK0001");
    await page.reload();
    // The card that is open is the page's heading, once the page has it again.
    await page.getByRole("heading", { level: 1, name: "Ausweis …0001" }).waitFor();
    expect(await page.locator(".banner").textContent()).toContain("Ausfall seit");
  });

  test("a question of the node comes in Spanish", async () => {
    await speak("es");
    await page.locator("html[lang=es] #scan").waitFor();
    await scan(page, "9780306406157");
    expect(await page.getByRole("alertdialog").textContent()).toContain("Parece el ISBN de la cubierta.");
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator("#live").textContent()).toContain("No se ha registrado nada.");
  });

  test(
    `every text was given to be translated, and has room when it is longer (${isFull ? "all pages" : "some pages"})`,
    async () => {
      await speak("en");
      // The look itself: English is all plain.
      expect(await plainTexts(page, data)).toContain("Check out");
      for (const width of [320, 1366]) {
        await page.setViewportSize({ width, height: 800 });
        await speak("en-XA");
        for (const route of isFull ? ROUTES : FEW) {
          await go(route);
          expect.soft(await plainTexts(page, data), `${route}, ${width} px`).toEqual([]);
          const wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
          expect
            .soft(await page.evaluate(wide), `${route} is too wide at ${width} px`)
            .toBeLessThanOrEqual(0);
        }
      }
      expect(strangers).toEqual([]);
    },
    LIMIT_MS,
  );

  test("mirrored, the pages turn round and scanned codes do not", async () => {
    await page.setViewportSize({ width: 1366, height: 800 });
    await speak("ar-XB");
    await go("out");
    expect(await page.evaluate("document.documentElement.dir")).toBe("rtl");
    const rail = await page.locator("nav.rail").boundingBox();
    const content = await page.locator("main").first().boundingBox();
    expect(rail?.x).toBeGreaterThan(content?.x ?? Number.POSITIVE_INFINITY);
    await page.getByTestId("row").first().waitFor();
    const codes = "[...document.querySelectorAll('.code')].map((each) => getComputedStyle(each).direction)";
    const directions = await page.evaluate<string[]>(codes);
    expect(directions.length).toBeGreaterThan(0);
    expect(new Set(directions)).toEqual(new Set(["ltr"]));
  });
});

/** Every text that is somebody's own: names, titles, numbers. */
function collect(value: unknown, name: string, into: Set<string>): void {
  if (typeof value === "string") {
    // Codes of the API are small words: they excuse nothing.
    if (!SAID.has(name) && /[\p{Lu}\d ]/u.test(value.trim())) into.add(value);
  } else if (Array.isArray(value)) for (const each of value) collect(each, name, into);
  else if (typeof value === "object" && value !== null)
    for (const [key, each] of Object.entries(value)) collect(each, key, into);
}

/** What is shown or spoken in plain letters and isn't data, a key, a command or another language's name. */
async function plainTexts(page: Page, data: ReadonlySet<string>): Promise<readonly string[]> {
  const texts = await page.evaluate<string[]>(`(() => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { parentElement, textContent } = walker.currentNode;
      if (parentElement.closest("script, style, noscript, kbd, option[lang], .code, [data-same]") === null) found.push(textContent);
    }
    for (const each of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]"))
      for (const name of ["aria-label", "title", "placeholder", "alt"]) found.push(each.getAttribute(name) ?? "");
    return found;
  })()`);
  const known = [...data].toSorted((a, b) => b.length - a.length);
  const left = texts
    // A command is typed as it is, and the program is called the same everywhere.
    .map((text) => text.replace(/\bdeskmesh [a-z]+(?: [a-z]+)?(?: [A-Z]+)?|\bDeskmesh\b/g, " "))
    .map((text) => known.reduce((rest, each) => rest.replaceAll(each, " "), text).trim());
  return [...new Set(left.filter((text) => /[A-Za-z]{3,}/.test(text)))];
}
