/**
 * The route of one scan through the desk: look up what the snapshot says, judge and append without waiting between,
 * wait for the disk, answer. Every answer that says "recorded" comes after the fsync.
 */
import type { Command } from "../../crdt/circulation/command.ts";
import { type Decision, decide } from "../../crdt/circulation/decide.ts";
import type { DueDate } from "../../crdt/circulation/due-date.ts";
import type { Recorded, Transaction } from "../../crdt/circulation/transaction.ts";
import type { DueView, Question, Receipt, RecordedAnswer } from "../http/api.ts";
import { clockQuestion } from "./clock-check.ts";
import type { RecordAnswer, Role } from "./desk.ts";
import { contextOf, gatherFacts } from "./judging.ts";
import { outageDocument } from "./ledger-entries.ts";
import { onlyCopyNotes } from "./only-copy.ts";
import { moveTo } from "./outages.ts";
import type { DeskParts } from "./parts.ts";
import { viewItem, viewPatron } from "./person-views.ts";
import { coverageOf, toRow } from "./rows.ts";

export interface Recorder {
  record(command: Command, staff?: string, role?: Role): Promise<RecordAnswer>;
}

/** Judging again after an outage was opened, or moved on meanwhile, comes to an end. */
const triesAtMost = 4;

/** Who acts, and whose answers to a supervisor's questions count. */
interface Actor {
  readonly staff?: string;
  readonly role: Role;
}

export function createRecorder(parts: DeskParts): Recorder {
  const { ledger } = parts;
  /** Own entries on their way to the disk, by transaction id: a second post of the same id waits for the first. */
  const inFlight = new Map<string, Promise<void>>();

  async function answer(recorded: Recorded<Transaction>): Promise<RecordAnswer> {
    await inFlight.get(recorded.fact.id);
    const view = await makeView(parts, recorded);
    return { kind: "recorded", answer: toAnswer(parts, recorded, { ...view, notes: [] }) };
  }

  const nextTurn = () => new Promise<void>((resolve) => parts.clock.after(0, resolve));

  async function attempt(command: Command, actor: Actor): Promise<RecordAnswer | "again"> {
    try {
      await ledger.books.open(outageDocument(ledger.branch.current.number));
    } catch (why) {
      // Without the log that this scan goes into it can't be saved, and its page must say so.
      parts.diskFailed(why);
      throw why;
    }
    if (command.patron !== undefined) parts.library.readAhead(command.patron);
    const facts = await gatherFacts(parts, command);
    if (!ledger.books.get(outageDocument(ledger.branch.current.number))) return "again";
    // From here to the append nothing waits (L7).
    const decision = decide(command, contextOf(parts, command, facts, actor));
    switch (decision.kind) {
      case "already":
        return answer(decision.recorded);
      case "refused":
        return { kind: "refused", refusal: decision.refusal };
      case "questions":
        return {
          kind: "questions",
          questions: decision.questions.map((one) => toQuestion(parts, one)),
          ...(decision.byRule ? { byRule: toDueView(parts, decision.byRule) } : {}),
        };
      case "record":
        return recordNow(decision, actor.staff);
    }
  }

  async function recordNow(
    { transaction, notes, slip }: Extract<Decision, { kind: "record" }>,
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
      const all = [...notes, ...onlyCopyNotes(parts)];
      const told = { notes: all, ...view, ...(slip.length > 0 ? { slip } : {}) };
      return { kind: "recorded", answer: toAnswer(parts, recorded, told) };
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
function askForTime(parts: DeskParts, command: Command): Question | null {
  const doubt = parts.clockCheck.question();
  if (!doubt || parts.ledger.fold.recordedById(command.id)) return null;
  const said = command.overrides?.findLast(({ code }) => code === clockQuestion);
  // Refused, the question is another one: it says what was wrong with the answer.
  return said?.reason !== undefined && parts.clockCheck.answer(said.reason, said.ref)
    ? null
    : parts.clockCheck.question();
}

type View = Omit<RecordedAnswer["view"], "notes" | "slip">;

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
  view: RecordedAnswer["view"],
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
  return { receipt, view: { ...view, row } };
}

export function toDueView(parts: DeskParts, { due, words, why }: DueDate): DueView {
  return { at: parts.times().rfc3339(due), words, why };
}

export function toQuestion(
  parts: DeskParts,
  question: Extract<Decision, { kind: "questions" }>["questions"][number],
): Question {
  const { since, ...rest } = question;
  return { ...rest, ...(since === undefined ? {} : { since: parts.times().rfc3339(since) }) };
}
