/** What is found out about a scanner from the keys that it sent. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { barcodeToSvg } from "../../src/node/barcode-image.ts";
import type { Symbology } from "../../src/node/http/api.ts";
import { SHEET_COMMANDS } from "../../src/web/scan-code.ts";
import { learnRule, overlaps, readTest, type SentKey, TEST_CODES } from "../../src/web/scanner-reading.ts";
import { scannerAdvice } from "../../src/web/scanner-words.ts";
import * as fc from "../properties.ts";

const keysOf = (text: string, ...ends: readonly string[]): readonly SentKey[] => [
  ...[...text].map((key) => ({ key, ctrl: false })),
  ...ends.map((end) =>
    end.startsWith("Ctrl+") ? { key: end.slice(5), ctrl: true } : { key: end, ctrl: false },
  ),
];
const code = TEST_CODES.code128;
const plain = { startStop: false, silence: false };

describe("AC-85", () => {
  test.each([
    [["Enter"], "enter"],
    [["Tab"], "tab"],
    [["Enter", "Ctrl+j"], "enter-line-feed"],
    [["Enter", "Enter"], "enter-line-feed"],
    [[], "none"],
  ] as const)("a code that ends with %j", (ends, suffix) => {
    for (const text of Object.values(TEST_CODES)) {
      const reading = readTest(keysOf(text, ...ends));
      expect(reading).toMatchObject({
        isRead: true,
        suffix,
        around: "nothing",
        layout: "fits",
        isCapsLock: false,
      });
      expect(scannerAdvice(reading, plain).every((line) => line.isGood)).toBe(suffix !== "none");
    }
  });

  test.each([
    ["]F0", "", "aim", true],
    ["A", "B", "start-stop", false],
    ["*", "*", "start-stop", false],
    ["XX", "", "other", false],
  ] as const)("%j in front and %j behind", (before, after, around, isGood) => {
    const reading = readTest(keysOf(`${before}${code}${after}`, "Enter"));
    expect(reading).toMatchObject({ isRead: true, around, before, after });
    expect(scannerAdvice(reading, plain)[1]?.isGood).toBe(isGood);
    expect(scannerAdvice(reading, { ...plain, startStop: true })[1]?.isGood).toBe(
      isGood || around === "start-stop",
    );
  });

  test("digits of an AZERTY keyboard, letters of a QWERTZ one, Caps Lock", () => {
    expect(readTest(keysOf("Desk,esh)yw)à&é\"'(-è_ç", "Enter"))).toMatchObject({
      isRead: true,
      layout: "azerty",
    });
    expect(readTest(keysOf("à&é\"'(-è_ç", "Enter"))).toMatchObject({ isRead: true, layout: "azerty" });
    expect(readTest(keysOf("Deskmeshßzyß0123456789", "Enter"))).toMatchObject({
      isRead: true,
      layout: "qwertz",
    });
    expect(readTest(keysOf("dESKMESH-YZ-0123456789", "Enter"))).toMatchObject({
      isRead: true,
      isCapsLock: true,
    });
    expect(readTest(keysOf("deskmesh-yz-0123456789", "Enter"))).toMatchObject({
      isRead: true,
      isCapsLock: true,
    });
  });

  test("another code is never taken for the test code", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9A-Za-z]{1,30}$/), (text) => {
        fc.pre(!/0123456789/.test(text));
        const reading = readTest(keysOf(text, "Enter"));
        expect(reading.isRead).toBe(false);
        expect(scannerAdvice(reading, plain)).toEqual([
          { isGood: false, text: `That was not the test code: ${text}` },
        ]);
      }),
    );
  });
});

test("what codes have in common is true of each of them, and a kind overlaps itself", () => {
  const codes = fc.array(fc.stringMatching(/^[0-9]{4,14}$/), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(codes, (given) => {
      const rule = learnRule(given);
      if (rule === undefined) throw new Error("no rule");
      for (const each of given) {
        expect(rule.lengths).toContain(each.length);
        expect(each.startsWith(rule.prefix)).toBe(true);
      }
      expect(overlaps(rule, rule)).toBe(true);
    }),
  );
  const cards = learnRule(["21998020000006", "21998020016432", "21998020000337"]);
  const items = learnRule(["33191010000006", "33191010000378", "33191010001129"]);
  expect(cards).toEqual({ lengths: [14], prefix: "2199", isDigits: true });
  expect(cards && items && overlaps(cards, items)).toBe(false);
  expect(learnRule([])).toBeUndefined();
});

test("the printed codes are what the page expects", async () => {
  const drawn = (name: string): string =>
    readFileSync(new URL(`../../src/web/public/codes/${name}.svg`, import.meta.url), "utf8");
  const titled = async (text: string, symbology: Symbology): Promise<string> =>
    `${(await barcodeToSvg(text, symbology)).replace(/<svg[^>]*>/, (head) => `${head}<title>${text}</title>`)}\n`;
  for (const [symbology, text] of Object.entries(TEST_CODES))
    expect(drawn(`test-${symbology}`)).toBe(await titled(text, symbology as Symbology));
  for (const [text, command] of Object.entries(SHEET_COMMANDS))
    expect(drawn(command)).toBe(await titled(text, "code128"));
});
