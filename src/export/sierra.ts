/**
 * Sierra's and Millennium's `rdy…` file, by the layout that Innovative publishes ("Formatting Transaction Files for
 * Uploading"); held to `test/export/golden/sierra`. Never loaded into a real system: pages and docs must say so.
 * Fields between colons, so a barcode with a colon can't be carried; no blanks or lines beside those of the layout.
 */
import { anyDesk, type StatisticsGroups } from "../crdt/circulation/statistics-groups.ts";
import type { Steps } from "../crdt/circulation/steps.ts";
import type { BatchInput, BatchLine, RenderedBatch } from "./batch.ts";
import { batchBase, type Placement, renderLayout } from "./layout.ts";
import { createZone, dayAfter, msToExactText, msToLocal, type Zone } from "./local-time.ts";
import { plainPatronSheet } from "./patron-sheet.ts";

/** The system's own "no group", where the branch has told none for a desk. */
const NO_STATISTICS_GROUP = "0";

export function renderSierra(input: BatchInput): Steps<RenderedBatch> {
  const zone = createZone(input.timezone);
  const madeAt = msToExactText(input.madeAt, zone).slice(0, 19).replace(/[-T:]/g, "");
  return renderLayout(input, zone, {
    mainName: `${batchBase(input)}/rdy${madeAt}`,
    mediaType: "text/plain; charset=us-ascii",
    lineEnd: "\n",
    takesAnyTime: false,
    place: (line) => otherCentury(line, zone) ?? placeLine(line, zone, input.statisticsGroups ?? {}),
    patronSheet: plainPatronSheet,
  });
}

/** Years have two digits: a time of 1970, from a desk with a dead clock, would be loaded as one of 2070. */
function otherCentury(line: BatchLine, zone: Zone): Placement | null {
  const { fact } = line.recorded;
  if (fact.kind === "registration") return null;
  const times = "due" in fact ? [line.time, fact.due] : [line.time];
  // Not 2099: a loan due on its last day is written as due on the next morning.
  return times.every((ms) => /^20(?!99)/.test(msToLocal(ms, zone)))
    ? null
    : { kind: "extra", reason: "Sierra's file can carry dates from 2000 to 2098 only" };
}

function placeLine(line: BatchLine, zone: Zone, groups: StatisticsGroups): Placement {
  const { fact, ...recorded } = line.recorded;
  const { desk } = recorded.position;
  const named = [desk, anyDesk].find((key) => Object.hasOwn(groups, key));
  const group = named === undefined ? NO_STATISTICS_GROUP : groups[named]!;
  const time = localToMinute(msToLocal(line.time, zone));
  switch (fact.kind) {
    case "checkout":
    case "renewal": {
      const { item, patron } = fact;
      if (patron === undefined) {
        return { kind: "extra", reason: "Sierra's file cannot carry renewals without a card" };
      }
      if (item.includes(":") || patron.includes(":")) return COLON;
      const text = `o:${time}:b${item}:b${patron}:${dueToMinute(fact.due, zone)}:${group}`;
      return { kind: "written", text, writtenAs: "o" };
    }
    case "checkin":
      if (fact.item.includes(":")) return COLON;
      return { kind: "written", text: `i:${time}:b${fact.item}:::${group}`, writtenAs: "i" };
    case "registration":
      return { kind: "new-patron" };
    case "in-house-use":
      return { kind: "extra", reason: "Sierra's file cannot carry in-house use" };
    case "non-catalogued":
      return { kind: "extra", reason: "Sierra's file cannot carry loans of items without a barcode" };
    case "payment":
      return { kind: "extra", reason: "Sierra's file cannot carry payments" };
    case "voiding":
      return { kind: "extra", reason: "Sierra's file cannot carry voidings" };
  }
}

const COLON: Placement = { kind: "extra", reason: "Sierra's file cannot carry barcodes with a colon" };

/** A day loan ends with its day (23:59); in the vendor's sample such loans are due at 04:00 of the next morning. */
function dueToMinute(due: number, zone: Zone): string {
  const local = msToLocal(due, zone);
  return local.slice(11, 16) === "23:59"
    ? localToMinute(`${dayAfter(local.slice(0, 10))}T04:00`)
    : localToMinute(local);
}

/** `yymmddhhmm` */
function localToMinute(local: string): string {
  return local.slice(2, 16).replace(/[-T:]/g, "");
}
