/** Exceptions in words for staff: what happened, and what to do. No names, no barcodes: the rows beside say these. */
import type { Exception } from "./exceptions.ts";

export interface Words {
  readonly deskName: (desk: string) => string;
  /** As the branch calls its ILS; left out: it gave it no name. */
  readonly ilsName?: string | undefined;
}

/** One or two sentences. */
export function exceptionToText(exception: Exception, words: Words): string {
  const desk = exception.desk === undefined ? "A desk" : words.deskName(exception.desk);
  const { ilsName } = words;
  const ils = ilsName ?? "The library system";
  switch (exception.kind) {
    case "double-loan":
      return exception.mustDecide
        ? "Two desks lent this item to two patrons, and neither had seen the other's loan. Find out who has it, and void the other loan."
        : "Two desks lent this item to two patrons, and neither had seen the other's loan. It has come back since.";
    case "loan-after-void":
      return "A loan was renewed that another desk had removed. Find out whether the patron has the item.";
    case "renewal-without-loan":
      return "This item was renewed, but no loan of it is known.";
    case "renewal-of-other":
      return "This item was renewed for one patron while another had it. Decide whose loan it is.";
    case "checkin-without-loan":
      return "This item was returned, but no loan of it is known.";
    case "duplicate-registration":
      return exception.mustDecide
        ? "One card number was registered with different data. Decide which registration is right."
        : "Two new patrons have the same name and date of birth. They may be one person.";
    case "over-limit":
      return `Desks that had not seen each other's loans lent this patron more than the limit allows, together. ${ils} may refuse the last loan.`;
    case "date-promised":
      return ilsName === undefined
        ? "The patron was told another due date than the library system will set by itself. Set this date there by hand, or tell the patron."
        : `The patron was told another due date than ${ilsName} will set by itself. Set this date there by hand, or tell the patron.`;
    case "unknown-patron":
      return `This card is not in our list. ${ils} may refuse it.`;
    case "unknown-item":
      return `This item is not in our list. ${ils} may refuse it.`;
    case "failed-check-digit":
      return `This barcode does not add up: its check digit is wrong. ${ils} may refuse it.`;
    case "isbn":
      return "The ISBN on the cover was recorded instead of the library's own barcode.";
    case "out-of-range":
      return `This barcode is outside of this library's ranges. ${ils} may refuse it.`;
    case "hold-at-checkin":
      return ilsName === undefined
        ? "Somebody waits for this item. Scan it again in the library system, so that it is set aside."
        : `Somebody waits for this item. Scan it again in ${ilsName}, so that it is set aside.`;
    case "card-as-item":
      return "A library card was scanned as an item. Correct the barcode, or void the record.";
    case "override-used":
      return "Staff lent over a block or a status, with a reason.";
    case "twin-desk":
      return `${desk} ran twice at the same time. Its PC or its disk may have been copied.`;
    case "repeat":
      return "The same scan was recorded twice. It is exported once.";
    case "clock":
      return `The clock of ${desk} was ${minutes(exception.offsetMs)} against the other desks. Times were corrected.`;
    case "two-contents":
      return "Two different records came under one id. The first one counts; check whether the other is missing.";
    case "retired-desk":
      return `${desk} was retired, and recorded this where the retirement was not known or not heeded. None of it counts. Accept all of it if staff did it, or leave it out.`;
    case "overtaken":
      return ilsName === undefined
        ? "This came late: the library system knows newer things by now. Decide whether it still goes into a file."
        : `This came late: ${ilsName} knows newer things by now. Decide whether it still goes into a file.`;
    case "void-after-export":
      return ilsName === undefined
        ? "This was corrected after it had been exported. Correct it in the library system by hand."
        : `This was corrected after it had been exported. Correct it in ${ilsName} by hand.`;
  }
}

function minutes(offsetMs = 0): string {
  const count = Math.round(Math.abs(offsetMs) / 60_000);
  return `${count} min ${offsetMs > 0 ? "ahead" : "behind"}`;
}
