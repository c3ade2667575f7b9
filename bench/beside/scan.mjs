// One transaction after the other: its acknowledgement and when the other desks know it, all contenders by turns.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { contenders, openGroup } from "../contenders/group.mjs";
import { createEchoLimit, createSyncLimit } from "../limits.mjs";
import { newId } from "../scans.mjs";
import { summarizeTail } from "../statistics.mjs";

export async function measure({ folder, kinds, sizes, quick, rows = [] }) {
  mkdirSync(folder, { recursive: true });
  for (const size of sizes)
    rows.push(...(await measureSize({ folder: join(folder, String(size)), kinds, size, quick })));
  return rows;
}

async function measureSize({ folder, kinds, size, quick }) {
  mkdirSync(folder, { recursive: true });
  const limit = await createSyncLimit(folder);
  const echo = await createEchoLimit();
  const groups = [];
  for (const kind of kinds) groups.push(await openGroup(kind, size, join(folder, kind), { items: 4_000 }));
  const taken = new Map(groups.map(({ kind }) => [kind, { acknowledged: [], visible: [] }]));
  const floors = { blocking: [], awaited: [], roundTrip: [] };
  const rounds = quick ? 20 : 400;
  const warmUp = quick ? 5 : 60;
  for (const { desks } of groups) for (const desk of desks.slice(1)) await desk.call("listen", true);
  for (let round = -warmUp; round < rounds; round++) {
    const floor = {
      blocking: limit.blocking(),
      awaited: await limit.awaited(),
      roundTrip: await echo.roundTrip(200),
    };
    for (const group of groups) {
      const one = await scanOnce(group, round + warmUp + 1);
      if (round < 0) continue;
      taken.get(group.kind).acknowledged.push(one.acknowledged);
      taken.get(group.kind).visible.push(...one.visible);
    }
    if (round >= 0) for (const [name, ms] of Object.entries(floor)) floors[name].push(ms);
  }
  for (const group of groups) await group.close();
  await echo.close();
  await limit.close();
  const row = (measureName, kind, values) => ({
    measure: measureName,
    contender: kind,
    desks: size,
    unit: "ms",
    ...summarizeTail(values),
  });
  return [
    row("200 B written + fdatasync, blocking", "limit", floors.blocking),
    row("200 B written + fdatasync, awaited", "limit", floors.awaited),
    row("TCP round trip on the loopback", "limit", floors.roundTrip),
    ...[...taken].flatMap(([kind, { acknowledged, visible }]) => [
      row("acknowledgement", contenders[kind].name, acknowledged),
      ...(visible.length > 0 ? [row("visible at another desk", contenders[kind].name, visible)] : []),
    ]),
  ];
}

/** Recorded at the first desk; resolves when every other one knows it. */
async function scanOnce({ desks }, n) {
  const id = newId();
  const known = desks.slice(1).map((desk) => desk.knows(id));
  const { startedAt, acknowledgedAt } = await desks[0].call("record", { n, id });
  const times = await Promise.all(known);
  return { acknowledged: acknowledgedAt - startedAt, visible: times.map((at) => at - startedAt) };
}
