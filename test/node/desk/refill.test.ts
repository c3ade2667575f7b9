/**
 * Three desks, one of which loses its whole data folder at each restart (not its identity folder), as a PC with Deep
 * Freeze does. Nothing is lost that it had acknowledged while it was linked; alone it says that it holds the only copy.
 */
import { afterEach, expect, test } from "vitest";
import { createMemoryVault } from "../../../src/node/ports-memory.ts";
import { createMemoryLevels } from "../../../src/node/store/level-memory.ts";
import { createMemoryFolders } from "../../../src/node/store/log-folders.ts";
import {
  agree,
  checkout,
  createWorld,
  linked,
  type RunningDesk,
  record,
  until,
  type World,
} from "./desks.ts";

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.end();
});

const lastProgress = (events: RunningDesk["events"]): string =>
  (events.findLast(({ kind }) => kind === "progress")?.data as { text: string } | undefined)?.text ?? "";

const rounds = process.env.DESKMESH_FULL === "1" ? 20 : 4;

test(`a desk that is wiped at each of ${rounds} restarts is refilled, and nothing is lost`, async () => {
  const world = createWorld();
  worlds.push(world);
  const one = await world.start(1, []);
  const two = await world.start(2, [1]);
  let frozen = await world.start(3, [1, 2]);
  await linked(one, two, frozen);
  const acknowledged = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    for (const desk of [frozen, one, frozen, two, frozen]) {
      const { receipt, view } = await record(
        desk,
        checkout(`310${round}${acknowledged.size}`.padEnd(14, "0")),
      );
      acknowledged.add(receipt.id);
      expect(view.notes.map(({ code }) => code)).not.toContain("rec.copy.none");
    }
    // At once, with the last scan's answer just given: an end in order hands over what it made.
    await world.stop(frozen);
    const pc = world.pc(3);
    pc.folders = createMemoryFolders();
    pc.snapshots = createMemoryLevels();
    pc.keyFiles = createMemoryVault();
    pc.wiped = true;
    frozen = await world.start(3, [1, 2]);
    await agree([one, two, frozen], acknowledged.size);
    const { events } = frozen;
    await until("it says that all is back", () => /^All \d+ records are back/.test(lastProgress(events)));
  }
  const rows = (await frozen.transactions({ limit: 200 })).rows.map(({ id }) => id);
  expect(new Set(rows)).toEqual(acknowledged);
});

test("a desk alone says with each scan that it holds the only copy, and no longer when another is linked", async () => {
  const world = createWorld();
  worlds.push(world);
  const one = await world.start(1, []);
  const two = await world.start(2, [1]);
  await linked(one, two);
  await world.stop(two);
  for (let i = 0; i < 3; i++) {
    const { view } = await record(one, checkout(`3100000000000${i}`));
    expect(view.notes.at(-1)).toMatchObject({ code: "rec.copy.none", severity: "info" });
    expect(view.notes.at(-1)?.text).toContain("Saved on this PC only");
  }
  const again = await world.start(2, [1]);
  await linked(one, again);
  const { view } = await record(one, checkout("31000000000009"));
  expect(view.notes.map(({ code }) => code)).not.toContain("rec.copy.none");
  await agree([one, again], 4);
});
