/** What staff are told of a scan that was recorded: short, what happened and what to do now. */
import type { DecideContext } from "./decide-context.ts";
import type { Transaction } from "./transaction.ts";

export interface Note {
  readonly code: string;
  readonly severity: "success" | "info" | "attention";
  readonly text: string;
}

export function noteFor(transaction: Transaction, context: DecideContext): readonly Note[] {
  const notes: Note[] = [recordedNote(transaction, context)];
  const { judged } = transaction;
  if (judged.itemKnown === false) {
    const hint =
      transaction.kind === "checkout" && transaction.note === undefined ? " Add a title if you can." : "";
    const text = `Recorded. This number is not in our list, so the library system may refuse it.${hint}`;
    notes.push({ code: "item.unknown", severity: "info", text });
  }
  const registration =
    "patron" in transaction && transaction.kind !== "registration" && transaction.patron !== undefined
      ? context.fold.registrationOf(transaction.patron)
      : undefined;
  if (registration !== undefined) {
    const when = context.formatDay(registration.at);
    const where = context.deskName(registration.position.desk);
    const text = `New patron registered ${when} at ${where}. Ask for an ID now.`;
    notes.push({ code: "patron.verify", severity: "info", text });
  }
  return notes;
}

function recordedNote(transaction: Transaction, context: DecideContext): Note {
  switch (transaction.kind) {
    case "checkout":
      return success("rec.out", `Checked out. Due ${context.formatDay(transaction.due)}.`);
    case "renewal":
      return success("rec.renewed", `Renewed. Due ${context.formatDay(transaction.due)}.`);
    case "checkin":
      return { code: "rec.in.rescan", severity: "info", text: "Returned. Put it in the RE-SCAN bin." };
    case "registration":
      return success("rec.registered", "Registered. This patron can borrow now; ask for an ID.");
    case "in-house-use":
      return success("rec.in-house", `In-house use recorded: ${transaction.count}.`);
    case "non-catalogued":
      return success(
        "rec.out",
        `Checked out: ${transaction.count}. Due ${context.formatDay(transaction.due)}.`,
      );
    case "payment":
      return success("rec.paid", `Payment recorded: ${cents(transaction.amount)} ${transaction.currency}.`);
    case "voiding": {
      const target = context.fold.recordedById(transaction.voids)?.fact;
      const barcode = target === undefined ? "" : barcodeIn(target);
      const what = barcode === "" ? "" : ` …${barcode.slice(-5)}`;
      const text = `Removed${what === "" ? "" : `:${what}`}. It stays in the record as voided.`;
      return { code: "void.ok", severity: "info", text };
    }
  }
}

function success(code: string, text: string): Note {
  return { code, severity: "success", text };
}

function barcodeIn(fact: Transaction): string {
  const barcode = "item" in fact ? fact.item : "patron" in fact ? (fact.patron ?? "") : "";
  // Of a short barcode the last five would be all of it.
  return barcode.length > 6 ? barcode : "";
}

function cents(amount: number): string {
  return `${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, "0")}`;
}
