/**
 * Koha's `.koc` 1.0, as read by its offline circulation upload (`offline_circ/enqueue_koc.pl`, `process_koc.pl`); held
 * to `test/export/golden/koha.koc`. A header line, then tab-separated lines in local time. Koha drops the
 * milliseconds, sets its own due date, and renews when an item is issued to the patron who has it.
 */
import type { Steps } from "../crdt/circulation/steps.ts";
import type { Payment } from "../crdt/circulation/transaction.ts";
import type { BatchInput, BatchLine, RenderedBatch } from "./batch.ts";
import { batchBase, type Placement, renderLayout } from "./layout.ts";
import { createZone, msToLocal, parseLocal, type Zone } from "./local-time.ts";
import { kohaPatronSheet } from "./patron-sheet.ts";
import { centsToText } from "./side-files.ts";

/** Width of the columns in Koha's database. */
const ITEM_MAX = 20;
const CARD_MAX = 32;

export function renderKoha(input: BatchInput): Steps<RenderedBatch> {
  const clock = createRisingClock(createZone(input.timezone));
  const zone = createZone(input.timezone);
  return renderLayout(input, zone, {
    mainName: `${batchBase(input)}.koc`,
    mediaType: "text/plain; charset=us-ascii",
    header: `Version=1.0\tGenerator=deskmesh\tGeneratorVersion=${input.generatorVersion}`,
    lineEnd: "\n",
    takesAnyTime: false,
    place: (line) => tooLong(line) ?? placeLine(line, clock),
    patronSheet: kohaPatronSheet,
    listsDueDates: true,
  });
}

/** Local time of a line: `YYYY-MM-DDTHH:MM:SS.mmm`. */
type LocalClock = (line: BatchLine) => string;

/**
 * Koha takes what it is told in order of local seconds, and one hour of autumn comes twice: a return in the second one
 * would stand before its loan. So the written time, too, rises on each item.
 */
function createRisingClock(zone: Zone): LocalClock {
  const plain = createZone("UTC");
  const lastByItem = new Map<string, string>();
  return ({ recorded: { fact }, time }) => {
    let local = msToLocal(time, zone);
    if (!("item" in fact)) return local;
    const last = lastByItem.get(fact.item);
    if (last !== undefined && local.slice(0, 19) <= last.slice(0, 19)) {
      const ms = parseLocal(last.slice(0, 19), plain);
      if (ms !== null) local = msToLocal(ms + 1000, plain);
    }
    lastByItem.set(fact.item, local);
    return local;
  };
}

function tooLong(line: BatchLine): Placement | null {
  const { fact } = line.recorded;
  if ("item" in fact && fact.item.length > ITEM_MAX) {
    return {
      kind: "extra",
      reason: `Koha takes item barcodes of at most ${ITEM_MAX} characters; this one has ${fact.item.length}`,
    };
  }
  if ("patron" in fact && fact.patron !== undefined && fact.patron.length > CARD_MAX) {
    return {
      kind: "extra",
      reason: `Koha takes card numbers of at most ${CARD_MAX} characters; this one has ${fact.patron.length}`,
    };
  }
  return null;
}

function placeLine(line: BatchLine, clock: LocalClock): Placement {
  const { fact } = line.recorded;
  switch (fact.kind) {
    case "checkout":
      return writeLine(line, clock, "issue", `${fact.patron}\t${fact.item}`);
    case "renewal":
      if (fact.patron === undefined) {
        return { kind: "extra", reason: "Koha's file cannot carry renewals without a card" };
      }
      return { ...writeLine(line, clock, "issue", `${fact.patron}\t${fact.item}`), converted: true };
    case "checkin":
      return writeLine(line, clock, "return", fact.item);
    case "payment":
      return placePayment(line, fact, clock);
    case "registration":
      return { kind: "new-patron" };
    case "in-house-use":
      return { kind: "extra", reason: "Koha's file cannot carry in-house use" };
    case "non-catalogued":
      return { kind: "extra", reason: "Koha's file cannot carry loans of items without a barcode" };
    case "voiding":
      return { kind: "extra", reason: "Koha's file cannot carry voidings" };
  }
}

function placePayment(line: BatchLine, fact: Payment, clock: LocalClock): Placement {
  if (fact.amount <= 0) return { kind: "extra", reason: "Koha's file cannot carry payments of nothing" };
  const written = writeLine(line, clock, "payment", `${fact.patron}\t${centsToText(fact.amount)}`);
  return { ...written, notInFile: `currency ${fact.currency}` };
}

function writeLine(
  line: BatchLine,
  clock: LocalClock,
  command: string,
  cells: string,
): Placement & { readonly kind: "written" } {
  const local = clock(line);
  const stamp = `${local.slice(0, 10)} ${local.slice(11, 19)} ${local.slice(20)}`;
  return { kind: "written", text: `${stamp}\t${command}\t${cells}`, writtenAs: command };
}
