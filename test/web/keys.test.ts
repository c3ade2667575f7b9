import { array, assert, constantFrom, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import {
  BURST_GAP_MS,
  type Burst,
  burstAfter,
  isScan,
  keyToMeaning,
  noBurst,
  rawToBarcode,
} from "../../src/web/keys.ts";

const key = (name: string, held: { ctrl?: boolean; alt?: boolean; shift?: boolean; code?: string } = {}) => ({
  key: name,
  code: held.code ?? "",
  ctrl: held.ctrl ?? false,
  alt: held.alt ?? false,
  shift: held.shift ?? false,
});

describe("keyToMeaning", () => {
  test("no single character does anything: a stray scan must not change the page", () => {
    for (let code = 32; code < 127; code++) {
      for (const shift of [false, true]) {
        expect(keyToMeaning(key(String.fromCharCode(code), { shift }))).toBeUndefined();
      }
    }
  });

  test("function keys and Alt go to their pages", () => {
    const go = (route: string) => ({ kind: "go", route });
    expect(keyToMeaning(key("F1"))).toEqual(go("out"));
    expect(keyToMeaning(key("F2"))).toEqual(go("in"));
    expect(keyToMeaning(key("F3"))).toEqual(go("renew"));
    expect(keyToMeaning(key("F4"))).toEqual(go("find"));
    expect(keyToMeaning(key("F1", { shift: true }))).toEqual(go("register"));
    expect(keyToMeaning(key("å", { alt: true, code: "KeyA" }))).toEqual(go("activity"));
    expect(keyToMeaning(key("m", { alt: true, code: "KeyM" }))).toEqual(go("desks"));
    expect(keyToMeaning(key("s", { alt: true, code: "KeyS" }))).toEqual(go("export"));
  });

  test("leaves AltGr, reload and full screen to the browser, and swallows Ctrl+J and Ctrl+M", () => {
    expect(keyToMeaning(key("ą", { alt: true, ctrl: true, code: "KeyA" }))).toBeUndefined();
    for (const name of ["F5", "F11", "F12"]) expect(keyToMeaning(key(name))).toBeUndefined();
    expect(keyToMeaning(key("j", { ctrl: true, code: "KeyJ" }))).toEqual({ kind: "swallow" });
    expect(keyToMeaning(key("m", { ctrl: true, code: "KeyM" }))).toEqual({ kind: "swallow" });
    const changed = keyToMeaning(key("L", { ctrl: true, shift: true, code: "KeyL" }));
    expect(changed).toEqual({ kind: "change-staff" });
    expect(keyToMeaning(key("l", { ctrl: true, code: "KeyL" }))).toBeUndefined();
  });
});

describe("bursts", () => {
  const type = (text: string, gapMs: number): Burst => {
    let burst = noBurst;
    let ms = 1000;
    for (const char of text) {
      burst = burstAfter(burst, char, ms);
      ms += gapMs;
    }
    return burst;
  };

  test("six keys faster than the gap are a scanner, whatever they are; slower ones never are", () => {
    assert(
      property(string({ minLength: 6, maxLength: 40, unit: "grapheme-ascii" }), (text) => {
        expect(isScan(type(text, BURST_GAP_MS - 1))).toBe(true);
        expect(isScan(type(text, BURST_GAP_MS))).toBe(false);
      }),
    );
    expect(isScan(type("12345", 1))).toBe(false);
  });

  test("keys without a character don't end a burst", () => {
    let burst = type("123", 1);
    burst = burstAfter(burst, "Shift", burst.lastMs + 1);
    for (const char of "ABC") burst = burstAfter(burst, char, burst.lastMs + 1);
    expect(burst.text).toBe("123ABC");
  });
});

describe("rawToBarcode", () => {
  test("drops control characters and outer blanks, and nothing else", () => {
    const noise = array(constantFrom("\r", "\n", "\t", " ", "\u0000", "\u007f"), { maxLength: 3 });
    assert(
      property(string({ unit: "grapheme-ascii" }), noise, noise, (code, before, after) => {
        expect(rawToBarcode(before.join("") + code + after.join(""))).toBe(code.trim());
      }),
    );
  });
});
