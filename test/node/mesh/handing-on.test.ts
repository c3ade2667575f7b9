/** L13: who hands on what to whom, and when: by property over how many desks there are, and who hears whom. */
import { expect, it } from "vitest";
import type { LogDocument } from "../../../src/crdt/log/document.ts";
import type { Feed } from "../../../src/crdt/log/feed.ts";
import { createHandingOn, turnOf } from "../../../src/node/mesh/handing-on.ts";
import type { Link } from "../../../src/node/mesh/link.ts";
import { createSoon } from "../../../src/node/mesh/soon.ts";
import { createManualClock } from "../../../src/node/ports-memory.ts";
import * as fc from "../../properties.ts";

const run = (n: number): string => (n * 2_654_435_761).toString(16).padStart(16, "0").slice(-16);
const peer = (n: number) => ({ run: run(n), desk: n.toString(16).padStart(32, "0") });
const feedOf = (n: number) => ({ place: { run: run(n + 100), desk: peer(n).desk } }) as Pick<Feed, "place">;

it("of many desks one goes first for each author and receiver, and none waits for more than five turns", () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 32 }), fc.nat(31), fc.nat(31), (size, author, receiver) => {
      fc.pre(author < size && receiver < size && author !== receiver);
      const able = Array.from({ length: size }, (_, n) => n).filter((n) => n !== author && n !== receiver);
      const turns = able.map((n) => {
        const others = Array.from({ length: size }, (_, i) => peer(i)).filter((_, i) => i !== n);
        return turnOf(run(n), others, run(receiver))(feedOf(author));
      });
      expect(turns.filter((turn) => turn === 0)).toHaveLength(1);
      for (const turn of [1, 2, 3, 4])
        expect(turns.filter((one) => one <= turn).length).toBe(Math.min(able.length, 2 ** turn));
      expect(Math.max(...turns)).toBeLessThanOrEqual(5);
    }),
  );
});

it("hands on at once what it alone can, and never what came a moment ago or what it wrote itself", () => {
  const clock = createManualClock(0);
  const feed = { key: "other", count: 3, place: { run: run(200), desk: peer(7).desk } };
  const own = { key: "own", count: 9, place: { run: run(300), desk: peer(1).desk } };
  const asked: number[][] = [];
  const link = {
    peer: peer(2),
    relay: (ripe: (feed: Feed) => number) =>
      asked.push([feed, own].map((one) => ripe(one as unknown as Feed))),
  } as unknown as Link;
  const document = { feeds: () => [feed, own] } as unknown as LogDocument;
  const documents = new Map([["outage-1", { document, ownRuns: new Set([own.place.run]) }]]);
  const handingOn = createHandingOn({
    ownRun: run(1),
    soon: createSoon(clock),
    documents,
    links: () => [link],
  });
  handingOn.stir("outage-1");
  clock.advance(100);
  feed.count = 5;
  clock.advance(100);
  expect(asked).toEqual([
    [0, 0],
    [3, 0],
  ]);
  clock.advance(100);
  expect(asked.at(-1)).toEqual([5, 0]);
  clock.advance(10_000);
  // It comes to rest, and begins again when something stirs.
  const turns = asked.length;
  expect(turns).toBeLessThan(10);
  feed.count = 6;
  handingOn.stir("outage-1");
  clock.advance(100);
  expect([asked.length, asked.at(-1)]).toEqual([turns + 1, [5, 0]]);
  // Destroyed and begun anew under its name: what was here before says nothing of what is here now.
  documents.set("outage-1", { document: { ...document }, ownRuns: new Set([own.place.run]) });
  clock.advance(100);
  expect(asked.at(-1)).toEqual([0, 0]);
});
