// From record() called at one desk to the other desk's pages being told of it. Two processes on this machine.
import { mkdirSync } from "node:fs";
import { createEchoLimit, createSyncLimit } from "../limits.mjs";
import { openPair } from "../pair.mjs";
import { scan } from "../scans.mjs";
import { nowMs, pairedRatio, summarize } from "../statistics.mjs";
import { record } from "../test-desk.mjs";

const entryBytes = 500;
const asked = 5;

export async function measure({ folder, quick }) {
  mkdirSync(folder, { recursive: true });
  const limit = await createSyncLimit(folder);
  const echo = await createEchoLimit();
  const { desk, peer, close } = await openPair(folder);
  const taken = { limit: [], visible: [] };
  const rounds = quick ? 100 : 500;
  const warmUp = 100;
  for (let round = -warmUp; round < rounds; round++) {
    const floor = (await limit.awaited()) + (await echo.roundTrip(entryBytes)) / 2;
    const command = scan(round + warmUp + 1);
    const known = peer.knows(command.id);
    const start = nowMs();
    await record(desk, command);
    const { at } = await known;
    if (round < 0) continue;
    taken.limit.push(floor);
    taken.visible.push(at - start);
  }
  await close();
  await echo.close();
  await limit.close();
  const measured = { ...summarize(taken.visible), unit: "ms" };
  return [
    {
      what: "record() called → told at another desk, two processes",
      measured,
      limit: { name: "awaited sync + half a TCP round trip", ...summarize(taken.limit) },
      ratio: pairedRatio(taken.visible, taken.limit),
      asked: `≤ ${asked} ms`,
      met: measured.median <= asked,
    },
  ];
}
