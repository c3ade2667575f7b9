/**
 * The route of one scan through the desk: look up what the snapshot says, judge and append without waiting between,
 * wait for the disk, answer. Every answer that says "recorded" comes after the fsync.
 */
import { canonicalCommand } from "../../crdt/circulation/command.ts";
import { type Decision, decide } from "../../crdt/circulation/decide.ts";
import type { DecideContext } from "../../crdt/circulation/decide-context.ts";
import type { Known } from "../../crdt/circulation/snapshot.ts";
import type { Recorded, Transaction } from "../../crdt/circulation/transaction.ts";
import { CLOCK_TOLERANCE_MS } from "../../crdt/circulation/wall-time.ts";
import { sha256Hex } from "../../crdt/log/digest.ts";
import type { Question, Receipt, RecordedAnswer } from "../http/api.ts";
import { clockQuestion } from "./clock-check.ts";
import type { RecordAnswer, RecordCommand, Role } from "./desk.ts";
import { outageDocument } from "./ledger-entries.ts";
import { moveTo } from "./outages.ts";
import type { DeskParts } from "./parts.ts";
import { viewItem, viewPatron } from "./person-views.ts";
import { coverageOf, toRow } from "./rows.ts";

export interface Recorder {
  record(command: RecordCommand, staff?: string, role?: Role): Promise<RecordAnswer>;
}

/** Judging again after an outage was opened, or moved on meanwhile, comes to an end. */
const triesAtMost = 4;

/** Who acts, and whose answers to a supervisor's questions count. */
interface Actor {
  readonly staff?: string;
  readonly role: Role;
}

type Notes = RecordedAnswer["view"]["notes"];

export function createRecorder(parts: DeskParts): Recorder {
  const { ledger } = parts;
  /** Own entries on their way to the disk, by transaction id: a second post of the same id waits for the first. */
  const inFlight = new Map<string, Promise<void>>();

  function judge(command: RecordCommand, known: Known, itemIsPatron: boolean, actor: Actor): Decision {
    return decide(command, { ...contextOf(parts, command, known, itemIsPatron), ...actor });
  }

  async function answer(recorded: Recorded<Transaction>, notes: Notes): Promise<RecordAnswer> {
    await inFlight.get(recorded.fact.id);
    const view = await makeView(parts, recorded);
    return { kind: "recorded", answer: toAnswer(parts, recorded, notes, view) };
  }

  const nextTurn = () => new Promise<void>((resolve) => parts.clock.after(0, resolve));

  async function attempt(command: RecordCommand, actor: Actor): Promise<RecordAnswer | "again"> {
    await ledger.books.open(outageDocument(ledger.branch.current.number));
    const borrower = command.patron ?? ledger.fold.loanOf(command.item ?? "")?.patron;
    if (command.patron !== undefined) parts.library.readAhead(command.patron);
    // Asked in one turn, so that it is one call to the database.
    const [known, itemIsPatron] = await Promise.all([
      parts.library.known(borrower, command.item),
      command.item !== undefined && parts.library.isPatron(command.item),
    ]);
    const lender = command.patron === undefined && known.loan ? known.loan.patron : undefined;
    const complete =
      lender !== undefined && borrower === undefined ? await withPatron(parts, known, lender) : known;
    if (!ledger.books.get(outageDocument(ledger.branch.current.number))) return "again";
    // From here to the append nothing waits (L7).
    const decision = judge(command, complete, itemIsPatron, actor);
    switch (decision.kind) {
      case "already":
        return answer(decision.recorded, []);
      case "refused":
        return { kind: "refused", refusal: decision.refusal };
      case "questions":
        return { kind: "questions", questions: decision.questions.map((one) => toQuestion(parts, one)) };
      case "record":
        return recordNow(decision.transaction, decision.notes, actor.staff);
    }
  }

  async function recordNow(
    transaction: Transaction,
    notes: Notes,
    staff?: string,
  ): Promise<RecordAnswer | "again"> {
    const outage = ledger.branch.current;
    if (outage.state === "standby") {
      await moveTo(parts, outage.number, "open", {}, staff);
      return "again";
    }
    const appended = ledger.append(outage.number, transaction, staff);
    if (!appended) {
      const text = "This is more text than one record can hold. Nothing was recorded.";
      return { kind: "refused", refusal: { kind: "too-long", text } };
    }
    const { stored } = appended;
    const recorded = appended.recorded as Recorded<Transaction>;
    inFlight.set(transaction.id, stored);
    try {
      // What the page will show is made while the disk works, behind the turn that sends it to work.
      const [view] = await Promise.all([nextTurn().then(() => makeView(parts, recorded)), stored]);
      return { kind: "recorded", answer: toAnswer(parts, recorded, notes, view) };
    } finally {
      inFlight.delete(transaction.id);
    }
  }

  return {
    async record(command, staff, role = "staff") {
      const actor: Actor = { role, ...(staff === undefined ? {} : { staff }) };
      const before = parts.fault();
      if (before) return { kind: "fault", fault: before };
      const doubt = askForTime(parts, command);
      if (doubt) return { kind: "questions", questions: [doubt] };
      try {
        for (let i = 0; i < triesAtMost; i++) {
          const outcome = await attempt(command, actor);
          if (outcome !== "again") return outcome;
        }
        throw new Error("the outage kept moving on while a scan was judged");
      } catch (why) {
        const fault = parts.fault();
        // The disk failed under this very scan: it is not saved, and its page must say so.
        if (fault) return { kind: "fault", fault };
        throw why;
      }
    },
  };
}

/** The clock comes first, and alone: all else is judged by it. What is recorded already is answered all the same. */
function askForTime(parts: DeskParts, command: RecordCommand): Question | null {
  const doubt = parts.clockCheck.question();
  if (!doubt || parts.ledger.fold.recordedById(command.id)) return null;
  const said = command.overrides?.find(({ code }) => code === clockQuestion)?.reason;
  return said !== undefined && parts.clockCheck.answer(said) ? null : doubt;
}

/** This desk's wall time, against the others' where it is known to be wrong (L26), ms. */
export function correctedNow(parts: DeskParts): number {
  const offsetMs = parts.clockCheck.offsetMs() ?? 0;
  return parts.clock.now() - (Math.abs(offsetMs) > CLOCK_TOLERANCE_MS ? offsetMs : 0);
}

function contextOf(
  parts: DeskParts,
  command: RecordCommand,
  known: Known,
  itemIsPatron: boolean,
): DecideContext {
  const times = parts.times();
  const now = correctedNow(parts);
  const outage = parts.ledger.branch.current;
  return {
    fold: parts.ledger.fold,
    known,
    itemIsPatron,
    outage: outage.number,
    outageState: outage.state,
    now,
    today: times.date(now),
    defaultDue: times.defaultDue(now),
    parseLocal: times.parse,
    formatTime: times.time,
    formatDay: times.day,
    deskName: (desk) => parts.roster.nameOf(desk),
    digest: sha256Hex(canonicalCommand(command)).slice(0, 16),
    hash: (text) => sha256Hex(text).slice(0, 16),
    initialPassword: () => drawPassword(parts),
  };
}

async function withPatron(parts: DeskParts, known: Known, patron: string): Promise<Known> {
  const { patron: record } = await parts.library.known(patron, undefined);
  return record === undefined ? known : { ...known, patron: record };
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

type View = Omit<RecordedAnswer["view"], "notes">;

async function makeView(parts: DeskParts, recorded: Recorded<Transaction>): Promise<View> {
  const { fact } = recorded;
  const [row, patron, item] = await Promise.all([
    toRow(parts, recorded),
    "patron" in fact && fact.patron !== undefined ? viewPatron(parts, fact.patron) : undefined,
    "item" in fact ? viewItem(parts, fact.item) : undefined,
  ]);
  return { row, ...(patron ? { patron } : {}), ...(item ? { item } : {}) };
}

/** `view` may have been made before the entry was durable: how far it has got is looked up here. */
function toAnswer(
  parts: DeskParts,
  recorded: Recorded<Transaction>,
  notes: Notes,
  view: View,
): RecordedAnswer {
  const { fact, position } = recorded;
  const times = parts.times();
  const receipt: Receipt = {
    id: fact.id,
    desk: position.desk,
    run: position.run,
    seq: position.seq,
    at: times.rfc3339(recorded.at),
    ...("due" in fact ? { due: times.rfc3339(fact.due) } : {}),
    durable: true,
  };
  const { desks, of } = coverageOf(parts, recorded);
  // It is on this disk, though it counts as held only once it is in the document, a turn later.
  const row = { ...view.row, coverage: { desks: Math.max(1, desks), of } };
  return { receipt, view: { ...view, row, notes } };
}

function toQuestion(
  parts: DeskParts,
  question: Extract<Decision, { kind: "questions" }>["questions"][number],
): Question {
  const { since, ...rest } = question;
  return { ...rest, ...(since === undefined ? {} : { since: parts.times().rfc3339(since) }) };
}
