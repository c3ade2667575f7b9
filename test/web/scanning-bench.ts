/** A desk of the pages with a node that answers when told to, for the tests of the scanning machine. */
import type { Question, RecordedAnswer, TransactionRow } from "../../src/node/http/api.ts";
import { step } from "../../src/web/scanning.ts";
import {
  type Command,
  type Effect,
  emptySession,
  type Input,
  type Mode,
  type Scan,
  type Session,
  type Surroundings,
} from "../../src/web/session.ts";
import { samplePatron, sampleRow } from "./sample.ts";

/** A desk and a node in one: it keeps what was posted, and answers when told to. */
export class Bench {
  session: Session = emptySession;
  rows: Record<string, TransactionRow> = {};
  effects: Effect[] = [];
  /** Every command that the node took, in order; the same id once. */
  readonly log: Command[] = [];
  reachable = true;
  hasPatrons = true;
  /** Ids of what "Void last" took back, as the controller finds them. */
  readonly voided: string[] = [];
  #count = 0;
  #now = 0;

  feed(input: Input): void {
    const around: Surroundings = {
      rows: this.rows,
      reachable: this.reachable,
      hasPatrons: this.hasPatrons,
      timezone: "UTC",
    };
    const next = step(this.session, input, around, 0);
    this.session = next.session;
    this.effects.push(...next.effects);
  }

  scan(barcode: string, mode: Mode = "out"): void {
    this.#count += 1;
    this.#now += 1000;
    const scan: Scan = { kind: "scan", id: `t${this.#count}`, barcode, mode, source: "scan" };
    this.feed({ kind: "scanned", scan, atMs: this.#now });
  }

  finish(by: "enter" | "button" = "enter", afterMs = 1000): void {
    this.feed({ kind: "finished", atMs: this.#now + afterMs, by });
  }

  /** Carries out the next effect: cards start with P, known items with I. False: there was none. */
  work(questions: readonly Question[] = []): boolean {
    const effect = this.effects.shift();
    if (effect === undefined) return false;
    if (effect.kind === "look") {
      const { barcode } = effect;
      const meaning = barcode.startsWith("P")
        ? { patron: samplePatron(barcode) }
        : barcode.startsWith("I")
          ? { item: { barcode, known: true, holds: 0 } }
          : {};
      this.feed({ kind: "looked", barcode, meaning });
      return true;
    }
    if (effect.kind === "void-last") {
      const ids = effect.id === undefined ? this.session.listed[effect.mode] : [effect.id];
      const id = ids.find((each) => this.rows[each]?.voided === undefined);
      if (id === undefined) return true;
      this.voided.push(id);
      this.rows[id] = { ...this.rows[id]!, voided: { at: "2026-11-21T10:05:00Z" } };
      return true;
    }
    const { command } = effect;
    const open = questions.filter(
      (question) => !command.overrides?.some((each) => each.ref === question.ref),
    );
    if (open.length > 0)
      this.feed({ kind: "answered", id: command.id, reply: { kind: "questions", questions: open } });
    else this.record(command);
    return true;
  }

  record(command: Command): void {
    if (!this.log.some((each) => each.id === command.id)) this.log.push(command);
    const row = sampleRow(command.id, { item: command.item ?? "", kind: command.kind });
    this.rows[command.id] = row;
    const answer = { receipt: {}, view: { row, notes: [] } } as unknown as RecordedAnswer;
    this.feed({ kind: "answered", id: command.id, reply: { kind: "recorded", answer } });
  }

  workAll(questions: readonly Question[] = []): void {
    for (let i = 0; i < 1000 && this.work(questions); i++);
  }
}

/** What a patient person would write down: items go to the last card, items before the first card to that one. */
export function expectedLoans(codes: readonly string[]): readonly string[] {
  const loans: string[] = [];
  let patron: string | undefined;
  let waiting: string[] = [];
  let lent = new Set<string>();
  for (const code of codes) {
    if (code.startsWith("P")) {
      if (patron !== code) lent = new Set();
      patron = code;
      for (const item of waiting) loans.push(`${patron} ${item}`);
      for (const item of waiting) lent.add(item);
      waiting = [];
    } else if (patron === undefined) {
      waiting = [...waiting.filter((each) => each !== code), code];
    } else if (!lent.has(code)) {
      loans.push(`${patron} ${code}`);
      lent.add(code);
    }
  }
  return loans;
}
