/** L1: two nodes with one desk's identity are found out; restarts, crashes and wiped disks are no twins. */
import { describe, expect, it } from "vitest";
import type { RunHeader } from "../../../src/crdt/log/feed.ts";
import type { Group } from "../../../src/crdt/log/feed-writer.ts";
import {
  acceptAll,
  createSampleDocument,
  createSampleWriter,
  runOf,
  type SampleWriter,
  signerOf,
  takeAll,
} from "./sample-feeds.ts";

function end(run: number, groups: readonly Group[]): RunHeader["previous"] {
  const { document } = createSampleDocument();
  acceptAll(document, groups);
  const [feed] = [...document.feeds()];
  return { run: runOf(run), count: feed!.count, hash: feed!.hash.toString("base64url") };
}

function run(number: number, previous?: RunHeader["previous"]): SampleWriter {
  return createSampleWriter({ run: number, ...(previous ? { previous } : {}) });
}

function twinsOf(...feeds: (readonly Group[])[]): unknown[] {
  const { document, twins } = createSampleDocument();
  for (const groups of feeds) acceptAll(document, groups);
  return twins;
}

const twin = (...runs: number[]): unknown => ({ desk: signerOf(0).desk, runs: runs.map(runOf) });

/** All orders in which feeds can come. */
function orders<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, i) => orders(items.filter((_, j) => j !== i)).map((rest) => [item, ...rest]));
}

describe("twins", () => {
  const before = run(1);
  const first = before.groups(5);
  const previous = end(1, first);
  const more = before.groups(2);

  it("two runs that follow the same end, in any order", () => {
    const a = run(2, previous).groups(3);
    const b = run(3, previous).groups(3);
    for (const order of orders([first, a, b])) expect(twinsOf(...order)).toEqual([twin(2, 3)]);
    expect(twinsOf(a, b)).toEqual([twin(2, 3)]);
  });

  it("a run that goes on behind the end that its follower states, whichever is heard first", () => {
    const next = run(2, previous).groups(3);
    expect(twinsOf(first, more, next)).toEqual([twin(1, 2)]);
    expect(twinsOf(first, next, more)).toEqual([twin(1, 2)]);
    expect(twinsOf(next, first, more)).toEqual([twin(1, 2)]);
  });

  it("are told of once", () => {
    const writer = run(2, previous);
    expect(twinsOf(first, writer.groups(3), more, before.groups(4), writer.groups(4))).toEqual([twin(1, 2)]);
  });

  it("ordinary restarts are none, in any order of arrival", () => {
    const last = run(1);
    const one = last.groups(5);
    const two = run(2, end(1, one)).groups(1);
    const three = run(3, end(2, two)).groups(4);
    for (const order of orders([one, two, three])) expect(twinsOf(...order)).toEqual([]);
    expect(twinsOf(three.slice(0, 1), one)).toEqual([]);
  });

  it("a desk whose disk was wiped starts without an end, and is none", () => {
    const again = run(2).groups(3);
    const third = run(3).groups(3);
    expect(twinsOf(first, again, third)).toEqual([]);
  });

  it("a disk that goes back to the same end at every start makes none; two PCs that write by turns do", () => {
    const monday = createSampleWriter({ run: 2, ...(previous ? { previous } : {}), afterMs: 1000 });
    const tuesday = createSampleWriter({ run: 3, ...(previous ? { previous } : {}), afterMs: 2000 });
    const one = monday.groups(4);
    const two = tuesday.groups(4);
    for (const order of orders([first, one, two])) expect(twinsOf(...order)).toEqual([]);
    // The same clock goes on: Monday's run writes again after Tuesday's began.
    monday.writer.append({ at: 1, body: { k: "note" } }, () => ({ ms: 2 ** 41, n: 0 }));
    const later = takeAll(monday.writer, 9);
    expect(twinsOf(first, one, two, later)).toEqual([twin(2, 3)]);
  });

  it("a run that was longer than its follower saw, and had ended before, is none", () => {
    const next = createSampleWriter({ run: 2, ...(previous ? { previous } : {}), afterMs: 1000 }).groups(3);
    for (const order of [
      [first, more, next],
      [first, next, more],
      [next, first, more],
    ]) {
      expect(twinsOf(...order)).toEqual([]);
    }
  });

  it("other desks that name the same run are none", () => {
    const other = createSampleWriter({ desk: 1, run: 2, ...(previous ? { previous } : {}) }).groups(3);
    expect(twinsOf(first, run(3, previous).groups(2), other, more)).toEqual([twin(1, 3)]);
  });
});
