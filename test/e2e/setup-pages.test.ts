/**
 * The pages that get a desk ready: settings, scanner set-up, readiness, the end of a day, and what is printed to lie at
 * the desk. The first test runs always; the others where DESKMESH_FULL is set.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { ReadinessView, SettingsView } from "../../src/node/http/api.ts";
import { TEST_CODES } from "../../src/web/scanner-reading.ts";
import { CARD, type Counter, startCounter } from "./counter.ts";
import { by, describeWithBrowser, getJson, postJson, type Scanner, scan, signIn } from "./harness.ts";

const isFull = process.env.DESKMESH_FULL === "1";

describeWithBrowser("getting a desk ready", () => {
  if (isFull) vi.setConfig({ testTimeout: 90_000 });
  let counter: Counter;

  beforeAll(async () => {
    counter = await startCounter();
  });
  afterAll(async () => counter?.stop());

  const page = () => counter.page;
  const go = async (route: string): Promise<void> => {
    await page().evaluate(`location.hash = "#/${route}"`);
    await page().locator(`.frame.mode-${route} main h1`).waitFor();
  };
  const setting = (name: string) => page().locator(`[data-setting="${name}"]`);

  test("a supervisor sets something for all desks, Ctrl+Enter saves it, and the page says who changed it and how it came", async () => {
    await go("settings");
    await setting("ilsName").getByText("As it came.").waitFor();
    await page().locator("#set-ilsName").fill("Koha");
    await page().locator("#set-privacyMinutes").fill("99");
    await page().keyboard.press("Enter");
    expect((await getJson<SettingsView>(counter.node, "settings")).ilsName).toBe("the library system");
    await page().keyboard.press("Control+Enter");
    await signIn(page(), by.user, by.pin);
    await page().getByText("a whole number of minutes from 1 to 60").first().waitFor();
    expect((await getJson<SettingsView>(counter.node, "settings")).ilsName).toBe("the library system");
    await page().locator("#set-privacyMinutes").fill("5");
    await page().locator("[name=contact-0-who]").fill("IT");
    await page().locator("[name=contact-0-reach]").fill("555 0100");
    await page().keyboard.press("Control+Enter");
    await setting("ilsName").getByText(`Set by ${by.user}`).waitFor();
    await setting("ilsName").getByText("It came as: the library system.").waitFor();
    const now = await getJson<SettingsView>(counter.node, "settings");
    expect(now).toMatchObject({
      ilsName: "Koha",
      privacyMinutes: 5,
      contacts: [{ who: "IT", reach: "555 0100" }],
    });
    expect(Object.keys(now.changed).sort()).toEqual(["contacts", "ilsName", "openDesks", "privacyMinutes"]);
    await page().locator("#own-paper").selectOption("58");
    await setting("paper").getByText("Set here by").waitFor();
    await page().locator("#own-paper").selectOption("80");
    await setting("paper").getByText("As it came.").waitFor();
    await page().locator("main h1").click();
    await page().keyboard.press("Escape");
    await page().locator("h1", { hasText: "Check out" }).waitFor();
    await page().keyboard.press("Control+/");
    await page().locator(".phones", { hasText: "555 0100" }).waitFor();
    await page().keyboard.press("Escape");
  });

  if (!isFull) return;

  beforeEach(async () => counter.fresh());

  async function sendTest(text: string, ...suffix: NonNullable<Scanner["suffix"]>): Promise<string> {
    const scans = Number(await page().locator("[data-scans]").getAttribute("data-scans"));
    await page().locator("#test-scan").focus();
    await scan(page(), text, { suffix });
    await page()
      .locator(`[data-scans="${scans + 1}"]`)
      .waitFor();
    return page().locator(".findings").innerText();
  }

  test("AC-85: the scanner page names Enter, Tab, CR+LF, nothing, AZERTY digits and Caps Lock, and sets the desk to it", async () => {
    await go("scanner");
    const code = TEST_CODES.code128;
    expect(await sendTest(code, "Enter")).toContain("ends each code with Enter: as it should be");
    expect(await sendTest(code, "Tab")).toContain("ends each code with Tab");
    expect(await sendTest(code, "Enter", "Control+J")).toContain("Enter and a line feed");
    expect(await sendTest(code)).toContain("ends a code with nothing");
    await page().getByRole("button", { name: "Set this desk to it" }).click();
    await page().getByText("This desk takes it after 80 ms of silence").waitFor();
    expect(await page().evaluate("JSON.parse(localStorage.getItem('deskmesh-desk')).silence")).toBe(true);
    expect(await sendTest(`]F0${code}`, "Enter")).toContain("puts ]F0 in front");
    expect(await sendTest("dESKMESH-YZ-0123456789", "Enter")).toContain("Caps Lock is on");
    // This browser has an American keyboard: keys of another one are sent as events.
    await page().evaluate(`for (const key of [..."à&é\\"'(-è_ç", "Enter"])
      document.querySelector("#test-scan").dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }))`);
    await page().locator(".findings", { hasText: "AZERTY" }).waitFor();
    await page().evaluate("localStorage.removeItem('deskmesh-desk')");
    await page().reload();
    await go("scanner");
    for (const [kind, codes] of [
      ["patron", ["21998020000006", "21998020016432", "21998020000337"]],
      ["item", ["33191010000006", "33191010000378", "33191010001129"]],
    ] as const)
      for (const each of codes) {
        await page().locator(`#sample-${kind}`).fill(each);
        await page().locator(`#sample-${kind}`).press("Enter");
      }
    await page().getByText("14 digits, beginning with 2199").waitFor();
    await page().getByText("A card can’t be mistaken for an item").waitFor();
  });

  test("AC-84: readiness is amber with what to do while nothing was tried, and green once somebody says that it worked", async () => {
    await go("readiness");
    const row = (title: string) =>
      page()
        .locator("tbody tr")
        .filter({ has: page().getByRole("rowheader", { name: title }) });
    await row("Printer").getByText("look").waitFor();
    await row("Printer").getByText("To do:").waitFor();
    await row("Printer").getByRole("button", { name: "Print a test slip" }).click();
    await page().locator("#print .slip").first().waitFor({ state: "attached" });
    await row("Printer")
      .getByRole("button", { name: /^It printed/ })
      .click();
    await row("Printer").getByText("fine").waitFor();
    // Old data and no other desk are what the sample library and this desk are like.
    await row("Patron data").locator(".chip.wait, .chip.stop").waitFor();
    await row("Other desks").locator(".chip.wait").waitFor();
    const view = await getJson<ReadinessView>(counter.node, "readiness");
    expect(view.checks).toHaveLength(10);
    await page().locator("[data-fix=scanner]").click();
    await page().locator("h1", { hasText: "Scanner set-up" }).waitFor();
  });

  test("AC-72: the desk card is one page on A4 and on Letter, with address, desk and numbers", async () => {
    const contacts = Array.from({ length: 6 }, (_, n) => ({
      who: `Somebody ${n}`,
      reach: `555 010${n}`,
      note: "weekdays",
    }));
    await postJson(counter.node, "settings", { contacts, helpDesk: "Koha help desk, 555 0199", by });
    await go("sheet");
    await page().locator("[data-sheet=desk-card]").click();
    await page().locator(".desk-card").getByText("555 0105").waitFor();
    for (const format of ["A4", "Letter"] as const) {
      const path = join(counter.folder, `card-${format}.pdf`);
      await page().pdf({ path, format });
      expect([
        format,
        execFileSync("pdfinfo", [path])
          .toString()
          .match(/Pages:\s+(\d+)/)?.[1],
      ]).toEqual([format, "1"]);
      const text = execFileSync("pdftotext", ["-layout", path, "-"]).toString();
      for (const part of [`${counter.node.url}/`, "Desk 1", "555 0105", "555 0199"])
        expect(text).toContain(part);
    }
  });

  test("codes on paper are read from their print; the paper form fits its page", async () => {
    await go("sheet");
    const print = async (sheet: string): Promise<string> => {
      await page().locator(`[data-sheet=${sheet}]`).click();
      await page().locator(`[data-sheet=${sheet}][aria-pressed=true]`).waitFor();
      await page().evaluate("Promise.all([...document.images].map((image) => image.decode()))");
      const path = join(counter.folder, `${sheet}.pdf`);
      await page().pdf({ path, format: "A4" });
      expect([
        sheet,
        execFileSync("pdfinfo", [path])
          .toString()
          .match(/Pages:\s+(\d+)/)?.[1],
      ]).toEqual([sheet, "1"]);
      return path;
    };
    const path = await print("codes");
    execFileSync("pdftoppm", ["-r", "300", "-png", "-singlefile", path, path.slice(0, -4)]);
    const read = execFileSync("zbarimg", ["-q", "--raw", `${path.slice(0, -4)}.png`])
      .toString()
      .trim()
      .split("\n");
    expect(read.sort()).toEqual(
      ["%FINISH%", "%IN%", "%OUT%", "%PRINT%", "%RENEW%", "%VOID%", TEST_CODES.code128].sort(),
    );
    await print("paper-form");
  });

  test("the end of a day counts what stands, and the cash of each desk", async () => {
    await postJson(counter.node, "settings", { payments: "by-hand", by });
    for (const [index, amount] of [1240, 60].entries()) {
      const id = `01980a3c-7d2e-7c11-9b1f-2f6f0f1d9c0${index}`;
      await postJson(counter.node, "transactions", {
        id,
        kind: "payment",
        patron: CARD,
        amount,
        currency: "EUR",
      });
    }
    await go("day");
    await page().getByText("2 payments").waitFor();
    await page().getByText("13.00 EUR").waitFor();
  });
});
