/**
 * What a command is judged against, and the readings of it that `decide` and its questions share: who has the item,
 * whom the transaction will name.
 */
import type { Command } from "./command.ts";
import type { Fold } from "./fold.ts";
import type { Lending } from "./lending.ts";
import type { Loan } from "./loan.ts";
import { defaultPolicy, type Policy, plainCode, type StatusRule } from "./policy.ts";
import type { Known } from "./snapshot.ts";
import type { SawLoan } from "./transaction.ts";

export interface DecideContext {
  /** With this desk's own entries that are appended and not yet durable (L7). */
  readonly fold: Fold;
  /** The snapshot's records of the command's item, and of its patron or, for a renewal without one, the borrower. */
  readonly known: Known;
  /** Is the command's item barcode the barcode of a patron of the snapshot? */
  readonly itemIsPatron: boolean;
  /** Outage into which the transaction would be written, and how that stands. */
  readonly outage: number;
  /** The first outage that the snapshot doesn't know of; left out: it knows of none. */
  readonly countsFrom?: number;
  readonly outageState: "standby" | "open" | "closing" | "loading" | "closed";
  /** Wall time of this desk, corrected, ms. */
  readonly now: number;
  /** Today in the branch's time zone, `YYYY-MM-DD`. */
  readonly today: string;
  /** The branch's policy, calendar and clock; left out: none is known, and the defaults hold. */
  readonly lending?: Lending;
  /** Due instant where none is given and no policy is known, ms. */
  readonly defaultDue: () => number;
  /** A date or time of the snapshot, in the branch's zone where it has no offset → ms; NaN when it can't be read. */
  readonly parseLocal: (text: string) => number;
  /** `10:04` */
  readonly formatTime: (ms: number) => string;
  /** `Sat 12 Dec` */
  readonly formatDay: (ms: number) => string;
  /** Desk id → the name that staff know. */
  readonly deskName: (desk: string) => string;
  /** Hash of `canonicalCommand`, hex, 16 characters. */
  readonly digest: string;
  /** Text → short hex: refs of questions. */
  readonly hash: (text: string) => string;
  /** Drawn once, at a registration (L20). */
  readonly initialPassword: () => string;
  /** Whose answers count; left out: nobody's role is checked. */
  readonly role?: "staff" | "supervisor";
  /** Who acts; left out: nobody said. */
  readonly staff?: string;
  /** What the branch has set as the name of its ILS; left out: nothing. */
  readonly ilsName?: string | undefined;
}

/** What staff call their ILS, as the banner has it: the branch's own word before its policy's; `undefined`: none. */
export function ilsNameOf(context: Pick<DecideContext, "lending" | "ilsName">): string | undefined {
  return context.ilsName ?? policyOf(context).ils.name;
}

/** The same within a sentence. */
export function ilsToWords(context: Pick<DecideContext, "lending" | "ilsName">): string {
  return ilsNameOf(context) ?? "the library system";
}

export function policyOf(context: Pick<DecideContext, "lending">): Policy {
  return context.lending?.policy ?? defaultPolicy;
}

/** The item's status in one way of writing: `Ask Reference`, `ask_reference` → `ask-reference`. */
export function statusOf(context: DecideContext): string {
  return plainCode(context.known.item?.status ?? "");
}

/** What the branch does with that status; a word that nobody knows is asked about. */
export function statusRuleOf(context: DecideContext): StatusRule {
  const { statuses } = policyOf(context);
  const status = statusOf(context);
  return (Object.hasOwn(statuses, status) ? statuses[status] : undefined) ?? "ask";
}

/** The loan that the log says is on the item, of the outages that the snapshot doesn't know of. */
export function loanHere(item: string, { fold, countsFrom }: DecideContext): Loan | undefined {
  return fold.loanOf(item, countsFrom);
}

/** The log knows better than the snapshot who has the item. */
export function touchedHere(item: string, { fold, countsFrom }: DecideContext): boolean {
  return fold.touched(item, countsFrom);
}

/** The loan that this desk sees on the item: the log's, else the snapshot's unless the log knows better. */
export function seenLoan(item: string, context: DecideContext): SawLoan {
  const loan = loanHere(item, context);
  if (loan !== undefined) return { kind: "transaction", id: loan.by };
  const before = context.known.loan;
  if (before === undefined || before === null || touchedHere(item, context)) return { kind: "none" };
  return { kind: "snapshot", patron: before.patron };
}

/** Who has the item, as this desk sees it. */
export function borrowerOf(item: string, context: DecideContext): string | undefined {
  const saw = seenLoan(item, context);
  if (saw.kind === "snapshot") return saw.patron;
  return saw.kind === "transaction" ? loanHere(item, context)?.patron : undefined;
}

/** The patron that the transaction will name: a renewal's comes from the loan where nobody gave it. */
export function patronFor(command: Command, context: DecideContext): string | undefined {
  if (command.patron !== undefined || command.kind !== "renewal") return command.patron;
  return borrowerOf(command.item ?? "", context);
}

export interface SeenLoan {
  /** ms */
  readonly since: number;
  readonly due: number;
}

/** When the loan that this desk sees began and is due; what can't be read is NaN. */
export function seenTimes(item: string, context: DecideContext): SeenLoan | undefined {
  const loan = loanHere(item, context);
  if (loan !== undefined) return { since: loan.since, due: loan.due };
  const before = context.known.loan;
  if (before === undefined || before === null || touchedHere(item, context)) return undefined;
  return { since: context.parseLocal(before.checkedOutAt), due: context.parseLocal(before.dueAt) };
}
