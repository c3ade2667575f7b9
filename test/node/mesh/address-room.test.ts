/** The book of addresses beside somebody who announces desks that aren't there. */
import { expect, it } from "vitest";
import { createAddressBook } from "../../../src/node/mesh/address-book.ts";
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
