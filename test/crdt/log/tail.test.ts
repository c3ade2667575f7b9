/** The end of a feed in another run: whatever was in it, each entry beyond the cut counts again, once, and proven. */

import { expect, it } from "vitest";
import { carriedToBody } from "../../../src/crdt/log/carried.ts";
import { tailSources } from "../../../src/crdt/log/tail.ts";
import * as fc from "../../properties.ts";
import { acceptAll, createSampleDocument, createSampleWriter, placeOf, takeAll } from "./sample-feeds.ts";

/** A feed of own entries and of carriers, mixed; `true`: a carrier. */
function mixedFeed(kinds: readonly boolean[], group: number) {
  const carriedFeed = createSampleWriter({ desk: 2, document: "outage-0" });
  const { document: before } = createSampleDocument(() => null, "outage-0");
  acceptAll(before, carriedFeed.groups(kinds.length, 1));
  const carried = tailSources(before, carriedFeed.key, 1);
  const { writer, key } = createSampleWriter();
  for (const [n, isCarrier] of kinds.entries()) {
    const body = isCarrier ? carriedToBody(carried[n]!) : { k: "note", n };
    writer.append({ at: n, body }, () => ({ ms: n + 1, n: writer.count }));
  }
  const made = createSampleDocument();
  acceptAll(made.document, takeAll(writer, group));
  return { ...made, key };
}

it("gives what lies beyond any cut, whatever groups it was signed in", () => {
  const kinds = fc.array(fc.boolean(), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(kinds, fc.integer({ min: 1, max: 5 }), fc.nat(14), (mixed, group, cut) => {
      const source = mixedFeed(mixed, group);
      const sources = tailSources(source.document, source.key, cut);
      const target = createSampleWriter({ desk: 1, document: "outage-2" });
      for (const [n, one] of sources.entries())
        target.writer.append({ at: 1, body: carriedToBody(one) }, () => ({
          ms: 1,
          n: n + target.writer.count,
        }));
      const { document, entries } = createSampleDocument(() => null, "outage-2");
      acceptAll(document, takeAll(target.writer, 256));
      expect(document.aside()).toEqual([]);
      const beyond = source.entries.filter(({ seq, carriedBy, body }) => {
        const place = carriedBy?.seq ?? seq;
        return place >= cut && body.k !== "run";
      });
      const carried = entries.filter(({ carriedBy, body }) => carriedBy && body.k !== "run");
      expect(carried.map(placeOf).sort()).toEqual(beyond.map(placeOf).sort());
    }),
    { numRuns: 150 },
  );
});

it("is nothing where only a beginning or an end is left", () => {
  const { writer, key, append } = createSampleWriter();
  append(3);
  writer.append({ at: 9, body: { k: "done" } }, () => ({ ms: 9_999_999_999_999, n: 0 }));
  const { document } = createSampleDocument();
  acceptAll(document, takeAll(writer, 2));
  expect(tailSources(document, key, 0)).toHaveLength(5);
  expect(tailSources(document, key, 3)).toHaveLength(2);
  expect(tailSources(document, key, 4)).toEqual([]);
  expect(tailSources(document, key, 5)).toEqual([]);
  expect(tailSources(document, "nobody/here", 0)).toEqual([]);
});

it("says of what a supervisor accepted that it was accepted, carried once or twice", () => {
  const first = createSampleWriter({ document: "outage-0" });
  const { document: oldest } = createSampleDocument(() => null, "outage-0");
  acceptAll(oldest, first.groups(2, 1));
  let sources = tailSources(oldest, first.key, 1).map((one) => ({ ...one, accepted: true as const }));
  for (const [n, name] of ["outage-1", "outage-2"].entries()) {
    const { writer, key } = createSampleWriter({ desk: n + 1, document: name });
    for (const [i, source] of sources.entries())
      writer.append({ at: 1, body: carriedToBody(source) }, () => ({ ms: 1, n: i + writer.count }));
    const { document, entries } = createSampleDocument(() => null, name);
    acceptAll(document, takeAll(writer, 8));
    const carried = entries.filter(({ carriedBy }) => carriedBy);
    expect(carried.map(({ carriedBy }) => [carriedBy?.from, carriedBy?.accepted])).toEqual([
      ["outage-0", true],
      ["outage-0", true],
    ]);
    sources = tailSources(document, key, 1) as typeof sources;
  }
});
