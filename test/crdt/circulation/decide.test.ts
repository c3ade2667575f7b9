import { describe, expect, it } from "vitest";
import { type Command, canonicalCommand } from "../../../src/crdt/circulation/command.ts";
import { type Decision, decide } from "../../../src/crdt/circulation/decide.ts";
import type { DecideContext } from "../../../src/crdt/circulation/decide-context.ts";
import type { Question } from "../../../src/crdt/circulation/question.ts";
import type { ItemRecord, Known, PatronRecord } from "../../../src/crdt/circulation/snapshot.ts";
import { factToBody, parseFact } from "../../../src/crdt/circulation/stored.ts";
import type { Recorded } from "../../../src/crdt/circulation/transaction.ts";
import { at, lend, register, seen, take, takeBack } from "./scans.ts";
import { foldOf } from "./world-arbitrary.ts";

const NOW = 1_800_000_000_000;
const ANNA: PatronRecord = {
  barcode: "99999355250",
  surname: "Muster",
  givenNames: "Anna",
  category: "Adult",
  branch: "RIV",
  expires: "2030-01-01",
  birthDate: "",
  phone: "",
  email: "",
  address: "",
  blocks: [],
  message: "",
};
const BOOK: ItemRecord = {
  barcode: "CONC4000037",
  title: "A book",
  author: "",
  callNumber: "",
  itemType: "book",
  location: "",
  branch: "RIV",
  status: "available",
  itemMessage: "",
  opacMessage: "",
  price: "",
  titleId: "",
};
const SNAPSHOT = {
  sha256: "ab".repeat(32),
  takenAt: NOW - 9e7,
  hasPatrons: true,
  hasItems: true,
  hasLoans: true,
};
const KNOWN: Known = { snapshot: SNAPSHOT, patron: ANNA, item: BOOK, loan: null, holds: [] };
const LEND: Command = {
  id: "0198c0de-0000-7000-8000-000000000001",
  kind: "checkout",
  patron: ANNA.barcode,
  item: BOOK.barcode,
};
const RETURN: Command = { id: LEND.id, kind: "checkin", item: BOOK.barcode };

function judge(
  command: Command,
  more: Partial<DecideContext> & { readonly facts?: readonly Recorded[] } = {},
): Decision {
  return decide(command, {
    fold: foldOf(more.facts ?? []),
    known: KNOWN,
    itemIsPatron: false,
    outage: 1,
    outageState: "open",
    now: NOW,
    today: "2027-01-15",
    defaultDue: () => NOW + 21 * 86_400_000,
    parseLocal: (text) => Date.parse(text),
    formatTime: (ms) => new Date(ms).toISOString().slice(11, 16),
    formatDay: (ms) => new Date(ms).toISOString().slice(0, 10),
    deskName: (desk) => `Desk ${desk}`,
    digest: canonicalCommand(command).length.toString(16).padStart(16, "0"),
    hash: (text) => String(text.length * 31 + text.charCodeAt(text.length >> 1)),
    initialPassword: () => "4711",
    ...more,
  });
}

function questionsOf(decision: Decision): readonly Question[] {
  return decision.kind === "questions" ? decision.questions : [];
}

function answer(command: Command, questions: readonly Question[], reason?: string): Command {
  const said = reason === undefined ? { acknowledged: true } : { reason };
  return { ...command, overrides: questions.map(({ code, ref }) => ({ code, ref, ...said })) };
}

function patron(change: Partial<PatronRecord>): Partial<DecideContext> {
  return { known: { ...KNOWN, patron: { ...ANNA, ...change } } };
}

function item(change: Partial<ItemRecord>): Partial<DecideContext> {
  return { known: { ...KNOWN, item: { ...BOOK, ...change } } };
}

describe("decide", () => {
  it("records what nothing speaks against, with all that it was judged against", () => {
    const decision = judge({ ...LEND, source: "scan" });
    expect(decision).toMatchObject({
      kind: "record",
      transaction: {
        kind: "checkout",
        source: "scan",
        due: NOW + 21 * 86_400_000,
        dueFrom: "default",
        judged: {
          snapshot: SNAPSHOT.sha256,
          patronKnown: true,
          itemKnown: true,
          loansKnown: true,
          saw: { kind: "none" },
        },
      },
      notes: [{ code: "rec.out", severity: "success" }],
    });
  });

  it("records without any snapshot, and says that nothing was known", () => {
    const decision = judge(LEND, { known: {} });
    expect(decision).toMatchObject({ kind: "record", transaction: { judged: { saw: { kind: "none" } } } });
    expect(decision.kind === "record" && decision.transaction.judged).toEqual({ saw: { kind: "none" } });
  });

  it("makes only facts that every reader of the log accepts", () => {
    const { id } = LEND;
    const commands: Command[] = [
      { ...LEND, note: "title", effective: NOW - 5, due: NOW + 1 },
      { id, kind: "renewal", item: BOOK.barcode },
      { ...RETURN, effective: NOW - 1000 },
      { id, kind: "registration", patron: "P1", fields: { surname: "New" } },
      { id, kind: "in-house-use", item: BOOK.barcode, count: 99 },
      { id, kind: "non-catalogued", patron: ANNA.barcode, type: "paperback", count: 2 },
      { id, kind: "payment", patron: ANNA.barcode, amount: 250, currency: "EUR" },
      { id, kind: "voiding", voids: "t1", reason: "slip" },
    ];
    for (const command of commands) {
      const known = command.kind === "registration" ? { ...KNOWN, patron: null } : KNOWN;
      const decision = judge(command, { facts: [at(1, "da", lend("t1", ANNA.barcode, "i1"))], known });
      expect(decision.kind).toBe("record");
      if (decision.kind !== "record") continue;
      const body: unknown = JSON.parse(JSON.stringify(factToBody(decision.transaction)));
      expect(parseFact(body)).toEqual({ kind: "fact", fact: decision.transaction });
      expect(decision.notes.length).toBeGreaterThan(0);
    }
  });

  it("gives the same id the same record, and refuses it other content", () => {
    const first = judge(LEND);
    if (first.kind !== "record") throw new Error("not recorded");
    const facts = [at(1, "da", first.transaction)];
    expect(judge(LEND, { facts })).toMatchObject({ kind: "already", recorded: { fact: first.transaction } });
    expect(judge({ ...LEND, item: "CONC40000381" }, { facts })).toMatchObject({
      kind: "refused",
      refusal: { kind: "id-taken" },
    });
  });

  it("asks all questions together, and takes answers by code and ref", () => {
    const context = {
      outageState: "standby",
      known: {
        ...KNOWN,
        patron: { ...ANNA, blocks: ["fines-limit"], expires: "2026-10-30" },
        item: { ...BOOK, itemMessage: "3 discs", status: "lost" },
      },
    } as const;
    const questions = questionsOf(judge(LEND, context));
    const codes = questions.map((each) => each.code);
    expect(codes).toEqual([
      "start-outage",
      "patron-blocked",
      "patron-expired",
      "item-status",
      "item-message",
    ]);
    expect(questions.find((each) => each.code === "patron-expired")?.text).toContain("2026-10-30");
    const left = questionsOf(judge(answer(LEND, questions), context)).map((each) => each.code);
    expect(left).toEqual(["patron-blocked", "patron-expired", "item-status"]);
    expect(questionsOf(judge(answer(LEND, questions, "no"), context)).length).toBe(3);
    const done = judge(answer(LEND, questions, "said yes"), context);
    expect(done.kind === "record" && done.transaction.overrides?.length).toBe(5);
  });

  it("asks again when the facts have changed, and drops answers to what was not asked", () => {
    const asked = questionsOf(judge(LEND, patron({ blocks: ["barred"] })));
    const again = judge(answer(LEND, asked, "said yes"), patron({ blocks: ["barred", "lost card"] }));
    expect(questionsOf(again).map((each) => each.code)).toEqual(["patron-blocked"]);
    const none = judge(answer(LEND, asked, "said yes"));
    expect(none.kind === "record" && none.transaction.overrides).toBeUndefined();
  });

  it("asks about a card that isn't in the list, unless it was registered here", () => {
    const known = { ...KNOWN, patron: null };
    expect(questionsOf(judge(LEND, { known })).map((each) => each.code)).toEqual(["patron-unknown"]);
    const facts = [at(1, "da", register("t1", ANNA.barcode, "Muster"))];
    expect(judge(LEND, { known, facts })).toMatchObject({
      kind: "record",
      transaction: { judged: { patronKnown: true } },
      notes: [{ code: "rec.out" }, { code: "patron.verify" }],
    });
    const noList = { ...known, snapshot: { ...SNAPSHOT, hasPatrons: false } };
    expect(judge(LEND, { known: noList }).kind).toBe("record");
  });

  it("asks when the item is out to another, here or by the snapshot, and never says to whom", () => {
    const facts = [at(1, "1", lend("t1", "77770001", BOOK.barcode))];
    const [out] = questionsOf(judge(LEND, { facts }));
    expect(out).toMatchObject({ code: "item-out", severity: "acknowledge" });
    expect(out?.text).toContain("on Desk 1");
    expect(out?.text).not.toMatch(/7777|CONC/);
    const before = { item: BOOK.barcode, patron: "77770001", checkedOutAt: "", dueAt: "" };
    const [known] = questionsOf(judge(LEND, { known: { ...KNOWN, loan: before } }));
    expect(known).toMatchObject({ code: "item-known-out", since: SNAPSHOT.takenAt });
    expect(known?.text).not.toMatch(/7777|CONC/);
    const returned = [at(1, "1", takeBack("t1", BOOK.barcode))];
    expect(judge(LEND, { known: { ...KNOWN, loan: before }, facts: returned }).kind).toBe("record");
    const answered = judge(
      answer(
        LEND,
        [out].filter((each) => each !== undefined),
      ),
      { facts },
    );
    expect(answered).toMatchObject({ kind: "record", transaction: { judged: { saw: seen("t1") } } });
  });

  it("reads statuses: on loan by the loan, library use for a supervisor, ask reference for nobody", () => {
    const codes = (context: Partial<DecideContext>) =>
      questionsOf(judge(LEND, context)).map((each) => each.code);
    expect(codes(item({ status: "Checked out" }))).toEqual(["item-status"]);
    const own = { item: BOOK.barcode, patron: ANNA.barcode, checkedOutAt: "", dueAt: "" };
    expect(judge(LEND, { known: { ...KNOWN, item: { ...BOOK, status: "on loan" }, loan: own } }).kind).toBe(
      "record",
    );
    const local = item({ status: "library-use-only" });
    const questions = questionsOf(judge(LEND, local));
    expect(questions).toMatchObject([{ code: "item-status", role: "supervisor" }]);
    const answered = answer(LEND, questions, "for one night");
    expect(judge(answered, { ...local, role: "staff" }).kind).toBe("questions");
    expect(judge(answered, { ...local, role: "supervisor" }).kind).toBe("record");
    const never = item({ status: "ASK REFERENCE" });
    const use: Command = { id: LEND.id, kind: "in-house-use", item: BOOK.barcode, count: 1 };
    expect(judge(LEND, never)).toMatchObject({ kind: "refused", refusal: { kind: "item.never" } });
    expect(judge(use, never).kind).toBe("refused");
    expect(judge(RETURN, never).kind).toBe("record");
  });

  it("refuses a second scan for the same patron, and a library card in the item field", () => {
    const facts = [at(1, "da", lend("t1", ANNA.barcode, BOOK.barcode))];
    const again = judge(LEND, { facts });
    expect(again).toMatchObject({ kind: "refused", refusal: { kind: "duplicate" } });
    expect(judge(LEND, { facts, outage: 2 }).kind).toBe("record");
    expect(judge(LEND, { facts: [...facts, at(2, "da", take("t2", "t1"))] }).kind).toBe("record");
    const unknown = { known: { ...KNOWN, item: null } };
    for (const card of [
      { itemIsPatron: true },
      { facts: [at(1, "da", register("t1", BOOK.barcode, "M"))] },
    ]) {
      expect(judge(RETURN, { ...unknown, ...card })).toMatchObject({ refusal: { kind: "card-as-item" } });
    }
  });

  it("takes a renewal's patron from the loan, and records one without any loan", () => {
    const renewal: Command = { id: LEND.id, kind: "renewal", item: BOOK.barcode };
    const facts = [at(1, "da", lend("t1", "77770001", BOOK.barcode))];
    const known = { ...KNOWN, patron: { ...ANNA, barcode: "77770001" } };
    expect(judge(renewal, { facts, known })).toMatchObject({
      transaction: { patron: "77770001", judged: { saw: seen("t1"), patronKnown: true } },
    });
    const alone = judge(renewal);
    expect(alone).toMatchObject({ kind: "record", transaction: { judged: { saw: { kind: "none" } } } });
    expect(alone.kind === "record" && "patron" in alone.transaction).toBe(false);
  });

  it("voids what is there, once, and no voiding", () => {
    const facts = [at(1, "da", lend("t1", "anna-12345", "i1234567")), at(2, "da", take("t2", "t1"))];
    const voiding = (voids: string): Command => ({ id: LEND.id, kind: "voiding", voids, reason: "slip" });
    const kind = (voids: string, from = facts) => {
      const decision = judge(voiding(voids), { facts: from });
      return decision.kind === "refused" ? decision.refusal.kind : decision.kind;
    };
    expect(kind("t9")).toBe("not-found");
    expect(kind("t1")).toBe("already-voided");
    expect(kind("t2")).toBe("not-voidable");
    expect(kind("t1", facts.slice(0, 1))).toBe("record");
    const decision = judge(voiding("t1"), { facts: facts.slice(0, 1) });
    expect(decision.kind === "record" && decision.notes[0]?.text).toContain("…34567");
  });
});
