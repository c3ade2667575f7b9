/** What a PC of no branch answers to whoever reads: nothing is known there, and nothing is broken. */
import { expect, it } from "vitest";
import { createReading } from "../../../src/node/desk/reading.ts";

const reading = createReading(
  () => null,
  (act) => act(),
);

it("answers every question, and says of none that something is broken", async () => {
  // Whatever they are asked about: it is not looked at.
  const reads = Object.entries(reading) as readonly [
    string,
    (...asked: readonly unknown[]) => Promise<unknown>,
  ][];
  expect(reads.length).toBeGreaterThan(10);
  for (const [name, read] of reads)
    await expect(read("30234000000001", {}), name).resolves.not.toMatchObject({ kind: "fault" });
});

it("knows neither a card nor an item", async () => {
  expect(await reading.patron("30234000000001")).toMatchObject({
    barcode: "30234000000001",
    known: "unknown",
  });
  expect(await reading.item("33191000000001")).toMatchObject({ barcode: "33191000000001", known: false });
});
