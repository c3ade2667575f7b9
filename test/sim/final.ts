/** The end of a simulated branch: all is exported and loaded, has its place, and goes. */
import { isOpenBatch } from "../../src/crdt/circulation/branch-state.ts";
import { endOutage, exportBatch, markBatches, purgeOutages, tickAll } from "./ending.ts";
import { listUnaccounted } from "./ils.ts";
import { desksAgree, isCutOff, linesAreInOneBatch, showAll } from "./invariants.ts";
import type { Pc, Running } from "./pc.ts";
import { comeToRest, judgedPcs } from "./rest.ts";
import type { Shown } from "./shown.ts";
import { choicesOf, isEndingSeed } from "./steps.ts";
import type { World } from "./world.ts";

const mostExports = 20;
const mostCloses = 15;
const mostRounds = 3;
const goneMs = 3_000;

export async function judgeTheEnd(world: World): Promise<void> {
  const { oracle } = world;
  await everythingIsExported(world);
  if (oracle.broken.length === 0 && isEndingSeed(world.plan.seed)) await everythingIsForgotten(world);
  if (oracle.broken.length === 0) await restartChangesNothing(world);
}

/** I10: at the end a whole export leaves nothing behind, nothing comes twice, and the outage can be closed. */
async function everythingIsExported(world: World): Promise<void> {
  const { oracle, random } = world;
  // Who can't reach a desk itself is never sure of it.
  const pcs = judgedPcs(world).filter((one) => !world.pcs.some((other) => world.isApart(one, other)));
  const pc = pcs[random.uint32() % pcs.length];
  const { running } = pc ?? {};
  if (!pc || !running) return;
  let outcome: string | null = null;
  let left: number | null = null;
  // A batch that somebody withdrew meanwhile gives its lines to the next one.
  for (let round = 0; round < mostRounds && left !== 0; round++) {
    outcome = await exportAll(world, pc, running);
    // Nobody is left who was told what the branch is called.
    if (outcome === "branch" && oracle.lossy) return;
    if (!(await loadAll(world))) oracle.break("I10", `${pc.name} can't load every file`);
    // A purged outage that was kept for its file goes once that is loaded, and what no file held of it waits again then.
    if (oracle.ils.isPurgingAny) await world.pass(goneMs);
    left = await world.ask(pc, async (desk) => desk.state().waiting);
  }
  if (outcome !== "not-found") oracle.break("I10", `${pc.name} can't export the rest: ${outcome}`);
  if (left !== 0) oracle.break("I10", `${pc.name} has ${left} scans left that are in no file`);
  if (!(await comeToRest(world))) return;
  const shown = await showAll(world);
  desksAgree(world, shown);
  linesAreInOneBatch(world, shown);
  if (!isEndingSeed(world.plan.seed)) return;
  everyLineHasItsPlace(world, shown);
  doublesAreNoticed(world, shown);
}

const exporting = { act: "export", a: 0, b: 0, n: 2, waitMs: 0 } as const;

/** What went with a disk is missed for ever: then staff export without it. They ask again where a word is on its way. */
async function exportAll(world: World, pc: Pc, running: Running): Promise<string | null> {
  const { oracle } = world;
  let outcome: string | null = "it has not tried";
  for (let tries = 0; tries < mostExports && outcome !== "not-found"; tries++) {
    outcome = await world.ask(pc, (desk) =>
      exportBatch({ pc, running, desk, oracle, choices: choicesOf(exporting) }, oracle.lossy),
    );
    if (outcome === "incomplete") await giveUpOutsiders(world, pc);
    if (outcome !== null && outcome !== "not-found") await world.pass(1_000);
  }
  return outcome;
}

/** A file is given out when every linked desk knows of it, and a PC that lost its power is missed after some seconds. */
async function loadAll(world: World): Promise<boolean> {
  const { oracle } = world;
  let isLoaded: boolean | null = false;
  for (let tries = 0; tries < mostExports && !isLoaded; tries++) {
    if (tries === mostExports / 2) await giveUpLostFiles(world);
    // One that has purged the outage can't give out the file of a desk that had not heard.
    for (const pc of judgedPcs(world))
      isLoaded = await world.ask(pc, async (desk) => {
        const clerk = { pc, running: pc.running!, desk, oracle, choices: choicesOf(exporting) };
        await markBatches(clerk, true);
        const purged = (await desk.outages()).flatMap((one) => (one.purged ? [one.number] : []));
        // All of a file is in the ILS already where its outage was purged with it: nobody can make it any more.
        return !(await desk.batches()).some(
          ({ state, outage, files }) =>
            isOpenBatch({ state }) && (files.length > 0 || !purged.includes(outage)),
        );
      });
    if (!isLoaded) await world.pass(1_000);
  }
  return isLoaded === true;
}

/**
 * All its scans were on a disk that was lost, or beyond where its desk was cut off, before anybody took the file: a person
 * says that it goes nowhere.
 */
async function giveUpLostFiles(world: World): Promise<void> {
  const { oracle } = world;
  const batches = (await showAll(world, judgedPcs(world))).flatMap((shown) => shown.batches);
  const made = new Set(batches.flatMap(({ id, files }) => (files.length > 0 ? [id] : [])));
  for (const { id, state } of batches) {
    const isLost = (oracle.lossy || isCutOff(world, id)) && !made.has(id);
    if (isOpenBatch({ state }) && isLost) oracle.ils.giveUp(id);
  }
}

/** I10: what got a receipt is in a file that was loaded, or listed as not loaded with its reason. */
function everyLineHasItsPlace({ oracle }: World, shown: readonly Shown[]): void {
  const [first] = shown;
  if (!first || oracle.lossy) return;
  const { ils } = oracle;
  for (const { kind, id } of listUnaccounted(ils, first.rows, first.batches))
    oracle.break("I10", `${kind} ${id} is in no file that was loaded, and listed nowhere`);
}

/** I10: two files made apart hold the same lines, and both were loaded: the branch is told which. */
function doublesAreNoticed({ oracle }: World, shown: readonly Shown[]): void {
  const [first] = shown;
  if (!first || oracle.lossy) return;
  for (const [id, one, two] of oracle.ils.doubled) {
    const views = first.batches.filter((batch) => batch.id === one || batch.id === two);
    // Two outages, of which one was purged: what is known of it is gone (decision 0025).
    const isPurged = first.outages.some(
      ({ number, purged }) => purged && views.some((v) => v.outage === number),
    );
    if (isPurged) continue;
    const isListed = views.some(({ doubled = [] }) => doubled.some(({ transaction }) => transaction === id));
    if (!isListed) oracle.break("I10", `${id} was loaded with ${one} and with ${two}, and nobody is told`);
  }
}

/** I27, I28: the outage is closed, and all that is closed goes, from every desk's disk. */
async function everythingIsForgotten(world: World): Promise<void> {
  const { oracle, random } = world;
  const pcs = judgedPcs(world).filter((one) => !world.pcs.some((other) => world.isApart(one, other)));
  const pc = pcs[random.uint32() % pcs.length];
  const { running } = pc ?? {};
  if (!pc || !running) return;
  const step = { act: "end", a: 0, b: 0, n: 3, waitMs: 0 } as const;
  const clerkOf = (desk: NonNullable<Running["desk"]>) => ({
    pc,
    running,
    desk,
    oracle,
    choices: choicesOf(step),
  });
  let closed: string | null = "it has not tried";
  for (let tries = 0; tries < mostCloses && closed !== null; tries++) {
    closed = await world.ask(pc, (desk) =>
      desk.outage().state === "standby" ? Promise.resolve(null) : endOutage(clerkOf(desk), true),
    );
    if (closed !== null) await world.pass(1_000);
  }
  // What went with wiped disks is waited for, and not every desk can be given up (decision 0121).
  if (closed !== null && oracle.lossy && closed.includes("may have made scans that are not here")) return;
  if (closed !== null) oracle.break("I40", `${pc.name} can't close the outage: ${closed}`);
  const against = await world.ask(pc, async (desk) => {
    // Of outages that were closed before, too: what came late was decided since.
    await tickAll(desk);
    return purgeOutages(clerkOf(desk), true);
  });
  if (against?.length !== 0) oracle.break("I27", `${pc.name} can't purge: ${against?.join(", ")}`);
  if (!(await comeToRest(world))) return;
  const shown = await showAll(world);
  desksAgree(world, shown);
  for (const one of shown) nothingIsLeft(world, one);
}

function nothingIsLeft({ oracle }: World, { pc, rows, outages }: Shown): void {
  for (const { number, purged } of outages)
    if (purged && pc.disk.names().includes(`outage-${number}`))
      oracle.break("I28", `${pc.name} still has outage ${number}, which is purged`);
  for (const { id, position } of rows)
    if (outages.some(({ number, purged }) => purged && number === position.outage))
      oracle.break("I28", `${pc.name} still shows ${id} of outage ${position.outage}, which is purged`);
}

/**
 * What a retired desk was last known to have is wanted (L16), and may be nowhere else; nor is one whole that only a
 * retired desk let in. A supervisor says that they are lost.
 */
async function giveUpOutsiders(world: World, pc: Pc): Promise<void> {
  await world.ask(pc, async (desk) => {
    const lacking = desk
      .desks()
      .desks.filter(
        ({ standing, verdict }) => standing !== "admitted" && (verdict === "away" || verdict === "unknown"),
      );
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
