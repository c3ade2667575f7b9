// Acknowledgements, one after the other and of 32 callers, at a lone desk and at one of three, and with all three recording.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { contenders, openGroup } from "../contenders/group.mjs";
import { createSyncLimit } from "../limits.mjs";
import { summarizeTail } from "../statistics.mjs";

/** Acknowledgements of one after the other, and of 32 callers: a desk that is alone, and one of three. */
const sizes = [1, 3];

export async function measure({ folder, kinds, quick }) {
  mkdirSync(folder, { recursive: true });
  const limit = await createSyncLimit(folder);
  const taken = [];
  for (const kind of kinds)
    for (const size of sizes) {
      const group = await openGroup(kind, size, join(folder, `${kind}-${size}`));
      taken.push({ kind, size, ...(await measureGroup(group, quick, limit)) });
      await group.close();
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
    // Of the turns of whoever comes first: the disk is another one while others write.
    ...taken
      .filter(({ kind }) => kind === kinds[0])
      .flatMap(({ size, floor: { blocking, awaited } }) => [
        row("200 B written + fdatasync, blocking", "limit", "ms", size, blocking),
        row("200 B written + fdatasync, awaited", "limit", "ms", size, awaited),
      ]),
    ...taken.flatMap(({ kind, size, rates, beside, alone }) => {
      const { name } = contenders[kind];
      const which = size === 1 ? "a lone desk" : "one desk of three";
      const rows = [
        row(`acknowledgement, ${which} records`, name, "ms", size, alone),
        row(`acknowledgements a second, 32 callers at ${which}`, name, "/s", size, rates),
      ];
      if (size === 1) return rows;
      return [
        ...rows,
        row("acknowledgement, three desks of one disk record at once", name, "ms", size, beside),
      ];
    }),
  ];
}

/** Subject and limit by turns, so that both meet the same disk; a process's first scans are slower, and not measured. */
async function measureGroup({ desks }, quick, limit) {
  const rounds = quick ? 1 : 3;
  const each = quick ? 50 : 150;
  const [rates, beside, alone] = [[], [], []];
  const floor = { blocking: [], awaited: [] };
  let next = 1;
  const range = (count, callers) => {
    const from = next;
    next += count;
    return { from, to: next, callers };
  };
  await desks[0].call("recordMany", range(quick ? 50 : 2_000, 32));
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < each; i++) {
      floor.blocking.push(limit.blocking());
      floor.awaited.push(await limit.awaited());
      alone.push(...(await desks[0].call("recordMany", range(1, 1))).waited);
    }
    const many = await desks[0].call("recordMany", range(10 * each, 32));
    rates.push((10 * each * 1000) / (many.acknowledgedAt - many.startedAt));
    if (desks.length === 1) continue;
    const all = desks.map((desk) => desk.call("recordMany", range(each, 1)));
    for (const { waited } of await Promise.all(all)) beside.push(...waited);
  }
  return { rates, beside, alone, floor };
}
