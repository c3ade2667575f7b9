import { describe, expect, test } from "vitest";
import { parseSettings, standardSettings } from "../../src/web/desk-settings.ts";
import {
  ACTIONS,
  BURST_GAP_MS,
  type Burst,
  burstAfter,
  comboOf,
  isBarcodeShaped,
  isFreeCombo,
  isScan,
  keyTable,
  keyToMeaning,
  noBurst,
  PAUSE_MS,
  PROFILES,
  SLOW_GAP_MS,
  SLOWEST_GAP_MS,
} from "../../src/web/keys.ts";
import { anything, array, assert, integer, pre, property, string, tuple } from "../properties.ts";

const key = (name: string, held: { ctrl?: boolean; alt?: boolean; shift?: boolean; code?: string } = {}) => ({
  key: name,
  code: held.code ?? "",
  ctrl: held.ctrl ?? false,
  alt: held.alt ?? false,
  shift: held.shift ?? false,
});

const table = keyTable("default", {});
const meaning = (held: ReturnType<typeof key>) => keyToMeaning(held, table);

describe("keyToMeaning", () => {
  test("no single character does anything, in any profile: a stray scan must not change the page", () => {
    for (const profile of PROFILES) {
      for (let code = 32; code < 127; code++) {
        for (const shift of [false, true]) {
          const held = key(String.fromCharCode(code), { shift });
          expect(keyToMeaning(held, keyTable(profile, {}))).toBeUndefined();
        }
      }
    }
  });

  test("function keys and Alt do what the help says", () => {
    const act = (action: string) => ({ kind: "act", action });
    expect(meaning(key("F1"))).toEqual(act("out"));
    expect(meaning(key("F2"))).toEqual(act("in"));
    expect(meaning(key("F3"))).toEqual(act("renew"));
    expect(meaning(key("F4"))).toEqual(act("find"));
    expect(meaning(key("F6"))).toEqual(act("in-house"));
    expect(meaning(key("F7"))).toEqual(act("void-last"));
    expect(meaning(key("F8"))).toEqual(act("previous"));
    expect(meaning(key("F9"))).toEqual(act("print"));
    expect(meaning(key("F9", { shift: true }))).toEqual(act("reprint"));
    expect(meaning(key("F1", { shift: true }))).toEqual(act("register"));
    expect(meaning(key("å", { alt: true, code: "KeyA" }))).toEqual(act("activity"));
    expect(meaning(key("d", { alt: true, code: "KeyD" }))).toEqual(act("due"));
    expect(meaning(key("H", { alt: true, shift: true, code: "KeyH" }))).toEqual(act("hide"));
    expect(meaning(key("/", { ctrl: true, code: "Slash" }))).toEqual(act("help"));
    expect(meaning(key("/", { ctrl: true, shift: true, code: "Digit7" }))).toEqual(act("help"));
  });

  test("leaves AltGr, reload and full screen to the browser, and swallows Ctrl+J and Ctrl+M", () => {
    expect(meaning(key("ą", { alt: true, ctrl: true, code: "KeyA" }))).toBeUndefined();
    for (const name of ["F5", "F11", "F12"]) expect(meaning(key(name))).toBeUndefined();
    expect(meaning(key("j", { ctrl: true, code: "KeyJ" }))).toEqual({ kind: "swallow" });
    expect(meaning(key("m", { ctrl: true, code: "KeyM" }))).toEqual({ kind: "swallow" });
    const changed = meaning(key("L", { ctrl: true, shift: true, code: "KeyL" }));
    expect(changed).toEqual({ kind: "act", action: "change-staff" });
    expect(meaning(key("l", { ctrl: true, code: "KeyL" }))).toBeUndefined();
  });

  test("each profile has a key for every page and act, no key twice, and none that a dialog or the browser needs", () => {
    for (const profile of PROFILES) {
      const keys = keyTable(profile, {});
      for (const action of Object.keys(ACTIONS)) {
        if (action !== "finish") expect([profile, action, comboOf(keys, action)]).not.toContain("");
      }
      for (const combo of keys.keys()) expect([profile, combo, isFreeCombo(combo)]).toContain(true);
    }
    expect(keyTable("koha", {}).get("Alt+U")).toBe("out");
    expect(keyTable("evergreen", {}).get("F9")).toBe("reprint");
    expect(keyTable("sierra", {}).get("Alt+Q")).toBe("finish");
  });

  test("a desk may change a key: it then does that alone, and what it did before has another or none", () => {
    const changed = keyTable("default", { print: "F2" });
    expect(changed.get("F2")).toBe("print");
    expect(changed.get("F9")).toBeUndefined();
    for (const combo of ["a", "A", "Shift+A", "Enter", "F5", "Ctrl+W", "Ctrl+J", "Alt+Y", "Ctrl+Alt+Q"]) {
      expect([combo, isFreeCombo(combo)]).toEqual([combo, false]);
    }
  });

  test("settings that were written by another are read with standard values where they are odd", () => {
    assert(
      property(anything(), (value) => {
        const read = parseSettings(JSON.stringify(value) ?? null);
        expect(parseSettings(JSON.stringify(read))).toEqual(read);
        expect(read.volume).toBeGreaterThanOrEqual(0);
      }),
    );
    expect(parseSettings("{")).toEqual(standardSettings);
    expect(parseSettings(JSON.stringify({ keys: { print: "p", out: "F2", nonsense: "F3" } })).keys).toEqual({
      out: "F2",
    });
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

  const isShaped = (text: string) => isBarcodeShaped(text);

  test("six keys faster than the gap are a scanner, whatever they are; slower ones only if they look like a barcode", () => {
    assert(
      property(string({ minLength: 6, maxLength: 40, unit: "grapheme-ascii" }), (text) => {
        expect(isScan(type(text, BURST_GAP_MS - 1))).toBe(true);
        expect(isScan(type(text, BURST_GAP_MS))).toBe(isShaped(text));
        expect(isScan(type(text, SLOW_GAP_MS))).toBe(false);
      }),
    );
    expect(isScan(type("12345", 1))).toBe(false);
    expect(["33191010000006", "A30234000517861B", "ITEM10012"].every(isShaped)).toBe(true);
    expect(
      ["mk", "lost the card", "paid today", "4 books, 2 discs", "overdue since 2024"].some(isShaped),
    ).toBe(false);
  });

  test("keys that come late don't make a person of a scanner, as long as they are fewer than half and no pause", () => {
    const gaps = array(
      tuple(integer({ min: 1, max: BURST_GAP_MS - 1 }), integer({ min: 0, max: PAUSE_MS - 1 })),
      {
        minLength: 5,
        maxLength: 30,
      },
    );
    assert(
      property(gaps, (each) => {
        let [burst, ms] = [burstAfter(noBurst, "7", 1_000), 1_000];
        const late = Math.ceil(each.length / 2) - 1;
        each.forEach(([quick, slow], index) => {
          ms += index < late ? Math.max(quick, slow) : quick;
          burst = burstAfter(burst, "x", ms);
        });
        expect([burst.text.length, isScan(burst)]).toEqual([each.length + 1, true]);
      }),
    );
  });

  test("a person's typing is none, however even, and neither is what follows a pause", () => {
    assert(
      property(
        string({ minLength: 1, maxLength: 40 }),
        integer({ min: SLOW_GAP_MS, max: 400 }),
        (text, gapMs) => {
          expect(isScan(type(text, gapMs))).toBe(false);
        },
      ),
    );
    const scanned = type("33191010000006", 8);
    expect(isScan(burstAfter(scanned, "Enter", scanned.lastMs + 8))).toBe(true);
    expect(isScan(burstAfter(scanned, "Enter", scanned.lastMs + PAUSE_MS))).toBe(false);
    expect(burstAfter(scanned, "Backspace", scanned.lastMs + 8)).toEqual(noBurst);
  });

  test("a Tab that a person types begins anew: initials and a PIN are no code, however fast; a scan stays one", () => {
    const initials = string({ minLength: 1, maxLength: 20, unit: "grapheme-ascii" });
    assert(
      property(initials, integer({ min: BURST_GAP_MS, max: 400 }), (user, gapMs) => {
        pre(!isShaped(user));
        const before = type(user, gapMs);
        let burst = burstAfter(before, "Tab", before.lastMs + gapMs);
        for (const digit of "12345") burst = burstAfter(burst, digit, burst.lastMs + gapMs);
        expect(isScan(burst, SLOWEST_GAP_MS)).toBe(false);
      }),
    );
    assert(
      property(integer({ min: 1, max: SLOWEST_GAP_MS - 1 }), (gapMs) => {
        const scanned = type("33191010000006", gapMs);
        expect(burstAfter(scanned, "Tab", scanned.lastMs + gapMs)).toEqual(scanned);
      }),
    );
  });

  test("keys without a character don't end a burst", () => {
    let burst = type("123", 1);
    burst = burstAfter(burst, "Shift", burst.lastMs + 1);
    for (const char of "ABC") burst = burstAfter(burst, char, burst.lastMs + 1);
    expect(burst.text).toBe("123ABC");
  });
});
