/** Staff at a simulated desk: what they scan and answer, and what they are told. */
import type { Command } from "../../src/crdt/circulation/command.ts";
import type { Desk } from "../../src/node/desk/desk.ts";
import type { Kind, Receipt, RecordedAnswer } from "../../src/node/http/api.ts";
import type { Random } from "../../src/node/ports.ts";
import type { Oracle } from "./oracle.ts";
import type { Pc, Running } from "./pc.ts";

export interface Clerk {
  readonly pc: Pc;
  readonly running: Running;
  readonly desk: Desk;
  readonly oracle: Oracle;
  readonly choices: Random;
}

/** What a PC's clock said, and how it was set. */
interface SetClock {
  readonly now: number;
  readonly skewMs: number;
  readonly stoppedAt: number | null;
}

/** All begin with it, so that one of them in a log line is found. */
export const cardPrefix = "29990000";
const kinds: readonly Kind[] = [
  ...Array<Kind>(9).fill("checkout"),
  ...Array<Kind>(5).fill("checkin"),
  "renewal",
  "renewal",
  "registration",
  "in-house-use",
  "payment",
  "non-catalogued",
  "voiding",
  "voiding",
];

/** Few items and cards: desks get into each other's way. */
export function drawCommand({ choices, oracle }: Clerk): Command {
  const below = (n: number): number => choices.uint32() % n;
  const kind = kinds[below(kinds.length)]!;
  const id = uuidFrom(choices);
  const item = `3999000000${10 + below(8)}`;
  const patron = `${cardPrefix}${10 + below(5)}`;
  switch (kind) {
    case "checkout":
      return { id, kind, patron, item };
    case "checkin":
    case "renewal":
      return { id, kind, item };
    case "registration":
      return { id, kind, patron, fields: { surname: "Ada", given_names: `N${below(3)}` } };
    case "in-house-use":
      return { id, kind, item, count: 1 + below(3) };
    case "payment":
      return { id, kind, patron, amount: 50 + below(500), currency: "EUR" };
    case "non-catalogued":
      return { id, kind, patron, type: "paperback", count: 1 };
    case "voiding": {
      const known = oracle.given;
      const voids = known[below(Math.max(1, known.length))]?.receipt.id ?? id;
      return { id, kind, voids, reason: "wrong card" };
    }
  }
}

/** Version 7 in form; its time is random too. */
function uuidFrom(choices: Random): string {
  const hex = Buffer.from(choices.bytes(16)).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** Records, answering yes to whatever is asked; the receipt, if there was one, is the oracle's. */
export async function scan(clerk: Clerk, command: Command, rightTime: () => string): Promise<Receipt | null> {
  const { desk, oracle, pc, running } = clerk;
  let asked = command;
  for (let tries = 0; tries < 4; tries++) {
    const before = { now: running.process.clock.now(), skewMs: pc.skewMs, stoppedAt: pc.stoppedAt };
    const failed = running.failed;
    const answer = await desk.record(asked, "ms", "supervisor");
    if (answer.kind === "questions") {
      const reason = (code: string): string => (code === "clock" ? rightTime() : "seen at the desk");
      const overrides = answer.questions.map(({ code, ref }) => ({
        code,
        ref,
        reason: reason(code),
        acknowledged: true,
      }));
      asked = { ...asked, overrides: [...(asked.overrides ?? []), ...overrides] };
      continue;
    }
    if (answer.kind !== "recorded") return null;
    if (failed && !isKnown(oracle, answer.answer))
      oracle.break("I1", `${pc.name} acknowledged after its disk had failed`);
    take(clerk, command, answer.answer, before);
    return answer.answer.receipt;
  }
  return null;
}

function isKnown(oracle: Oracle, { receipt }: RecordedAnswer): boolean {
  return oracle.given.some((one) => one.receipt.id === receipt.id);
}

function take(
  { oracle, pc, running }: Clerk,
  command: Command,
  answer: RecordedAnswer,
  before: SetClock,
): void {
  const { receipt, view } = answer;
  const { position } = view.row;
  const others = oracle.given.filter((one) => one.receipt.id === receipt.id);
  oracle.give(pc, command, receipt, position.outage);
  if (others.length === 0) checkTime();

  /** I12: the time on a new receipt is this PC's, whatever the others' clocks say. */
  function checkTime(): void {
    const at = Date.parse(receipt.at);
    const now = running.process.clock.now();
    // Somebody set it meanwhile.
    if (before.skewMs !== pc.skewMs || before.stoppedAt !== pc.stoppedAt) return;
    // Whole seconds are written.
    const [from, to] = [before.now - 1000, now];
    if (at < from || at > to) oracle.break("I12", `${pc.name} wrote the time of another clock`);
  }
}
