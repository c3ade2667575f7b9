/** L15: entries that another desk's run carries count like those that came in their own feed, and only if proven. */

import { describe, expect, it } from "vitest";
import { type CarriedSource, carriedToBody, createUnwrapper } from "../../../src/crdt/log/carried.ts";
import { chainStart, hashesBefore } from "../../../src/crdt/log/chain.ts";
import type { Judge, LogEntry } from "../../../src/crdt/log/log-entry.ts";
import * as fc from "../../properties.ts";
import {
  acceptAll,
  branch,
  createSampleDocument,
  createSampleWriter,
  outage,
  placeOf,
  signerOf,
  takeAll,
} from "./sample-feeds.ts";

/** A feed of that many entries, in groups of 3, as sources to be carried. */
function sourcesOf(entries: number, document = outage): CarriedSource[] {
  const { writer, key, groups } = createSampleWriter({ document });
  const texts = groups(entries, 3).flatMap((group) => group.texts);
  const hashes = hashesBefore(chainStart(writer.place), texts);
  return texts.map((text, seq) => ({
    document,
    feed: key,
    seq,
    publicKey: signerOf(0).publicKey,
    before: hashes[seq]!,
    text,
  }));
}

interface Carrying {
  readonly entries: readonly LogEntry[];
  readonly aside: readonly string[];
}

/** What a document delivers when desk `desk` carries those, one group each. */
function carry(sources: readonly CarriedSource[], desk = 1, judge: Judge = () => null): Carrying {
  const { writer } = createSampleWriter({ desk });
  let n = 0;
  for (const source of sources) {
    const placed = writer.append({ at: 1, body: carriedToBody(source) }, () => ({ ms: 1, n: ++n }));
    expect(placed).not.toBeNull();
  }
  const { document, entries } = createSampleDocument(judge);
  acceptAll(document, takeAll(writer, 1));
  return {
    entries: entries.filter((entry) => entry.carriedBy),
    aside: document.aside().map((one) => one.reason),
  };
}

describe("carried entries", () => {
  const sources = sourcesOf(8);

  it("count at the place of their source, with their own time and words", () => {
    const { document, entries } = createSampleDocument();
    acceptAll(document, createSampleWriter().groups(8, 3));
    const carried = carry(sources);
    expect(carried.aside).toEqual([]);
    expect(carried.entries.map(({ carriedBy, ...entry }) => entry)).toEqual(entries);
    expect(carried.entries.map((entry) => entry.carriedBy?.seq)).toEqual(
      sources.map((source) => source.seq + 1),
    );
    expect(new Set(carried.entries.map((entry) => entry.carriedBy?.desk))).toEqual(
      new Set([signerOf(1).desk]),
    );
  });

  it("may start in the middle of a feed, and come from another document", () => {
    expect(carry(sources.slice(4)).entries.map((entry) => entry.seq)).toEqual([4, 5, 6, 7, 8]);
    const other = carry(sourcesOf(5, "outage-0"));
    expect(other.entries.length).toBe(6);
    expect(new Set(other.entries.map((entry) => entry.document))).toEqual(new Set([outage]));
  });

  it("behind the last signature they wait, and are shown as waiting", () => {
    const carried = carry(sources.slice(0, 8));
    expect(carried.entries.map((entry) => entry.seq)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(carried.aside).toEqual(Array(2).fill("carried: no signature of its desk covers it yet"));
  });

  it("carried twice, by one desk or two, give the same", () => {
    const twice = carry([...sources, ...sources]);
    expect(new Set(twice.entries.map(placeOf)).size).toBe(9);
    expect(twice.aside).toEqual([]);
    const { document, entries } = createSampleDocument();
    acceptAll(document, createSampleWriter().groups(8, 3));
    for (const desk of [1, 2]) {
      const { writer } = createSampleWriter({ desk });
      for (const [n, source] of sources.entries()) {
        writer.append({ at: 1, body: carriedToBody(source) }, () => ({ ms: n + 1, n: writer.count }));
      }
      acceptAll(document, takeAll(writer, 4));
    }
    const ofSource = entries.filter((entry) => entry.desk === signerOf(0).desk);
    expect(new Set(ofSource.map(placeOf)).size).toBe(9);
    expect(document.aside()).toEqual([]);
  });

  it("are proven the same in whatever order they come", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(sources, { minLength: sources.length }), (order) => {
        const carried = carry(order);
        const seqs = carried.entries.map((entry) => entry.seq).sort((a, b) => a - b);
        expect(seqs).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
        expect(carried.aside).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it("with a change anywhere, only what a signature still proves counts", () => {
    const changes = fc.record({
      nth: fc.nat(8),
      what: fc.constantFrom("text", "before", "seq", "run", "document", "key"),
      at: fc.nat(),
    });
    fc.assert(
      fc.property(changes, ({ nth, what, at }) => {
        const source = sources[nth]!;
        const changed: CarriedSource = {
          ...source,
          ...(what === "text" ? { text: changeText(source.text, at) } : {}),
          ...(what === "before" ? { before: sources[(nth + 4) % 9]!.before } : {}),
          ...(what === "seq" ? { seq: source.seq + 1 + (at % 3) } : {}),
          ...(what === "run" ? { feed: source.feed.replace(/.$/, "f") } : {}),
          ...(what === "document" ? { document: "outage-7" } : {}),
          ...(what === "key" ? { publicKey: signerOf(2).publicKey } : {}),
        };
        const carried = carry(sources.map((one, i) => (i === nth ? changed : one)));
        const honest = new Map(sources.map((one) => [one.seq, one.text]));
        for (const entry of carried.entries) {
          if (what === "text") expect(honest.get(entry.seq)).toContain(JSON.stringify(entry.body));
        }
        if (what === "text" || what === "before" || what === "key") {
          expect(carried.entries.length).toBeLessThan(9);
          expect(carried.aside.length).toBeGreaterThan(0);
        }
        expect(carried.entries.length + carried.aside.length).toBe(9);
      }),
      { numRuns: 200 },
    );
  });

  it("a desk saves its own without a hash, and nobody else's", () => {
    const own = { ...sources[4]!, before: null };
    expect(carry([own], 0).entries.map((entry) => entry.seq)).toEqual([4]);
    const foreign = carry([own], 1);
    expect(foreign.entries).toEqual([]);
    expect(foreign.aside).toEqual(["carried: it carries another desk's entry without its chain"]);
  });

  it("a carrier isn't carried, and a body that carries nothing is kept aside", () => {
    const [inner] = sources;
    const nested = {
      ...inner!,
      before: null,
      text: JSON.stringify({ c: [1, 0], t: 1, b: carriedToBody(inner!) }),
    };
    expect(carry([nested], 0).aside).toEqual([
      "carried: it carries a carrier: its source must be carried instead",
    ]);
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(..."dfnype"), fc.oneof(fc.jsonValue(), fc.string())),
        (fields) => {
          const refused: string[] = [];
          const unwrapper = createUnwrapper(branch, (_carrier, why) => refused.push(why));
          const carrier = { document: outage, desk: "a", run: "b", seq: 1, clock: { ms: 1, n: 0 }, at: 1 };
          expect(unwrapper.unwrap({ ...carrier, body: { ...fields, k: "carried" } })).toEqual([]);
          expect(refused.length).toBe(1);
        },
      ),
    );
  });
});

function changeText(text: string, at: number): string {
  const place = text.indexOf('"n":') + 4;
  return `${text.slice(0, place)}${1 + (at % 9)}${text.slice(place)}`;
}
