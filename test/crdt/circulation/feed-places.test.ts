import { expect, it } from "vitest";
import { createFeedPlaces, take } from "../../../src/crdt/circulation/feed-places.ts";
import * as fc from "../../properties.ts";

it("takes each place once, in any order, as a set of numbers would", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(40), { maxLength: 120 }), (asked) => {
      const places = createFeedPlaces();
      const known = new Set<number>();
      for (const seq of asked) {
        expect(take(places, seq)).toBe(!known.has(seq));
        known.add(seq);
      }
      const held = places.from.flatMap((from, i) =>
        Array.from({ length: (places.to[i] ?? from) - from }, (_, n) => from + n),
      );
      expect(held).toEqual([...known].sort((a, b) => a - b));
      for (const [i, from] of places.from.slice(1).entries()) expect(from).toBeGreaterThan(places.to[i] ?? 0);
    }),
  );
});

it("keeps one range of a feed whose first entry is no fact, however it came", () => {
  for (const order of [
    [1, 2, 3, 4],
    [4, 3, 2, 1],
    [2, 4, 1, 3],
  ]) {
    const places = createFeedPlaces();
    for (const seq of order) expect(take(places, seq)).toBe(true);
    expect(places).toEqual({ from: [1], to: [5] });
  }
});
