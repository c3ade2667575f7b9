/** A circulation desk for tests of judging: a policy, a few records, a clock on the wall, and what was recorded. */
import { type Command, canonicalCommand } from "../../../src/crdt/circulation/command.ts";
import { type Decision, decide } from "../../../src/crdt/circulation/decide.ts";
import { createFold, type Fold } from "../../../src/crdt/circulation/fold.ts";
import { compileLending } from "../../../src/crdt/circulation/lending.ts";
import type { Question } from "../../../src/crdt/circulation/question.ts";
import type {
  HoldRecord,
  ItemRecord,
  LoanRecord,
  PatronRecord,
} from "../../../src/crdt/circulation/snapshot.ts";
import { factToBody, parseFact } from "../../../src/crdt/circulation/stored.ts";
import type { Recorded, Transaction } from "../../../src/crdt/circulation/transaction.ts";
import { createZone, msToLocal, parseLocal, zoneToWallClock } from "../../../src/export/local-time.ts";
import { parsePolicy } from "../../../src/node/policy/policy-text.ts";

export interface CounterOptions {
  /** As `policy.json` has it. */
  readonly policy: object;
  /** `tue 10:00-18:00` … */
  readonly hours?: readonly string[];
  readonly items?: readonly (Partial<ItemRecord> & { readonly barcode: string })[];
  readonly patrons?: readonly (Partial<PatronRecord> & { readonly barcode: string })[];
  readonly loans?: readonly LoanRecord[];
  readonly holds?: readonly (Partial<HoldRecord> & { readonly patron: string })[];
  readonly desk?: string;
}

export interface Counter {
  /** Local time of Berlin: `2026-11-21 10:04`. */
  at(time: string): void;
  ask(command: Partial<Command> & Pick<Command, "kind">, role?: "staff" | "supervisor"): Decision;
  /** Answers everything that is asked, with a reason and every tick; throws where that isn't enough. */
  insist(
    command: Partial<Command> & Pick<Command, "kind">,
    role?: "staff" | "supervisor",
  ): Extract<Decision, { kind: "record" }>;
  readonly fold: Fold;
  /** What another desk recorded arrives. */
  hear(recorded: readonly Recorded[]): void;
}

const zone = createZone("Europe/Berlin");
const snapshot = { sha256: "ab".repeat(32), hasPatrons: true, hasItems: true, hasLoans: true };
const blankPatron: Omit<PatronRecord, "barcode"> = {
  surname: "Muster",
  givenNames: "Anna",
  category: "Adult",
  branch: "RIV",
  expires: "",
  birthDate: "",
  phone: "",
  email: "",
  address: "",
  blocks: [],
  message: "",
};
const blankItem: Omit<ItemRecord, "barcode"> = {
  title: "A book",
  author: "",
  callNumber: "",
  itemType: "book",
  location: "Stacks",
  branch: "RIV",
  status: "available",
  itemMessage: "",
  opacMessage: "",
  price: "",
  titleId: "",
};

export function createCounter(options: CounterOptions): Counter {
  const { items = [], patrons = [], loans = [], holds = [], hours = [], desk = "1" } = options;
  const parsed = parsePolicy(JSON.stringify(options.policy));
  if (parsed.kind !== "policy") throw new Error(parsed.problems.join(" "));
  const opening = hours.map((text) => {
    const [day = "", open = "", close = ""] = text.split(/[ -]/);
    return { day, open, close };
  });
  const lending = compileLending(parsed.policy, opening, [], zoneToWallClock(zone));
  const fold = createFold({ hash: (text) => `${text.length}-${text.slice(0, 40)}` });
  let now = parse("2026-11-21 10:04");
  let made = 0;
  let recorded = 0;

  const patronOf = (barcode: string | undefined) => find(patrons, blankPatron, barcode);
  const itemOf = (barcode: string | undefined) => find(items, blankItem, barcode);

  function ask(given: Partial<Command> & Pick<Command, "kind">, role?: "staff" | "supervisor"): Decision {
    made += 1;
    const id = `0198c0de-0000-7000-8000-${desk}${made.toString(16).padStart(11, "0")}`;
    const command: Command = { id, ...given };
    const loan = loans.find((each) => each.item === command.item) ?? null;
    const borrower = command.patron ?? fold.loanOf(command.item ?? "")?.patron ?? loan?.patron;
    const item = itemOf(command.item);
    const borrowed = loans.filter((each) => each.patron === borrower).map((each) => each.item);
    const onLoan = [...borrowed, ...fold.loansOf(borrower ?? "").map((each) => each.item)];
    const decision = decide(command, {
      fold,
      lending,
      known: {
        snapshot: { ...snapshot, takenAt: parse("2026-11-21 06:00") },
        ...(borrower !== undefined && { patron: patronOf(borrower) }),
        ...(command.item !== undefined && { item, loan }),
        holds: holds
          .filter((each) => each.item === command.item || (each.titleId ?? "-") === item?.titleId)
          .map((each) => ({ ...blankHold, ...each })),
        borrowed,
        itemTypes: new Map(onLoan.map((each) => [each, itemOf(each)?.itemType ?? ""])),
      },
      itemIsPatron: false,
      outage: 1,
      outageState: "open",
      now,
      today: lending.serviceDate(now),
      defaultDue: () => now + 21 * 86_400_000,
      parseLocal: (text) => parseLocal(text, zone) ?? Number.NaN,
      formatTime: (ms) => msToLocal(ms, zone).slice(11, 16),
      formatDay: (ms) => msToLocal(ms, zone).slice(0, 10),
      deskName: (desk) => `Desk ${desk}`,
      digest: canonicalCommand(command).length.toString(16).padStart(16, "0"),
      hash: (text) => text.replace(/[^0-9A-Za-z]/g, "-").slice(-60),
      initialPassword: () => "4711",
      ...(role !== undefined && { role }),
    });
    if (decision.kind === "record") keep(decision.transaction);
    return decision;
  }

  /** As another desk would read it from the log. */
  function keep(transaction: Transaction): void {
    const read = parseFact(JSON.parse(JSON.stringify(factToBody(transaction))));
    if (read.kind !== "fact") throw new Error(read.why);
    const position = { outage: 1, ms: now, n: made, desk, run: `r${desk}`, seq: recorded };
    recorded += 1;
    fold.add([{ position, at: now, fact: read.fact } as Recorded]);
  }

  return {
    at(time) {
      now = parse(time);
    },
    ask,
    fold,
    hear: (heard) => {
      fold.add(heard);
    },
    insist(command, role = "supervisor") {
      const first = ask(command, role);
      if (first.kind === "record") return first;
      const overrides = questionsOf(first).map(({ code, ref }) => ({
        code,
        ref,
        reason: "The head of the library said yes",
        acknowledged: true,
      }));
      const second = ask({ ...command, overrides }, role);
      if (second.kind === "record") return second;
      throw new Error(`not recorded: ${JSON.stringify(second)}`);
    },
  };
}

export function questionsOf(decision: Decision): readonly Question[] {
  return decision.kind === "questions" ? decision.questions : [];
}

/** Codes of what is asked, or the kind of a refusal, or `record`. */
export function outcomeOf(decision: Decision): readonly string[] {
  if (decision.kind === "questions") return decision.questions.map(({ code }) => code);
  return [decision.kind === "refused" ? decision.refusal.kind : decision.kind];
}

export function notesOf(decision: Decision): readonly string[] {
  return decision.kind === "record" ? decision.notes.map(({ code }) => code) : [];
}

export function localTime(ms: number): string {
  return msToLocal(ms, zone).slice(0, 19).replace("T", " ");
}

export function parse(time: string): number {
  const ms = parseLocal(time, zone);
  if (ms === null) throw new Error(`no time: ${time}`);
  return ms;
}

const blankHold = {
  item: "",
  titleId: "",
  pickupBranch: "",
  placedAt: "2026-11-01",
  status: "queued",
  shelfUntil: "",
};

function find<B extends object, T extends { readonly barcode: string }>(
  all: readonly T[],
  blank: B,
  barcode: string | undefined,
): (B & T) | null {
  const found = all.find((each) => each.barcode === barcode);
  return found === undefined ? null : { ...blank, ...found };
}
