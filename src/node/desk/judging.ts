/** What a command is judged against at this desk: what the snapshot says, the rules in force, the time. */

import type { Command } from "../../crdt/circulation/command.ts";
import { canonicalCommand } from "../../crdt/circulation/command.ts";
import { countsFrom } from "../../crdt/circulation/counts-from.ts";
import type { DecideContext } from "../../crdt/circulation/decide-context.ts";
import type { Lending } from "../../crdt/circulation/lending.ts";
import type { Known } from "../../crdt/circulation/snapshot.ts";
import { CLOCK_TOLERANCE_MS } from "../../crdt/circulation/wall-time.ts";
import { sha256, sha256Hex } from "../../crdt/log/digest.ts";
import type { LendingRules } from "./lending-rules.ts";
import type { DeskParts } from "./parts.ts";
import { standardSettings } from "./settings.ts";

/** Everything that must be waited for before a command can be judged. */
export interface JudgingFacts {
  readonly known: Known;
  readonly itemIsPatron: boolean;
  readonly lending: Lending;
}

export async function gatherFacts(parts: DeskParts, command: Command): Promise<JudgingFacts> {
  const { library, ledger } = parts;
  const borrower = command.patron ?? ledger.fold.loanOf(command.item ?? "", countsHere(parts))?.patron;
  // Asked in one turn, so that it is one call to the database.
  const [known, itemIsPatron, { lending }] = await Promise.all([
    library.known(borrower, command.item),
    command.item !== undefined && library.isPatron(command.item),
    rulesOf(parts),
  ]);
  const lender = command.patron === undefined && known.loan ? known.loan.patron : undefined;
  const complete =
    lender !== undefined && borrower === undefined ? await withPatron(parts, known, lender) : known;
  const counts = command.kind === "checkout" && lending.policy.limits.length > 0;
  const counted = counts ? await withLoans(parts, complete, lending, command.patron ?? "") : complete;
  return { known: counted, itemIsPatron, lending };
}

export function rulesOf(parts: DeskParts): Promise<LendingRules> {
  return parts.library.rules(parts.times().timezone, parts.ledger.branch.branch?.code ?? "");
}

/** The first outage that the snapshot in use doesn't know of. */
export function countsHere({ ledger, library: { current } }: DeskParts): number {
  return countsFrom(ledger.branch, current?.meta.files.includes("loan") ? current.meta.takenAt : undefined);
}

/** One that says nothing of loans doesn't know better who has an item. */
function takenWithLoans({ snapshot }: Known): number | undefined {
  return snapshot?.hasLoans === true ? snapshot.takenAt : undefined;
}

/** This desk's wall time, against the others' where it is known to be wrong (L26), ms. */
export function correctedNow(parts: DeskParts): number {
  const offsetMs = parts.clockCheck.offsetMs() ?? 0;
  return parts.clock.now() - (Math.abs(offsetMs) > CLOCK_TOLERANCE_MS ? offsetMs : 0);
}

export function contextOf(
  parts: DeskParts,
  command: Command,
  facts: JudgingFacts,
  actor: Pick<DecideContext, "role" | "staff"> = {},
): DecideContext {
  const times = parts.times();
  const now = correctedNow(parts);
  const outage = parts.ledger.branch.current;
  // Without getters, and spread from nothing: V8 makes such an object slowly, 25 µs a scan, and reads it slowly, too.
  const context: { -readonly [K in keyof DecideContext]: DecideContext[K] } = {
    known: facts.known,
    itemIsPatron: facts.itemIsPatron,
    lending: facts.lending,
    fold: parts.ledger.fold,
    countsFrom: countsFrom(parts.ledger.branch, takenWithLoans(facts.known)),
    outage: outage.number,
    outageState: outage.state,
    now,
    today: facts.lending.serviceDate(now),
    defaultDue: () => times.defaultDue(now),
    parseLocal: times.parse,
    formatTime: times.time,
    formatDay: times.day,
    deskName: (desk) => parts.roster.nameOf(desk),
    // A slice of the long text would keep all of it.
    digest: sha256(canonicalCommand(command)).toString("hex", 0, 8),
    hash: (text) => sha256Hex(text).slice(0, 16),
    initialPassword: () => drawPassword(parts),
    ilsName: ownIlsName(parts),
  };
  if (actor.role !== undefined) context.role = actor.role;
  if (actor.staff !== undefined) context.staff = actor.staff;
  return context;
}

/** As staff call their ILS; `undefined`: the branch never gave it a name. */
export function ownIlsName({ ledger }: Pick<DeskParts, "ledger">): string | undefined {
  const name = ledger.branch.settings.get("ilsName")?.value;
  return typeof name === "string" && name !== standardSettings.ilsName ? name : undefined;
}

/** The same within a sentence that takes either. */
export function ilsToSay(parts: Pick<DeskParts, "ledger">): string {
  return ownIlsName(parts) ?? "the library system";
}

async function withPatron(parts: DeskParts, known: Known, patron: string): Promise<Known> {
  const { patron: record } = await parts.library.known(patron, undefined);
  return record === undefined ? known : { ...known, patron: record };
}

/** What the patron has, for limits; the types of it only where a limit asks for types. */
async function withLoans(parts: DeskParts, known: Known, lending: Lending, patron: string): Promise<Known> {
  const snapshot = parts.library.current;
  const before = (await snapshot?.loansOf(patron)) ?? [];
  const borrowed = before.map((loan) => loan.item);
  const registration = parts.ledger.fold.registrationOf(patron)?.fact.fields;
  const category = known.patron?.category ?? registration?.category ?? "";
  if (!lending.countsTypes(category)) return { borrowed, ...known };
  const here = parts.ledger.fold.loansOf(patron, countsHere(parts)).map((loan) => loan.item);
  const itemTypes = new Map<string, string>();
  await Promise.all(
    [...here, ...borrowed].map(async (item) => {
      itemTypes.set(item, (await snapshot?.item(item))?.itemType ?? "");
    }),
  );
  return { borrowed, itemTypes, ...known };
}

/** Digits that staff can read out: 6 of them, uniform (bytes from 250 on are left out). */
function drawPassword(parts: DeskParts): string {
  let digits = "";
  while (digits.length < 6) {
    for (const byte of parts.random.bytes(8))
      if (byte < 250 && digits.length < 6) digits += String(byte % 10);
  }
  return digits;
}
