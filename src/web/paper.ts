/** One line of the paper form as it is typed in: what is missing, what is sent, and what the next line begins with. Pure. */

import { localToInstant } from "./days.ts";
import { t } from "./language.ts";
import { readCode } from "./scan-code.ts";
import type { Command } from "./session.ts";

export interface PaperLine {
  readonly line: string;
  /** `YYYY-MM-DD` and `HH:MM`, in the branch's zone. */
  readonly day: string;
  readonly time: string;
  readonly kind: "out" | "in";
  readonly card: string;
  readonly item: string;
}

export type PaperAnswer =
  | { readonly kind: "command"; readonly command: Omit<Command, "id"> }
  | { readonly kind: "wrong"; readonly field: keyof PaperLine; readonly text: string };

const anyScanner = { startStop: false };

export function paperToCommand(paper: PaperLine, timezone: string, now: number): PaperAnswer {
  const effective = localToInstant(paper.day, paper.time, timezone);
  if (!/^\d{1,4}$/.test(paper.line)) return wrong("line", t`The number of the line, as printed on the form.`);
  if (effective === undefined) return wrong("time", t`The time on the form, such as 10:05.`);
  if (Date.parse(effective) > now)
    return wrong("time", t`A time that is past: the form was written before now.`);
  const item = readCode(paper.item, anyScanner);
  if (item.kind !== "code") return wrong("item", t`The item's barcode.`);
  const common = { item: item.barcode, effective, source: "paper" } as const;
  if (paper.kind === "in") return { kind: "command", command: { kind: "checkin", ...common } };
  const card = readCode(paper.card, anyScanner);
  if (card.kind !== "code") return wrong("card", t`The library card: a loan needs one.`);
  return { kind: "command", command: { kind: "checkout", patron: card.barcode, ...common } };
}

/** Time and card stay: a form has many lines of one patron. */
export function nextLine(paper: PaperLine): PaperLine {
  return { ...paper, line: String(Number(paper.line) + 1), item: "" };
}

function wrong(field: keyof PaperLine, text: string): PaperAnswer {
  return { kind: "wrong", field, text };
}
