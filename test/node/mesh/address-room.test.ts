/** The book of addresses over weeks: beside invented desks, one that was let go, and leases that go round. */
import { expect, it } from "vitest";
import { createAddressBook } from "../../../src/node/mesh/address-book.ts";
import { closeCodes } from "../../../src/node/mesh/hello.ts";
import { createManualClock } from "../../../src/node/ports-memory.ts";

it("has room for a desk that comes after a stranger's invented ones, and forgets none that led somewhere for these", () => {
  const clock = createManualClock(0);
  const dialled = new Set<string>();
  const book = createAddressBook({
    ownRun: "0",
    clock,
    isLinked: () => false,
    dial(address) {
      dialled.add(address.host);
      // Nobody is there.
      if (address.host.startsWith("10.9.")) clock.after(10, () => book.closed(address, 1006));
      return { link: null, stop: () => undefined };
    },
  });
  const invent = (from: number, to: number): void => {
    for (let n = from; n < to; n++) book.add(`10.9.${n >> 8}.${n & 255}`, 8471, "mdns", `invented ${n >> 4}`);
    book.turn();
    clock.advance(1_000);
  };
  book.add("10.0.0.1", 8471, "static");
  book.add("10.0.0.2", 8471, "told", "a desk");
  book.add("10.0.0.3", 8471, "remembered");
  invent(0, 1_000);
  for (const [host, source] of [
    ["10.0.1.1", "mdns"],
    ["10.0.1.2", "told"],
  ] as const) {
    book.add(host, 8471, source, host);
    book.turn();
    expect(dialled).toContain(host);
    invent(1_000, 1_300);
  }
  dialled.clear();
  book.hurry();
  book.turn();
  for (const host of ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.1.2"]) expect(dialled).toContain(host);
  expect(dialled.size).toBeLessThanOrEqual(256);
});

it.each([
  ["was retired", closeCodes.retired],
  ["isn't known there", closeCodes.notAdmitted],
])(
  "dials one that %s ever more rarely, also where it was linked before, and at once when that may be another",
  (_why, code) => {
    const clock = createManualClock(0);
    let dials = 0;
    const book = createAddressBook({
      ownRun: "1",
      clock,
      isLinked: () => false,
      dial(address) {
        dials++;
        clock.after(1, () => {
          if (dials === 1) book.met(address, "2");
          book.closed(address, code);
        });
        return { link: null, stop: () => undefined };
      },
    });
    const pass = (seconds: number): number => {
      const before = dials;
      for (let tenths = 0; tenths < seconds * 10; tenths++) {
        book.turn();
        clock.advance(100);
      }
      return dials - before;
    };
    book.add("10.0.0.2", 8471, "told", "2");
    expect(pass(60)).toBeLessThan(20);
    const anHour = 3_600;
    expect(pass(anHour)).toBeLessThanOrEqual(anHour / 15);
    book.rearm();
    expect(pass(1)).toBeGreaterThanOrEqual(3);
  },
);

it("dials what was its own address again once it has another, and keeps no list of them without end", () => {
  const clock = createManualClock(0);
  const dialled: string[] = [];
  let own = (host: string): boolean => host === "10.0.0.5" || host.startsWith("127.");
  const book = createAddressBook({
    ownRun: "1",
    clock,
    isLinked: () => false,
    dial(address) {
      dialled.push(address.host);
      if (own(address.host)) clock.after(1, () => book.closed(address, closeCodes.self));
      return { link: null, stop: () => undefined };
    },
  });
  const turn = (): readonly string[] => {
    book.turn();
    clock.advance(1_000);
    return dialled.splice(0);
  };
  // Another desk still tells of the run before this one, and a list of all desks has this one on it.
  book.add("10.0.0.5", 8471, "told", "9");
  expect(turn()).toEqual(["10.0.0.5"]);
  book.add("10.0.0.5", 8471, "static");
  expect(turn()).toEqual([]);
  // The lease goes to a desk that can't be dialled from there: its PC lets nobody in.
  own = (host) => host.startsWith("127.");
  book.hurry();
  book.add("10.0.0.5", 8471, "mdns", "2");
  expect(turn()).toEqual(["10.0.0.5"]);
  for (let n = 0; n < 1_000; n++) {
    book.add(`127.0.${n >> 8}.${n & 255}`, 8471, "told", "3");
    turn();
  }
  book.hurry();
  expect(turn().length).toBeLessThanOrEqual(256);
});
