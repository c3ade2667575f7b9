/**
 * The power goes at each write of a replay, one after the other. Whatever reached the ILS is known as sent or as
 * unknown at the next start, so that nothing goes there twice by itself.
 */
import { expect, it } from "vitest";
import { createMemoryFolders } from "../../../src/node/store/log-folders.ts";
import { createCrashing, wrapFolders } from "../store/crashes.ts";
import { createWorld, type RunningDesk, until } from "./desks.ts";
import { takeValue } from "./ending.ts";
import { codeOf, createLine, ended, replay, server, startWithBatch, summary } from "./replaying.ts";

/** Through to the end, by whatever a person has to say of lines that nobody knows about. */
async function replayToEnd(
  desk: RunningDesk,
  id: string,
  isBooked: (line: number) => boolean,
): Promise<void> {
  const unknown = takeValue(await desk.batch(id)).replay?.unknown.map(({ line }) => line!) ?? [];
  if (unknown.length > 0) expect(codeOf(await desk.replay(id, server))).toBe("unknown-lines");
  const there = unknown.filter(isBooked);
  const again = unknown.filter((line) => !isBooked(line));
  if (takeValue(await desk.batch(id)).state === "made")
    expect(summary(await replay(desk, id, { there, again }))).toEqual([4, 0, 0, 0]);
  expect(takeValue(await desk.batch(id)).state).toBe("loaded");
}

it("sends no line twice, wherever the power goes", async () => {
  let unknowns = 0;
  for (let steps = 0; ; steps += 1) {
    const folders = createMemoryFolders();
    const crashing = createCrashing(Number.POSITIVE_INFINITY);
    const world = createWorld();
    world.pc(1).folders = wrapFolders(folders, crashing);
    const line = createLine();
    const ils = line.serve();
    const { desk, id } = await startWithBatch(world, line, 3);
    crashing.failAfter(steps);
    const begun = await desk.replay(id, server).catch(() => null);
    if (begun?.kind === "done") await ended(desk, id).catch(() => undefined);
    const through = !crashing.crashed;
    crashing.failAfter(0);
    await desk.close().catch(() => undefined);
    const sent = ils.lines.length;
    world.pc(1).folders = folders;
    const back = await world.start(1);
    const view = takeValue(await back.batch(id)).replay;
    // Line 1 is the header of the file.
    const isBooked = (number: number): boolean => number - 1 <= sent;
    const known = (view?.done ?? 0) + (view?.unknown.length ?? 0);
    expect(known).toBeGreaterThanOrEqual(sent);
    expect(known).toBeLessThanOrEqual(sent + 1);
    unknowns += view?.unknown.length ?? 0;
    await replayToEnd(back, id, isBooked);
    expect(ils.booked).toHaveLength(4);
    expect(new Set(ils.lines).size).toBe(4);
    await until("it says so", async () => takeValue(await back.batch(id)).replay?.desk === undefined);
    await world.end();
    if (through) break;
    expect(steps).toBeLessThan(60);
  }
  expect(unknowns).toBeGreaterThan(3);
});
