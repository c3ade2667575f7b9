/** What staff do while scans are on their way: it waits behind them, and what comes after it is nobody's before. */

import { describe, expect, test } from "vitest";
import type { Question } from "../../src/node/http/api.ts";
import { curtainToText } from "../../src/web/privacy.ts";
import { sessionToKept } from "../../src/web/recording.ts";
import { emptySession } from "../../src/web/session.ts";
import { createModel } from "../../src/web/store.ts";
import { array, assert, constantFrom, integer, property } from "../properties.ts";
import { samplePatron, sampleState } from "./sample.ts";
import { Bench } from "./scanning-bench.ts";

const question: Question = { code: "item-held", ref: "r", text: "?", role: "staff", severity: "override" };

/** A desk with P1 open. */
function serving(): Bench {
  const bench = new Bench();
  bench.scan("P1");
  bench.workAll();
  return bench;
}
const loansOf = (bench: Bench): readonly string[] => bench.log.map(({ patron, item }) => `${patron} ${item}`);

test("an item after Finish is not lent to the patron before, however slow the node is", () => {
  for (const by of ["enter", "button"] as const) {
    const bench = serving();
    bench.scan("I1");
    bench.finish(by);
    bench.scan("I2");
    bench.scan("P2");
    bench.workAll();
    expect(loansOf(bench)).toEqual(["P1 I1", "P2 I2"]);
  }
});

test("a patron who is chosen takes nothing that was scanned for the one before", () => {
  const bench = serving();
  for (const item of ["I1", "I2", "I3"]) bench.scan(item);
  bench.feed({ kind: "opened", patron: samplePatron("P2") });
  bench.scan("I4");
  bench.workAll();
  expect(loansOf(bench)).toEqual(["P1 I1", "P1 I2", "P1 I3", "P2 I4"]);
  expect(bench.session.listed.out).toHaveLength(1);
});

test("a due date or a day of returns that is set while scans are on their way is none of theirs", () => {
  const bench = serving();
  const due = { value: "2026-12-10", setOn: "2026-11-26", isSticky: false };
  bench.scan("I1");
  bench.scan("I2", "in");
  bench.feed({ kind: "due-chosen", due });
  bench.feed({
    kind: "return-day-chosen",
    returnDay: { day: "2026-11-25", effective: "2026-11-25T22:59:59Z", setOn: "2026-11-26" },
  });
  bench.scan("I3");
  bench.scan("I4", "in");
  bench.workAll();
  expect(bench.log.map(({ item, due: given, effective }) => [item, given, effective])).toEqual([
    ["I1", undefined, undefined],
    ["I2", undefined, undefined],
    ["I3", due.value, undefined],
    ["I4", undefined, "2026-11-25T22:59:59Z"],
  ]);
});

test("Void last means the scan that was the last then, though it is not recorded yet", () => {
  const voided = (bench: Bench): unknown[] =>
    bench.voided.map((id) => bench.log.find((each) => each.id === id)?.item);
  const bench = serving();
  bench.scan("I1");
  bench.workAll();
  bench.scan("I2");
  bench.feed({ kind: "void-asked", mode: "out" });
  bench.scan("I3");
  bench.workAll();
  expect(voided(bench)).toEqual(["I2"]);
  // Nobody lent it after all: the loan before it is not meant.
  bench.scan("I4");
  bench.feed({ kind: "void-asked", mode: "out" });
  bench.work();
  bench.work([question]);
  bench.feed({ kind: "declined" });
  bench.workAll();
  expect(voided(bench)).toEqual(["I2"]);
  bench.feed({ kind: "void-asked", mode: "out" });
  bench.workAll();
  expect(voided(bench)).toEqual(["I2", "I3"]);
});

test("somebody else at the desk finds no patron open, though a scan was on its way when they came", () => {
  const bench = serving();
  bench.feed({ kind: "due-chosen", due: { value: "2026-12-10", setOn: "2026-11-26", isSticky: true } });
  bench.scan("I1");
  bench.feed({ kind: "closed", isGone: true });
  bench.workAll();
  expect(loansOf(bench)).toEqual(["P1 I1"]);
  expect(bench.session).toMatchObject({ phase: { kind: "idle" }, queue: [], listed: emptySession.listed });
  expect(bench.session).not.toHaveProperty("patron");
  expect(bench.session).not.toHaveProperty("due");
  expect(bench.session).not.toHaveProperty("previous");
});

test("whatever staff do, and however slow the node is, all is as with a node that answers at once", () => {
  type Move = (bench: Bench) => void;
  const moves: Readonly<Record<string, Move>> = {
    ...Object.fromEntries(
      ["P1", "P2", "I1", "I2", "I3", "I4"].map((code) => [code, (bench: Bench) => bench.scan(code)]),
    ),
    back: (bench) => bench.scan("I5", "in"),
    finish: (bench) => bench.finish("button"),
    open: (bench) => bench.feed({ kind: "opened", patron: samplePatron("P3") }),
    gone: (bench) => bench.feed({ kind: "closed", isGone: true }),
    due: (bench) =>
      bench.feed({ kind: "due-chosen", due: { value: "2026-12-10", setOn: "2026-11-26", isSticky: false } }),
    void: (bench) => bench.feed({ kind: "void-asked", mode: "out" }),
  };
  const play = (names: readonly string[], pauses: readonly number[]): unknown => {
    const bench = new Bench();
    names.forEach((name, index) => {
      moves[name]?.(bench);
      for (let i = 0; i < (pauses[index] ?? 1000) && bench.work(); i++);
    });
    bench.workAll();
    const { patron, pending, listed, due, queue, phase } = bench.session;
    const loans = bench.log.map((each) => [each.kind, each.patron, each.item, each.due, each.id]);
    return { loans, voided: bench.voided, patron: patron?.barcode, pending, listed, due, queue, phase };
  };
  assert(
    property(
      array(constantFrom(...Object.keys(moves)), { maxLength: 15 }),
      array(integer({ min: 0, max: 2 }), { minLength: 15, maxLength: 15 }),
      (names, pauses) => {
        expect(play(names, pauses)).toEqual(play(names, []));
      },
    ),
  );
});

describe("what is not recorded when its patron goes", () => {
  const lost = (bench: Bench, item: string): void => {
    bench.scan(item);
    bench.work();
    const { phase } = bench.session;
    if (phase.kind !== "posting") throw new Error("nothing is on its way");
    bench.effects = [];
    bench.feed({ kind: "answered", id: phase.command.id, reply: { kind: "fault", text: "Disk full." } });
  };

  test("is named: items without a card, one that is asked about, one that the disk did not take", () => {
    const waiting = new Bench();
    for (const item of ["I10001", "I10002"]) waiting.scan(item);
    waiting.workAll();
    waiting.feed({ kind: "closed" });
    expect(waiting.session.notice).toMatchObject({
      severity: "stop",
      text: "Not recorded: …10001, …10002. Scan the card and these items again.",
    });
    const asked = serving();
    asked.scan("I10003");
    asked.work();
    asked.work([question]);
    asked.feed({ kind: "closed", isGone: true });
    expect(asked.session.notice?.text).toContain("Not recorded: …10003.");
    for (const leave of [
      (bench: Bench) => bench.finish("button"),
      (bench: Bench) => bench.feed({ kind: "closed" }),
      (bench: Bench) => bench.feed({ kind: "opened", patron: samplePatron("P2") }),
    ]) {
      const bench = serving();
      lost(bench, "I10004");
      leave(bench);
      expect(bench.session.notice).toMatchObject({ severity: "stop" });
      expect(bench.session.notice?.text).toContain("Not recorded: …10004.");
      expect(bench.session.unsaved).toEqual([]);
    }
  });

  test("is tried again for nobody else, where the disk failed after staff had left", () => {
    const bench = serving();
    bench.scan("I10005");
    bench.work();
    bench.scan("I10006");
    bench.feed({ kind: "opened", patron: samplePatron("P2") });
    bench.scan("I10007");
    bench.effects = [];
    bench.feed({ kind: "answered", id: "t2", reply: { kind: "fault", text: "Disk full." } });
    bench.feed({ kind: "retried" });
    bench.workAll();
    expect(bench.log).toEqual([]);
    expect(bench.session.patron).toBeUndefined();
    expect(bench.session.notice?.text).toMatch(/NOT SAVED.*Not recorded: …10005, …10006, …10007\./);
  });

  test("a patron whose items are all recorded goes without a word of that", () => {
    const bench = serving();
    bench.scan("I1");
    bench.workAll();
    bench.feed({ kind: "closed" });
    expect(bench.session.notice).toBeUndefined();
  });
});

test("a hidden screen says that all is saved only where it is", () => {
  const said = (bench: Bench): string =>
    curtainToText({ ...createModel("out", "ab"), state: sampleState(), session: bench.session });
  const bench = serving();
  bench.scan("I10001");
  bench.feed({ kind: "closed" });
  expect(said(bench)).toBe("Desk 1. 1 scan is not confirmed yet; the patron is closed after that.");
  bench.workAll();
  expect(said(bench)).toContain("all that was scanned is saved");
  bench.scan("I10002");
  bench.workAll();
  bench.feed({ kind: "closed" });
  expect(said(bench)).toMatch(/^Desk 1\. The patron is closed\. Not recorded: …10002\./);
});

test("a reload keeps what staff did between scans that are on their way", () => {
  const bench = serving();
  bench.scan("I1");
  bench.feed({ kind: "opened", patron: samplePatron("P2") });
  bench.scan("I2");
  bench.finish("button");
  bench.scan("I3");
  const kept = JSON.parse(JSON.stringify(sessionToKept(bench.session)));
  bench.session = { ...emptySession, isRestoring: true };
  bench.effects = [];
  bench.feed({ kind: "restored", kept, patron: samplePatron("P1") });
  bench.scan("P3");
  bench.workAll();
  expect(loansOf(bench)).toEqual(["P1 I1", "P2 I2", "P3 I3"]);
});
