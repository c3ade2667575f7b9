// Acknowledgements of many: 32 callers at one desk, and three desks of one disk that record at the same time.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { contenders, openGroup } from "../contenders/group.mjs";
import { createSyncLimit } from "../limits.mjs";
import { summarizeTail } from "../statistics.mjs";

export async function measure({ folder, kinds, quick }) {
  mkdirSync(folder, { recursive: true });
  const limit = await createSyncLimit(folder);
  const rounds = quick ? 1 : 3;
  const each = quick ? 50 : 150;
  const floor = { blocking: [], awaited: [] };
  const taken = new Map();
  for (const kind of kinds) {
    const group = await openGroup(kind, 3, join(folder, kind));
    const rates = [];
    const beside = [];
    const alone = [];
    let next = 1;
    const range = (count, callers) => {
      const from = next;
      next += count;
      return { from, to: next, callers };
    };
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < 100; i++) {
        floor.blocking.push(limit.blocking());
        floor.awaited.push(await limit.awaited());
      }
      const one = await group.desks[0].call("recordMany", range(each, 1));
      alone.push(...one.waited);
      const many = await group.desks[0].call("recordMany", range(10 * each, 32));
      rates.push((10 * each * 1000) / (many.acknowledgedAt - many.startedAt));
      const three = group.desks.map((desk) => desk.call("recordMany", range(each, 1)));
      for (const { waited } of await Promise.all(three)) beside.push(...waited);
    }
    await group.close();
    taken.set(kind, { rates, beside, alone });
  }
  await limit.close();
  const row = (measureName, contender, unit, desks, values) => ({
    measure: measureName,
    contender,
    desks,
    unit,
    ...summarizeTail(values),
  });
  return [
    row("200 B written + fdatasync, blocking", "limit", "ms", 1, floor.blocking),
    row("200 B written + fdatasync, awaited", "limit", "ms", 1, floor.awaited),
    ...[...taken].flatMap(([kind, { rates, beside, alone }]) => {
      const { name } = contenders[kind];
      return [
        row("acknowledgement, one desk of three records", name, "ms", 3, alone),
        row("acknowledgement, three desks of one disk record at once", name, "ms", 3, beside),
        row("acknowledgements a second, 32 callers at one desk of three", name, "/s", 3, rates),
      ];
    }),
  ];
}
