/** What was on the screen against what a batch's files hold. */

import { describe, expect, it } from "vitest";
import { countWhatIsOut, joinCounts } from "../../../src/node/desk/batches.ts";
import { assert, constantFrom, nat, property, uniqueArray } from "../../properties.ts";

const kinds = ["checkout", "renewal", "checkin", "registration", "payment"] as const;
const sums = uniqueArray(constantFrom(...kinds), { minLength: 1 }).map((chosen) => [...chosen].sort());
const numbers = nat(1_000);

describe("counts of a batch", () => {
  it("are the screen's and the files' in one row, where they add up", () => {
    assert(
      property(sums, numbers, numbers, numbers, numbers, (chosen, written, extra, voided, repeated) => {
        const tally = chosen.map((kind) => {
          const lines = written + extra;
          return { kind, lines, voided, repeated, onScreen: lines + voided + repeated };
        });
        const counts = chosen.map((kind) => ({ kind, written, extra, converted: 0, patrons: 0 }));
        const joined = joinCounts(tally, { counts });
        expect(joined.map(({ kind }) => kind)).toEqual(chosen);
        for (const row of joined)
          expect(row.written + row.extra + row.voided + row.repeated).toBe(row.onScreen);
        expect(countWhatIsOut(tally, { counts })).toEqual(joined);
      }),
    );
  });

  it("let no file be made where they don't, and show one that is out by what it holds", () => {
    const counts = [{ kind: "checkout", written: 2, extra: 1, converted: 0, patrons: 0 }] as const;
    const tally = [{ kind: "checkout", lines: 3, voided: 0, repeated: 0, onScreen: 4 }] as const;
    expect(() => joinCounts(tally, { counts })).toThrow("don't add up: 4 on screen, 3 for the files");
    expect(() => joinCounts([], { counts })).toThrow("the counts of checkout don't add up: none on screen");
    for (const seen of [tally, []])
      expect(countWhatIsOut(seen, { counts })).toEqual([
        { ...counts[0], onScreen: 3, voided: 0, repeated: 0 },
      ]);
  });
});
