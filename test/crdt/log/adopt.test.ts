/** An own group enters the document without being judged anew: it must leave there just what a peer's would. */

import { expect, it } from "vitest";
import * as fc from "../../properties.ts";
import { createSampleDocument, createSampleWriter, outage, runOf, signerOf } from "./sample-feeds.ts";

const place = { desk: signerOf(0).desk, run: runOf(1) };

it("gives the same entries, feeds and bytes as the same groups from a peer", () => {
  const sizes = fc.array(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 300 })), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(sizes, (steps) => {
      const own = createSampleDocument();
      const peer = createSampleDocument();
      const feed = createSampleWriter();
      for (const [entries, max] of steps) {
        for (const group of feed.groups(entries, max)) {
          const adopted = own.document.adopt(group, place);
          const accepted = peer.document.accept(group.update);
          expect(accepted).toEqual({ kind: "advanced", advance: adopted });
        }
      }
      expect(own.entries).toEqual(peer.entries);
      expect([...own.document.feeds()]).toEqual([...peer.document.feeds()]);
      expect(own.document.texts(feed.key, 0, Number.POSITIVE_INFINITY)).toEqual(
        peer.document.texts(feed.key, 0, Number.POSITIVE_INFINITY),
      );
    }),
    { numRuns: 30 },
  );
});

it("throws for a group that doesn't go on where the feed ends, and changes nothing", () => {
  const { document, entries } = createSampleDocument();
  const [first, second, third] = createSampleWriter().groups(9, 3);
  document.adopt(first!, place);
  const before = entries.length;
  expect(() => document.adopt(third!, place)).toThrow(/not taken/);
  expect(() => document.adopt(first!, place)).toThrow(/not taken/);
  expect(entries.length).toBe(before);
  expect(document.name).toBe(outage);
  document.adopt(second!, place);
  document.adopt(third!, place);
});
