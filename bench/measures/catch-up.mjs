// A desk that joins late with an empty disk: until all of 10,000 entries are in its fold and durable.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { bulkFloor, createEchoLimit, createSyncLimit, floorName } from "../limits.mjs";
import { startPeer } from "../peer.mjs";
import { summarize } from "../statistics.mjs";
import { openMesh, openOutage, openTestDesk, recordScans, take } from "../test-desk.mjs";

const asked = 1_000;

export async function measure({ folder, quick }) {
  mkdirSync(folder, { recursive: true });
  const limit = await createSyncLimit(folder);
  const echo = await createEchoLimit();
  const mesh = await openMesh(join(folder, "desk"));
  const { desk, close } = await openTestDesk({ folder: join(folder, "desk"), mesh });
  await openOutage(desk, join(folder, "library"));
  const total = quick ? 500 : 10_000;
  await recordScans(desk, 0, total, 256);
  const { desk: own } = desk.state();
  const taken = { limit: [], opened: [], linked: [] };
  for (let round = 0; round < (quick ? 1 : 3); round++) {
    taken.limit.push(await bulkFloor(limit, echo, total, 256));
    const peer = await startPeer(join(folder, `late-${round}`));
    const { invite } = await take(desk.invite(600_000));
    const { beganAt } = await peer.open(invite, mesh.door.port);
    const { at, linkedAt } = await peer.holds(own.id, total);
    taken.opened.push(at - beganAt);
    taken.linked.push(at - (linkedAt ?? beganAt));
    await peer.close();
  }
  await close();
  await echo.close();
  await limit.close();
  const floor = summarize(taken.limit);
  const row = (what, values) => {
    const measured = { ...summarize(values), unit: "ms" };
    const ratio = measured.median / floor.median;
    const met = measured.median <= asked;
    return { what, measured, limit: { name: floorName, ...floor }, ratio, asked: `≤ ${asked} ms`, met };
  };
  return [
    row(`${total} entries at a late joiner, since its process began to open the desk`, taken.opened),
    row("… since its pages saw the link", taken.linked),
  ];
}
