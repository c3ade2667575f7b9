/** `purge` over the node's real API. */
import { describe, expect, it } from "vitest";
import type { PastOutageView } from "../../src/node/http/api.ts";
import { asSupervisor, runAgainst } from "./command-runner.ts";

const closed: PastOutageView = {
  number: 3,
  state: "closed",
  closedAt: "2026-11-21T10:00:00-05:00",
  counts: [
    { kind: "checkout", count: 5 },
    { kind: "checkin", count: 2 },
  ],
  obstacles: [],
  needsReason: false,
  purgeAt: "2026-12-19T10:00:00-05:00",
};
const desks = [
  { desk: "a", name: "Desk 1", done: true },
  { desk: "b", name: "Desk 2", done: false },
];
const purged: PastOutageView = { ...closed, purged: { at: "2026-11-22T09:00:00-05:00", by: "mk", desks } };

describe("purge", () => {
  it("shows what there is, and what stands against it", async () => {
    expect((await runAgainst({ outages: async () => [] }, ["purge"])).out).toBe("No outage yet.\n");
    const open = { ...closed, number: 4, state: "open", obstacles: ["Close it first."] } as const;
    const { code, out } = await runAgainst({ outages: async () => [open, closed, purged] }, ["purge"]);
    expect(code).toBe(0);
    expect(out).toMatch(/4 +open +7 +kept: Close it first\./);
    expect(out).toMatch(/3 +closed +7 +kept until 2026-12-19/);
    expect(out).toMatch(/3 +closed +7 +purged 2026-11-22/);
  });
  it("purges by a supervisor alone, and prints a receipt without names of patrons", async () => {
    const purge = async () => ({ kind: "done", value: purged }) as const;
    const { code, out } = await runAgainst({ purge }, ["purge", "3", ...(await asSupervisor())]);
    expect({ code, out }).toEqual({
      code: 0,
      out: [
        "outage 3 purged 2026-11-22T09:00:00-05:00 by mk",
        "  checkout 5",
        "  checkin 2",
        "destroyed on 1 of 2 desks",
        "when they come back: Desk 2",
        "",
      ].join("\n"),
    });
    expect((await runAgainst({}, ["purge", "3"])).code).toBe(9);
    expect((await runAgainst({}, ["purge", "3", ...(await asSupervisor("ab"))])).code).toBe(9);
  });
  it.each([
    ["14", "kept for 14 days after loading\n"],
    ["0", "kept as long as the longest loan and a week after loading\n"],
  ])("says what --keep-days %s means", async (days, said) => {
    const argv = ["purge", "--keep-days", days, ...(await asSupervisor())];
    expect(await runAgainst({}, argv)).toMatchObject({ code: 0, out: said });
  });
  it("hands the reason on, refuses what is no number, and tells what is missing", async () => {
    const argv = ["purge", "3", "--reason", "Never ours", ...(await asSupervisor())];
    expect((await runAgainst({}, argv)).calls).toEqual([["purge", 3, "Never ours", "mk"]]);
    expect((await runAgainst({}, ["purge", "RIV-3", ...(await asSupervisor())])).code).toBe(2);
    const purge = async () =>
      ({ kind: "conflict", code: "waiting", text: "3 scans are in no file yet." }) as const;
    const refused = await runAgainst({ purge }, ["purge", "3", ...(await asSupervisor())]);
    expect(refused).toMatchObject({ code: 4, err: "3 scans are in no file yet.\n" });
  });
});
