/** A main file in parts: each has lines of the same numbers, and a report names but a number. */
import { expect, it } from "vitest";
import { readAnswer, type SentLine } from "../../src/export/answer.ts";

const batch = "RIV-3-1-a1b2";

function lineOf(n: number, kind: SentLine["kind"], item: string, patron?: string): SentLine {
  const transaction = `019a0000-0000-7000-8000-${String(n).padStart(12, "0")}`;
  return { transaction, kind, number: n, item, ...(patron === undefined ? {} : { patron }) };
}

it("line numbers in a report on a file in parts: the barcode tells which part, and without one nobody knows", () => {
  const parts = [
    { ...lineOf(1, "checkout", "33191000000001", "21234000000018"), part: 1 },
    { ...lineOf(2, "checkin", "33191000000002"), part: 1 },
    { ...lineOf(3, "checkout", "33191000000003", "21234000000026"), part: 2, number: 1 },
    { ...lineOf(4, "checkin", "33191000000004"), part: 2, number: 2 },
  ];
  const text = [
    "Line 1: item 33191000000001 is on hold",
    "Line 2: item 33191000000004 is not checked out",
    "Line 1: unknown user",
    "Line 2: cannot be loaded",
  ].join("\n");
  const answer = readAnswer({ batch, format: "alma", text, lines: parts });
  if (answer.kind === "refused") throw new Error(answer.text);
  expect(answer.matched.map(({ line, reply }) => [line.part, line.number, reply.advice])).toEqual([
    [1, 1, "reserved"],
    [2, 2, "not-on-loan"],
  ]);
  expect(answer.unmatched.map(({ why }) => why)).toEqual([
    "it may mean any of the lines 1:1, 2:1",
    "it may mean any of the lines 1:2, 2:2",
  ]);
});
