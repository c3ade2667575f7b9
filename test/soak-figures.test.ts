/** What a soak finds flat, and what not: it runs for half an hour, so here its samples are made up. */
import { expect, test } from "vitest";
import { judge } from "../scripts/soak-figures.mjs";

const minutes = 30;
const scansAMinute = 300;
/** Bytes of the log in a heap for each scan, about as measured. */
const keptAScan = 1_150;

interface Growth {
  readonly heapAScan: number;
  readonly memoryAMinute: number;
  readonly refused: number;
}

function rowsOf({ heapAScan, memoryAMinute, refused }: Growth): readonly { what: string; holds: boolean }[] {
  const samples = Array.from({ length: minutes + 1 }, (_, minute) => {
    const scans = minute * scansAMinute;
    const desk = {
      memory: 160e6 + minute * memoryAMinute,
      heap: 45e6 + scans * heapAScan,
      ...{ resources: 60, waiting: scans, files: 50, log: scans * 800, messages: 10_000 },
    };
    return { ms: minute * 60_000, scans, desks: [desk, desk] };
  });
  const acknowledged = minutes * scansAMinute;
  return judge({ samples, last: samples.at(-1)!, acknowledged, refused, slowestMs: 20 });
}

const steady: Growth = { heapAScan: keptAScan, memoryAMinute: 100_000, refused: 0 };
const missed = (growth: Partial<Growth>): readonly string[] =>
  rowsOf({ ...steady, ...growth }).flatMap(({ what, holds }) => (holds ? [] : [what]));

test("a branch that keeps its log and no more holds", () => expect(missed({})).toEqual([]));

test.each([
  ["a heap that takes twice as much for a scan", { heapAScan: 2 * keptAScan + 500 }, /^heap/],
  ["memory that grows beside the heap", { memoryAMinute: 700_000 }, /^resident memory/],
  ["a scan that was refused", { refused: 1 }, /refused/],
])("%s is found", (_what, growth, row) => {
  expect(missed(growth)).toEqual([expect.stringMatching(row)]);
});
