/** Steps to a purge and beyond it, as tests take them: loading, closing, parting, and what is left on a PC. */
import type { Desk } from "../../../src/node/desk/desk.ts";
import type { PastOutageView } from "../../../src/node/http/api.ts";
import { countLinked, expectDone, type RunningDesk, until, type World } from "./desks.ts";

/** Exports what is new and says that it is loaded; ids of the lines. */
export async function load(desk: Desk): Promise<string[]> {
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
