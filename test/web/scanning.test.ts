import { describe, expect, test } from "vitest";
import type { Question } from "../../src/node/http/api.ts";
import { array, assert, constantFrom, integer, property } from "../properties.ts";
import { Bench, expectedLoans } from "./scanning-bench.ts";

const question = (code: string, ref: string, severity: Question["severity"] = "override"): Question => ({
  code,
  ref,
  text: "?",
  role: "staff",
  severity,
});

describe("scanning", () => {
  test("whatever is typed back to back, every item is recorded once, in order, to the card before it", () => {
    const code = constantFrom("P1", "P2", "I1", "I2", "I3", "I4", "I5");
    const moves = array(code, { maxLength: 30 });
    assert(
      property(
        moves,
        array(integer({ min: 0, max: 2 }), { minLength: 30, maxLength: 30 }),
        (codes, pauses) => {
          const bench = new Bench();
          codes.forEach((each, index) => {
            bench.scan(each);
            for (let i = 0; i < (pauses[index] ?? 0); i++) bench.work();
          });
          bench.workAll();
          expect(bench.log.map((each) => `${each.patron} ${each.item}`)).toEqual(expectedLoans(codes));
          expect(bench.session.queue).toEqual([]);
          expect(bench.session.phase).toEqual({ kind: "idle" });
        },
      ),
    );
  });

  test("a lost answer is asked for again under the same id, and recorded once", () => {
    assert(
      property(integer({ min: 1, max: 5 }), (losses) => {
        const bench = new Bench();
        bench.scan("P1");
        bench.workAll();
        bench.scan("I1");
        bench.work();
        for (let i = 0; i < losses; i++) {
          const effect = bench.effects.shift();
          expect(effect?.kind).toBe("post");
          bench.feed({ kind: "resumed" });
        }
        bench.workAll();
        expect(bench.log).toHaveLength(1);
        expect(bench.session.listed.out).toEqual([bench.log[0]?.id]);
      }),
    );
  });

  test("a late answer to something else changes nothing", () => {
    const bench = new Bench();
    bench.scan("I1", "in");
    const before = bench.session;
    bench.feed({ kind: "answered", id: "other", reply: { kind: "refused", text: "no" } });
    bench.feed({ kind: "looked", barcode: "other", meaning: {} });
    expect(bench.session).toEqual(before);
  });

  test("an item before its card waits, and is recorded to that card without another scan", () => {
    const bench = new Bench();
    bench.scan("I1");
    bench.workAll();
    expect(bench.session.notice?.text).toContain("Scan the library card first");
    bench.scan("P1");
    bench.workAll();
    expect(bench.log.map((each) => [each.kind, each.patron, each.item])).toEqual([["checkout", "P1", "I1"]]);
  });

  test("another card finishes the patron and says so; the same card only refreshes", () => {
    const bench = new Bench();
    for (const code of ["P1", "I1", "P2"]) bench.scan(code);
    bench.workAll();
    expect(bench.session.patron?.barcode).toBe("P2");
    expect(bench.session.notice?.text).toBe("Now serving Name P2. Name P1 is finished (1 item saved).");
    bench.scan("P2");
    bench.workAll();
    expect(bench.session.notice?.text).toBe("This patron is open already.");
  });

  test("the same item twice for one patron adds nothing; a voided one can be lent again", () => {
    const bench = new Bench();
    for (const code of ["P1", "I1", "I1"]) bench.scan(code);
    bench.workAll();
    expect(bench.log).toHaveLength(1);
    const id = bench.log[0]?.id ?? "";
    bench.rows[id] = { ...bench.rows[id]!, voided: { at: "2026-11-21T10:05:00Z" } };
    bench.scan("I1");
    bench.workAll();
    expect(bench.log).toHaveLength(2);
  });

  test("Enter right after a scan is the scanner's; later it finishes; never while a scan is under way", () => {
    const bench = new Bench();
    bench.scan("P1");
    bench.workAll();
    bench.finish("enter", 599);
    expect(bench.session.patron).toBeDefined();
    bench.scan("I1");
    bench.finish();
    expect(bench.session.patron).toBeDefined();
    bench.workAll();
    bench.finish();
    expect(bench.session.patron).toBeUndefined();
    expect(bench.session.listed.out).toEqual([]);
  });

  test("an unknown card asks; without any list of patrons it is used as it is", () => {
    const bench = new Bench();
    bench.scan("X1");
    bench.workAll();
    expect(bench.session.phase.kind).toBe("unknown-card");
    bench.feed({ kind: "confirmed", overrides: [] });
    expect(bench.session.patron?.known).toBe("unknown");
    const blind = new Bench();
    blind.hasPatrons = false;
    blind.scan("X1");
    blind.scan("X2");
    blind.workAll();
    expect(blind.log.map((each) => [each.patron, each.item])).toEqual([["X1", "X2"]]);
  });
});

describe("questions", () => {
  test("a scan while a dialog stands is named, ignored and not kept for later", () => {
    const bench = new Bench();
    bench.scan("I1", "in");
    bench.work([question("item-status", "r")]);
    bench.scan("I12345", "in");
    expect(bench.session.notice).toEqual({
      severity: "stop",
      text: "Scan ignored: …12345. Answer the message first, then scan that item again.",
    });
    bench.feed({ kind: "declined" });
    bench.workAll();
    expect(bench.log).toEqual([]);
  });

  test("going ahead posts the same id with the answers; scans that waited behind go on afterwards", () => {
    const bench = new Bench();
    bench.scan("I1", "in");
    bench.scan("I2", "in");
    bench.work([question("item-status", "r")]);
    bench.feed({ kind: "confirmed", overrides: [{ code: "item-status", ref: "r", reason: "why" }] });
    bench.workAll();
    expect(bench.log.map((each) => [each.id, each.overrides?.length ?? 0])).toEqual([
      ["t1", 1],
      ["t2", 0],
    ]);
  });

  test("a date that staff set in answer to a question goes out with it", () => {
    const bench = new Bench();
    bench.scan("P1");
    bench.scan("I1");
    bench.work();
    bench.work();
    bench.work([{ ...question("loan-none", "r"), needsDue: true }]);
    const overrides = [{ code: "loan-none", ref: "r", reason: "Class visit", acknowledged: true }];
    bench.feed({ kind: "confirmed", overrides, due: "2026-11-25" });
    bench.workAll();
    expect(bench.log).toMatchObject([{ id: "t2", item: "I1", due: "2026-11-25", overrides }]);
  });

  test("what was answered about a patron isn't asked again with the next item, until the facts or the patron change", () => {
    const bench = new Bench();
    const blocked = [question("patron-blocked", "r1")];
    bench.scan("P1");
    bench.scan("I1");
    bench.workAll(blocked);
    expect(bench.session.phase.kind).toBe("asking");
    bench.feed({ kind: "confirmed", overrides: [{ code: "patron-blocked", ref: "r1", reason: "paid" }] });
    bench.workAll(blocked);
    bench.scan("I2");
    bench.workAll(blocked);
    expect(bench.log.map((each) => each.overrides)).toEqual(
      [1, 2].map(() => [{ code: "patron-blocked", ref: "r1", reason: "paid" }]),
    );
    bench.scan("I3");
    bench.workAll([question("patron-blocked", "r2")]);
    expect(bench.session.phase.kind).toBe("asking");
  });

  test("the same question again in spite of its answer is shown, not answered for ever", () => {
    const bench = new Bench();
    bench.scan("P1");
    bench.workAll();
    bench.session = { ...bench.session, cardAnswers: [{ code: "patron-blocked", ref: "r", reason: "paid" }] };
    bench.scan("I1");
    bench.work();
    const questions = [question("patron-blocked", "r")];
    bench.feed({ kind: "answered", id: "t2", reply: { kind: "questions", questions } });
    bench.feed({ kind: "answered", id: "t2", reply: { kind: "questions", questions } });
    expect(bench.session.phase.kind).toBe("asking");
  });
});

describe("authority that a supervisor lends", () => {
  const by = { user: "mk", pin: "1234" };
  const asked = () => {
    const bench = new Bench();
    bench.scan("P1");
    bench.workAll();
    bench.scan("I1");
    const questions = [{ ...question("patron-blocked", "r"), role: "supervisor" as const }];
    bench.workAll(questions);
    expect(bench.session.phase.kind).toBe("asking");
    return { bench, questions };
  };
  const answer = { code: "patron-blocked", ref: "r", reason: "once", acknowledged: true, by };

  test("is for one answer: nothing of it is kept for the next item", () => {
    const { bench } = asked();
    bench.feed({ kind: "confirmed", overrides: [answer] });
    expect(bench.effects[0]).toMatchObject({ kind: "post", command: { overrides: [answer] } });
    bench.workAll();
    expect(JSON.stringify(bench.session)).not.toContain("1234");
  });

  test("that doesn't count is asked for again, with what was wrong, under the same id", () => {
    const { bench, questions } = asked();
    bench.feed({ kind: "confirmed", overrides: [answer] });
    bench.effects.shift();
    bench.feed({ kind: "answered", id: "t2", reply: { kind: "unproven", text: "Wrong PIN." } });
    expect(bench.effects[0]).toMatchObject({ kind: "post", command: { id: "t2", overrides: [] } });
    bench.workAll(questions);
    expect(bench.session.phase).toMatchObject({ kind: "asking", error: "Wrong PIN." });
    expect(JSON.stringify(bench.session)).not.toContain("1234");
    expect(bench.log).toEqual([]);
  });
});

describe("an empty desk", () => {
  test("closes its patron, but never takes a scan on its way from them", () => {
    const bench = new Bench();
    bench.scan("P1");
    bench.workAll();
    bench.scan("I1");
    bench.feed({ kind: "closed" });
    expect(bench.session.patron?.barcode).toBe("P1");
    bench.workAll();
    expect(bench.log.map((each) => each.patron)).toEqual(["P1"]);
    bench.feed({ kind: "closed" });
    expect(bench.session.patron).toBeUndefined();
    expect(bench.session.listed.out).toEqual([]);
    expect(bench.session.phase).toEqual({ kind: "idle" });
  });
});

describe("when it goes wrong", () => {
  test("a disk that fails keeps every code in sight, and the first is tried again under its id", () => {
    const bench = new Bench();
    bench.scan("I1", "in");
    bench.scan("I2", "in");
    bench.feed({ kind: "answered", id: "t1", reply: { kind: "fault", text: "Disk full." } });
    expect(bench.session.unsaved.map((each) => each.barcode)).toEqual(["I1", "I2"]);
    expect(bench.session.notice?.text).toContain("NOT SAVED");
    expect(bench.session.listed.in).toEqual([]);
    bench.effects = [];
    bench.scan("I1", "in");
    bench.workAll();
    expect(bench.log.map((each) => each.id)).toEqual(["t1"]);
    expect(bench.session.unsaved.map((each) => each.barcode)).toEqual(["I2"]);
  });

  test("without the node no scan is accepted, and without a barcode nothing is sent", () => {
    const bench = new Bench();
    bench.reachable = false;
    bench.scan("I1", "in");
    expect(bench.session.notice?.severity).toBe("stop");
    bench.reachable = true;
    bench.scan("x".repeat(81), "in");
    bench.scan("é", "in");
    expect(bench.effects).toEqual([]);
    expect(bench.session.queue).toEqual([]);
  });
});
