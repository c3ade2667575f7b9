/** Ages in the status bar: when every desk had it all, and how old the data are. */

import { describe, expect, test } from "vitest";
import type { TransactionRow } from "../../src/node/http/api.ts";
import { noteCopied } from "../../src/web/copying.ts";
import { addRows, createModel, type Model, reduceEvent } from "../../src/web/store.ts";
import { ageToText } from "../../src/web/words.ts";
import { assert, integer, property } from "../properties.ts";
import { sampleDesk, sampleRow, sampleState } from "./sample.ts";

const two = sampleState({
  desks: { desks: [sampleDesk("d1", { self: true }), sampleDesk("d2")], matrix: [] },
});
const start = reduceEvent(createModel("out", ""), "state", two);
const withRow = (model: Model, id: string, desks: number): Model =>
  addRows(model, [sampleRow(id, { coverage: { desks, of: 2 } } satisfies Partial<TransactionRow>)]);

describe("noteCopied", () => {
  test("knows nothing before the node has answered, and no age of what was copied before", () => {
    expect(noteCopied(undefined, createModel("out", ""), 5)).toBeUndefined();
    const first = noteCopied(undefined, start, 5);
    expect(first).toEqual({ isAll: true, newest: "" });
    // The rows of the page come back after a reload.
    expect(noteCopied(first, withRow(start, "a", 2), 9)?.sinceMs).toBeUndefined();
  });
  test("counts from when the last row had got everywhere", () => {
    const under = noteCopied(noteCopied(undefined, start, 1), withRow(start, "a", 1), 2);
    expect(under).toEqual({ isAll: false, newest: "a" });
    const done = noteCopied(under, withRow(start, "a", 2), 3);
    expect(done?.sinceMs).toBe(3);
    expect(noteCopied(done, withRow(start, "a", 2), 60)?.sinceMs).toBe(3);
    // Copied before it was shown once as under way.
    expect(noteCopied(done, withRow(withRow(start, "a", 2), "b", 2), 70)?.sinceMs).toBe(70);
  });
  test("says nothing of copies while no other desk is here", () => {
    const alone = reduceEvent(start, "desk", {
      desks: [sampleDesk("d1", { self: true }), sampleDesk("d2", { linked: false })],
      matrix: [],
    });
    expect(noteCopied(undefined, alone, 5)?.isAll).toBe(false);
  });
});

describe("ageToText", () => {
  test.each([
    [-5_000, "0 s"],
    [19_999, "10 s"],
    [60_000, "1 min"],
    [3_599_999, "59 min"],
    [14 * 3_600_000, "14 h"],
    [48 * 3_600_000, "2 days"],
  ])("%i ms: %s", (ms, text) => expect(ageToText(ms)).toBe(text));
  test("changes at most every ten seconds", () => {
    assert(
      property(integer({ min: 0, max: 10_000_000 }), (step) => {
        expect(ageToText(step * 10_000 + 9_999)).toBe(ageToText(step * 10_000));
      }),
    );
  });
});
