/** F9 and Shift+F9: the slip of the patron that is open, and the last one once more; on its page, a payment's receipt. */

import type { Feed, Tools } from "./acts.ts";
import type { Slip } from "./counter.ts";
import { setCounter } from "./counter-acts.ts";
import { t } from "./language.ts";
import { receiptSheet } from "./receipt.ts";
import { slipSheet } from "./slip.ts";
import { rowsOf } from "./store.ts";

export function printSlip(tools: Tools): void {
  const model = tools.store.get();
  const { session } = model;
  const rows = rowsOf(model, session.listed.out)
    .filter((row) => row.voided === undefined && row.kind !== "voiding")
    .toReversed();
  if (rows.length === 0) {
    reprint(tools);
    return;
  }
  const slip: Slip = {
    rows,
    lines: session.slips,
    printedAt: new Date(tools.now()).toISOString(),
    ...(session.patron === undefined ? {} : { patron: session.patron }),
  };
  setCounter(tools, { slip });
  give(tools, slip);
}

/** Nothing, where no payment of this sitting stands. */
export function printReceipt(tools: Tools): void {
  const model = tools.store.get();
  const row = model.rows[model.counter.receipt ?? ""];
  if (row === undefined || row.voided !== undefined) return;
  const { paper } = model.counter.settings;
  tools.print({ content: receiptSheet(model, row), paper: paper === "none" ? "page" : paper });
}

export function reprintSlip(tools: Tools, feed: Feed): void {
  if (tools.store.get().counter.slip !== undefined) reprint(tools);
  else feed({ kind: "said", notice: { severity: "info", text: t`No slip was printed yet.` } });
}

function reprint(tools: Tools): void {
  const { slip } = tools.store.get().counter;
  if (slip !== undefined) give(tools, slip);
}

/** Without a printer the dates are shown large, for the date stamp. */
function give(tools: Tools, slip: Slip): void {
  const model = tools.store.get();
  const { paper } = model.counter.settings;
  if (paper === "none") setCounter(tools, { dialog: { kind: "due-dates" } });
  else tools.print({ content: slipSheet(model, slip), paper });
}
