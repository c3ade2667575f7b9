/**
 * Lines of a batch on their way over SIP2, one after the other (log.md, L25). That a line is being sent is durable
 * before its first byte leaves, so whatever happens afterwards the program never sends it a second time: a line
 * without an answer is *unknown*, for a person to look at.
 */
import type { LineResult } from "../../crdt/circulation/answer-fact.ts";
import type { BranchEntry } from "../../crdt/circulation/branch-fact.ts";
import { type Batch, isOpenBatch } from "../../crdt/circulation/branch-state.ts";
import { frontierCovers } from "../../crdt/log/frontier.ts";
import type { Zone } from "../../export/local-time.ts";
import { otherDue, readLineAnswer } from "../../export/sip2-lines.ts";
import type { Clock } from "../ports.ts";
import type { Conversation } from "../sip2/conversation.ts";
import { appendResults } from "./answers.ts";
import { markBatch } from "./batch-outcomes.ts";
import { findBatch } from "./batches.ts";
import { reasonOf } from "./fault-text.ts";
import { ilsToSay } from "./judging.ts";
import type { DeskParts } from "./parts.ts";
import type { RunLine } from "./replay-lines.ts";

export interface ReplayRun {
  readonly notes: readonly string[];
  /** After the line that is under way, or (`withinMs`) without its answer. `why`: a sentence. */
  stop(why: string, withinMs?: number): void;
  /** Why it ended, a sentence. Never rejects. */
  readonly ended: Promise<string>;
}

export interface RunOptions {
  readonly parts: DeskParts;
  readonly batch: Batch;
  readonly server: { readonly conversation: Conversation; readonly notes: readonly string[] };
  readonly zone: Zone;
  readonly lines: readonly RunLine[];
  /** Lines a second. */
  readonly rate: number;
  readonly goOn: boolean;
  readonly staff: string | undefined;
}

/** A linked desk that doesn't say within this time that it holds an entry is about to be missed. */
const holdersMs = 2_000;

/** Until every linked desk holds the entry: a disk that dies here must not take the word with it. */
export async function awaitHolders(
  { mesh, clock }: DeskParts,
  { desk, run, seq }: Pick<BranchEntry, "desk" | "run" | "seq">,
): Promise<void> {
  const until = clock.monotonic() + holdersMs;
  const isHeld = (): boolean =>
    mesh.links("branch").every(({ peerFrontier }) => frontierCovers(peerFrontier, `${desk}/${run}`, seq));
  while (!isHeld() && clock.monotonic() < until) await pause(clock, 10);
}

export function createRun(options: RunOptions): ReplayRun {
  const { parts, batch, server, lines, rate, goOn, staff } = options;
  const { id } = batch.fact;
  let stopped: string | null = null;
  const tell = (done: number, of: number, text: string): void =>
    parts.emit("progress", { task: "replay", done, of, text });

  /** Why the next line may not go out, if so. */
  function objection(): string | null {
    if (stopped !== null) return stopped;
    if (parts.fault()) return "The disk of this desk failed.";
    if (!isOpen()) return "Meanwhile the batch was marked: nothing more of it is sent.";
    const { replaying } = parts.ledger.branch.answers.batches.get(id) ?? {};
    return replaying === parts.own.desk ? null : "Another desk has taken over.";
  }

  /** Nobody has sent it, or a person wants it sent again. */
  function mayGo({ line, again }: RunLine): boolean {
    const known = parts.ledger.branch.answers.batches.get(id)?.lines.get(line.recorded.fact.id);
    return known === undefined || (again === true && known.outcome === "unknown");
  }

  async function send(one: RunLine): Promise<string | null> {
    const { id: transaction } = one.line.recorded.fact;
    const again = one.again ? { again: true as const } : {};
    const entry = await parts.ledger.appendBranch(
      { kind: "sending", batch: id, transaction, ...again },
      staff,
    );
    await awaitHolders(parts, entry);
    // Whatever has changed while that was written down: it has not gone out yet.
    const late = objection();
    const reply = late === null ? await server.conversation.ask(one.body) : ({ kind: "unsent" } as const);
    if (reply.kind === "unsent") {
      await appendResults(parts, id, [{ transaction, outcome: "unsent" }], staff);
      return late ?? "The connection was cut.";
    }
    const read =
      reply.kind === "answer" ? readLineAnswer(reply.message, one.line, one.answer, options.zone) : null;
    const why = reply.kind === "lost" ? reply.why : "It answered something else than was asked";
    const result: LineResult = read ?? { transaction, outcome: "unknown", words: why };
    await appendResults(parts, id, [result], staff);
    return surpriseOf(one.number, result, { goOn, ils: ilsToSay(parts) });
  }

  async function sendAll(): Promise<string> {
    const tried = new Set<RunLine>();
    for (;;) {
      // Once more over all: another desk may have taken back what it was about to send.
      const left = lines.filter((one) => !tried.has(one) && mayGo(one));
      if (left.length === 0) return objection() ?? "All lines were sent.";
      for (const one of left) {
        if (!mayGo(one)) continue;
        const startedAt = parts.clock.monotonic();
        const why = objection() ?? (await send(one));
        if (why !== null) return why;
        tried.add(one);
        tell(tried.size, lines.length, "Sending over SIP2");
        await pause(parts.clock, 1000 / rate - (parts.clock.monotonic() - startedAt));
      }
    }
  }

  /** With an answer to each line it is in the ILS, as far as that has taken it. */
  async function finish(): Promise<void> {
    if (parts.fault()) return;
    const { replaying, lines: answers } = parts.ledger.branch.answers.batches.get(id) ?? {};
    if (replaying === parts.own.desk)
      await parts.ledger.appendBranch({ kind: "replay", batch: id, act: "end" }, staff);
    const known = [...(answers?.values() ?? [])].filter(({ outcome }) => outcome !== "unknown").length;
    if (known === batch.fact.lines && isOpen())
      await markBatch(parts, id, { state: "loaded", job: "SIP2", note: "Sent line by line" }, staff);
  }

  function isOpen(): boolean {
    const state = findBatch(parts, id);
    return state !== undefined && isOpenBatch(state);
  }

  async function run(): Promise<string> {
    let why: string;
    try {
      why = await sendAll();
    } catch (failed) {
      why = "It ended by a fault of this desk.";
      parts.log(`A replay ended: ${reasonOf(failed)}`);
    }
    server.conversation.close();
    await finish().catch((failed: unknown) =>
      parts.log(`The end of a replay was not written down: ${reasonOf(failed)}`),
    );
    tell(0, 0, why);
    return why;
  }

  return {
    notes: server.notes,
    stop(why, withinMs) {
      stopped ??= why;
      if (withinMs !== undefined) parts.clock.after(withinMs, server.conversation.close);
    },
    ended: run(),
  };
}

/** What a person should see before anything more is sent. */
function surpriseOf(
  number: number,
  { outcome, advice, words }: LineResult,
  { goOn, ils }: { readonly goOn: boolean; readonly ils: string },
): string | null {
  const said = words === undefined ? "" : `: ${words}`;
  if (outcome === "unknown")
    return `Stopped at line ${number}, of which nobody knows whether it arrived${said}.`;
  if (goOn) return null;
  if (outcome === "refused") return `Stopped at line ${number}, which was refused${said}.`;
  return advice === otherDue
    ? `Stopped at line ${number}: ${ils} took it with another due date than was promised.`
    : null;
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(Math.max(0, ms), resolve));
}
