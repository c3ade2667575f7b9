/** The journal on a store that a test answers for: over is over (a second fsync may lie). */
import { expect, it } from "vitest";
import { createSigner } from "../../../src/crdt/log/digest.ts";
import { createLogDocument } from "../../../src/crdt/log/document.ts";
import { createFeedWriter } from "../../../src/crdt/log/feed-writer.ts";
import { maxSegmentEntries } from "../../../src/crdt/log/guard.ts";
import { clockStart, tick } from "../../../src/crdt/log/hybrid-clock.ts";
import { createJournal } from "../../../src/node/log/journal.ts";
import type { LogStore } from "../../../src/node/ports.ts";
import { createSeededRandom } from "../../../src/node/ports-memory.ts";
import { textsOfUpdate, writeSegments } from "../store/segments.ts";

function createJournalOn(write: LogStore["write"], compact?: LogStore["compact"], close?: LogStore["close"]) {
  const random = createSeededRandom("journal");
  const signer = createSigner(random.bytes(32));
  const document = createLogDocument("b".repeat(32), "outage-1", () => null, {
    onEntries: () => undefined,
    onTwin: () => undefined,
  });
  const faults: unknown[] = [];
  const published: number[] = [];
  let now = clockStart;
  const journal = createJournal({
    document,
    store: { write, compact, close } as LogStore,
    newWriter: () =>
      createFeedWriter({
        place: {
          branch: document.branch,
          document: document.name,
          desk: signer.desk,
          run: "0123456789abcdef",
        },
        signer,
        deskName: "Desk 1",
        newClient: () => random.uint32(),
      }),
    tick: () => {
      now = tick(now, 1_000);
      return now;
    },
    giveWay: () => new Promise((resolve) => setImmediate(resolve)),
    events: {
      onPublish: (_update, { count }) => void published.push(count),
      onDurable: () => undefined,
      onFault: (why) => void faults.push(why),
      onTrouble: () => undefined,
    },
  });
  return { journal, document, faults, published };
}

it("acknowledges, publishes and writes nothing after a write has failed, though the disk works again", async () => {
  const bad = new Error("EIO");
  let writes = 0;
  const { journal, document, faults, published } = createJournalOn(async () => {
    if (++writes === 2) throw bad;
  });
  const append = () => journal.append({ at: 1, body: { k: "note" } });
  await append()?.durable;
  const second = append();
  const third = append();
  await expect(second?.durable).rejects.toBe(bad);
  await expect(third?.durable).rejects.toBe(bad);
  expect(append).toThrow(bad);
  // Quiet, a desk would say of itself that it is done, and write no word of it.
  await expect(journal.finishRun({ at: 1 })).rejects.toBe(bad);
  await journal.settled();
  expect([writes, faults, published]).toEqual([2, [bad], [2]]);
  expect([...document.frontier().values()].map(({ count }) => count)).toEqual([2]);
});

it("writes a full segment anew from the document, once and no sooner than it is stored to its end", async () => {
  const stored = new Map<string, string[]>();
  const texts = (segment: string) => stored.get(segment) ?? [];
  const whole: [segment: string, texts: readonly string[]][] = [];
  const { journal, document } = createJournalOn(
    async (writes) => {
      for (const { segment, update } of writes)
        stored.set(segment, [...texts(segment), ...textsOfUpdate(update)]);
    },
    async (segment, update) => {
      expect(texts(segment)).toHaveLength(maxSegmentEntries);
      whole.push([segment, textsOfUpdate(update)]);
    },
  );
  // Two segments to their end, with the run's header, and one that goes on.
  for (let left = 2 * maxSegmentEntries + 9; left > 0; left -= 10) {
    for (let i = 0; i < 10; i++) journal.append({ at: 1, body: { k: "note" } });
    await journal.caughtUp();
  }
  await journal.settled();
  const names = [...document.feeds()].flatMap(({ segments }) => segments.map(({ name }) => name));
  expect(names).toHaveLength(3);
  expect(whole).toEqual(names.slice(0, 2).map((name) => [name, texts(name)]));
});

it("leaves another desk's full segment as it is while a part of it is still to be written", async () => {
  const stored: string[] = [];
  const compacted: [stored: number, whole: number][] = [];
  let goOn: () => void = () => undefined;
  const first = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const { journal, document } = createJournalOn(
    async (writes) => {
      await first;
      for (const { update } of writes) stored.push(...textsOfUpdate(update));
    },
    async (_segment, update) => void compacted.push([stored.length, textsOfUpdate(update).length]),
  );
  // With the run's header a full segment, of which the document has all while the disk has nothing.
  for (const { update } of writeSegments("other", [500, maxSegmentEntries - 501])) {
    const accepted = document.accept(update);
    if (accepted.kind !== "advanced") throw new Error(accepted.kind);
    journal.keep(accepted.advance, update);
    await new Promise((resolve) => setImmediate(resolve));
  }
  goOn();
  await journal.settled();
  expect(compacted).toEqual([[maxSegmentEntries, maxSegmentEntries]]);
});

it("writes full segments anew one after the other, and closes after the last", async () => {
  const steps: string[] = [];
  const { journal, document } = createJournalOn(
    async () => undefined,
    async (segment) => {
      steps.push(`begins ${segment}`);
      await new Promise((resolve) => setImmediate(resolve));
      steps.push(`ends ${segment}`);
    },
    async () => void steps.push("closed"),
  );
  for (const desk of ["other", "third"])
    for (const { update } of writeSegments(desk, [maxSegmentEntries - 1])) {
      const accepted = document.accept(update);
      if (accepted.kind !== "advanced") throw new Error(accepted.kind);
      journal.keep(accepted.advance, update);
    }
  await journal.settled();
  await journal.close();
  const names = [...document.feeds()].flatMap(({ segments }) => segments.map(({ name }) => name));
  expect(names).toHaveLength(2);
  expect(steps).toEqual([...names.flatMap((name) => [`begins ${name}`, `ends ${name}`]), "closed"]);
});

it("has an entry nowhere before it is on disk, then tells who waits, then has it in the document", async () => {
  let write: { done(): void; fail(why: Error): void } | null = null;
  const { journal, document, published } = createJournalOn(
    () =>
      new Promise((resolve, reject) => {
        write = { done: () => resolve(), fail: reject };
      }),
  );
  const held = () => [...document.feeds()].reduce((sum, { count }) => sum + count, 0);
  const told: string[] = [];
  const append = () => {
    const appended = journal.append({ at: 1, body: { k: "note" } })!;
    appended.stored.then(
      () => told.push(`stored, ${held()} in the document`),
      () => told.push("not stored"),
    );
    appended.durable.then(
      () => told.push(`durable, ${held()} in the document`),
      () => told.push("not durable"),
    );
  };
  const turns = async () => {
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
  };

  append();
  await turns();
  expect([held(), told, published]).toEqual([0, [], []]);
  write!.done();
  await Promise.resolve();
  await journal.caughtUp();
  // The run's header is an entry too.
  expect([held(), published]).toEqual([2, [2]]);
  await turns();
  expect(told).toEqual(["stored, 0 in the document", "durable, 2 in the document"]);

  append();
  await turns();
  write!.fail(new Error("EIO"));
  await journal.settled();
  await turns();
  expect([held(), published]).toEqual([2, [2]]);
  expect(told.slice(2)).toEqual(["not stored", "not durable"]);
});
