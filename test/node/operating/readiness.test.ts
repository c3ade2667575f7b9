/** Readiness: each of the ten checks goes amber or red for its own trouble, with what to do; nothing else changes. */
import { expect, test } from "vitest";
import type { DeskView, ReadinessCheck, StateView } from "../../../src/node/http/api.ts";
import { lowBytes, noneBytes } from "../../../src/node/operating/disk-space.ts";
import { type HostFacts, judgeReadiness } from "../../../src/node/operating/readiness.ts";
import { stateOfTests } from "../http/desk-double.ts";

const now = Date.parse("2026-11-26T08:00:00Z");
const day = 86_400_000;
const other: DeskView = {
  desk: "d2",
  name: "Desk 2",
  made: 0,
  here: 0,
  verdict: "all-here",
  self: false,
  linked: true,
  version: "0.0.0",
  offsetMs: 40,
  runs: [],
  twin: false,
  standing: "admitted",
};
const good: StateView = {
  ...stateOfTests,
  desks: { desks: [{ ...other, desk: "d", name: "Desk 1", self: true }, other], matrix: [] },
  snapshot: {
    sha256: "",
    takenAt: "",
    ageHours: 14,
    patrons: 1,
    items: 1,
    loans: 0,
    holds: 0,
    state: "in-force",
  },
};
const pc: HostFacts = {
  canary: { survived: 3, wiped: 0, wipedNow: false, apart: false, forgets: null },
  level: "plenty",
  free: 50e9,
  tests: { printer: now, scanner: now - day, sound: now - 3 * day, practice: now - 20 * day },
  isService: true,
  diskTrouble: null,
};
const withDesk = (change: Partial<DeskView>): Partial<StateView> => ({
  desks: { desks: [{ ...other, ...change }], matrix: [] },
});
const snapshot = (change: object): Partial<StateView> => ({
  snapshot: { ...good.snapshot!, ...change },
});
const canary = (change: object): Partial<HostFacts> => ({ canary: { ...pc.canary, ...change } });

test("ten checks, all green: READY", () => {
  const { ready, checks } = judgeReadiness(good, pc, now);
  expect(checks.map(({ name, level }) => `${name} ${level}`)).toEqual(
    ["service", "disk", "peers", "clock", "patrons", "blocks", "printer", "scanner", "sound", "practice"].map(
      (name) => `${name} green`,
    ),
  );
  expect(ready).toBe(true);
});

test.each<[string, ReadinessCheck["level"], string, Partial<StateView>, Partial<HostFacts>, number?]>([
  ["service", "amber", "started by hand", {}, { isService: false }],
  ["disk", "red", "EACCES", {}, { diskTrouble: "EACCES" }],
  ["disk", "red", "nothing is recorded", {}, { level: "none", free: noneBytes - 1 }],
  ["disk", "amber", "nearly full", {}, { level: "low", free: lowBytes - 1 }],
  ["disk", "red", "disk failed", { fault: { kind: "disk", text: "The disk failed." } }, {}],
  ["disk", "amber", "not known yet", {}, canary({ survived: 0 })],
  ["disk", "red", "join the branch anew", {}, canary({ forgets: "Deep Freeze is installed" })],
  ["disk", "amber", "comes back from the other desks", {}, canary({ wiped: 2, apart: true })],
  ["disk", "red", "nowhere else", withDesk({ linked: false }), canary({ wiped: 1, apart: true })],
  ["peers", "amber", "works alone", withDesk({ linked: false }), {}],
  ["peers", "amber", "version 0.2.0", withDesk({ version: "0.2.0" }), {}],
  ["peers", "amber", "only desk", { desks: { desks: [], matrix: [] } }, {}],
  ["clock", "amber", "Desk 2's by 150 s", withDesk({ offsetMs: -150_000 }), {}],
  ["clock", "red", "says it is 2001", {}, {}, Date.parse("2001-01-01T00:00:00Z")],
  ["patrons", "amber", "3 days old", snapshot({ ageHours: 72 }), {}],
  ["patrons", "red", "20 days old", snapshot({ ageHours: 480 }), {}],
  ["blocks", "amber", "on their way", snapshot({ state: "fetching" }), {}],
  ["printer", "amber", "100 days ago", {}, { tests: { ...pc.tests, printer: now - 100 * day } }],
  ["scanner", "amber", "Never tried", {}, { tests: {} }],
  ["practice", "amber", "200 days ago", {}, { tests: { ...pc.tests, practice: now - 200 * day } }],
])("%s goes %s: %s", (name, level, text, state, facts, at = now) => {
  const { ready, checks } = judgeReadiness({ ...good, ...state }, { ...pc, ...facts }, at);
  const check = checks.find((one) => one.name === name)!;
  expect(check).toMatchObject({ level, text: expect.stringContaining(text) });
  if (!text.includes("on their way")) expect(check.remedy).toMatch(/\S/);
  expect(ready).toBe(checks.every((one) => one.level !== "red"));
  if (level === "red") expect(ready).toBe(false);
});
