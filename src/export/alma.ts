/**
 * Alma's `OffCirc.dat`, by the layout that Ex Libris publishes ("Format of the Offline Circulation File"); held to
 * `test/export/golden/alma.dat`. Columns of fixed width in bytes, CRLF. There are no seconds: Alma works in file
 * order, computes its own due dates, and loads a file twice if it is uploaded twice.
 */
import type { Steps } from "../crdt/circulation/steps.ts";
import type { BatchInput, BatchLine, RenderedBatch } from "./batch.ts";
import { batchBase, type Placement, renderLayout } from "./layout.ts";
import { createZone, msToLocal, type Zone } from "./local-time.ts";
import { plainPatronSheet } from "./patron-sheet.ts";

/** Barcodes are ASCII (asserted for every line), so characters are bytes; the patron id then starts at byte 93. */
const ITEM_WIDTH = 80;

export function renderAlma(input: BatchInput): Steps<RenderedBatch> {
  const zone = createZone(input.timezone);
  return renderLayout(input, zone, {
    mainName: `${batchBase(input)}.dat`,
    mediaType: "text/plain; charset=us-ascii",
    lineEnd: "\r\n",
    takesAnyTime: false,
    place: (line) => placeLine(line, zone),
    patronSheet: plainPatronSheet,
    listsDueDates: true,
  });
}

function placeLine(line: BatchLine, zone: Zone): Placement {
  const { fact } = line.recorded;
  switch (fact.kind) {
    case "checkout":
      return writeLine(line, zone, "L", fact.item, fact.patron);
    case "renewal":
      if (fact.patron === undefined) {
        return { kind: "extra", reason: "Alma's file cannot carry renewals without a card" };
      }
      return { ...writeLine(line, zone, "L", fact.item, fact.patron), converted: true };
    case "checkin":
      return writeLine(line, zone, "R", fact.item, "");
    case "registration":
      return { kind: "new-patron" };
    case "in-house-use":
      return { kind: "extra", reason: "Alma's file cannot carry in-house use" };
    case "non-catalogued":
      return { kind: "extra", reason: "Alma's file cannot carry loans of items without a barcode" };
    case "payment":
      return { kind: "extra", reason: "Alma's file cannot carry payments" };
    case "voiding":
      return { kind: "extra", reason: "Alma's file cannot carry voidings" };
  }
}

function writeLine(
  line: BatchLine,
  zone: Zone,
  code: "L" | "R",
  item: string,
  patron: string,
): Placement & { readonly kind: "written" } {
  const minute = msToLocal(line.time, zone).slice(0, 16).replace(/[-T:]/g, "");
  return { kind: "written", text: minute + code + item.padEnd(ITEM_WIDTH) + patron, writtenAs: code };
}
