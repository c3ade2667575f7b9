/** Where a carried scan stands: also there where only a claim tells of it. */
import { expect, it } from "vitest";
import type { BranchFact } from "../../../src/crdt/circulation/branch-fact.ts";
import type { LogEntry } from "../../../src/crdt/log/log-entry.ts";
import { createCarriers, placesBeside } from "../../../src/node/desk/carriers.ts";
import { foldAdmitted } from "../../crdt/circulation/branch-entries.ts";

const [author, one, two, three] = ["a", "b", "c", "d"].map((letter) => letter.repeat(32)) as [
  string,
  string,
  string,
  string,
];
const run = "1".repeat(16);
const feed = `${author}/${run}`;

/** Entries 4 to 6 of the author's feed, from place 2 of a desk's own one on. */
function claim(desk: string, into: number, names: boolean): readonly [string, BranchFact] {
  const carried = new Map([[1, new Map([[feed, [[4, 7, 2] as const]]])]]);
  const fact = { kind: "carry-over", outage: 1, upper: new Map([[feed, 7]]), into, run, count: 5 } as const;
  return [desk, names ? { ...fact, carried } : fact];
}

const entryAt = (seq: number): LogEntry => ({
  ...{ document: "outage-2", desk: author, run, seq, clock: { ms: 1, n: 0 }, at: 1, body: { k: "checkout" } },
  carriedBy: { desk: one, run, seq: seq - 2, from: "outage-1" },
});

it("is a place in the outage that it was carried into, by a claim that names it", () => {
  const claims = [claim(one, 2, true), claim(two, 2, true), claim(two, 3, true), claim(three, 2, false)];
  const branch = foldAdmitted(
    claims.map(([desk, fact], n) => ({ ms: n, n: 0, desk, run, seq: n, at: n, fact })),
  );
  const beside = placesBeside(branch, 2, entryAt(5));
  expect(beside.map(({ feed, seq }) => [feed, seq])).toEqual([
    [`${one}/${run}`, 3],
    [`${two}/${run}`, 3],
  ]);
  expect(placesBeside(branch, 2, entryAt(3))).toEqual([]);
  const { note, placesOf } = createCarriers();
  const position = { outage: 2, ms: 1, n: 0, desk: author, run, seq: 5 };
  for (const repeated of [1, 2]) {
    note(position, entryAt(5).carriedBy!, beside);
    expect([repeated, placesOf(position).map((place) => place.feed)]).toEqual([
      repeated,
      [feed, `${one}/${run}`, `${two}/${run}`],
    ]);
  }
});
