// 10,000 entries from one desk to another while they are made: from the first append to all durable at the other.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { bulkFloor, createEchoLimit, createSyncLimit, floorName } from "../limits.mjs";
import { openPair } from "../pair.mjs";
import { nowMs, summarize } from "../statistics.mjs";
import { appendFacts, recordScans } from "../test-desk.mjs";

const groupSize = 256;
const asked = 1_500;

export async function measure({ folder, quick }) {
  const total = quick ? 500 : 10_000;
  const rounds = quick ? 1 : 3;
  mkdirSync(folder, { recursive: true });
  const limit = await createSyncLimit(folder);
  const echo = await createEchoLimit();
  const appended = await measurePair(join(folder, "entries"), { inside: true }, (pair, from) =>
    appendFacts(pair.parts, from, from + total, groupSize),
  );
  const recorded = await measurePair(join(folder, "scans"), { inside: false }, (pair, from) =>
    recordScans(pair.desk, from, from + total, groupSize),
  );
  await echo.close();
  await limit.close();
  return [
    toRow(`${total} entries appended here, until durable at another desk`, appended, asked),
    toRow(`${total} scans by record() here with all views, until durable at another desk`, recorded),
  ];

  async function measurePair(home, options, make) {
    const pair = await openPair(home, options);
    const taken = { limit: [], subject: [] };
    for (let round = 0, from = 1, { held } = pair; round < rounds; round++, from += total) {
      taken.limit.push(await bulkFloor(limit, echo, total, groupSize));
      // Each process's first entry stands behind a header, which the desks' view leaves out.
      held += total;
      const start = nowMs();
      const arrived = pair.peer.holds(pair.own, held);
      await make(pair, from);
      taken.subject.push((await arrived).at - start);
    }
    await pair.close();
    return taken;
  }
}

function toRow(what, { subject, limit }, most) {
  const measured = { ...summarize(subject), unit: "ms" };
  const floor = summarize(limit);
  return {
    what,
    measured,
    limit: { name: floorName, ...floor },
    ratio: measured.median / floor.median,
    ...(most === undefined ? {} : { asked: `≤ ${most} ms`, met: measured.median <= most }),
  };
}
