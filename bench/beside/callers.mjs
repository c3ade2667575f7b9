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
  const floor = { blocking: [], awaited: [] };
  const sampleLimit = async () => {
    for (let i = 0; i < 100; i++) {
      floor.blocking.push(limit.blocking());
      floor.awaited.push(await limit.awaited());
    }
  };
  const taken = [];
  for (const kind of kinds)
    for (const size of sizes) {
      const group = await openGroup(kind, size, join(folder, `${kind}-${size}`));
      taken.push({ kind, size, ...(await measureGroup(group, quick, sampleLimit)) });
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
    row("200 B written + fdatasync, blocking", "limit", "ms", 1, floor.blocking),
    row("200 B written + fdatasync, awaited", "limit", "ms", 1, floor.awaited),
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

/** The limit is sampled in each round, so that subject and limit meet the same machine. */
async function measureGroup({ desks }, quick, sampleLimit) {
  const rounds = quick ? 1 : 3;
  const each = quick ? 50 : 150;
  const [rates, beside, alone] = [[], [], []];
  let next = 1;
  const range = (count, callers) => {
    const from = next;
    next += count;
    return { from, to: next, callers };
  };
  for (let round = 0; round < rounds; round++) {
    await sampleLimit();
    const one = await desks[0].call("recordMany", range(each, 1));
    alone.push(...one.waited);
    const many = await desks[0].call("recordMany", range(10 * each, 32));
    rates.push((10 * each * 1000) / (many.acknowledgedAt - many.startedAt));
    if (desks.length === 1) continue;
    const all = desks.map((desk) => desk.call("recordMany", range(each, 1)));
    for (const { waited } of await Promise.all(all)) beside.push(...waited);
  }
  return { rates, beside, alone };
}
