/**
 * What must hold in every simulated outage: one function for each invariant, by its number in ARCHITECTURE.md. Those of
 * the oracle and of the clerk (I9 of files, I12, I13, I31, I32, I33) are judged where they see it happen.
 */
import { outageOfDocument } from "../../src/node/desk/ledger-entries.ts";
import type { BatchView, TransactionRow } from "../../src/node/http/api.ts";
import { cardPrefix, scan } from "./clerk.ts";
import { readRows, takeFile } from "./ending.ts";
import type { Given, Oracle } from "./oracle.ts";
import type { Pc } from "./pc.ts";
import { judgedPcs } from "./rest.ts";
import { outageToText, purgedOf, type Shown, shownToTexts } from "./shown.ts";
import { choicesOf } from "./steps.ts";
import type { World } from "./world.ts";

const mostReleases = 12;

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

/** At a quiet point. */
export async function judgeAtRest(world: World): Promise<void> {
  const shown = await showAll(world);
  receiptsAreKept(world, shown);
  desksAgree(world, shown);
  idsCountOnce(world, shown);
  linesAreInOneBatch(world, shown);
  coverageIsTrue(world, shown);
  await retriesGetTheirReceipt(world);
  await filesAreTheSame(world, shown);
}

export async function showAll(world: World, pcs = judgedPcs(world)): Promise<readonly Shown[]> {
  const shown: Shown[] = [];
  for (const pc of pcs) {
    const one = await world.ask(pc, async (desk) => {
      return {
        pc,
        rows: await readRows(desk),
        exceptions: await desk.exceptions(),
        batches: await desk.batches(),
        outage: outageToText(desk.outage()),
        outages: await desk.outages(),
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
    for (const given of oracle.given) {
      const { receipt, excused, command } = given;
      // A desk that made a file of it keeps a purged outage until that file is loaded.
      const isKept = oracle.ils.isPurging(outageOfDocument(given.document)!) && isShownBy(shown, receipt.id);
      if (!places.has(receipt.id) && !excused && !isKept && !oracle.isForgotten(given))
        oracle.break("I1", `${pc.name} has lost ${command.kind} ${receipt.id}`);
    }
  }
}

function isShownBy(shown: readonly Shown[], id: string): boolean {
  return shown.some(({ rows }) => rows.some((row) => row.id === id));
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

/**
 * I6: rows, exceptions, batches and the outage are the same everywhere. A purged outage stays on desks that can give out a
 * file of it that nobody has loaded yet, and is gone from the others (decision 0025): it is told of by neither here.
 */
export function desksAgree({ oracle }: World, shown: readonly Shown[]): void {
  const texts = shown.map(shownToTexts);
  for (const [i, one] of texts.entries()) {
    for (const part of ["rows", "exceptions", "batches", "outage", "outages"] as const) {
      const first = texts[0]![part];
      const at = one[part].findIndex((text, place) => text !== first[place]);
      if (at === -1 && one[part].length === first.length) continue;
      const what = `${one[part][at] ?? "nothing"} against ${first[at === -1 ? one[part].length : at] ?? "nothing"}`;
      oracle.break("I6", `${shown[i]!.pc.name} and ${shown[0]!.pc.name} differ in ${part}: ${what}`);
    }
  }
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
  // Of an outage that is being purged nobody's page asks so late, and desks that are rid of it know the id no more.
  const isPurging = ({ document }: Given): boolean => oracle.ils.isPurging(outageOfDocument(document)!);
  const known = oracle.given.filter((one) => !one.excused && !isPurging(one));
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
  for (const { pc, batches, outages } of shown) {
    const purged = purgedOf({ outages });
    for (const { id, outage, state, sha256 } of batches) {
      if (state === "withdrawn" || purged.has(outage)) continue;
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
      // What its upper frontier names went with disks that were wiped, or lies beyond where its desk was cut off.
      const isGone = code === "not-here" && (oracle.lossy || isCutOff(world, id));
      if (code !== null && !isGone) oracle.break("I9", `${pc.name} can't give out ${id}: ${code}`);
      if (oracle.files.has(id) && oracle.files.get(id) !== sha256)
        oracle.break("I9", `${id} is not what its entry says`);
    }
  }
}

/**
 * Its maker was retired by a desk that had heard of the file and not got all that is in it, maybe a decision (L16): it can
 * be had from that PC alone.
 */
export function isCutOff({ oracle, pcs }: World, batch: string): boolean {
  const maker = oracle.ils.makerOf(batch);
  return pcs.some(({ number, retired }) => number === maker && retired);
}

/** I10: what a batch carries, no other does. */
export function linesAreInOneBatch({ oracle }: World, shown: readonly Shown[]): void {
  const [first] = shown;
  if (!first) return;
  const purged = purgedOf(first);
  // Where one was loaded though it overlaps, rows name the first of the two; it names what is in both.
  const doubled = new Set(
    first.batches.flatMap(({ id, doubled: lines = [] }) =>
      lines.flatMap(({ transaction, batch }) => [`${id} ${transaction}`, `${batch} ${transaction}`]),
    ),
  );
  // A batch counted the copy that it knew, which was of another kind, maybe.
  const otherContent = new Set(
    first.exceptions.flatMap(({ kind, transactions }) =>
      kind === "two-contents" ? transactions.map(({ id }) => id) : [],
    ),
  );
  for (const batch of first.batches) {
    if (batch.state === "withdrawn" || purged.has(batch.outage)) continue;
    const within = first.rows.filter((row) => row.batch === batch.id || doubled.has(`${batch.id} ${row.id}`));
    // What is no line in either of two such files is named in neither.
    const isDoubled = first.batches.some(
      ({ outage, overlaps, state }) => outage === batch.outage && overlaps && state !== "withdrawn",
    );
    const lines = within.filter(({ kind }) => kind !== "voiding").length;
    const counted = batch.counts.reduce((sum, { written, extra }) => sum + written + extra, 0);
    if (batch.files.length > 0 && counted > lines)
      oracle.break("I10", `${batch.id} has ${counted} lines, of ${lines} rows that say they are in it`);
    for (const { kind, onScreen, written, extra, voided, repeated } of batch.counts) {
      const isSum = onScreen === written + extra + voided + repeated;
      const isOfKind = (row: TransactionRow): boolean => row.kind === kind || otherContent.has(row.id);
      const ofKind = within.filter(isOfKind).length;
      // What it left out as taken back may stand again, and be in a file after it (decision 0121).
      const elsewhere = countLater(first, batch, kind) + countTakenBack(oracle, first, batch, isOfKind);
      const isTooMany = written + extra > ofKind || onScreen > ofKind + elsewhere;
      if (!isSum || (!isDoubled && isTooMany))
        oracle.break("I11", `${batch.id}: the counts of ${kind} don't add up`);
    }
  }
}

/**
 * Rows of a kind that were taken back, with a copy in each of two outages: both count it, and one is named. The copies may
 * be of two kinds.
 */
function countTakenBack(
  { given }: Oracle,
  { rows }: Shown,
  batch: BatchView,
  isOfKind: (row: TransactionRow) => boolean,
): number {
  const here = `outage-${batch.outage}`;
  const copies = new Set(given.flatMap(({ receipt, document }) => (document === here ? [receipt.id] : [])));
  return rows.filter((row) => isOfKind(row) && row.voided && row.batch !== batch.id && copies.has(row.id))
    .length;
}

/** Rows of a kind in files of the same outage that were made after this one. */
function countLater({ rows, batches }: Shown, batch: BatchView, kind: string): number {
  // Newest first.
  const newer = batches.slice(0, batches.indexOf(batch)).filter(({ outage }) => outage === batch.outage);
  const later = new Set(newer.map(({ id }) => id));
  return rows.filter((row) => row.kind === kind && row.batch !== undefined && later.has(row.batch)).length;
}

/** I32, at rest. */
function coverageIsTrue({ oracle }: World, shown: readonly Shown[]): void {
  for (const { pc, rows } of shown) oracle.checkCoverage(pc, rows);
}
