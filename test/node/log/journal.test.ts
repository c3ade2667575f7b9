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
    giveWay: async () => undefined,
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
