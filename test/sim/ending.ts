/** Supervisors of a simulated branch at an outage's end: export, load, decide, give up, close, purge. */
import type { Decision } from "../../src/crdt/circulation/transaction.ts";
import type { Answer, Desk } from "../../src/node/desk/desk.ts";
import type { TransactionRow } from "../../src/node/http/api.ts";
import type { Clerk } from "./clerk.ts";
import { idsOf, isNoLine, listUnaccounted } from "./ils.ts";

const formats = ["jsonl", "jsonl", "jsonl", "csv", "koha", "evergreen", "alma", "sierra"] as const;
const mostRounds = 3;

/** Decides what must be decided, makes the next batch and takes its file; `null`: it is made. */
export async function exportBatch(clerk: Clerk, partial: boolean): Promise<string | null> {
  const { desk, choices, oracle, pc } = clerk;
  await settleAll(clerk);
  const format = formats[choices.uint32() % formats.length]!;
  await sayLoadedToo(clerk);
  const standing = (await desk.batches()).filter(({ state }) => state !== "withdrawn").map(({ id }) => id);
  const known = partial ? await listHeld(desk, standing) : standing;
  const made = await desk.makeBatch(
    { format, ...(partial ? { partial, reason: "the line is down" } : {}) },
    "ms",
  );
  if (made.kind !== "done") return made.kind === "conflict" ? made.code : made.kind;
  oracle.ils.made(made.value.id, known, pc.number);
  await takeFile(clerk, made.value.id);
  return null;
}

/** Staff may go on without what an earlier file holds and this desk lacks: then it can't know what that one has. */
async function listHeld(desk: Desk, batches: readonly string[]): Promise<readonly string[]> {
  const held: string[] = [];
  for (const id of batches) {
    const file = await desk.batchFile(id, "main");
    if (file.kind !== "conflict" || file.code !== "not-here") held.push(id);
  }
  return held;
}

/** Of two batches made apart one withdraws itself: staff who have loaded its file say so before they make another. */
async function sayLoadedToo({ desk, oracle }: Clerk): Promise<void> {
  for (const { id, state } of await desk.batches())
    if (state === "withdrawn" && oracle.ils.has(id))
      await desk.markBatch(id, { state: "loaded-too", note: "its file was out already" }, "ms");
}

export async function takeFile({ desk, oracle }: Clerk, batch: string): Promise<string | null> {
  const file = await desk.batchFile(batch, "main");
  if (file.kind === "done") oracle.takeFile(batch, file.value.bytes);
  return file.kind === "conflict" ? file.code : null;
}

export async function settleAll({ desk, choices }: Clerk): Promise<void> {
  const never = ["correct", "accept"];
  for (const { id, mustDecide, settled, transactions, choices: all } of await desk.exceptions()) {
    if (!mustDecide || settled) continue;
    const transaction = transactions[0]?.id;
    const fit = all.filter(
      (one) => !never.includes(one.decision) && (!one.needsTransaction || transaction !== undefined),
    );
    const { decision, needsTransaction } = fit[choices.uint32() % fit.length]!;
    const which = needsTransaction && transaction !== undefined ? { transaction } : {};
    await desk.settle(id, { decision: decision as Decision, ...which, reason: "looked at" }, "ms");
  }
}

/** Mostly loaded; sometimes refused, and rarely issued again, or given up and made anew. */
const outcomes = [
  { below: 11, outcome: { state: "loaded", job: "1" } },
  { below: 14, outcome: { state: "failed", note: "refused" } },
  { below: 15, outcome: { state: "re-issued", note: "the stick was lost" } },
  { below: 16, outcome: { state: "withdrawn", note: "made for another ILS" } },
] as const;
const loaded = outcomes[0].outcome;

/**
 * Batches go into the ILS, and what became of them is said. Whoever loads one and is cut off before it is noted says so
 * the next time, also of one that withdrew itself meanwhile.
 */
export async function markBatches(clerk: Clerk, always: boolean): Promise<void> {
  const { desk, choices, oracle, pc } = clerk;
  // Who was told that this desk is none any more gives nobody a file of it.
  if (pc.retired) return;
  await sayLoadedToo(clerk);
  for (const { id, state } of await desk.batches()) {
    const drawn = always ? 0 : choices.uint32() % 16;
    const isIn = oracle.ils.has(id);
    if (state !== "made" && state !== "failed" && state !== "re-issued") continue;
    const { outcome } = oracle.ils.isGivenUp(id) ? outcomes[3] : outcomes.find(({ below }) => drawn < below)!;
    if (isIn) await desk.markBatch(id, loaded, "ms");
    else if (outcome.state === "loaded") {
      if (await load(clerk, id)) await desk.markBatch(id, outcome, "ms");
    } else {
      if (outcome.state === "withdrawn") oracle.ils.giveUp(id);
      await desk.markBatch(id, outcome, "ms");
    }
  }
}

async function load({ desk, oracle }: Clerk, id: string): Promise<boolean> {
  const files: string[] = [];
  for (const role of ["main", "lines", "extra", "patrons"] as const) {
    const file = await desk.batchFile(id, role);
    if (role === "main" && file.kind === "done") oracle.takeFile(id, file.value.bytes);
    if (file.kind !== "done" && role !== "patrons") return false;
    files.push(file.kind === "done" ? Buffer.from(file.value.bytes).toString("utf8") : "");
  }
  const [, lines, extra, patrons] = files as [string, string, string, string];
  // New patrons go by their card.
  const within = (await readRows(desk)).filter(({ batch }) => batch === id);
  const registered = within.filter(
    ({ kind, patron }) => kind === "registration" && patrons.includes(patron!),
  );
  if (oracle.ils.isGivenUp(id)) return false;
  oracle.ils.load(id, {
    main: [...idsOf(lines), ...registered.map((row) => row.id)],
    extra: idsOf(extra),
    none: within.filter(isNoLine).map((row) => row.id),
  });
  return true;
}

/** All that is left to do in the ILS is done. */
export async function tickAll(desk: Desk): Promise<void> {
  const todos = await desk.todos({});
  const open = todos.kind === "done" ? todos.value.filter(({ done }) => done === undefined) : [];
  if (open.length > 0)
    await desk.tick({ todos: open.map(({ id }) => id), note: "looked at in the library system" }, "ms");
}

/** Moves the outage on, or back. */
export async function moveOutage({ desk, choices }: Clerk): Promise<void> {
  const moves = ["closing", "open-again", "close"] as const;
  const move = moves[choices.uint32() % moves.length]!;
  if (move === "close") await tickAll(desk);
  await desk.moveOutage(move, {}, "ms");
}

/** The whole way to the next outage, as far as it goes. `null`: it is closed. */
export async function endOutage(clerk: Clerk, over: boolean): Promise<string | null> {
  const { desk } = clerk;
  for (let round = 0; round < mostRounds; round++) {
    let code = await exportBatch(clerk, false);
    if (code === "incomplete" && over) code = await exportBatch(clerk, true);
    await markBatches(clerk, true);
    if (code === "not-found") break;
  }
  if (over) await giveUpAway(desk);
  await settleAll(clerk);
  await tickAll(desk);
  const closed = await desk.moveOutage("close", { toldBy: "Help desk" }, "ms");
  return closed.kind === "conflict" ? closed.text : closed.kind === "done" ? null : closed.kind;
}

async function giveUpAway(desk: Desk): Promise<void> {
  for (const { desk: id, verdict } of desk.desks().desks)
    if (verdict === "away" || verdict === "unknown")
      await desk.actOnDesk(id, { kind: "lost", reason: "it is gone" }, "ms");
}

/** Purges what is closed. I27: whatever this desk shows of it then has its place. Codes of what stands against it. */
export async function purgeOutages(clerk: Clerk, reason: boolean): Promise<readonly string[]> {
  const { desk, oracle } = clerk;
  const codes: string[] = [];
  // Oldest first: what a later one took back of it would stand again.
  for (const { number, state, purged } of (await desk.outages()).toReversed()) {
    if (state !== "closed" || purged) continue;
    const rows = (await readRows(desk)).filter(({ position }) => position.outage === number);
    const lacking = listUnaccounted(oracle.ils, rows, await desk.batches());
    const placed = rows.filter((row) => !lacking.includes(row));
    oracle.ils.purge(
      number,
      placed.map(({ id }) => id),
    );
    const why = reason ? "nobody knows of it" : undefined;
    let answer = await desk.purge(number, why, "ms");
    // What was purged before shows the rest in another light, and a decision may ask for another one.
    for (let round = 0; reason && isUndecided(answer) && round < mostRounds; round++) {
      await settleAll(clerk);
      await tickAll(desk);
      answer = await desk.purge(number, why, "ms");
    }
    if (answer.kind === "conflict") codes.push(answer.code);
    else if (answer.kind === "done" && lacking[0] && !oracle.lossy)
      oracle.break("I27", `outage ${number} was purged with ${lacking[0].kind} ${lacking[0].id} in no file`);
  }
  return codes;
}

function isUndecided(answer: Answer<unknown>): boolean {
  return answer.kind === "conflict" && (answer.code === "undecided" || answer.code === "todos");
}

export async function readRows(desk: Desk): Promise<readonly TransactionRow[]> {
  const rows: TransactionRow[] = [];
  let after: string | undefined;
  do {
    const page = await desk.transactions({ limit: 200, ...(after === undefined ? {} : { after }) });
    rows.push(...page.rows);
    after = page.next;
  } while (after !== undefined);
  return rows;
}
