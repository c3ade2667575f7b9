import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  type Guard,
  type GuardStep,
  type GuardTarget,
  guardKey,
  openGuard,
} from "../../src/web/modal-guard.ts";
import { array, assert, boolean, constantFrom, integer, property, string, tuple } from "../properties.ts";

/** Keys as a hand or a scanner sends them; `gapMs` before each. */
class Keys {
  guard: Guard = openGuard;
  readonly steps: GuardStep[] = [];
  #ms = 10_000;

  press(
    key: string,
    target: GuardTarget,
    gapMs: number,
    held: { ctrl?: boolean; alt?: boolean } = {},
  ): GuardStep {
    this.#ms += gapMs;
    const step = guardKey(this.guard, {
      key,
      ctrl: held.ctrl ?? false,
      alt: held.alt ?? false,
      ms: this.#ms,
      target,
    });
    this.guard = step.guard;
    this.steps.push(step);
    return step;
  }

  /** A code with what the scanner sends behind it; begins after a pause. `lateMs`: what every third key lacks. */
  scan(code: string, target: GuardTarget, suffix: readonly string[], gapMs = 5, lateMs = 0): void {
    [...code].forEach((char, index) => {
      const gap = index === 0 ? 2_000 : gapMs + (index % 3 === 0 ? lateMs : 0);
      this.press(char, target, gap);
    });
    for (const key of suffix) this.press(key, target, gapMs, { ctrl: key === "j" });
  }
}

const code = string({ minLength: 6, maxLength: 20 }).map(
  (text) => `${text.replaceAll(/[^!-~]/g, "7")}123456`,
);
const suffixes = constantFrom<readonly string[]>(["Enter"], ["Tab"], ["Enter", "j"], ["Tab", "Enter"], []);
const targets = constantFrom<GuardTarget>("other", "button", "field");

describe("while a dialog stands", () => {
  test("no scan answers it, presses a button or leaves something behind, whatever its suffix and wherever the focus is", () => {
    assert(
      property(
        array(tuple(code, suffixes, targets, integer({ min: 1, max: 34 }), integer({ min: 0, max: 200 })), {
          minLength: 1,
          maxLength: 5,
        }),
        (scans) => {
          const keys = new Keys();
          for (const [text, suffix, target, gapMs, lateMs] of scans) {
            const from = keys.steps.length;
            keys.scan(text, target, suffix, gapMs, lateMs);
            const steps = keys.steps.slice(from);
            expect(steps.some((step) => step.answer !== undefined)).toBe(false);
            expect(steps.slice(1).some((step) => step.isPress)).toBe(false);
            const named = steps.flatMap((step) => step.ignored ?? []);
            expect(named.length).toBeGreaterThan(0);
            expect(text.startsWith(named[0] ?? "?") || named[0] === text).toBe(true);
            if (target === "field") expect(steps.some((step) => step.isTakenBack)).toBe(true);
            else expect(steps.every((step) => step.isSwallowed)).toBe(true);
          }
        },
      ),
    );
  });

  test("initials, Tab and a PIN are typed into their fields, however fast a hand is", () => {
    assert(
      property(integer({ min: 35, max: 249 }), (gapMs) => {
        const keys = new Keys();
        for (const key of ["m", "k", "Tab", "1", "2", "3", "4"]) keys.press(key, "field", gapMs);
        expect(keys.steps.filter((step) => step.isSwallowed || step.isTakenBack)).toEqual([]);
      }),
    );
  });

  test("a scan with a pause longer than a scanner's is kept out as well, at its Enter", () => {
    const keys = new Keys();
    keys.scan("ABC123", "other", ["Enter"], 60);
    expect(keys.steps.at(-1)).toMatchObject({ isSwallowed: true, ignored: "ABC123" });
    expect(keys.steps.some((step) => step.answer !== undefined || step.isPress)).toBe(false);
  });

  test("a slow scanner's code goes out of the field again, at its Enter at the latest", () => {
    assert(
      property(integer({ min: 35, max: 109 }), constantFrom("Enter", "Tab"), (gapMs, suffix) => {
        const keys = new Keys();
        keys.scan("33191010000006", "field", [suffix], gapMs);
        expect(keys.steps.some((step) => step.isTakenBack)).toBe(true);
        expect(keys.steps.at(-1)).toMatchObject({ isSwallowed: true });
        expect(keys.steps.flatMap((step) => step.ignored ?? []).at(-1)).toBe("33191010000006");
        expect(keys.steps.some((step) => step.answer !== undefined || step.isPress)).toBe(false);
      }),
    );
  });

  test("a scan that begins with a blank presses nothing: the key behind it takes the press back", () => {
    const keys = new Keys();
    const first = keys.press(" ", "button", 2_000);
    // `modal.ts` presses only if no other key follows at once.
    expect(first).toMatchObject({ isSwallowed: true, isPress: true });
    const rest = [..."33191010000006"].map((char) => keys.press(char, "button", 5));
    expect(rest.some((step) => step.isPress)).toBe(false);
    expect(keys.press("Enter", "button", 5)).toMatchObject({ isSwallowed: true, ignored: "33191010000006" });
  });

  test("a person answers: Ctrl+Enter, Alt+Y and Alt+N, and Enter or Space on the button that they went to", () => {
    const keys = new Keys();
    expect(keys.press("Enter", "other", 900, { ctrl: true }).answer).toBe("confirm");
    expect(keys.press("y", "field", 900, { alt: true }).answer).toBe("confirm");
    expect(keys.press("N", "other", 900, { alt: true }).answer).toBe("safe");
    expect(keys.press("Tab", "other", 900).isSwallowed).toBe(false);
    expect(keys.press("Enter", "button", 900).isPress).toBe(true);
    expect(keys.press(" ", "button", 900).isPress).toBe(true);
    expect(keys.press("Enter", "other", 900)).toMatchObject({ isSwallowed: true });
    expect(keys.steps.at(-1)?.isPress).toBeUndefined();
  });

  test("what a person types stays, whatever it is; Enter there does nothing", () => {
    assert(
      property(string({ maxLength: 40 }), boolean(), (text, isFree) => {
        const keys = new Keys();
        const target = isFree ? "free" : "field";
        for (const char of text) expect(keys.press(char, target, 120).isSwallowed).toBe(false);
        const enter = keys.press("Enter", target, 120);
        expect([enter.isSwallowed, enter.answer, enter.ignored]).toEqual([true, undefined, undefined]);
      }),
    );
  });

  test("a staff card may be scanned where initials are typed", () => {
    const keys = new Keys();
    keys.scan("STAFF000123", "free", ["Enter"]);
    expect(keys.steps.slice(0, -1).every((step) => !step.isSwallowed)).toBe(true);
    expect(keys.steps.at(-1)).toMatchObject({ isSwallowed: true });
    expect(keys.steps.at(-1)?.ignored).toBeUndefined();
  });
});

test("each dialog that offers Ctrl+Enter marks what it presses: the guard keeps the keys from all else", () => {
  const folder = new URL("../../src/web/", import.meta.url);
  const dialogs = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => {
      const text = readFileSync(new URL(name, folder), "utf8");
      return [...text.matchAll(/<dialog(?! data-form).*?<\/dialog>/gs)].map(([dialog]) => ({
        name,
        dialog,
      }));
    });
  expect(dialogs.length).toBeGreaterThan(5);
  const lacking = dialogs.filter(
    ({ dialog }) => dialog.includes("Ctrl Enter") && !dialog.includes("data-confirm"),
  );
  expect(lacking.map(({ name }) => name)).toEqual([]);
});
