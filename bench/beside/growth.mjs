// The main figures at growing numbers of desks: each of them a process on this one machine, so its cores are shared too.
import { join } from "node:path";
import { contenders, openGroup } from "../contenders/group.mjs";
import { newId } from "../scans.mjs";
import { summarizeTail } from "../statistics.mjs";

export async function measure({ folder, kinds, sizes, quick, rows = [] }) {
  for (const size of sizes) {
    for (const kind of kinds) {
      const group = await openGroup(kind, size, join(folder, `${kind}-${size}`), { items: 4_000 });
      const row = (measureName, values) => ({
        measure: measureName,
        contender: contenders[kind].name,
        desks: size,
        unit: "ms",
        ...summarizeTail(values),
      });
      const { acknowledged, visible, last } = await scanMany(group, quick ? 5 : 100);
      rows.push(
        row("acknowledgement", acknowledged),
        row("visible at another desk", visible),
        row("visible at the last desk", last),
        row("2,000 to every desk, 100 at once", [await spread(group, quick ? 200 : 2_000)]),
      );
      await group.close();
    }
  }
  return rows;
}

async function scanMany({ desks }, rounds) {
  const taken = { acknowledged: [], visible: [], last: [] };
  const others = desks.slice(1);
  for (const desk of others) await desk.call("listen", true);
  for (let n = 1; n <= 20 + rounds; n++) {
    const id = newId();
    const known = others.map((desk) => desk.knows(id));
    const { startedAt, acknowledgedAt } = await desks[0].call("record", { n, id });
    const times = (await Promise.all(known)).map((at) => at - startedAt);
    if (n <= 20) continue;
    taken.acknowledged.push(acknowledgedAt - startedAt);
    taken.visible.push(...times);
    taken.last.push(Math.max(...times));
  }
  for (const desk of others) await desk.call("listen", false);
  return taken;
}

async function spread({ desks }, entries) {
  const others = desks.slice(1);
  const held = await Promise.all(others.map((desk) => desk.call("ask", { name: "count" })));
  const arrived = others.map((desk, i) => desk.call("holds", held[i] + entries));
  const { startedAt } = await desks[0].call("append", { from: 1_000, to: 1_000 + entries, perChange: 100 });
  return Math.max(...(await Promise.all(arrived)).map(({ at }) => at)) - startedAt;
}
