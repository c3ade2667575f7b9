import { describe, expect, test } from "vitest";
import type { OutageView, StateView } from "../../src/node/http/api.ts";
import { askToOverrides, isAnswered, sessionToAsk } from "../../src/web/asking.ts";
import { instantToMoment, modelToBanner, stateToExportAnswer, stepsNow } from "../../src/web/banner.ts";
import { answerToReply } from "../../src/web/reply.ts";
import { hashToRoute, PAGES, routeToHash } from "../../src/web/routes.ts";
import { emptySession, type Session } from "../../src/web/session.ts";
import { createModel } from "../../src/web/store.ts";
import {
  barcodeToTail,
  coverageToText,
  dueToText,
  instantToTime,
  nameToInitials,
  offsetToText,
  sinceToText,
} from "../../src/web/words.ts";
import { sampleDesk, sampleState } from "./sample.ts";

const now = Date.parse("2026-11-21T12:00:00Z");

describe("addresses", () => {
  test("each page has its own, and an unknown one is check out", () => {
    for (const { route } of PAGES) expect(hashToRoute(routeToHash(route))).toBe(route);
    for (const odd of ["", "#", "#/nowhere", "#/out/99999355250"]) expect(hashToRoute(odd)).toBe("out");
  });
});

describe("words", () => {
  test("times are those of the branch, whatever this PC's zone", () => {
    expect(instantToTime("2026-11-21T09:04:00Z", "Europe/Berlin")).toBe("10:04");
    expect(sinceToText("2026-11-20T23:30:00Z", "Europe/Berlin", now)).toBe("00:30");
    expect(sinceToText("2026-11-20T22:30:00Z", "Europe/Berlin", now)).toBe("20 Nov 23:30");
  });

  test("a day loan shows its day, an hourly loan its time", () => {
    expect(dueToText("2026-12-12T23:59:59+01:00", "Europe/Berlin", now)).toBe("Sat 12 Dec");
    expect(dueToText("2026-11-21T16:40:00+01:00", "Europe/Berlin", now)).toBe("Today 16:40");
    expect(dueToText("2026-11-22T10:00:00+01:00", "Europe/Berlin", now)).toBe("Sun 22 Nov 10:00");
    expect(dueToText("rubbish", "Europe/Berlin", now)).not.toContain("undefined");
    // Over the change of a year, in the branch's zone.
    expect(dueToText("2026-12-31T23:59:59+01:00", "Europe/Berlin", now)).toBe("Thu 31 Dec");
    expect(dueToText("2027-01-02T23:59:59+01:00", "Europe/Berlin", now)).toBe("Sat 2 Jan 2027");
    expect(instantToMoment("2025-12-31T23:30:00Z", "Europe/Berlin", now)).toBe("Thu 1 Jan, 00:30");
    expect(instantToMoment("2025-12-31T22:30:00Z", "Europe/Berlin", now)).toBe("Wed 31 Dec 2025, 23:30");
  });

  test("cards show their end alone", () => {
    expect(barcodeToTail("99999355250")).toBe("…5250");
    expect(nameToInitials("Gregory Jones")).toBe("GJ");
    expect(nameToInitials("")).toBe("?");
  });

  test("copies and clocks are said in words", () => {
    expect(coverageToText({ desks: 2, of: 3 })).toBe("on 2 of 3 desks");
    expect(coverageToText({ desks: 1, of: 1 })).toBe("on this desk");
    expect([300, -420_000, 420_000, 5_000].map(offsetToText)).toEqual([
      "agrees",
      "7 min ahead",
      "7 min behind",
      "5 s behind",
    ]);
  });
});

describe("answerToReply", () => {
  test("tells recorded, questions, refusal and fault apart, and never takes an odd answer for a success", () => {
    const question = { code: "c", ref: "r", text: "?", role: "staff", severity: "override" };
    expect(answerToReply(201, { receipt: {}, view: {} }).kind).toBe("recorded");
    for (const odd of [undefined, null, "", [], {}, { receipt: {} }])
      expect(answerToReply(201, odd).kind).toBe("fault");
    expect(answerToReply(409, { questions: [question] }).kind).toBe("questions");
    expect(answerToReply(409, { detail: "No." })).toEqual({ kind: "refused", text: "No." });
    expect(answerToReply(422, { refusal: { kind: "x", text: "Never." } })).toEqual({
      kind: "refused",
      text: "Never.",
    });
    expect(answerToReply(503, { fault: { kind: "disk", text: "Full." } })).toEqual({
      kind: "fault",
      text: "Full.",
    });
    expect(answerToReply(500, undefined).kind).toBe("fault");
  });
});

describe("the dialog", () => {
  const asking = (codes: readonly (readonly [string, "acknowledge" | "override" | "stop"])[]): Session => ({
    ...emptySession,
    phase: {
      kind: "asking",
      command: { id: "t", kind: "checkout", patron: "99999355250", item: "I" },
      questions: codes.map(([code, severity]) => ({
        code,
        severity,
        ref: `ref-${code}`,
        text: "?",
        role: "staff",
      })),
    },
  });

  test("needs a reason of three characters and its ticks, and sends both", () => {
    const ask = sessionToAsk(
      asking([
        ["item-status", "override"],
        ["item-message", "acknowledge"],
      ]),
    )!;
    const ticked = new Set(["ref-item-message"]);
    expect(isAnswered(ask, "because", new Set())).toBe(false);
    expect(isAnswered(ask, " ab ", ticked)).toBe(false);
    expect(isAnswered(ask, "because", ticked)).toBe(true);
    expect(askToOverrides(ask, " because ")).toEqual([
      { code: "item-status", ref: "ref-item-status", acknowledged: true, reason: "because" },
      { code: "item-message", ref: "ref-item-message", acknowledged: true },
    ]);
  });

  test("a supervisor's question wants initials and PIN, unless a supervisor is signed in", () => {
    const session = asking([["void-other", "acknowledge"]]);
    if (session.phase.kind !== "asking") throw new Error("not asking");
    const questions = session.phase.questions.map((each) => ({ ...each, role: "supervisor" as const }));
    const asked: Session = { ...session, phase: { ...session.phase, questions } };
    const by = { user: "mk", pin: "1234" };
    const ask = sessionToAsk(asked)!;
    expect([ask.needsLender, isAnswered(ask, "", new Set())]).toEqual([true, false]);
    expect(isAnswered(ask, "", new Set(), { user: "mk", pin: "12" })).toBe(false);
    expect(isAnswered(ask, "", new Set(), by)).toBe(true);
    expect(askToOverrides(ask, "", by)[0]?.by).toEqual(by);
    const around = { isSupervisor: true, ils: "Koha" };
    const signedIn = sessionToAsk(asked, around)!;
    expect([signedIn.needsLender, isAnswered(signedIn, "", new Set())]).toEqual([false, true]);
    expect(askToOverrides(signedIn, "", by)[0]?.by).toBeUndefined();
    // Asked again though the supervisor answered: the sign-in no longer counts.
    const overrides = askToOverrides(signedIn, "");
    const command = { ...session.phase.command, overrides };
    const again: Session = { ...asked, phase: { ...session.phase, questions, command } };
    expect(sessionToAsk(again, around)?.needsLender).toBe(true);
  });

  test("a question's own tick stands beside its reason, and a date is set where no rule gives one", () => {
    const session = asking([["loan-none", "override"]]);
    if (session.phase.kind !== "asking") throw new Error("not asking");
    const questions = session.phase.questions.map((each) => ({
      ...each,
      tick: "I have told the patron",
      needsDue: true as const,
    }));
    const ask = sessionToAsk({ ...session, phase: { ...session.phase, questions } })!;
    expect([ask.ticks, ask.needsReason, ask.needsDue]).toEqual([["ref-loan-none"], true, true]);
    const ticked = new Set(ask.ticks);
    expect(isAnswered(ask, "Class visit", ticked)).toBe(false);
    expect(isAnswered(ask, "Class visit", new Set(), undefined, "2026-11-25")).toBe(false);
    expect(isAnswered(ask, "Class visit", ticked, undefined, "2026-11-25")).toBe(true);
  });

  test("a stop offers no way on, and is what the dialog is about", () => {
    const both = sessionToAsk(
      asking([
        ["item-message", "acknowledge"],
        ["patron-limit", "stop"],
      ]),
    )!;
    expect([both.title, both.confirm]).toEqual(["As much as this card may have", undefined]);

    const ask = sessionToAsk(asking([["item-never", "stop"]]))!;
    expect(ask.confirm).toBeUndefined();
    expect(isAnswered(ask, "because", new Set())).toBe(false);
  });

  test("starting an outage is one click", () => {
    const ask = sessionToAsk(asking([["start-outage", "acknowledge"]]))!;
    expect(ask.confirm).toBe("Start an outage and record");
    expect(isAnswered(ask, "", new Set())).toBe(true);
  });

  test("never shows a whole card number beside an item", () => {
    expect(sessionToAsk(asking([["item-out", "acknowledge"]]))?.subject).toBe("Item I · Card …5250");
  });
});

describe("what the page says of the outage", () => {
  const banner = (outage: OutageView, change: Partial<StateView> = {}) =>
    modelToBanner({ ...createModel("out", ""), state: sampleState({ outage, ...change }) }, now);
  const since = "2026-11-21T08:12:00Z";

  test("each state has its banner", () => {
    const states = ["standby", "open", "closing", "loading", "closed"] as const;
    const leads = states.map((state) => banner({ number: 1, state, since, changedAt: since }).lead);
    expect(leads[1]).toBe("Outage since 09:12");
    expect(new Set(leads).size).toBe(5);
  });

  test("a desk that may still have its library system is asked, not told", () => {
    const question = "Desk 3 has lost Koha. Is yours down too?";
    expect(banner({ number: 1, state: "open", since, question })).toMatchObject({
      lead: question,
      asks: "down",
    });
  });

  test("for a day after its end it says where to go and what to scan again, and whose scans are not in", () => {
    const ended = (hours: number): NonNullable<OutageView["before"]> => ({
      number: 1,
      closedAt: new Date(now - hours * 3_600_000).toISOString(),
    });
    const just = banner({ number: 2, state: "standby", before: ended(1) });
    expect(just).toMatchObject({ tone: "good", asks: "rescan" });
    expect(just.lead).toMatch(/^All loaded at/);
    expect(banner({ number: 2, state: "standby", before: ended(25) }).lead).toBe("Standby");
    const steps = (hours: number) => {
      const state = sampleState({ outage: { number: 2, state: "standby", before: ended(hours) } });
      return stepsNow({ ...createModel("out", ""), state }, now)[0];
    };
    expect([steps(1), steps(25)]).toEqual([
      "Go back to the library system.",
      "Use the library system as usual.",
    ]);
    const missing = [{ outage: 1, desk: "d3", name: "Desk 3" }];
    expect(banner({ number: 2, state: "standby", before: ended(1), missing }).text).toContain("Desk 3");
    expect(banner({ number: 2, state: "standby", missing })).toMatchObject({ tone: "wait" });
  });

  test("what to do now names the library system as staff do", () => {
    const settings = { ilsName: "Koha" } as NonNullable<StateView["settings"]>;
    for (const state of ["standby", "open", "loading", "closed"] as const) {
      const model = {
        ...createModel("out", ""),
        state: sampleState({ outage: { number: 1, state }, settings }),
      };
      const said = stepsNow(model, now).join(" ");
      expect(said).toContain("Koha");
      expect(said).not.toContain("library system");
    }
  });

  test("names the library system as staff do, who tells, who has yet to finish and who is away", () => {
    const settings = { ilsName: "Koha" } as NonNullable<StateView["settings"]>;
    const desks = {
      desks: [
        sampleDesk("Desk 1", { self: true }),
        sampleDesk("Desk 2", { verdict: "finished" }),
        sampleDesk("Desk 3", { verdict: "away", linked: false }),
      ],
      matrix: [],
    };
    const record = {
      moves: [{ to: "closing" as const, at: since, desk: "Desk 1", by: "mk" }],
      calls: [],
      reports: [],
    };
    const { lead, text } = banner({ number: 1, state: "closing", since, record }, { settings, desks });
    expect(lead).toBe("Koha is back");
    expect(text).toBe(
      "Keep recording here until your supervisor (mk) tells you. Still to finish: Desk 1. Desk 3 is away.",
    );
    expect(banner({ number: 1, state: "open", since }, { settings }).text).toContain("not in Koha");
    const unnamed = { ilsName: "the library system" } as typeof settings;
    expect(banner({ number: 1, state: "closing", since }, { settings: unnamed }).lead).toBe(
      "The library system is back",
    );
  });

  test("May I export? says no for decisions, for desks that are away, and for nothing to do", () => {
    const answer = (change: Parameters<typeof sampleState>[0]) =>
      stateToExportAnswer(sampleState(change), now);
    expect(answer({}).may).toBe(true);
    expect(answer({ waiting: 0 }).may).toBe(false);
    expect(answer({ exceptions: { mustDecide: 2, lookAt: 0 } }).text).toContain(
      "2 exceptions need a decision",
    );
    const away = answer({
      desks: {
        desks: [sampleDesk("Desk 3", { verdict: "away", linked: false, made: 7, here: 5 })],
        matrix: [],
      },
    });
    expect(away.needsPartial).toBe(true);
    expect(away.reasons[0]?.text).toContain("2 scans that it made are not here");
  });
});
