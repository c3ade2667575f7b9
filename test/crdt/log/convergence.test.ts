/** L10, L12–L14: whatever is cut, delayed, doubled or restarted, all replicas end with the same log. */

import { describe, expect, it } from "vitest";
import { type Frontier, frontierWithin } from "../../../src/crdt/log/frontier.ts";
import { compareTimes } from "../../../src/crdt/log/hybrid-clock.ts";
import * as fc from "../../properties.ts";
import { placeOf } from "./sample-feeds.ts";
import { createWorld, type Replica, type World } from "./world.ts";

interface Step {
  readonly act: string;
  readonly a: number;
  readonly b: number;
  readonly amount: number;
}

/** Moving frames is drawn more often than breaking things. */
const acts =
  "append commit commit store deliver deliver deliver deliver pull pull pull relay connect connect";
const mishaps = "cut restart crash twice";

function stepsArbitrary(words: string, maxLength: number): fc.Arbitrary<Step[]> {
  const step = fc.record({
    act: fc.constantFrom(...words.split(" ")),
    a: fc.nat(4),
    b: fc.nat(4),
    amount: fc.integer({ min: 1, max: 20 }),
  });
  return fc.array(step, { maxLength, size: "max" });
}

function play(world: World, { act, a, b, amount }: Step): void {
  if (act === "append") world.append(a, amount);
  if (act === "commit") world.commit(a, amount);
  if (act === "crash") world.commit(a, amount, true);
  if (act === "store") world.store(a);
  if (act === "deliver") for (let i = 0; i < amount; i++) world.deliver(a, b);
  if (act === "twice") world.deliver(a, b, true);
  if (act === "pull") world.pull(a, b);
  if (act === "relay") world.relay(a);
  if (act === "connect") world.connect(a, b);
  if (act === "cut") world.cut(a, b);
  if (act === "restart") world.restart(a);
  if (act === "wipe") world.wipe(a);
  for (const replica of world.replicas) expect(replica.document.yDoc.store.pendingStructs).toBeNull();
  for (const [believed, held] of beliefs(world)) expect(frontierWithin(believed, held)).toBe(true);
}

/** What each end of a link believes that the other holds durably, and what that one does hold. */
function* beliefs({ replicas }: World): Generator<[Frontier, Frontier]> {
  for (const { links } of replicas)
    for (const { to, session } of links.values())
      yield [session.peerFrontier, replicas[to]!.document.frontier()];
}

function feedsOf({ document }: Replica): [string, readonly string[]][] {
  const feeds = [...document.feeds()].map((feed): [string, readonly string[]] => [
    feed.key,
    document.texts(feed.key, 0, feed.count),
  ]);
  return feeds.sort(([a], [b]) => (a < b ? -1 : 1));
}

function expectSame(world: World): void {
  const [first, ...others] = world.replicas;
  const frontierOf = (replica: Replica): unknown => [...replica.document.frontier()].sort();
  for (const replica of world.replicas) {
    const places = replica.entries.map(placeOf);
    expect(new Set(places).size).toBe(places.length);
    const total = [...replica.document.feeds()].reduce((sum, feed) => sum + feed.count, 0);
    expect(places.length).toBe(total);
    expectGrowing(replica);
    expect(replica.twins).toEqual([]);
  }
  for (const other of others) {
    expect(feedsOf(other)).toEqual(feedsOf(first!));
    expect(frontierOf(other)).toEqual(frontierOf(first!));
    expect(other.entries.map(placeOf).sort()).toEqual(first!.entries.map(placeOf).sort());
  }
  for (const [believed, held] of beliefs(world)) expect([...believed].sort()).toEqual([...held].sort());
  const held = new Set(first!.entries.map(placeOf));
  for (const replica of world.replicas) {
    for (const place of replica.acknowledged) expect(held.has(place)).toBe(true);
  }
}

/** Per feed, places without a gap and clocks that grow. */
function expectGrowing(replica: Replica): void {
  const last = new Map<string, { seq: number; clock: { ms: number; n: number } }>();
  for (const entry of replica.entries) {
    const key = `${entry.desk}/${entry.run}`;
    const before = last.get(key);
    expect(entry.seq).toBe((before?.seq ?? -1) + 1);
    if (before) expect(compareTimes(entry.clock, before.clock)).toBeGreaterThan(0);
    last.set(key, entry);
  }
}

const shapes: readonly (readonly [string, number, (a: number, b: number) => boolean])[] = [
  ["all linked", 3, () => true],
  ["five, all linked", 5, () => true],
  ["two that only reach each other through a third", 3, (a, b) => a === 1 || b === 1],
  ["a line of five", 5, (a, b) => Math.abs(a - b) === 1],
];

describe("convergence", () => {
  it.each(shapes)("%s: with cuts, delays and doubled frames", (_name, size, mayLink) => {
    fc.assert(
      fc.property(stepsArbitrary(`${acts} cut twice`, 120), (steps) => {
        const world = createWorld(size, mayLink);
        for (const step of steps) play(world, step);
        world.heal();
        expectSame(world);
      }),
      { numRuns: 60 },
    );
  });

  it.each(shapes)("%s: with crashes and restarts besides", (_name, size, mayLink) => {
    fc.assert(
      fc.property(stepsArbitrary(`${acts} ${mishaps}`, 150), (steps) => {
        const world = createWorld(size, mayLink);
        for (const step of steps) play(world, step);
        world.heal();
        expectSame(world);
      }),
      { numRuns: 60 },
    );
  });

  it("with disks that forget everything", () => {
    fc.assert(
      fc.property(stepsArbitrary(`${acts} ${mishaps} wipe`, 150), (steps) => {
        const world = createWorld(3, () => true);
        for (const step of steps) play(world, step);
        world.heal();
        expectSame(world);
      }),
      { numRuns: 100 },
    );
  });

  it("a busy connect loses nothing: both sides write while the handshake runs", () => {
    const connecting = "append commit deliver pull pull";
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), stepsArbitrary(connecting, 80), (onFirst, onSecond, steps) => {
        const world = createWorld(2, () => true);
        world.append(0, onFirst);
        world.append(1, onSecond);
        for (let i = 0; i < 5; i++) for (const n of [0, 1]) world.commit(n, 100);
        world.connect(0, 1);
        for (const step of steps) play(world, step);
        world.heal();
        expectSame(world);
        for (const { links } of world.replicas) {
          for (const end of links.values()) expect(end.session.caughtUp).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("a reconnect at the end of a segment loses nothing and parts nobody", () => {
    const reconnecting = "append commit deliver pull pull store";
    fc.assert(
      fc.property(
        fc.integer({ min: 900, max: 1030 }),
        fc.nat(40),
        stepsArbitrary(reconnecting, 60),
        (made, sent, steps) => {
          const world = createWorld(2, () => true);
          world.append(0, made);
          world.connect(0, 1);
          for (let i = 0; i < sent; i++) {
            world.commit(0, 40);
            world.pull(0, 1);
            for (const [a, b] of [
              [0, 1],
              [1, 0],
            ] as const)
              while (world.deliver(a, b)) world.store(b);
          }
          world.cut(0, 1);
          world.append(0, 100);
          for (let i = 0; i < 10; i++) world.commit(0, 40);
          world.connect(0, 1);
          for (const step of steps) play(world, step);
          world.heal();
          expectSame(world);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("a wiped disk that is refilled in part when its desk writes on makes no twin", () => {
    const world = createWorld(3, () => true);
    const exchange = (a: number, b: number): void => {
      world.connect(a, b);
      while ([a, b].some((n) => world.pull(n, a + b - n) || world.deliver(n, a + b - n))) world.store(b);
      world.cut(a, b);
    };
    for (const other of [1, 2]) {
      world.append(0, 3);
      world.commit(0, 9);
      exchange(0, other);
    }
    expect(world.replicas.map((replica) => replica.entries.length)).toEqual([7, 4, 7]);
    world.wipe(0);
    exchange(1, 0);
    world.append(0, 2);
    world.commit(0, 9);
    world.heal();
    expectSame(world);
  });

  it("a late joiner with an empty disk catches up over several segments", () => {
    const world = createWorld(3, (a, b) => a + b !== 2);
    world.connect(0, 1);
    world.append(0, 2500);
    world.append(1, 1500);
    world.heal();
    expectSame(world);
  });
});
