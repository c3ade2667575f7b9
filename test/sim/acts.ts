/** What each step of a plan does to the world. */
import type { Desk } from "../../src/node/desk/desk.ts";
import { drawCommand, scan } from "./clerk.ts";
import type { DiskFaults } from "./disk.ts";
import { endOutage, exportBatch, markBatches, moveOutage, purgeOutages, settleAll } from "./ending.ts";
import { createPc, type Pc } from "./pc.ts";
import { enterSoon, isNameOf } from "./rest.ts";
import type { Act, Step } from "./steps.ts";
import type { World } from "./world.ts";

const dayMs = 24 * 3_600_000;
const maxPcs = 7;

/** Begins it; what it leads to comes with time. */
export function take(world: World, step: Step): void {
  const { pcs } = world;
  const pc = pcs[step.a % pcs.length]!;
  if (step.act !== "quiet") acts[step.act](world, pc, step, pcs[step.b % pcs.length]!);
}

type Play = (world: World, pc: Pc, step: Step, other: Pc) => void;

/** A clerk looks at the clock on the wall. */
function rightTime(world: World): string {
  return new Date(world.scheduler.clock.now()).toISOString();
}

const acts: Readonly<Record<Exclude<Act, "quiet">, Play>> = {
  scan: (world, pc, step) =>
    void world.tell(pc, step, (clerk) => scan(clerk, drawCommand(clerk), () => rightTime(world))),
  again: (world, pc, step) => void world.tell(pc, step, async (clerk) => again(world, clerk, step, false)),
  "other-content": (world, pc, step) =>
    void world.tell(pc, step, async (clerk) => again(world, clerk, step, true)),
  done: (world, pc, step) => void world.tell(pc, step, ({ desk }) => desk.deskDone("ms")),
  export: (world, pc, step) => void world.tell(pc, step, (clerk) => exportBatch(clerk, step.n % 2 === 0)),
  mark: (world, pc, step) => void world.tell(pc, step, (clerk) => markBatches(clerk, false)),
  settle: (world, pc, step) => void world.tell(pc, step, settleAll),
  move: (world, pc, step) => void world.tell(pc, step, moveOutage),
  end: (world, pc, step) => void world.tell(pc, step, (clerk) => endOutage(clerk, step.n % 2 === 0)),
  purge: (world, pc, step) => void world.tell(pc, step, (clerk) => purgeOutages(clerk, step.n % 4 === 0)),
  rename: (world, pc, step, other) =>
    void world.tell(pc, step, ({ desk }) => rename(desk, other, step.n % 9)),
  retire,
  join(world, pc) {
    if (world.pcs.length >= maxPcs) return;
    const fresh = createPc(world.pcs.length);
    world.pcs.push(fresh);
    world.start(fresh);
    enterSoon(world, fresh, pc);
  },
  look: (world, pc, step) => void world.tell(pc, step, (clerk) => look(world, pc, clerk.desk)),
  cut: ({ network }, pc, _step, other) => network.cut(pc.host, other.host),
  "one-way": ({ network }, pc, _step, other) => network.cut(pc.host, other.host, { oneWay: true }),
  heal: (world, pc, _step, other) => heal(world, pc, other),
  drop: ({ network }, pc, _step, other) => network.drop(pc.host, other.host),
  delay: ({ network }, pc, step, other) => network.delay(pc.host, other.host, step.n % 1_500),
  double({ weather }, _pc, step) {
    weather.double = step.n % 40;
  },
  overtake({ weather }, _pc, step) {
    weather.overtake = step.n % 40;
  },
  truncate({ weather }, _pc, step) {
    weather.truncate = step.n % 4;
  },
  corrupt({ weather }, _pc, step) {
    weather.corrupt = step.n % 8;
  },
  fair: ({ weather }) => weather.clear(),
  power: (world, pc) => world.kill(pc, "power"),
  process: (world, pc) => world.kill(pc, "process"),
  start: (world, pc) => world.start(pc),
  stop: (world, pc) => stop(world, pc),
  stall: (world, pc, step) => stall(world, pc, step.n % 12_000),
  "slow-disk"(_world, pc, step) {
    pc.disk.faults.syncMs = 1 + (step.n % 800);
  },
  skew(_world, pc, step) {
    pc.skewMs = (step.n % (2 * dayMs)) - dayMs;
  },
  jump(_world, pc, step) {
    pc.skewMs += (step.n % 600_000) - 300_000;
  },
  "stand-still"(world, pc) {
    pc.stoppedAt ??= world.scheduler.now;
  },
  "go-on"(_world, pc) {
    pc.stoppedAt = null;
  },
  "io-error": (_world, pc) => breakDisk(pc, { failing: true }),
  "full-disk": (_world, pc) => breakDisk(pc, { full: true }),
  wipe(world, pc) {
    world.kill(pc, "power");
    world.oracle.lose(pc);
    pc.disk.wipe();
  },
  backup(world, pc) {
    // Before its first start is over it has no key yet: with another one its certificate would be another desk's, too.
    if (!pc.running?.desk) return;
    pc.backup = { disk: pc.disk.copy(), kept: world.oracle.keep(pc), entered: pc.entered };
  },
  restore(world, pc) {
    if (!pc.backup) return;
    world.kill(pc, "power");
    world.oracle.lose(pc, pc.backup.kept);
    pc.disk = pc.backup.disk.copy();
    // Of a disk from before it was let in, somebody must let it in again.
    pc.entered = pc.backup.entered;
  },
  clone(world, pc) {
    if (world.pcs.length >= maxPcs || !pc.entered) return;
    const copy = createPc(world.pcs.length, pc);
    world.pcs.push(copy);
    world.oracle.clone(pc, copy);
    world.start(copy);
  },
};

/** The same command again, at this desk or another, as after a lost answer; or its id for something else. */
async function again(
  world: World,
  clerk: Parameters<typeof drawCommand>[0],
  step: Step,
  other: boolean,
): Promise<void> {
  const { given } = world.oracle;
  const before = given[step.b % Math.max(1, given.length)];
  // Ids of what is purged are free again, and nobody's page asks so late.
  if (!before || world.oracle.isForgotten(before)) return;
  if (!other) {
    await scan(clerk, before.command, () => rightTime(world));
    return;
  }
  const { id } = before.command;
  await scan(clerk, { ...drawCommand(clerk), id }, () => rightTime(world));
}

/** Once in an outage, never the desk itself, and not where the others need it to reach each other. */
function retire(world: World, pc: Pc, step: Step, other: Pc): void {
  if (world.plan.apart.length > 0) return;
  const isSame = other.fingerprint === pc.fingerprint || !other.entered || !pc.entered;
  if (isSame) return;
  world.tell(pc, step, async ({ desk, oracle }) => {
    // Asked when its PC goes on: of two that stood still, each would retire the other, and neither be told so.
    if (world.pcs.some(({ retired }) => retired)) return;
    const known = desk.desks().desks.find(({ name }) => isNameOf(name, other));
    if (!known) return;
    // What nobody is retired by went with a disk: it has the word no more.
    for (const one of world.pcs) one.retiredBy = null;
    const gone = world.pcs.filter(({ fingerprint }) => fingerprint === other.fingerprint);
    for (const one of gone) Object.assign(one, { retired: true, retiredBy: pc });
    oracle.retire(gone, pc);
    await desk.actOnDesk(known.desk, { kind: "retire" }, "ms");
  });
}

/** It keeps the beginning, by which the simulation knows it. */
async function rename(desk: Desk, { name }: Pc, n: number): Promise<void> {
  const known = desk.desks().desks.find((one) => isNameOf(one.name, { name }));
  if (known) await desk.actOnDesk(known.desk, { kind: "rename", name: `${name} (${n})` }, "ms");
}

function breakDisk(pc: Pc, faults: Partial<DiskFaults>): void {
  pc.troubled = true;
  Object.assign(pc.disk.faults, faults);
}

function heal(world: World, pc: Pc, other: Pc): void {
  if (!world.isApart(pc, other)) world.network.heal(pc.host, other.host);
}

function stop(world: World, pc: Pc): void {
  const { running } = pc;
  if (!running?.desk) return;
  const { desk } = running;
  running.isEnding = true;
  running.process.clock.after(0, () => {
    const end = (): void => {
      if (pc.running === running) world.kill(pc, "process");
    };
    desk.close().then(end, end);
  });
}

function stall(world: World, pc: Pc, ms: number): void {
  pc.running?.process.stall(world.scheduler.now + ms);
  world.excuse(pc);
}

async function look(world: World, pc: Pc, desk: Parameters<Parameters<World["ask"]>[1]>[0]): Promise<void> {
  const { rows } = await desk.transactions({ limit: 200 });
  world.oracle.checkCoverage(pc, rows);
}
