import { expect, it } from "vitest";
import { keyOf, rangeOf } from "../../../src/node/snapshot/keys.ts";
import { createPresence } from "../../../src/node/snapshot/presence.ts";
import * as fc from "../../properties.ts";

/** Turns every text into one without `!`, as a database does. */
const hasher = { digest: (text: string) => Buffer.from(text).toString("base64url") };
const part = fc.string({ maxLength: 12 });
const keys = fc.array(fc.tuple(part, part), { maxLength: 200 });

it("never denies a range that holds a key", () => {
  fc.assert(
    fc.property(keys, fc.nat({ max: 500 }), (held, count) => {
      const presence = createPresence(count);
      for (const parts of held) presence.add(keyOf(hasher, "hold-of-item", ...parts));
      presence.complete();
      for (const [first, second] of held) {
        expect(presence.mayHold(rangeOf(hasher, "hold-of-item", first))).toBe(true);
        expect(presence.mayHold(rangeOf(hasher, "hold-of-item", first, second))).toBe(true);
      }
    }),
  );
});

it("sends most questions about nothing away, once it knows all, and none before", () => {
  const presence = createPresence(3_000);
  for (let i = 0; i < 1_000; i++) presence.add(keyOf(hasher, "loan-of-patron", `2199802${i}`, `3319101${i}`));
  const ask = () =>
    Array.from({ length: 1_000 }, (_, i) => rangeOf(hasher, "loan-of-patron", `8899${i}`)).filter((range) =>
      presence.mayHold(range),
    ).length;
  expect(ask()).toBe(1_000);
  presence.complete();
  expect(ask()).toBeLessThan(150);
});
