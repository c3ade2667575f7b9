/** The journal on a store that fails once and would work again: over is over (the second fsync may lie). */
import { expect, it } from "vitest";
import { createSigner } from "../../../src/crdt/log/digest.ts";
import { createLogDocument } from "../../../src/crdt/log/document.ts";
import { createFeedWriter } from "../../../src/crdt/log/feed-writer.ts";
import { clockStart, tick } from "../../../src/crdt/log/hybrid-clock.ts";
import { createJournal } from "../../../src/node/log/journal.ts";
import type { LogStore } from "../../../src/node/ports.ts";
import { createSeededRandom } from "../../../src/node/ports-memory.ts";

function createJournalOn(write: LogStore["write"]) {
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
    store: { write } as LogStore,
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
  await journal.settled();
  expect([writes, faults, published]).toEqual([2, [bad], [2]]);
  expect([...document.frontier().values()].map(({ count }) => count)).toEqual([2]);
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
