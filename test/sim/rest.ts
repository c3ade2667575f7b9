/** How a world comes to rest: whatever was broken is mended, every PC is on, and desks have told each other all. */
import type { Frontier } from "../../src/crdt/log/frontier.ts";
import type { DeskView } from "../../src/node/http/api.ts";
import type { Pc } from "./pc.ts";
import type { World } from "./world.ts";

const setUpMs = 60_000;
const restMs = 150_000;
const lookEveryMs = 100;
const looksUntilDoubt = 200;
/** What is told or shown a moment later is told by then. */
const calmMs = 600;
const inviteMs = 3_600_000;

/** The first desk founds the branch, the others join by its invites. Nothing goes wrong yet. */
export async function setUp(world: World): Promise<void> {
  for (const pc of world.pcs) {
    world.start(pc);
    await until(world, setUpMs, () => pc.running?.desk != null, `${pc.name} starts`);
    if (pc !== world.pcs[0]) await enterBranch(world, pc, world.pcs[0]!);
    if (!pc.entered) world.oracle.break("I13", `${pc.name} was not let in`);
  }
  for (const [a, b] of world.plan.apart) world.network.cut(world.pcs[a]!.host, world.pcs[b]!.host);
}

async function until(world: World, withinMs: number, holds: () => boolean, what: string): Promise<boolean> {
  const limit = world.scheduler.now + withinMs;
  while (!holds()) {
    if (world.scheduler.now > limit || world.oracle.broken.length > 0) {
      world.oracle.break("I13", `not within ${withinMs / 1000} s: ${what}`);
      return false;
    }
    await world.pass(10);
  }
  return true;
}

async function enterBranch(world: World, pc: Pc, sponsor: Pc): Promise<void> {
  const invited = await world.ask(sponsor, (desk) => desk.invite(inviteMs));
  if (invited?.kind !== "done") return;
  const joined = await world.ask(pc, (desk) => desk.join(invited.value.invite, pc.name));
  if (joined?.kind === "done") pc.entered = true;
}

/** Somebody carries an invite over; it may come to nothing. */
export function enterSoon(world: World, pc: Pc, sponsor: Pc): void {
  const { clock } = world.scheduler;
  clock.after(300, () => {
    const { running } = sponsor;
    running?.process.clock.after(0, () => {
      running.desk?.invite(inviteMs).then(
        (invited) => {
          if (invited.kind === "done") clock.after(50, () => join(pc, invited.value.invite));
        },
        // Its disk may fail under it: at the next rest somebody tries again.
        () => undefined,
      );
    });
  });
}

function join(pc: Pc, invite: string): void {
  const { running } = pc;
  running?.process.clock.after(0, () => {
    running.desk?.join(invite, pc.name).then(
      (joined) => {
        if (joined.kind === "done") pc.entered = true;
      },
      () => undefined,
    );
  });
}

/** False: it doesn't, and the oracle was told. */
export async function comeToRest(world: World): Promise<boolean> {
  await mend(world);
  const limit = world.scheduler.now + restMs;
  for (let looks = 1; ; looks++) {
    await world.pass(lookEveryMs);
    if (looks % looksUntilDoubt === 0) await noteRetired(world);
    // Whoever was still ending when the rest began is switched on now.
    for (const pc of world.pcs) world.start(pc);
    for (const pc of world.pcs) if (!pc.entered && pc.running?.desk) await letIn(world, pc);
    if (world.oracle.broken.length > 0) return false;
    if (agree(world) && (await areLinked(world))) {
      await world.pass(calmMs);
      await noteRetired(world);
      if (agree(world)) return true;
    }
    if (world.scheduler.now > limit) {
      world.oracle.break("I6", `desks don't come to hold the same: ${describe(world)}`);
      return false;
    }
  }
}

async function mend(world: World): Promise<void> {
  const { pcs, network, weather } = world;
  weather.clear();
  for (const pc of pcs) {
    Object.assign(pc.disk.faults, { failing: false, full: false, syncMs: 1 });
    pc.stoppedAt = null;
    pc.running?.process.stall(0);
    for (const other of pcs) {
      network.delay(pc.host, other.host, 1);
      if (other !== pc && !world.isApart(pc, other)) network.heal(pc.host, other.host);
    }
  }
  // What was on its way when the disk failed gets its answer.
  await world.pass(3 * lookEveryMs);
  for (const pc of pcs) {
    if (pc.running?.desk?.state().fault) world.kill(pc, "process");
    world.start(pc);
  }
}

async function letIn(world: World, pc: Pc): Promise<void> {
  const joined = await world.ask(pc, async (desk) => desk.state().branch !== undefined);
  if (joined) {
    pc.entered = true;
    return;
  }
  const sponsor = judgedPcs(world).find((other) => other.running?.desk && !world.isApart(pc, other));
  if (sponsor) await enterBranch(world, pc, sponsor);
}

/** Desks whose word counts. */
export function judgedPcs({ pcs }: World): readonly Pc[] {
  return pcs.filter(({ entered, retired }) => entered && !retired);
}

/** All said, since they started, that they hold the same of each document. */
function agree(world: World): boolean {
  const { oracle } = world;
  const judged = judgedPcs(world);
  if (world.pcs.some(({ entered, running }) => !entered || !running?.desk)) return false;
  if (judged.length < 2) return true;
  const said = judged.map(({ number }) => oracle.announced.get(number) ?? new Map<string, Frontier>());
  const documents = new Set(said.flatMap((one) => [...one.keys()]));
  const isSame = [...documents].every((document) => {
    const texts = said.map((one) => frontierToText(one.get(document)));
    return texts.every((text) => text === texts[0]);
  });
  const isTold = oracle.given.every(
    (one) => one.excused || !judged.some(({ number }) => number === one.pc) || oracle.isAnnounced(one),
  );
  return (
    isSame && isTold && judged.every((pc) => [...documents].every((document) => oracle.hasSaid(pc, document)))
  );
}

/** Whoever isn't linked may have said nothing of what it holds by now. */
async function areLinked(world: World): Promise<boolean> {
  const judged = judgedPcs(world);
  for (const pc of judged) {
    const desks = (await world.ask(pc, async (desk) => desk.desks().desks)) ?? [];
    const linked = new Set(desks.flatMap((one) => (one.linked ? [one.name] : [])));
    if (judged.some((other) => !world.isApart(pc, other) && !linked.has(other.name))) return false;
  }
  return true;
}

function frontierToText(frontier: Frontier = new Map()): string {
  const lines = [...frontier].map(([feed, { count, hash }]) => `${feed} ${count} ${hash}`);
  return lines.sort().join("\n");
}

/**
 * A retirement may have failed with its disk; a desk that was let in by a retired one, or whose admission went with a
 * wiped disk, is nobody. Who retired one has the word, else the desk with the most links.
 */
async function noteRetired(world: World): Promise<void> {
  const { oracle, pcs } = world;
  const by = pcs.find(({ retiredBy }) => retiredBy)?.retiredBy;
  let best: readonly DeskView[] = [];
  for (const pc of by && !oracle.lossy ? [by] : judgedPcs(world)) {
    const desks = (await world.ask(pc, async (desk) => desk.desks().desks)) ?? [];
    if (countLinked(desks) > countLinked(best)) best = desks;
  }
  if (best.length === 0) return;
  for (const pc of pcs.filter(({ entered }) => entered)) {
    const isAdmitted = best.some(({ name, standing }) => name === pc.name && standing === "admitted");
    if (!isAdmitted && !by && !oracle.lossy) oracle.break("I23", `${pc.name} is no desk of the branch`);
    pc.retired = !isAdmitted;
    if (pc.retired && !pc.retiredBy) oracle.excuse(pc);
  }
  if (oracle.lossy) oracle.excuseBeyond(judgedPcs(world));
}

function countLinked(desks: readonly DeskView[]): number {
  return desks.filter(({ linked }) => linked).length;
}

function describe(world: World): string {
  return judgedPcs(world)
    .map(({ name, number, running }) => {
      const said = [...(world.oracle.announced.get(number) ?? [])];
      const counts = said.map(([document, frontier]) => {
        const total = [...frontier.values()].reduce((sum, { count }) => sum + count, 0);
        return `${document} ${total}`;
      });
      const isUp = running?.desk ? "" : " not up";
      return `${name}${isUp}: ${counts.join(", ") || "nothing"}`;
    })
    .join("; ");
}
