// A desk with an empty disk that comes late, until all transactions are at it; its process is there already.
import { join } from "node:path";
import { contenders, openGroup } from "../contenders/group.mjs";
import { summarizeTail } from "../statistics.mjs";

export async function measure({ folder, kinds, quick, rows = [] }) {
  const entries = quick ? 1_000 : 10_000;
  const rounds = quick ? 1 : 3;
  for (const kind of kinds) {
    const group = await openGroup(kind, 1, join(folder, kind), { inside: true });
    const held = await group.desks[0].call("ask", { name: "count" });
    await group.desks[0].call("append", { from: 1, to: 1 + entries, perChange: 100 });
    await waitForHub(kind, group, held + entries);
    const times = { opening: [], open: [] };
    for (let round = 0; round < rounds; round++) {
      const late = await group.add();
      const { at } = await late.call("holds", held + entries);
      times.opening.push(at - late.about.beganAt);
      times.open.push(Math.max(0, at - late.about.openedAt));
    }
    await group.close();
    const row = (measureName, values) => ({
      measure: measureName,
      contender: contenders[kind].name,
      desks: 2,
      unit: "ms",
      ...summarizeTail(values),
    });
    rows.push(
      row(
        `catch-up of ${entries}, since it began to open${kind === "deskmesh" ? " (joining by invite included)" : ""}`,
        times.opening,
      ),
    );
    if (kind === "deskmesh")
      rows.push(row(`catch-up of ${entries}, since it was let in and open`, times.open));
  }
  return rows;
}

/** Until the hub has it all, a late desk would wait for the first one. */
async function waitForHub(kind, group, count) {
  if (!contenders[kind].hub) return;
  const witness = await group.add();
  await witness.call("holds", count);
}
