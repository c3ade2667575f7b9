/**
 * A busy day of a branch in simulated time: outage after outage is opened, scanned into, exported, loaded, closed and
 * destroyed, by the real log, fold, store and mesh. What a desk keeps of it is measured: of an outage that is open, and
 * of one that is gone.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Answer, Desk } from "../../src/node/desk/desk.ts";
import type { Pc } from "./pc.ts";
import { setUp } from "./rest.ts";
import { createWorld, type World } from "./world.ts";

export interface DayOptions {
  readonly desks: number;
  readonly hours: number;
  readonly outages: number;
  /** In each outage, at a steady pace. */
  readonly scans: number;
}

/** Of all desks together, as nothing but what is kept is left. */
export interface Sample {
  /** Bytes in use, after a full collection; the simulated disks' lists are in it, their bytes are not. */
  readonly heap: number;
  /** Bytes that are durable. */
  readonly disk: number;
  /** What waits for its time: timers, frames on their way. */
  readonly waiting: number;
}

export interface OutageFigures {
  readonly before: Sample;
  /** With half of the scans, and with all of them. */
  readonly half: Sample;
  readonly full: Sample;
  /** When it is destroyed everywhere. */
  readonly after: Sample;
}

export interface Day {
  readonly scans: number;
  readonly simulatedMs: number;
  readonly events: number;
  readonly outages: readonly OutageFigures[];
}

/** How long desks are given to tell each other, to give out a file, to destroy. */
const settleMs = 30_000;
const patrons = 200;

export async function playDay(options: DayOptions): Promise<Day> {
  const world = createWorld({ seed: "day", desks: options.desks, apart: [], mdns: false, steps: [] });
  try {
    await setUp(world);
    await world.pass(settleMs);
    const outages: OutageFigures[] = [];
    for (let n = 1; n <= options.outages; n++) outages.push(await playOutage(world, options, n));
    const [broken] = world.oracle.broken;
    if (broken) throw new Error(`${broken.invariant}: ${broken.what}`);
    return {
      scans: options.outages * options.scans,
      simulatedMs: world.scheduler.now,
      events: world.events(),
      outages,
    };
  } finally {
    world.end();
  }
}

async function playOutage(
  world: World,
  { hours, outages, scans }: DayOptions,
  n: number,
): Promise<OutageFigures> {
  const first = world.pcs[0]!;
  const endsAt = world.scheduler.now + (hours * 3_600_000) / outages;
  const paceMs = (endsAt - world.scheduler.now - 5 * settleMs) / scans;
  const before = await sample(world);
  await act(world, first, (desk) => desk.moveOutage("open", { scope: "branch" }, "ms"));
  await world.pass(1_000);
  let half = before;
  for (let i = 0; i < scans; i++) {
    const until = world.scheduler.now + paceMs;
    await scan(world, world.pcs[i % world.pcs.length]!, n, i, scans);
    await world.pass(until - world.scheduler.now);
    if (i === (scans >> 1) - 1) half = await sample(world);
  }
  await world.pass(settleMs);
  const full = await sample(world);
  await end(world, first, n);
  await world.pass(endsAt - world.scheduler.now);
  return { before, half, full, after: await sample(world) };
}

/** The first half is lent, the second half comes back. */
async function scan(world: World, pc: Pc, outage: number, i: number, scans: number): Promise<void> {
  const half = scans >> 1;
  const item = `3999${String(i % half).padStart(10, "0")}`;
  const patron = `2999${String(i % patrons).padStart(10, "0")}`;
  const time = (outage * 1e6 + i).toString(16).padStart(12, "0");
  const id = `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${time}`;
  const command =
    i < half ? ({ id, kind: "checkout", patron, item } as const) : ({ id, kind: "checkin", item } as const);
  const answer = await world.ask(pc, (desk) => desk.record(command, "ms"));
  if (answer?.kind !== "recorded") throw new Error(`${pc.name} did not record: ${JSON.stringify(answer)}`);
}

/** From the last scan to nothing left of it on any disk. */
async function end(world: World, pc: Pc, outage: number): Promise<void> {
  await act(world, pc, (desk) => desk.moveOutage("closing", { toldBy: "Help desk" }, "ms"));
  const { id } = await act(world, pc, (desk) => desk.makeBatch({ format: "koha" }, "ms"));
  await act(world, pc, (desk) => desk.batchFile(id, "main"));
  await act(world, pc, (desk) => desk.markBatch(id, { state: "loaded", job: "1" }, "ms"));
  await act(world, pc, (desk) => desk.moveOutage("close", { toldBy: "Help desk" }, "ms"));
  await act(world, pc, (desk) => desk.purge(outage, undefined, "ms"));
  const name = `outage-${outage}`;
  for (
    const limit = world.scheduler.now + settleMs;
    world.pcs.some(({ disk }) => disk.names().includes(name));
  ) {
    if (world.scheduler.now > limit) throw new Error(`${name} was not destroyed everywhere`);
    await world.pass(500);
  }
}

/** Asked again while desks still tell each other. */
async function act<T>(world: World, pc: Pc, question: (desk: Desk) => Promise<Answer<T>>): Promise<T> {
  for (const limit = world.scheduler.now + settleMs; ; ) {
    const answer = await world.ask(pc, question);
    if (answer?.kind === "done") return answer.value;
    if (world.scheduler.now > limit) throw new Error(`${pc.name}: ${JSON.stringify(answer)}`);
    await world.pass(500);
  }
}

async function sample(world: World): Promise<Sample> {
  await world.pass(2_000);
  collect();
  return {
    heap: process.memoryUsage().heapUsed,
    disk: world.pcs.reduce((sum, { disk }) => sum + disk.bytes(), 0),
    waiting: world.scheduler.waiting,
  };
}

/** The flag makes the collector known to contexts that are made from then on. */
function collect(): void {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  // What is freed by the first may be all that held something else.
  for (let i = 0; i < 2; i++) gc();
}
