/** The mesh's small rules by property: hello, one link per pair, the median clock, the book of addresses. */

import { expect, it } from "vitest";
import type { LogDocument } from "../../../src/crdt/log/document.ts";
import { type AddressSource, createAddressBook } from "../../../src/node/mesh/address-book.ts";
import { offsetFromMedian } from "../../../src/node/mesh/clock-offset.ts";
import {
  type Card,
  closeCodes,
  type Hello,
  objectToHello,
  parseCard,
  parseHello,
} from "../../../src/node/mesh/hello.ts";
import type { Link } from "../../../src/node/mesh/link.ts";
import { createLinkRegistry } from "../../../src/node/mesh/link-registry.ts";
import { createManualClock } from "../../../src/node/ports-memory.ts";
import * as fc from "../../properties.ts";

const own = { branch: "b".repeat(32), run: "1".repeat(16), protocol: 1 };
const right: Hello = { ...own, run: "2".repeat(16) };
const card: Card = { desk: "d".repeat(32), name: "Desk 2", version: "1.0.0", meshPort: 8471 };

it("takes no JSON for a hello or a card but one, none with a field changed to nonsense, and refuses with a code", () => {
  expect([parseHello(right), parseCard(card)]).toEqual([right, card]);
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect([parseHello(value), parseCard(value)]).toEqual([null, null]);
    }),
  );
  fc.assert(
    fc.property(fc.nat(3), fc.string(), fc.constantFrom(own.run, right.run), (protocol, branch, run) => {
      const objection = objectToHello({ protocol, branch, run }, own);
      expect(objection === null).toBe(protocol === 1 && branch === own.branch && run !== own.run);
      if (objection) expect(Object.values(closeCodes)).toContain(objection.code);
    }),
  );
  // Desks are brought to a new version one after the other: whoever still speaks ours is let in, and lets us in.
  const versions = fc.record({ protocol: fc.integer({ min: 1, max: 5 }), spoken: fc.nat(2) });
  fc.assert(
    fc.property(versions, versions, (one, two) => {
      const [a, b] = [one, two].map(({ protocol, spoken }) => ({
        ...right,
        protocol,
        oldest: protocol - spoken,
      }));
      const common = Math.max(a!.oldest, b!.oldest) <= Math.min(a!.protocol, b!.protocol);
      expect(objectToHello({ ...a!, run: own.run }, b!) === null).toBe(common);
    }),
  );
  expect(parseHello({ ...right, oldest: 2 })).toBeNull();
  const nonsense = fc.oneof(fc.constant(undefined), fc.constant(null), fc.object(), fc.array(fc.integer()));
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys({ ...right, ...card })), nonsense, (field, value) => {
      const both = { ...right, ...card, [field]: value };
      expect([parseHello(both), parseCard(both)]).toContain(null);
    }),
  );
});

const certificate = "c".repeat(64);

interface End {
  readonly link: Link;
  closed: boolean;
}

/** One side's end of a link, as far as the registry looks at it. */
function createEnd(peerRun: string, dialledBy: string, heardAt = 0, localHost: string | null = null): End {
  const close = (): void => {
    end.closed = true;
  };
  const end: End = {
    closed: false,
    link: {
      document: { name: "branch" } as LogDocument,
      peer: { ...right, run: peerRun, fingerprint: certificate },
      dialledBy,
      heardAt,
      localHost,
      expel: close,
      cut: close,
    } as unknown as Link,
  };
  return end;
}

it("both sides keep the same one of their links, in whatever order the dials come in", () => {
  const runs = fc.uniqueArray(fc.stringMatching(/^[0-9a-f]{16}$/), { minLength: 2, maxLength: 2 });
  fc.assert(
    fc.property(
      runs,
      fc.shuffledSubarray([0, 1], { minLength: 2 }),
      fc.shuffledSubarray([0, 1], { minLength: 2 }),
      (pair, orderA, orderB) => {
        const keptAt = (other: string, order: readonly number[]): string | undefined => {
          const registry = createLinkRegistry(createManualClock(0));
          for (const dialler of order.map((i) => pair[i]!)) {
            if (registry.allows("branch", other, dialler, certificate))
              registry.add(createEnd(other, dialler).link);
          }
          expect(registry.all()).toHaveLength(1);
          return registry.get("branch", other)?.dialledBy;
        };
        const [a, b] = [pair[0]!, pair[1]!];
        expect(keptAt(b, orderA)).toBe(keptAt(a, orderB));
        expect(keptAt(b, orderA)).toBe([a, b].sort()[0]);
      },
    ),
  );
});

it("a link that fell silent gives way, also to the higher run's, and the replaced one can't remove the new", () => {
  const clock = createManualClock(0);
  const registry = createLinkRegistry(clock);
  const allows = (dialler: string): boolean => registry.allows("branch", "2", dialler, certificate);
  const [old, fresh] = [createEnd("2", "1"), createEnd("2", "2")];
  registry.add(old.link);
  expect([allows("1"), allows("2")]).toEqual([false, false]);
  clock.advance(3_001);
  expect(allows("2")).toBe(true);
  registry.add(fresh.link);
  expect(old.closed).toBe(true);
  expect(registry.remove(old.link)).toBe(false);
  expect(registry.get("branch", "2")).toBe(fresh.link);
});

it("who has lost its end of a link gets a new one at once, and nobody else gets it for them", () => {
  const clock = createManualClock(0);
  const registry = createLinkRegistry(clock);
  const allows = (dialler: string, shown = certificate): boolean =>
    registry.allows("branch", "2", dialler, shown);
  for (const dialler of ["1", "2"]) {
    const old = createEnd("2", dialler, clock.monotonic());
    registry.add(old.link);
    clock.advance(2_500);
    expect(allows("2")).toBe(true);
    // This side still has its end, and needs no other.
    if (dialler === "1") expect(allows("1")).toBe(false);
    expect(allows("2", "another certificate")).toBe(false);
    registry.remove(old.link);
  }
});

it("what hangs on an address that is gone is dropped, and nothing else", () => {
  const registry = createLinkRegistry(createManualClock(0));
  const places = ["10.77.0.3", "fe80::3%eth0", "127.0.0.1", "100.64.0.3", null];
  const ends = places.map((place, i) => createEnd(String(i), "0", 0, place));
  for (const { link } of ends) registry.add(link);
  registry.cutAway(["10.77.0.3", "fe80::3%2"]);
  expect(ends.map(({ closed }) => closed)).toEqual([false, false, false, false, false]);
  registry.cutAway(["10.77.0.99"]);
  expect(ends.map(({ closed }) => closed)).toEqual([true, true, false, false, false]);
});

it("one wrong clock among three or more is the one that is told it is wrong", () => {
  const smallOffsets = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 7 });
  const wrong = fc.oneof(fc.integer({ min: 1e6, max: 1e12 }), fc.integer({ min: -1e12, max: -1e6 }));
  expect(offsetFromMedian([])).toBeUndefined();
  fc.assert(
    fc.property(smallOffsets, wrong, (clocks, ahead) => {
      const all = [...clocks, ahead];
      const seen = all.map((mine, i) =>
        offsetFromMedian(all.filter((_, j) => j !== i).map((other) => mine - other)),
      );
      for (const offset of seen.slice(0, -1)) expect(Math.abs(offset!)).toBeLessThanOrEqual(101);
      expect(Math.abs(seen.at(-1)! - ahead)).toBeLessThanOrEqual(51);
    }),
  );
});

it("dials at most three addresses of a run, one after the other, none of a run that is linked, and holds at most 256", () => {
  /** Each of two desks is at two addresses. */
  const runAt = (host: number): string => (host <= 2 ? "2" : "3");
  const act = fc.oneof(
    fc.record({
      kind: fc.constant("add" as const),
      host: fc.integer({ min: 1, max: 4 }),
      source: fc.constantFrom<AddressSource>("static", "mdns", "told", "remembered"),
      told: fc.boolean(),
    }),
    fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 0, max: 9_000 }) }),
    fc.record({ kind: fc.constant("link" as const), run: fc.constantFrom("2", "3"), up: fc.boolean() }),
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const clock = createManualClock(0);
      const linked = new Set<string>();
      const dialling = new Map<string, string | null>();
      const begun = new Set<string>();
      const book = createAddressBook({
        ownRun: "1",
        clock,
        isLinked: (run) => linked.has(run),
        dial(address) {
          const key = `${address.host}:${address.port}`;
          expect(dialling.has(key)).toBe(false);
          if (address.run !== null) {
            expect(linked.has(address.run)).toBe(false);
            expect([...dialling.values()].filter((run) => run === address.run).length).toBeLessThan(3);
            expect(begun.has(address.run)).toBe(false);
            begun.add(address.run);
          }
          dialling.set(key, address.run);
          return { link: null, stop: () => void dialling.delete(key) };
        },
      });
      for (const one of acts) {
        if (one.kind === "add")
          book.add(`10.0.0.${one.host}`, 8471, one.source, one.told ? runAt(one.host) : undefined);
        else if (one.kind === "pass") clock.advance(one.ms);
        else if (one.up) linked.add(one.run);
        else linked.delete(one.run);
        begun.clear();
        book.turn();
      }
      book.stop();
      expect(dialling.size).toBe(0);
    }),
  );
  const many = createAddressBook({
    ownRun: "1",
    clock: createManualClock(0),
    isLinked: () => false,
    dial: () => {
      dials++;
      return { link: null, stop: () => undefined };
    },
  });
  let dials = 0;
  for (let i = 0; i < 1_000; i++) many.add(`10.0.${i >> 8}.${i & 255}`, 8471, "told");
  many.turn();
  expect(dials).toBeLessThanOrEqual(256);
});

it("tries what lost its link again soon, whoever's turn it is once its own address is another", () => {
  const clock = createManualClock(0);
  const dialled: string[] = [];
  const isLinked = (): boolean => false;
  const book = createAddressBook({
    ownRun: "9",
    clock,
    isLinked,
    dial(address) {
      dialled.push(address.host);
      return { link: null, stop: () => undefined };
    },
  });
  book.add("10.0.0.1", 8471, "told", "1");
  book.turn();
  expect(dialled).toEqual([]);
  book.hurry();
  book.turn();
  expect(dialled).toEqual(["10.0.0.1"]);
  clock.advance(5_001);
  book.turn();
  // The other side's turn is over by now, too; that one is still being dialled.
  expect(dialled).toEqual(["10.0.0.1"]);
  book.hurry();
  book.turn();
  expect(dialled).toEqual(["10.0.0.1", "10.0.0.1"]);
});
