/** A simulated day is played and judged: what must be flat is found where it isn't. 24 hours of it: `npm run soak -- --simulated`. */
import { describe, expect, it } from "vitest";
import { type OutageFigures, playDay, type Sample } from "./day.ts";
import { judgeDay } from "./day-figures.ts";

const isFull = process.env.DESKMESH_FULL === "1";
const scans = 100;
const desks = 2;

/** A day in which nothing is left but what may be; `change` plants something at the nth outage. */
function plan(
  change: (n: number, outage: { -readonly [K in keyof OutageFigures]: Sample }) => void = () => undefined,
) {
  return Array.from({ length: 9 }, (_, n) => {
    const gone = { heap: 25e6, disk: 10_000 * n, waiting: 14 };
    const full = {
      heap: gone.heap + scans * desks * 2_000,
      disk: gone.disk + scans * desks * 430,
      waiting: 20,
    };
    const outage = { before: gone, half: gone, full, after: gone };
    change(n, outage);
    return outage;
  });
}

const broken = (outages: readonly OutageFigures[]): readonly string[] =>
  judgeDay({ outages }, desks, scans)
    .filter(({ holds }) => !holds)
    .map(({ what }) => what);

describe("judging a day", () => {
  it("lets pass what only grows with its scans", () => {
    expect(broken(plan())).toEqual([]);
  });

  it.each([
    [
      "heap when",
      (n: number) => ({ after: { heap: 25e6 * (1 + 0.014 * n), disk: 10_000 * n, waiting: 14 } }),
    ],
    [
      "heap of an open",
      (n: number) => ({ full: { heap: 25e6 + scans * desks * 2_600, disk: 10_000 * n, waiting: 9 } }),
    ],
    [
      "disk of an open",
      (n: number) => ({ full: { heap: 25e6, disk: 10_000 * n + scans * desks * 510, waiting: 9 } }),
    ],
    ["disk left", (n: number) => ({ after: { heap: 25e6, disk: 13_000 * n, waiting: 14 } })],
    ["timers", (n: number) => ({ after: { heap: 25e6, disk: 10_000 * n, waiting: 14 + 3 * n } })],
  ] as const)("finds what is kept: %s", (what, planted) => {
    const found = broken(plan((n, outage) => Object.assign(outage, planted(n))));
    expect(found).toEqual([expect.stringContaining(what)]);
  });
});

describe.skipIf(!isFull)("a day", () => {
  it("leaves nothing behind of an outage that is gone but what the branch says of it", {
    timeout: 120_000,
  }, async () => {
    const played = await playDay({ desks, hours: 1, outages: 3, scans: 200 });
    expect([played.scans, Math.round(played.simulatedMs / 3_600_000)]).toEqual([600, 1]);
    // The heap is the test runner's, too: `npm run soak -- --simulated` judges it in a process of its own.
    const rows = judgeDay(played, desks, 200).filter(({ what }) => !what.startsWith("heap"));
    expect(rows.filter(({ holds }) => !holds)).toEqual([]);
    for (const { before, full } of played.outages) expect(full.disk).toBeGreaterThan(before.disk + 600 * 100);
  });
});
