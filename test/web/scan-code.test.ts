import { describe, expect, test } from "vitest";
import { hasRightCheckDigit } from "../../src/crdt/circulation/barcode-rules.ts";
import { readCode, SHEET_COMMANDS, withoutControls } from "../../src/web/scan-code.ts";
import { assert, constantFrom, integer, property, stringMatching } from "../properties.ts";

const plain = { startStop: false };
const framed = { startStop: true };
const code = (raw: string, rules = plain) => {
  const read = readCode(raw, rules);
  return read.kind === "code" ? read.barcode : read.kind;
};

describe("what arrived in the field", () => {
  test.each([
    ["30234000517861", "30234000517861"],
    ["  30234000517861 ", "30234000517861"],
    ["\u000230234000517861\u0003\r\n", "30234000517861"],
    ["]F030234000517861", "30234000517861"],
    ["]C1 CONC4000037", "CONC4000037"],
    ["CONC 4000 037", "CONC 4000 037"],
    ["", "empty"],
    [" \r\n", "empty"],
    ["Bücher", "junk"],
    ["x".repeat(81), "junk"],
    ["x".repeat(80), "x".repeat(80)],
  ])("%j is %s", (raw, expected) => {
    expect(code(raw)).toBe(expected);
  });

  test.each([
    ["A30234000517861B", "30234000517861"],
    ["a30234000517861d", "30234000517861"],
    ["*CONC4000037*", "CONC4000037"],
    ["]F0A30234000517861B", "30234000517861"],
    ["ABC", "ABC"],
    ["CONC4000037", "CONC4000037"],
  ])("with start and stop left out %s is %s, and stays whole where they are not", (raw, expected) => {
    expect(code(raw, framed)).toBe(expected);
    expect(code(raw)).toBe(raw.replace(/^\]F0/, ""));
  });

  test("codes of the command sheet are commands, in any case", () => {
    for (const [text, command] of Object.entries(SHEET_COMMANDS)) {
      expect(readCode(text, plain)).toEqual({ kind: "command", command });
      expect(readCode(` ${text.toLowerCase()}\r`, plain)).toEqual({ kind: "command", command });
    }
    expect(code("%NOTHING%")).toBe("%NOTHING%");
  });

  test("the ISBN of a cover is told by its check digit", () => {
    expect(readCode("9780306406157", plain)).toMatchObject({ isIsbn: true });
    expect(readCode("9780306406158", plain)).toMatchObject({ isIsbn: false });
  });

  test("nothing inside of a barcode is ever touched, whatever a scanner adds around it", () => {
    const inner = stringMatching(/^[!-~](?:[ -~]{0,78}[!-~])?$/).filter(
      (text) => !text.startsWith("]") && !/^%\w+%$/.test(text),
    );
    const around = constantFrom("", " ", "\u0002", "\r", "\t ", "]F0", "]A0", "]Q1");
    assert(
      property(around, inner, constantFrom("", " ", "\r\n", "\u0003"), (before, text, after) => {
        expect(code(before + text + after)).toBe(text);
      }),
    );
  });

  test("a whole barcode passes its check digit, and with any one digit changed it fails", () => {
    const good = constantFrom("30234000517861", "33191000105864");
    assert(
      property(good, integer({ min: 0, max: 13 }), integer({ min: 1, max: 9 }), (text, at, by) => {
        expect(hasRightCheckDigit(text)).toBe(true);
        const flipped = [...text].map((digit, index) =>
          index === at ? String((Number(digit) + by) % 10) : digit,
        );
        expect(hasRightCheckDigit(flipped.join(""))).toBe(false);
      }),
    );
  });

  test("control characters go, all else stays", () => {
    assert(
      property(stringMatching(/^[ -~ü]*$/), (text) => {
        expect(withoutControls(`\u0000${text}\u007f`)).toBe(text);
      }),
    );
  });
});
