/** Steps to a purge and beyond it, as tests take them: loading, closing, parting, and what is left on a PC. */
import type { Desk } from "../../../src/node/desk/desk.ts";
import type { PastOutageView } from "../../../src/node/http/api.ts";
import {
  agree,
  checkout,
  countLinked,
  expectDone,
  type RunningDesk,
  record,
  until,
  type World,
} from "./desks.ts";

/** What came late is asked about before it goes into a file: it does. */
export async function takeLate(desk: Desk): Promise<void> {
  for (const { id, kind, settlements } of await desk.exceptions()) {
    if (kind !== "overtaken" || settlements.length > 0) continue;
    expectDone(await desk.settle(id, { decision: "load", reason: "its PC was away" }, "MK"));
  }
}

/** Exports what is new and says that it is loaded; ids of the lines. */
export async function load(desk: Desk): Promise<string[]> {
  await takeLate(desk);
  let answer = await desk.makeBatch({ format: "jsonl" });
  await until(
    "a batch is made",
    async () => {
      if (answer.kind === "conflict") answer = await desk.makeBatch({ format: "jsonl" });
      return answer.kind !== "conflict";
    },
    5_000,
    () => answer,
  );
  if (answer.kind === "not-found") return [];
  const { id } = expectDone(answer);
  await until("it may be given out", async () => expectDone(await desk.batch(id)).released);
  const { bytes } = expectDone(await desk.batchFile(id, "main"));
  const lines = Buffer.from(bytes).toString().trim().split("\n");
  expectDone(await desk.markBatch(id, { state: "loaded", job: "1" }, "MK"));
  return lines.map((line) => String((JSON.parse(line) as { id: unknown }).id));
}

export async function loadAndClose(desk: Desk): Promise<string[]> {
  const ids = await load(desk);
  expectDone(await desk.moveOutage("close", {}, "MK"));
  return ids;
}

/** Of what is here, while a desk is away. */
export async function loadPartial(desk: Desk): Promise<void> {
  const made = expectDone(await desk.makeBatch({ format: "jsonl", partial: true, reason: "cut off" }));
  expectDone(await desk.markBatch(made.id, { state: "loaded", job: "1" }));
}

/** Desk 3 is retired by `one`, and then writes a scan, which only `two` hears of: the others are parted from `one`. */
export async function scanRetired(world: World, desks: readonly [RunningDesk, RunningDesk, RunningDesk]) {
  const [one, two, three] = desks;
  await part(world, one, three);
  await part(world, one, two);
  expectDone(await one.actOnDesk("Desk 3", { kind: "retire", reason: "sold" }, "MK"));
  await record(three, checkout("33191000000003"));
  await agree([two, three], 2);
}

/** Closes while desks are away: a supervisor gives each of them up first, as `close` asks. */
export async function closeOver(desk: Desk, ...away: readonly string[]): Promise<void> {
  for (const name of away) {
    expectDone(await desk.actOnDesk(name, { kind: "lost", reason: "nobody knows where it is" }, "MK"));
  }
  expectDone(await desk.moveOutage("close", {}, "MK"));
}

export async function pastOf(desk: Desk, outage: number): Promise<PastOutageView> {
  const past = (await desk.outages()).find(({ number }) => number === outage);
  if (!past) throw new Error(`no outage ${outage}`);
  return past;
}

/** Neither a key nor a folder of it is left on that PC. */
export async function isGone({ pc }: RunningDesk, outage: number): Promise<boolean> {
  const keys = await pc.keyFiles.names();
  const folders = await pc.folders.names();
  return ![...keys, ...folders].some((name) => name.endsWith(`outage-${outage}`));
}

export async function gone(desks: readonly RunningDesk[], outage: number): Promise<void> {
  await until(
    `outage ${outage} is gone on ${desks.length} desks`,
    async () => (await Promise.all(desks.map((desk) => isGone(desk, outage)))).every(Boolean),
    10_000,
    () => desks.map(({ pc }) => pc.said),
  );
}

export async function part(world: World, a: RunningDesk, b: RunningDesk): Promise<void> {
  world.network.cut(a.pc.host, b.pc.host);
  world.network.drop(a.pc.host, b.pc.host);
  await until("they are parted", () =>
    [a, b].every((desk) => countLinked(desk) < 2 || countLinked(desk) === 0),
  );
}

export function heal(world: World, a: RunningDesk, b: RunningDesk): void {
  world.network.heal(a.pc.host, b.pc.host);
}
