import { expect, it } from "vitest";
import { type RecordKind, recordKinds } from "../../../src/node/snapshot/record.ts";
import { createSortedRuns } from "../../../src/node/snapshot/sorted-runs.ts";
import { createMemoryLevels } from "../../../src/node/store/level-memory.ts";
import * as fc from "../../properties.ts";

const record = fc.tuple(
  fc.constantFrom<RecordKind>("item", "patron", "loan"),
  fc.string({ unit: fc.constantFrom(..."ab!\u0000é😀"), maxLength: 3 }),
  // Some are longer than what is read of a run at once.
  fc.oneof(fc.string({ unit: "grapheme-ascii" }), fc.constant("x".repeat(40_000))),
);

it("gives the later of two records with one key, in the order of keys, however many runs they fill", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { maxLength: 60 }),
      fc.integer({ min: 1, max: 9 }),
      async (records, atMost) => {
        const level = await createMemoryLevels().open("sorting");
        const runs = createSortedRuns(level, atMost);
        for (const [kind, key, line] of records) await runs.put(kind, key, line);
        for (const kind of recordKinds) {
          const expected = new Map(records.flatMap(([of, key, line]) => (of === kind ? [[key, line]] : [])));
          const given: [string, string][] = [];
          for await (const slice of runs.inOrder(kind))
            for (const { key, line } of slice) given.push([key, line]);
          expect(given).toEqual([...expected].sort(([a = ""], [b = ""]) => (a < b ? -1 : 1)));
        }
        await level.close();
      },
    ),
  );
});

it("says so when a part of a run is gone", async () => {
  const level = await createMemoryLevels().open("sorting");
  const runs = createSortedRuns(level, 1);
  for (const key of ["a", "b", "c"]) await runs.put("item", key, "{}");
  const slices = runs.inOrder("item");
  const emptied = { ...level, get: async () => undefined };
  const broken = createSortedRuns(emptied, 1);
  for (const key of ["a", "b"]) await broken.put("item", key, "{}");
  await expect(broken.inOrder("item").next()).rejects.toThrow("gone");
  expect((await slices.next()).value).toHaveLength(3);
});
