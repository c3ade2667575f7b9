/**
 * A batch line by line over SIP2 instead of by its file (log.md, L25): what stands against it, and its beginning. Here
 * nothing is sent but a login and a question for the server's state; the lines go out in `replay-run.ts`.
 */
import { isOpenBatch } from "../../crdt/circulation/batch-state.ts";
import type { Batch } from "../../crdt/circulation/branch-state.ts";
import type { PlacedLine } from "../../export/batch.ts";
import { createZone } from "../../export/local-time.ts";
import { isFieldText } from "../../export/sip2-lines.ts";
import type { BatchView } from "../http/api.ts";
import type { Tcp } from "../ports.ts";
import { appendResults } from "./answers.ts";
import { renderHere } from "./batch-files.ts";
import { doubledOf, findBatch, isReleased, readBatch } from "./batches.ts";
import type { Answer, Conflict, Refusal } from "./desk.ts";
import { listVerdicts } from "./desks-view.ts";
import { ilsToSay } from "./judging.ts";
import { outageDocument } from "./ledger-entries.ts";
import type { DeskParts } from "./parts.ts";
import { decideUnknown, planLines, type ReplayDecisions } from "./replay-lines.ts";
import { awaitHolders, createRun, type ReplayRun } from "./replay-run.ts";
import { defaultAnswerWithin, type OpenServer, openServer } from "./replay-server.ts";
import { isReplayed, noteUnderway } from "./replay-view.ts";

export interface ReplayRequest extends ReplayDecisions {
  readonly host: string;
  readonly port: number;
  readonly tls?: boolean;
  /** SIP2's own login (93); left out: the server asks for none. */
  readonly login?: { readonly user: string; readonly password: string };
  /** AO, and AP and CP. */
  readonly institution?: string;
  readonly location?: string;
  /** Lines a second at most; 5 if left out. */
  readonly rate?: number;
  /** Seconds to wait for each answer; 10 if left out. */
  readonly answerWithin?: number;
  /** On after a refusal; otherwise it stops at the first. */
  readonly goOn?: boolean;
  /** Another desk replays it, and shall not any more. */
  readonly takeOver?: boolean;
  /** Desks that can't be asked replay nothing: somebody has looked. */
  readonly alone?: boolean;
  /** Though the server says that it takes nothing that was done while it was away. */
  readonly anyway?: boolean;
}

export interface ReplayActs {
  /** Begins, or goes on, and answers as soon as the server was heard. Progress goes to the event stream. */
  replay(batch: string, request: ReplayRequest, staff?: string): Promise<Answer<BatchView>>;
  /** After the line that is under way. */
  stopReplay(batch: string): Promise<Answer<BatchView>>;
}

/** How long a desk that is switched off waits for the answer to the line that is under way. */
const patienceMs = 3_000;

export interface Replayer {
  readonly acts: ReplayActs;
  /** Resolves when nothing is sent from here any more. */
  end(): Promise<void>;
}

export function createReplayer(
  tcp: Tcp | undefined,
  inBranch: <T>(act: (parts: DeskParts) => Promise<Answer<T>>) => Promise<Answer<T>>,
): Replayer {
  const running = new Map<string, ReplayRun>();
  const beginning = new Set<string>();

  async function begin(parts: DeskParts, id: string, request: ReplayRequest, staff?: string) {
    if (running.has(id) || beginning.has(id)) return conflict("replaying", "This desk replays it already.");
    if (!tcp) return conflict("no-line", `This desk sends nothing to ${ilsToSay(parts)}.`);
    beginning.add(id);
    try {
      const ready = await prepare(parts, tcp, id, request);
      if (ready.kind !== "done") return ready;
      const run = await beginRun(parts, ready.value, request, staff);
      if (run.kind !== "done") return run;
      follow(parts, id, run.value);
      return readBatch(parts, id);
    } finally {
      beginning.delete(id);
    }
  }

  function follow(parts: DeskParts, id: string, run: ReplayRun): void {
    running.set(id, run);
    noteUnderway(parts, id, { running: true, notes: run.notes });
    void run.ended.then((stopped) => {
      running.delete(id);
      noteUnderway(parts, id, { running: false, notes: run.notes, stopped });
      parts.emit("batch", { id });
    });
  }

  async function stop(parts: DeskParts, id: string): Promise<Answer<BatchView>> {
    const run = running.get(id);
    if (!findBatch(parts, id)) return { kind: "not-found", text: "There is no such batch." };
    if (!run) return conflict("not-replaying", "This desk does not replay it.");
    run.stop("Somebody stopped it.");
    await run.ended;
    return readBatch(parts, id);
  }

  return {
    acts: {
      replay: (id, request, staff) => inBranch((parts) => begin(parts, id, request, staff)),
      stopReplay: (id) => inBranch((parts) => stop(parts, id)),
    },
    async end() {
      for (const run of running.values()) run.stop("The desk was switched off.", patienceMs);
      await Promise.all([...running.values()].map(({ ended }) => ended));
    },
  };
}

interface Ready {
  readonly batch: Batch;
  readonly mains: readonly PlacedLine[];
  readonly server: OpenServer;
}

/** All that stands against it, and the server: nothing is written yet. */
async function prepare(
  parts: DeskParts,
  tcp: Tcp,
  id: string,
  request: ReplayRequest,
): Promise<Answer<Ready>> {
  const batch = findBatch(parts, id);
  if (!batch) return { kind: "not-found", text: "There is no such batch." };
  const stands =
    objectToRequest(request) ?? objectToBatch(parts, batch) ?? objectToOthers(parts, batch, request);
  if (stands) return stands;
  const doubled = await objectToDoubled(parts, batch);
  if (doubled) return doubled;
  const here = await renderHere(parts, batch);
  if (here.kind !== "done") return here;
  const mains = [...here.value.placed].filter(({ where }) => where === "main");
  // Of a desk that is to be taken over from, the line that is under way has no answer yet.
  if (!isElsewhere(parts, batch)) {
    const decided = decideUnknown(parts, batch, mains, request);
    if (decided.kind !== "done") return decided;
  }
  const server = await openServer(tcp, parts.clock, request, ilsToSay(parts));
  if (server.kind === "refused") return conflict(server.code, server.text);
  return { kind: "done", value: { batch, mains, server } };
}

/** From here on this desk replays it, and no other. */
async function beginRun(
  parts: DeskParts,
  ready: Ready,
  request: ReplayRequest,
  staff: string | undefined,
): Promise<Answer<ReplayRun>> {
  const { batch, mains, server } = ready;
  const { id } = batch.fact;
  try {
    const before = parts.ledger.branch.answers.batches.get(id)?.replaying;
    const entry = await parts.ledger.appendBranch({ kind: "replay", batch: id, act: "begin" }, staff);
    await awaitHolders(parts, entry);
    if (before !== undefined) await awaitAnswer(parts, batch, before, request);
    const decided = decideUnknown(parts, batch, mains, request);
    if (decided.kind !== "done") {
      server.conversation.close();
      await parts.ledger.appendBranch({ kind: "replay", batch: id, act: "end" }, staff);
      return decided;
    }
    const { again, there } = decided.value;
    const zone = createZone(batch.fact.timezone);
    const { institution = server.institution ?? "", location = "" } = request;
    const { lines, unfit } = planLines(parts, batch, mains, { institution, location, zone }, again);
    const words = "Looked up there";
    const known = there.map((transaction) => ({ transaction, outcome: "done" as const, words }));
    await appendResults(parts, id, [...known, ...unfit], staff);
    const { rate = 5, goOn = false } = request;
    const run = createRun({ parts, batch, server, zone, lines, rate, goOn, staff });
    parts.emit("batch", { id });
    return { kind: "done", value: run };
  } catch (failed) {
    server.conversation.close();
    throw failed;
  }
}

/** The desk that was taken over from has a line under way, whose answer it will still write down. */
async function awaitAnswer(
  parts: DeskParts,
  { fact }: Batch,
  desk: string,
  { answerWithin = defaultAnswerWithin }: ReplayRequest,
): Promise<void> {
  const { clock, roster, ledger, own } = parts;
  const until = clock.monotonic() + answerWithin * 1_000;
  const isUnderWay = (): boolean =>
    [...(ledger.branch.answers.batches.get(fact.id)?.lines.values() ?? [])].some(
      ({ outcome, sentBy, words }) => outcome === "unknown" && sentBy === desk && words === undefined,
    );
  while (desk !== own.desk && roster.isLinked(desk) && isUnderWay() && clock.monotonic() < until)
    await new Promise<void>((resolve) => void clock.after(20, resolve));
}

function isElsewhere({ ledger, own }: DeskParts, { fact }: Batch): boolean {
  const replaying = ledger.branch.answers.batches.get(fact.id)?.replaying;
  return replaying !== undefined && replaying !== own.desk;
}

function objectToRequest({ host, login, institution = "", location = "" }: ReplayRequest): Refusal | null {
  const { user, password } = login ?? { user: "", password: "" };
  const odd = Object.entries({ host, user, password, institution, location }).find(
    ([, text]) => !isFieldText(text),
  );
  if (!odd) return null;
  const text = `${odd[0]}: expected text without vertical bars and control characters.`;
  return { kind: "refused", refusal: { kind: "invalid", text } };
}

function objectToBatch(parts: DeskParts, batch: Batch): Conflict | null {
  const { fact, state } = batch;
  if (!isOpenBatch(batch)) {
    const text = `This batch is ${state}: sending it would double its lines.`;
    return conflict(
      state,
      state === "withdrawn" ? "This batch was withdrawn: its lines are in another." : text,
    );
  }
  if (fact.split)
    return conflict("split", "This batch is in parts, for Alma. Withdraw it and make one that is whole.");
  if (!isReleased(parts, batch))
    return conflict(
      "not-released",
      "A linked desk does not know of this batch yet. Wait a moment and ask again.",
    );
  return null;
}

/** Once a line of it has gone it can't be withdrawn any more: it is gone on with, and shows what is in two files. */
async function objectToDoubled(parts: DeskParts, batch: Batch): Promise<Conflict | null> {
  const doubled = isReplayed(parts, batch) ? [] : await doubledOf(parts, batch);
  if (doubled.length === 0) return null;
  const others = [...new Set(doubled.map((one) => one.batch))].join(", ");
  const text = `Lines of this batch are in ${others}, too, and would be booked twice. Withdraw this one, and make another of what is left.`;
  return conflict("doubled", text);
}

/** One desk replays at a time, and nobody else may be doing it unheard (L25). */
function objectToOthers(parts: DeskParts, batch: Batch, { takeOver, alone }: ReplayRequest): Conflict | null {
  const { own, roster, ledger } = parts;
  const replaying = ledger.branch.answers.batches.get(batch.fact.id)?.replaying;
  if (replaying !== undefined && isElsewhere(parts, batch) && !takeOver) {
    const text = `${roster.nameOf(replaying)} replays this batch. Stop it there; or take over, if that desk is gone or has ended.`;
    return conflict("replaying", text);
  }
  const away = listVerdicts(parts, outageDocument(batch.fact.outage)).filter(
    ({ desk, verdict }) =>
      desk !== own.desk && !roster.isLinked(desk) && (verdict === "away" || verdict === "unknown"),
  );
  if (away.length === 0 || alone) return null;
  const names = away.map(({ name }) => name).join(", ");
  const text = `${names} can't be asked from here, and might replay this batch, too. Look there first; then say that nobody else does.`;
  return { kind: "conflict", code: "desks-away", text, incomplete: away };
}

function conflict(code: string, text: string): Conflict {
  return { kind: "conflict", code, text };
}
