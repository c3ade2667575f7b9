/** L14, L19: coverage, and whether everything is here, as functions of frontiers. */

import { describe, expect, it } from "vitest";
import {
  type CompletenessInput,
  endedFeeds,
  isComplete,
  judgeCompleteness,
} from "../../../src/crdt/log/completeness.ts";
import {
  coverageSteps,
  type Frontier,
  frontierCovers,
  frontierWithin,
  joinFrontiers,
} from "../../../src/crdt/log/frontier.ts";
import * as fc from "../../properties.ts";
import { acceptAll, createSampleDocument, createSampleWriter, runOf, signerOf } from "./sample-feeds.ts";

const own = signerOf(0).desk;
const other = signerOf(1).desk;
const feed = (desk: string, run = 1): string => `${desk}/${runOf(run)}`;

function frontierOf(marks: Readonly<Record<string, number>>): Frontier {
  return new Map(
    Object.entries(marks)
      .filter(([, count]) => count > 0)
      .map(([key, count]) => [key, { count, hash: "A".repeat(43) }]),
  );
}

const keys = [feed(own), feed(other), feed(other, 2)];
const counts = fc.array(fc.nat(6), { minLength: 3, maxLength: 3 });
const frontiers = counts.map((some) => frontierOf(Object.fromEntries(keys.map((key, i) => [key, some[i]!]))));

function judge(input: Partial<CompletenessInput>): { verdict: string; made: number; here: number } {
  const [, found] = [own, other].map((desk) =>
    judgeCompleteness({
      desks: [own, other],
      own,
      held: new Map(),
      heard: [],
      linked: new Map(),
      done: new Set(),
      lost: new Set(),
      wasOff: new Set(),
      ...input,
    }).find((one) => one.desk === desk),
  );
  const { verdict, made, here } = found!;
  return { verdict, made, here };
}

describe("coverage", () => {
  it("falls in places and grows in holders, and agrees with each frontier", () => {
    fc.assert(
      fc.property(fc.array(frontiers, { maxLength: 6 }), (all) => {
        for (const key of keys) {
          const steps = coverageSteps(key, all);
          for (const [i, step] of steps.entries()) {
            const next = steps[i + 1];
            if (next) {
              expect(next.upTo).toBeLessThan(step.upTo);
              expect(next.holders).toBeGreaterThan(step.holders);
            }
            const holders = all.filter((frontier) => frontierCovers(frontier, key, step.upTo - 1));
            expect(step.holders).toBe(holders.length);
          }
          const most = Math.max(0, ...all.map((frontier) => frontier.get(key)?.count ?? 0));
          expect(steps[0]?.upTo ?? 0).toBe(most);
        }
      }),
    );
    const all = [118, 110, 110].map((count) => frontierOf({ [feed(own)]: count }));
    expect(coverageSteps(feed(own), all)).toEqual([
      { upTo: 118, holders: 1 },
      { upTo: 110, holders: 3 },
    ]);
  });

  it("a join holds each, and nothing besides; order and repetition don't matter", () => {
    fc.assert(
      fc.property(frontiers, frontiers, frontiers, (a, b, c) => {
        const joined = joinFrontiers([a, b, c]);
        for (const one of [a, b, c]) expect(frontierWithin(one, joined)).toBe(true);
        for (const [key, mark] of joined) {
          expect([a, b, c].some((one) => one.get(key)?.count === mark.count)).toBe(true);
        }
        const again = joinFrontiers([c, joinFrontiers([b, a]), a]);
        expect([...again].sort()).toEqual([...joined].sort());
      }),
    );
  });
});

describe("completeness", () => {
  const whole = frontierOf({ [feed(other)]: 5 });
  const part = frontierOf({ [feed(other)]: 3 });
  const linked = (frontier: Frontier): ReadonlyMap<string, Frontier> => new Map([[other, frontier]]);
  const done = new Set([feed(other)]);

  it.each<[string, Partial<CompletenessInput>, string]>([
    ["linked, all durable here", { held: whole, linked: linked(whole) }, "all-here"],
    ["linked, something missing", { held: part, linked: linked(whole) }, "away"],
    ["linked, wrote nothing", { linked: linked(new Map()) }, "all-here"],
    ["linked, a third one heard of more", { held: part, linked: linked(part), heard: [whole] }, "away"],
    [
      "linked, its wiped disk holds less than was heard",
      { held: part, linked: linked(new Map()), heard: [whole] },
      "away",
    ],
    ["away, done, held up to it", { held: whole, done }, "finished"],
    ["away, done here but more was heard of", { held: part, heard: [whole], done }, "away"],
    ["away, not done, all that was heard of is here", { held: whole, heard: [whole] }, "away"],
    [
      "away, one run done and another not",
      { held: frontierOf({ [feed(other)]: 5, [feed(other, 2)]: 2 }), done },
      "away",
    ],
    ["lost", { held: part, heard: [whole], lost: new Set([other]) }, "lost"],
    ["lost, back and all here", { held: whole, linked: linked(whole), lost: new Set([other]) }, "all-here"],
    ["never heard of", {}, "unknown"],
    ["never heard of, said to have been off", { wasOff: new Set([other]) }, "finished"],
    ["said to have been off, and yet it wrote", { held: whole, wasOff: new Set([other]) }, "away"],
  ])("%s: %s", (_what, input, verdict) => {
    expect(judge(input).verdict).toBe(verdict);
    expect(isComplete(judge(input).verdict as never)).toBe(!["away", "unknown"].includes(verdict));
  });

  it("a run that ended without done has ended where the desk's next run says", () => {
    const first = createSampleWriter({ desk: 1, run: 1 });
    const groups = first.groups(4);
    const { document } = createSampleDocument();
    acceptAll(document, groups);
    const mark = document.frontier().get(first.key)!;
    const previous = { run: runOf(1), ...mark };
    acceptAll(document, createSampleWriter({ desk: 1, run: 2, previous }).groups(2));
    const isDone = (one: { readonly key: string }): boolean => one.key === feed(other, 2);
    expect(endedFeeds(document.feeds(), isDone)).toEqual(new Set([feed(other), feed(other, 2)]));
    expect(endedFeeds(document.feeds(), () => false)).toEqual(new Set([feed(other)]));
    const ended = endedFeeds(document.feeds(), isDone);
    expect(judge({ held: document.frontier(), done: ended }).verdict).toBe("finished");
    acceptAll(document, first.groups(1));
    expect(endedFeeds(document.feeds(), isDone)).toEqual(new Set([feed(other, 2)]));
  });

  it("counts entries without the runs' headers", () => {
    const heard = [frontierOf({ [feed(other)]: 5, [feed(other, 2)]: 4 })];
    expect(judge({ held: part, heard })).toMatchObject({ made: 7, here: 2 });
  });

  it("of this desk itself, what its wiped disk lost and others hold is missing", () => {
    const verdictOf = (input: Partial<CompletenessInput>): unknown =>
      judgeCompleteness({
        desks: [own],
        own,
        held: new Map(),
        heard: [],
        linked: new Map(),
        done: new Set(),
        lost: new Set(),
        wasOff: new Set(),
        ...input,
      })[0]?.verdict;
    expect(verdictOf({})).toBe("all-here");
    expect(verdictOf({ held: frontierOf({ [feed(own)]: 3 }) })).toBe("all-here");
    expect(verdictOf({ heard: [frontierOf({ [feed(own)]: 3 })] })).toBe("away");
  });

  it("all here never goes with something missing; a desk not in the list is judged too", () => {
    fc.assert(
      fc.property(
        frontiers,
        frontiers,
        frontiers,
        fc.subarray(keys),
        fc.boolean(),
        (held, heard, told, ended, isLinked) => {
          const verdicts = judgeCompleteness({
            desks: [own],
            own,
            held,
            heard: [heard],
            linked: isLinked ? linked(told) : new Map(),
            done: new Set(ended),
            lost: new Set(),
            wasOff: new Set(),
          });
          const wanted = joinFrontiers([held, heard, ...(isLinked ? [told] : [])]);
          for (const { desk, verdict, made, here } of verdicts) {
            expect(here).toBeLessThanOrEqual(made);
            const missing = keys.some(
              (key) => key.startsWith(desk) && (wanted.get(key)?.count ?? 0) > (held.get(key)?.count ?? 0),
            );
            if (missing) expect(isComplete(verdict)).toBe(false);
          }
          const desks = [...wanted.keys()].map((key) => key.slice(0, 32));
          expect(new Set(verdicts.map((one) => one.desk))).toEqual(new Set([own, ...desks]));
        },
      ),
    );
  });
});
