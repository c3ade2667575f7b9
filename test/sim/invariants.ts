/**
 * What must hold in every simulated outage: one function for each invariant, by its number in ARCHITECTURE.md. Those of
 * the oracle and of the clerk (I9 of files, I12, I13, I31, I32, I33) are judged where they see it happen.
 */
import type { BatchView, ExceptionView, TransactionRow } from "../../src/node/http/api.ts";
import { cardPrefix, exportBatch, markBatches, scan, takeFile } from "./clerk.ts";
import type { Pc } from "./pc.ts";
import { comeToRest, judgedPcs } from "./rest.ts";
import { choicesOf } from "./steps.ts";
import type { World } from "./world.ts";

const mostExports = 20;
const mostReleases = 12;

/** All that a desk shows, at rest. */
interface Shown {
  readonly pc: Pc;
  readonly rows: readonly TransactionRow[];
  readonly exceptions: readonly ExceptionView[];
  readonly batches: readonly BatchView[];
  readonly outage: string;
}

/** After each step: what was logged meanwhile. */
export function judgeWhileRunning(world: World): void {
  for (const pc of world.pcs) {
    for (const line of pc.said.slice(pc.judged)) {
      honestLinksStay(world, pc, line);
      logsAreSilentOfPatrons(world, pc, line);
    }
    pc.judged = pc.said.length;
  }
}

export async function judgeAtRest(world: World, isLast: boolean): Promise<void> {
  const shown = await showAll(world);
  receiptsAreKept(world, shown);
  desksAgree(world, shown);
  idsCountOnce(world, shown);
  linesAreInOneBatch(world, shown);
  coverageIsTrue(world, shown);
  await retriesGetTheirReceipt(world);
  await filesAreTheSame(world, shown);
  if (!isLast || world.oracle.broken.length > 0) return;
  await everythingIsExported(world);
  if (world.oracle.broken.length === 0) await restartChangesNothing(world);
}

async function showAll(world: World, pcs = judgedPcs(world)): Promise<readonly Shown[]> {
  const shown: Shown[] = [];
  for (const pc of pcs) {
    const one = await world.ask(pc, async (desk) => {
      const rows: TransactionRow[] = [];
      let after: string | undefined;
      do {
        const page = await desk.transactions({ limit: 200, ...(after === undefined ? {} : { after }) });
        rows.push(...page.rows);
        after = page.next;
      } while (after !== undefined);
      return {
        pc,
        rows,
        exceptions: await desk.exceptions(),
        batches: await desk.batches(),
        outage: JSON.stringify(desk.outage()),
      };
    });
    if (one) shown.push(one);
    else world.oracle.break("I13", `${pc.name} doesn't answer`);
  }
  return shown;
}

/** I1: whatever got a receipt is there, at every desk, under that id and at that place. */
function receiptsAreKept({ oracle }: World, shown: readonly Shown[]): void {
  for (const { pc, rows } of shown) {
    const places = new Map(rows.map(({ id, position }) => [id, position]));
    for (const { receipt, excused, command } of oracle.given) {
      const place = places.get(receipt.id);
      if (!place && !excused) oracle.break("I1", `${pc.name} has lost ${command.kind} ${receipt.id}`);
    }
  }
}

/** I5: a link is closed for its sender's fault alone. */
function honestLinksStay({ oracle }: World, pc: Pc, line: string): void {
  const host = /^The link to .* \(([0-9.]+)\) was closed/.exec(line)?.[1];
  const isForked = line.startsWith("A second content of");
  const isSoiled = [...oracle.soiled].some((pair) => pair.startsWith(`${pc.host} `));
  if (host !== undefined && !oracle.soiled.has(`${pc.host} ${host}`))
    oracle.break("I5", `${pc.name}: ${line}`);
  if (isForked && !isSoiled) oracle.break("I3", `${pc.name}: ${line}`);
  if (/^start failed|^NOT SAVED|was damaged|could not be shown/.test(line) && !pc.troubled && !pc.disk.torn)
    oracle.break("I33", `${pc.name}: ${line}`);
}

/** I15. */
function logsAreSilentOfPatrons({ oracle }: World, pc: Pc, line: string): void {
  if (line.includes(cardPrefix)) oracle.break("I15", `${pc.name} logged a card number`);
}

/** I6: rows, exceptions, batches and the outage are the same everywhere. */
function desksAgree({ oracle }: World, shown: readonly Shown[]): void {
  const texts = shown.map(({ rows, exceptions, batches, outage }) => ({
    rows: rows.map(withoutCoverage),
    exceptions: exceptions.map(({ transactions, ...rest }) =>
      JSON.stringify([rest, transactions.map(({ id }) => id)]),
    ),
    batches: batches.map(({ released: _released, ...rest }) => JSON.stringify(rest)),
    outage: [outage],
  }));
  for (const [i, one] of texts.entries()) {
    for (const part of ["rows", "exceptions", "batches", "outage"] as const) {
      const first = texts[0]![part];
      const at = one[part].findIndex((text, place) => text !== first[place]);
      if (at === -1 && one[part].length === first.length) continue;
      const what = `${one[part][at] ?? "nothing"} against ${first[at === -1 ? one[part].length : at] ?? "nothing"}`;
      oracle.break("I6", `${shown[i]!.pc.name} and ${shown[0]!.pc.name} differ in ${part}: ${what}`);
    }
  }
}

function withoutCoverage({ coverage: _coverage, ...row }: TransactionRow): string {
  return JSON.stringify(row);
}

/** I8: one row for an id. */
function idsCountOnce({ oracle }: World, shown: readonly Shown[]): void {
  for (const { pc, rows } of shown) {
    const ids = new Set(rows.map(({ id }) => id));
    if (ids.size !== rows.length) oracle.break("I8", `${pc.name} counts an id twice`);
  }
}

/** I8: whoever asks again gets a receipt that was given, wherever they ask. */
async function retriesGetTheirReceipt(world: World): Promise<void> {
  const { oracle, random } = world;
  const known = oracle.given.filter(({ excused }) => !excused);
  const pcs = judgedPcs(world);
  if (known.length === 0 || pcs.length === 0) return;
  const one = known[random.uint32() % known.length]!;
  const pc = pcs[random.uint32() % pcs.length]!;
  const sameId = oracle.given.filter(({ receipt }) => receipt.id === one.receipt.id);
  const { running } = pc;
  const receipt = await world.ask(pc, (desk) => {
    const step = { act: "again", a: 0, b: 0, n: 0, waitMs: 0 } as const;
    const clerk = { pc, running: running!, desk, oracle, choices: choicesOf(step) };
    return scan(clerk, one.command, () => new Date(world.scheduler.clock.now()).toISOString());
  });
  // Of two contents under one id the first in order counts, and the other is refused.
  if (sameId.some(({ command }) => command !== one.command)) return;
  const isGiven = sameId.some(({ receipt: { run, seq } }) => run === receipt?.run && seq === receipt.seq);
  if (!isGiven) oracle.break("I8", `${pc.name} gave another receipt for ${one.receipt.id}`);
}

/** I9: every desk renders what the batch's entry says, and what was given out before. */
async function filesAreTheSame(world: World, shown: readonly Shown[]): Promise<void> {
  const { oracle } = world;
  for (const { pc, batches } of shown) {
    for (const { id, state, sha256 } of batches) {
      if (state === "withdrawn") continue;
      const { running } = pc;
      const step = { act: "export", a: 0, b: 0, n: 0, waitMs: 0 } as const;
      const ask = () =>
        world.ask(pc, (desk) =>
          takeFile({ pc, running: running!, desk, oracle, choices: choicesOf(step) }, id),
        );
      let code = await ask();
      // A link to a PC that lost its power is missed after some seconds of silence.
      for (let tries = 0; code === "not-released" && tries < mostReleases; tries++) {
        await world.pass(1_000);
        code = await ask();
      }
      if (code !== null) oracle.break("I9", `${pc.name} can't give out ${id}: ${code}`);
      if (oracle.files.has(id) && oracle.files.get(id) !== sha256)
        oracle.break("I9", `${id} is not what its entry says`);
    }
  }
}

/** I10: what a batch carries, no other does. */
function linesAreInOneBatch({ oracle }: World, shown: readonly Shown[]): void {
  const [first] = shown;
  if (!first) return;
  for (const batch of first.batches) {
    if (batch.state === "withdrawn") continue;
    const within = first.rows.filter((row) => row.batch === batch.id);
    const lines = within.filter(({ kind }) => kind !== "voiding").length;
    const counted = batch.counts.reduce((sum, { written, extra }) => sum + written + extra, 0);
    if (batch.files.length > 0 && counted > lines)
      oracle.break("I10", `${batch.id} has ${counted} lines, of ${lines} rows that say they are in it`);
  }
}

/** I32, at rest. */
function coverageIsTrue({ oracle }: World, shown: readonly Shown[]): void {
  for (const { pc, rows } of shown) oracle.checkCoverage(pc, rows);
}

/** I10: at the end a whole export leaves nothing behind, nothing comes twice, and the outage can be closed. */
async function everythingIsExported(world: World): Promise<void> {
  const { oracle, random } = world;
  // Who can't reach a desk itself is never sure of it.
  const pcs = judgedPcs(world).filter((one) => !world.pcs.some((other) => world.isApart(one, other)));
  const pc = pcs[random.uint32() % pcs.length];
  const { running } = pc ?? {};
  if (!pc || !running) return;
  const step = { act: "export", a: 0, b: 0, n: 2, waitMs: 0 } as const;
  const isPartial = oracle.lossy || world.pcs.some(({ retired, retiredBy }) => retired && !retiredBy);
  let outcome: string | null = "it has not tried";
  // What went with a disk, or a desk that nobody ever admitted says it has, is missed for ever: then staff export without it. They ask again a little later when another desk's word is still on its way.
  for (let tries = 0; tries < mostExports && outcome !== "not-found"; tries++) {
    outcome = await world.ask(pc, (desk) =>
      exportBatch({ pc, running, desk, oracle, choices: choicesOf(step) }, isPartial),
    );
    if (outcome === "incomplete") await giveUpRetired(world, pc);
    if (outcome !== null && outcome !== "not-found") await world.pass(1_000);
  }
  const left = await world.ask(pc, async (desk) => {
    await markBatches({ pc, running, desk, oracle, choices: choicesOf(step) }, true);
    return desk.state().waiting;
  });
  if (outcome !== "not-found") oracle.break("I10", `${pc.name} can't export the rest: ${outcome}`);
  if (left !== 0) oracle.break("I10", `${pc.name} has ${left} scans left that are in no file`);
  if (!(await comeToRest(world))) return;
  const shown = await showAll(world);
  desksAgree(world, shown);
  linesAreInOneBatch(world, shown);
}

/** What a retired desk was last known to have is wanted (L16), and may be nowhere else: a supervisor says that it is lost. */
async function giveUpRetired(world: World, pc: Pc): Promise<void> {
  await world.ask(pc, async (desk) => {
    const lacking = desk
      .desks()
      .desks.filter(({ standing, verdict }) => standing === "retired" && verdict === "away");
    for (const { desk: id } of lacking)
      await desk.actOnDesk(id, { kind: "lost", reason: "it is gone" }, "ms");
  });
}

/** I1, I3, I6: what a desk reads from its disk is what it had. */
async function restartChangesNothing(world: World): Promise<void> {
  const pcs = judgedPcs(world);
  const pc = pcs[world.random.uint32() % pcs.length];
  if (!pc) return;
  const [was] = await showAll(world, [pc]);
  world.kill(pc, "power");
  world.start(pc);
  for (let tries = 0; !pc.running?.desk && tries < 100; tries++) await world.pass(50);
  const [is] = await showAll(world, [pc]);
  if (was && is) desksAgree(world, [was, is]);
  else world.oracle.break("I13", `${pc.name} doesn't come back`);
}
