/** What a row is taken with can be read by whoever judges by it. */
import { expect, it } from "vitest";
import { createZone, parseLocal } from "../../../src/export/local-time.ts";
import { parseRow } from "../../../src/node/snapshot/row.ts";
import * as fc from "../../properties.ts";

const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, "0"));
const written = fc
  .tuple(
    fc.constantFrom("2026-12-24", "2026-03-29", "2028-02-29", "2026-02-29", "1999-12-31"),
    fc.constantFrom("T", " ", "t", ""),
    two(25),
    two(60),
    fc.oneof(
      fc.constant(""),
      two(61).map((second) => `:${second}`),
    ),
    fc.constantFrom("", ".5", ",123", ".123456", ".0"),
    fc.constantFrom("", "Z", " Z", "+01", "-0330", " +05:30", " -11"),
  )
  .map(([day, between, hour, minute, second, part, offset]) =>
    between === "" ? day : `${day}${between}${hour}:${minute}${second}${second === "" ? "" : part}${offset}`,
  );

it("of a loan's due date: by each way to write it that is taken", () => {
  let taken = 0;
  fc.assert(
    fc.property(written, fc.constantFrom("Pacific/Auckland", "America/New_York"), (due_at, zone) => {
      const row = parseRow("loan", { item_barcode: "I1", patron_barcode: "P1", due_at });
      if (row.kind === "refused") return;
      taken++;
      expect(parseLocal(due_at, createZone(zone)), due_at).not.toBeNull();
    }),
    { numRuns: 1_000 },
  );
  expect(taken).toBeGreaterThan(300);
});
