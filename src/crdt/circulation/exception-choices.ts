/** How an exception of each kind may be settled, and what each choice means in plain words. */
import type { ExceptionKind } from "./exceptions.ts";
import type { Decision } from "./transaction.ts";

export interface Choice {
  readonly decision: Decision;
  readonly text: string;
  /** One of the exception's transactions must be named. */
  readonly needsTransaction: boolean;
}

/** The first is what happens if nobody thinks further. `ilsName`: as the branch calls its ILS, if it does. */
export function choicesOf(kind: ExceptionKind, ilsName?: string): readonly Choice[] {
  switch (kind) {
    case "retired-desk":
      return [
        choice("note", "Leave it out, and note why"),
        choice("accept", "Accept all of it: staff did it"),
      ];
    case "overtaken":
      return [
        choice("leave-out", "Leave it out of the file: what came later holds"),
        choice("by-hand", "Leave it out of the file, and do it by hand"),
        choice("load", "Load it as it is"),
      ];
    // What is in the ILS already is mended there; nothing here changes it.
    case "void-after-export":
      return [
        choice(
          "note",
          ilsName === undefined ? "Mended in the library system by hand" : `Mended in ${ilsName} by hand`,
        ),
      ];
    case "clock":
    case "twin-desk":
      return [choice("note", "Seen")];
    default:
      return [
        choice("keep-both", "Keep what was recorded"),
        choice("void", "Take one back: it does not go into the file", true),
        choice("correct", "Correct a barcode", true),
        choice("note", "Note only: it goes out as it was recorded"),
      ];
  }
}

function choice(decision: Decision, text: string, needsTransaction = false): Choice {
  return { decision, text, needsTransaction };
}
