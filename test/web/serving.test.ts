/** What the counter adds to the scanning machine: dates that stay, the book drop, renewing all, reloads, sounds. */

import { describe, expect, test } from "vitest";
import type { Question, ScanView } from "../../src/node/http/api.ts";
import { sessionToAsk } from "../../src/web/asking.ts";
import { isUsedElsewhere } from "../../src/web/counter.ts";
import { withoutOldWords } from "../../src/web/moving.ts";
import { sessionToKept } from "../../src/web/recording.ts";
import { emptySession } from "../../src/web/session.ts";
import { stepToSound } from "../../src/web/sounds.ts";
import { array, assert, constantFrom, property } from "../properties.ts";
import { samplePatron, sampleRow } from "./sample.ts";
import { Bench } from "./scanning-bench.ts";

const question = (code: string, severity: Question["severity"] = "override"): Question => ({
  ...{ code, ref: code, text: `${code}?`, role: "staff", severity },
});
const meant = (bench: Bench, barcode: string, meaning: ScanView): void => {
  bench.scan(barcode);
  bench.effects.shift();
  bench.feed({ kind: "looked", barcode, meaning });
};

describe("a due date that staff set", () => {
  const due = { value: "2026-12-10", setOn: "2026-11-26" };

  test("goes with each loan of this patron, and stays for the next one only when it is sticky", () => {
    for (const isSticky of [false, true]) {
      const bench = new Bench();
      bench.feed({ kind: "due-chosen", due: { ...due, isSticky } });
      for (const code of ["P1", "I1", "P2", "I2"]) bench.scan(code);
      bench.workAll();
      const second = isSticky ? due.value : undefined;
      expect(bench.log.map((each) => each.due)).toEqual([due.value, second]);
    }
  });

  test("ends with the day and with the sign-out of whoever set it; the rule's own date is one click", () => {
    const bench = new Bench();
    bench.feed({ kind: "due-chosen", due: { ...due, isSticky: true } });
    bench.feed({ kind: "day", today: "2026-11-26" });
    expect(bench.session.due).toBeDefined();
    bench.feed({ kind: "day", today: "2026-11-27" });
    expect(bench.session.due).toBeUndefined();
    bench.feed({ kind: "due-chosen", due: { ...due, isSticky: true } });
    bench.feed({ kind: "closed", isGone: true });
    expect(bench.session.due).toBeUndefined();
  });

  test("where it is longer than the rule, the rule is taken without a new scan", () => {
    const bench = new Bench();
    bench.scan("P1");
    bench.workAll();
    bench.feed({ kind: "due-chosen", due: { ...due, isSticky: false } });
    bench.scan("I1");
    bench.work();
    bench.work([question("loan-longer")]);
    expect(bench.session.phase.kind).toBe("asking");
    bench.feed({ kind: "took-rule" });
    bench.workAll();
    expect(bench.log).toMatchObject([{ id: "t2", item: "I1" }]);
    expect(bench.log[0]?.due).toBeUndefined();
  });
});

test("returns of the book drop are counted as their day until the day ends; loans never are", () => {
  const bench = new Bench();
  const returnDay = { day: "2026-11-25", effective: "2026-11-25T22:59:59Z", setOn: "2026-11-26" };
  bench.feed({ kind: "return-day-chosen", returnDay });
  bench.scan("I1", "in");
  for (const code of ["P1", "I2"]) bench.scan(code);
  bench.workAll();
  expect(bench.log.map((each) => each.effective)).toEqual([returnDay.effective, undefined]);
  bench.feed({ kind: "day", today: "2026-11-27" });
  bench.scan("I3", "in");
  bench.workAll();
  expect(bench.log.at(-1)?.effective).toBeUndefined();
});

test("what was said goes with its page; that items wait for a card does not", () => {
  const bench = new Bench();
  bench.scan("I1", "in");
  bench.workAll();
  expect(bench.session.notice?.text).toContain("Returned");
  expect(withoutOldWords(bench.session).notice).toBeUndefined();
  bench.scan("I2");
  bench.workAll();
  expect(withoutOldWords(bench.session).notice?.text).toContain("Scan the library card first");
});

test("renewing all asks nothing: each is renewed or says why not, and the scans behind go on", () => {
  const bench = new Bench();
  bench.scan("P1");
  bench.workAll();
  const commands = ["I1", "I2", "I3"].map((item) => ({ id: `r${item}`, kind: "renewal" as const, item }));
  bench.feed({ kind: "ordered-many", commands });
  bench.scan("I9");
  bench.work();
  bench.work([question("renewal-none-left")]);
  bench.workAll();
  expect(bench.session.renewed.map((each) => [each.item, each.isRenewed])).toEqual([
    ["I1", true],
    ["I2", false],
    ["I3", true],
  ]);
  expect(bench.session.renewed[1]?.text).toBe("renewal-none-left?");
  expect(bench.log.map((each) => each.item)).toEqual(["I1", "I3", "I9"]);
});

describe("what a code can be", () => {
  test("a number of a card and of an item is asked about; either answer goes on with it", () => {
    for (const takes of ["card", "item"] as const) {
      const bench = new Bench();
      bench.scan("P1");
      bench.workAll();
      meant(bench, "X1", { patron: samplePatron("X1"), item: { barcode: "X1", known: true, holds: 0 } });
      expect(sessionToAsk(bench.session)?.title).toBe("Card or item?");
      if (takes === "item") bench.feed({ kind: "took-item" });
      else bench.feed({ kind: "confirmed", overrides: [] });
      bench.workAll();
      expect(bench.session.patron?.barcode).toBe(takes === "card" ? "X1" : "P1");
      expect(bench.log.map((each) => each.item)).toEqual(takes === "card" ? [] : ["X1"]);
    }
  });

  test("the form of a code tells a new card from a new item", () => {
    const item = new Bench();
    meant(item, "X1", { looksLike: "item" });
    expect(item.session.pending.map((each) => each.barcode)).toEqual(["X1"]);
    const card = new Bench();
    card.scan("P1");
    card.workAll();
    meant(card, "X2", { looksLike: "patron" });
    expect(card.session.phase.kind).toBe("unknown-card");
  });

  test("an ISBN before its card is asked about once, and not again when it is lent", () => {
    const bench = new Bench();
    meant(bench, "9780306406157", { looksLike: "isbn" });
    expect(bench.session.phase.kind).toBe("isbn");
    bench.feed({ kind: "confirmed", overrides: [] });
    bench.scan("P1");
    bench.workAll([question("isbn", "acknowledge")]);
    expect(bench.log).toMatchObject([{ item: "9780306406157", overrides: [{ code: "isbn" }] }]);
  });

  test("a third misread barcode in a row blames the scanner; one that is recorded ends the row", () => {
    const bench = new Bench();
    for (let i = 1; i <= 3; i++) {
      bench.scan(`I${i}`, "in");
      bench.work([question("check-digit", "acknowledge")]);
      const hint = sessionToAsk(bench.session)?.hint ?? "";
      expect([i, hint.includes("scanner")]).toEqual([i, i === 3]);
      bench.feed({ kind: "declined" });
    }
    bench.scan("I4", "in");
    bench.workAll();
    expect(bench.session.misreads).toBe(0);
  });
});

describe("a page that is loaded anew", () => {
  test("goes on with the patron, the rows, and every scan that was not answered, under its id", () => {
    const moves = array(constantFrom("scan", "work"), { maxLength: 20 });
    assert(
      property(moves, (steps) => {
        const bench = new Bench();
        bench.scan("P1");
        bench.workAll();
        let items = 0;
        for (const step of steps) {
          if (step === "scan") bench.scan(`I${++items}`);
          else bench.work();
        }
        const kept = JSON.parse(JSON.stringify(sessionToKept(bench.session)));
        // What was on its way may have arrived, though nobody heard.
        const lost = bench.effects.find((effect) => effect.kind === "post");
        if (lost?.kind === "post") bench.record(lost.command);
        bench.session = { ...emptySession, isRestoring: true };
        bench.effects = [];
        // Scanned before the page knows again whom it serves: it waits, and is theirs.
        bench.scan(`I${++items}`);
        expect(bench.work()).toBe(false);
        bench.feed({ kind: "restored", kept, patron: samplePatron("P1") });
        bench.workAll();
        expect(bench.log.every((each) => each.patron === "P1")).toBe(true);
        expect(bench.log.map((each) => each.item)).toEqual(
          Array.from({ length: items }, (_, index) => `I${index + 1}`),
        );
        expect(new Set(bench.session.listed.out)).toEqual(new Set(bench.log.map((each) => each.id)));
      }),
    );
  });

  test("goes on at once where nothing was in hand", () => {
    const bench = new Bench();
    bench.session = { ...emptySession, isRestoring: true };
    bench.scan("P1");
    bench.scan("I1");
    bench.feed({ kind: "restored" });
    bench.workAll();
    expect(bench.log.map((each) => [each.patron, each.item])).toEqual([["P1", "I1"]]);
  });

  test("lends nothing of the patron before to the next one, where somebody had to sign in first", () => {
    const before = new Bench();
    before.scan("P1");
    before.workAll();
    before.scan("I12345");
    const kept = sessionToKept(before.session);
    const bench = new Bench();
    bench.feed({ kind: "restored" });
    bench.scan("P2");
    bench.feed({ kind: "restored", kept, patron: samplePatron("P1") });
    bench.workAll();
    expect([bench.log, bench.session.patron?.barcode]).toEqual([[], "P2"]);
  });

  test("is given no reason, answer or PIN back", () => {
    const bench = new Bench();
    bench.scan("P1");
    bench.workAll();
    bench.scan("I1");
    bench.work();
    bench.work([question("patron-blocked")]);
    const by = { user: "mk", pin: "secret-pin" };
    bench.feed({
      kind: "confirmed",
      overrides: [{ code: "patron-blocked", ref: "patron-blocked", reason: "paid up", by }],
    });
    const kept = JSON.stringify(sessionToKept(bench.session));
    expect(kept).not.toMatch(/secret-pin|paid up/);
    expect(kept).toContain("I1");
  });
});

test("each scan sounds once at most: by what came of it", () => {
  const bench = new Bench();
  const sounds: unknown[] = [];
  const feed = bench.feed.bind(bench);
  bench.feed = (input) => {
    const before = bench.session;
    feed(input);
    sounds.push(stepToSound(before, bench.session, input));
  };
  const heard = (): unknown[] => sounds.splice(0).filter((each) => each !== undefined);
  bench.scan("P1");
  bench.workAll();
  expect(heard()).toEqual(["info"]);
  bench.scan("I1");
  bench.workAll();
  expect(heard()).toEqual(["success"]);
  bench.scan("I1");
  bench.workAll();
  expect(heard()).toEqual(["info"]);
  bench.scan("I2");
  bench.workAll([question("item-held")]);
  expect(heard()).toEqual(["attention"]);
  bench.scan("I3");
  expect(heard()).toEqual(["stop"]);
});

test("a row is used elsewhere when another desk has done something with its item since", () => {
  const row = sampleRow("I1", { item: "I1" });
  const later = { item: "I1", at: "2026-11-21T11:00:00+01:00" };
  const other = sampleRow("x", { ...later, desk: { id: "d2", name: "Desk 2" } });
  expect(isUsedElsewhere({ I1: row, x: other }, row)).toBe(true);
  expect(isUsedElsewhere({ I1: row, x: sampleRow("x", later) }, row)).toBe(false);
  expect(isUsedElsewhere({ I1: row, x: { ...other, item: "I2" } }, row)).toBe(false);
  expect(isUsedElsewhere({ I1: row, x: { ...other, at: "2026-11-21T09:00:00+01:00" } }, row)).toBe(false);
});
