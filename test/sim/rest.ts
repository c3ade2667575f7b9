/** How a world comes to rest: whatever was broken is mended, every PC is on, and desks have told each other all. */
import type { Frontier } from "../../src/crdt/log/frontier.ts";
import type { DeskView } from "../../src/node/http/api.ts";
import type { Pc } from "./pc.ts";
import type { World } from "./world.ts";

const setUpMs = 60_000;
const restMs = 150_000;
const lookEveryMs = 100;
const looksUntilDoubt = 200;
/** What is told or shown a moment later is told by then; and several outages, destroyed one after the other, are gone. */
const calmMs = 600;
const calmOfPurgesMs = 3_000;
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
    const purged = await listPurged(world);
    if (agree(world, purged) && (await areLinked(world))) {
      await world.pass(world.oracle.ils.isPurgingAny ? calmOfPurgesMs : calmMs);
      await noteRetired(world, true);
      if (agree(world, purged)) return true;
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
function agree(world: World, purged: ReadonlySet<string>): boolean {
  const { oracle } = world;
  const judged = judgedPcs(world);
  if (world.pcs.some(({ entered, running }) => !entered || !running?.desk || running.isEnding)) return false;
  if (judged.length < 2) return true;
  const said = judged.map(({ number }) => oracle.announced.get(number) ?? new Map<string, Frontier>());
  // An outage that was begun by a word that counts no longer, and in which nobody wrote anything, is held by some alone.
  const written = said.flatMap((one) => [...one].flatMap(([name, { size }]) => (size > 0 ? [name] : [])));
  const documents = new Set(written.filter((name) => !purged.has(name)));
  const isSame = [...documents].every((document) => {
    const [first, ...others] = said.map((one) => one.get(document) ?? nothing);
    return others.every((other) => isSameFrontier(other, first!));
  });
  const isTold = oracle.given.every(
    (one) =>
      one.excused ||
      purged.has(one.document) ||
      !judged.some(({ number }) => number === one.pc) ||
      oracle.isAnnounced(one),
  );
  return (
    isSame && isTold && judged.every((pc) => [...documents].every((document) => oracle.hasSaid(pc, document)))
  );
}

/** What all know to be purged: nobody says any more what it holds of it. */
async function listPurged(world: World): Promise<ReadonlySet<string>> {
  const counts = new Map<string, number>();
  if (!world.oracle.ils.isPurgingAny) return new Set();
  const judged = judgedPcs(world);
  for (const pc of judged)
    for (const { number, purged } of (await world.ask(pc, (desk) => desk.outages())) ?? [])
      if (purged) counts.set(`outage-${number}`, (counts.get(`outage-${number}`) ?? 0) + 1);
  return new Set([...counts].flatMap(([name, count]) => (count === judged.length ? [name] : [])));
}

/** A desk's name begins with that of its PC, whatever somebody called it later. */
export function isNameOf(name: string, { name: own }: Pick<Pc, "name">): boolean {
  return name === own || name.startsWith(`${own} (`);
}

/** Whoever isn't linked may have said nothing of what it holds by now. */
async function areLinked(world: World): Promise<boolean> {
  const judged = judgedPcs(world);
  for (const pc of judged) {
    const desks = (await world.ask(pc, async (desk) => desk.desks().desks)) ?? [];
    const linked = desks.filter((one) => one.linked);
    const hasLink = (other: Pc): boolean => linked.some(({ name }) => isNameOf(name, other));
    if (judged.some((other) => !world.isApart(pc, other) && !hasLink(other))) return false;
  }
  return true;
}

const nothing: Frontier = new Map();

function isSameFrontier(one: Frontier, other: Frontier): boolean {
  if (one.size !== other.size) return false;
  for (const [feed, { count, hash }] of one) {
    const mark = other.get(feed);
    if (mark?.count !== count || mark.hash !== hash) return false;
  }
  return true;
}

/**
 * A retirement may have failed with its disk; a desk that was let in by a retired one, or whose admission went with a
 * wiped disk, is nobody. Who retired one has the word, else the desk with the most links; where disks went, of those that
 * all others know, since each takes itself for admitted, and so whom it let in.
 */
async function noteRetired(world: World, isCalm = false): Promise<void> {
  const { oracle, pcs } = world;
  const by = pcs.find(({ retiredBy }) => retiredBy)?.retiredBy;
  const views = await viewsOf(world, by && !oracle.lossy ? [by] : judgedPcs(world));
  // A retirement may have gone with its disk, too: then it is a desk like all others.
  const doubtful = oracle.lossy ? pcs.filter(({ entered, retired }) => entered && retired) : [];
  const back = doubtful.filter((pc) => views.every(({ desks }) => isAdmittedIn(desks, pc)));
  views.push(...(await viewsOf(world, back)));
  const known = views.filter(({ pc }) => views.every(({ desks }) => isAdmittedIn(desks, pc)));
  if (isCalm) knownAgree(world, known);
  let best: readonly DeskView[] = [];
  for (const { desks } of oracle.lossy && known.length > 0 ? known : views)
    if (countLinked(desks) > countLinked(best)) best = desks;
  if (best.length === 0) return;
  for (const pc of pcs.filter(({ entered }) => entered)) {
    const isAdmitted = isAdmittedIn(best, pc);
    if (!isAdmitted && !by && !oracle.lossy) oracle.break("I23", `${pc.name} is no desk of the branch`);
    pc.retired = !isAdmitted;
    if (pc.retired && !pc.retiredBy) oracle.excuse(pc);
  }
  if (oracle.lossy) oracle.excuseBeyond(judgedPcs(world));
}

interface View {
  readonly pc: Pc;
  readonly desks: readonly DeskView[];
}

async function viewsOf(world: World, pcs: readonly Pc[]): Promise<View[]> {
  const views: View[] = [];
  for (const pc of pcs)
    views.push({ pc, desks: (await world.ask(pc, async (desk) => desk.desks().desks)) ?? [] });
  return views;
}

/** I6: desks that all others know take none for admitted by themselves, so they say the same of everybody. */
function knownAgree({ oracle, pcs }: World, known: readonly View[]): void {
  const [first, ...others] = known;
  for (const pc of first ? pcs.filter(({ entered }) => entered) : [])
    for (const other of others)
      if (isAdmittedIn(other.desks, pc) !== isAdmittedIn(first!.desks, pc))
        oracle.break("I6", `${first!.pc.name} and ${other.pc.name} differ in whether ${pc.name} is admitted`);
}

function isAdmittedIn(desks: readonly DeskView[], pc: Pc): boolean {
  return desks.some(({ name, standing }) => isNameOf(name, pc) && standing === "admitted");
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
