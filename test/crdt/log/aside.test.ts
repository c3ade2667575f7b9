/** L11: what the judge says isn't to count yet is stored and relayed all the same, and counts once when it may. */

import { describe, expect, it } from "vitest";
import { type CarriedSource, carriedToBody } from "../../../src/crdt/log/carried.ts";
import { chainStart, hashesBefore } from "../../../src/crdt/log/chain.ts";
import type { Judge } from "../../../src/crdt/log/log-entry.ts";
import { createSyncSession } from "../../../src/crdt/log/sync.ts";
import { updatesSince } from "../../../src/crdt/log/updates.ts";
import * as fc from "../../properties.ts";
import {
  acceptAll,
  allBut,
  createSampleDocument,
  createSampleWriter,
  outage,
  placeOf,
  signerOf,
  takeAll,
} from "./sample-feeds.ts";

describe("aside", () => {
  it("is stored, in the frontier and relayed, and not delivered until it may count; then once", () => {
    let known = false;
    const { document, entries } = createSampleDocument(() => (known ? null : "unknown desk"));
    const feed = createSampleWriter();
    acceptAll(document, feed.groups(5, 2));
    expect(entries).toEqual([]);
    expect(document.aside().map((one) => one.reason)).toEqual(Array(6).fill("unknown desk"));
    expect(document.frontier().get(feed.key)?.count).toBe(6);
    expect([...updatesSince(document, new Map())].length).toBe(1);
    expect([...createSyncSession(document).relay(allBut(new Set()))].length).toBe(1);
    document.judgeAgain();
    expect(document.aside().length).toBe(6);
    known = true;
    document.judgeAgain();
    document.judgeAgain();
    expect(entries.map((entry) => entry.seq)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(document.aside()).toEqual([]);
  });

  it("whatever the judge says in between, each entry is delivered once or aside", () => {
    const judgements = fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.nat(63), fc.boolean()), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(judgements, (rounds) => {
        let hidden = 0;
        const judge: Judge = (entry) => ((hidden >> (entry.seq % 6)) & 1 ? "aside" : null);
        const { document, entries } = createSampleDocument(judge);
        const feed = createSampleWriter();
        for (const [count, mask, again] of rounds) {
          hidden = mask;
          acceptAll(document, feed.groups(count, 2));
          if (again) document.judgeAgain();
          const total = document.feed(feed.key)!.count;
          expect(entries.length + document.aside().length).toBe(total);
        }
        hidden = 0;
        document.judgeAgain();
        const places = entries.map(placeOf);
        expect(new Set(places).size).toBe(places.length);
        expect(places.length).toBe(document.feed(feed.key)!.count);
      }),
    );
  });

  it("carried entries too, however their carriers are judged", () => {
    const { writer, key, groups } = createSampleWriter();
    const texts = groups(8, 3).flatMap((group) => group.texts);
    const hashes = hashesBefore(chainStart(writer.place), texts);
    const publicKey = signerOf(0).publicKey;
    const sources = texts.map(
      (text, seq): CarriedSource => ({
        document: outage,
        feed: key,
        seq,
        publicKey,
        before: hashes[seq]!,
        text,
      }),
    );
    fc.assert(
      fc.property(fc.nat(1023), fc.nat(1023), (first, second) => {
        let hidden = first;
        const judge: Judge = (entry) =>
          entry.body.k === "carried" && (hidden >> entry.seq) & 1 ? "aside" : null;
        const { document, entries } = createSampleDocument(judge);
        const carrier = createSampleWriter({ desk: 1 }).writer;
        for (const source of sources) {
          carrier.append({ at: 1, body: carriedToBody(source) }, () => ({ ms: 1, n: carrier.count }));
        }
        acceptAll(document, takeAll(carrier, 2));
        hidden = second;
        document.judgeAgain();
        hidden = 0;
        document.judgeAgain();
        document.judgeAgain();
        const carried = entries.filter((entry) => entry.carriedBy).map((entry) => entry.seq);
        expect(carried.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
        expect(document.aside()).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
