// Many transactions as fast as possible, from one desk to another; and what each cost on the wire and on the disk.
import { join } from "node:path";
import { contenders, openGroup } from "../contenders/group.mjs";
import { summarizeTail } from "../statistics.mjs";
import { folderBytes, loopbackBytes } from "./loopback.mjs";

/** What takes minutes is measured once. */
const slow = new Set(["automerge", "pouchdb"]);

export async function measure({ folder, kinds, quick, total = 10_000, perChange = 100, rows = [] }) {
  const entries = quick ? 1_000 : total;
  for (const kind of kinds) {
    const rounds = slow.has(kind) || quick ? 1 : perChange === 1 ? 2 : 3;
    rows.push(...(await measureOne({ kind, home: join(folder, kind), perChange, entries, rounds })));
  }
  return rows;
}

async function measureOne({ kind, home, perChange, entries, rounds }) {
  const group = await openGroup(kind, 2, home, { inside: true });
  const [writer, reader] = group.desks;
  const held = await reader.call("ask", { name: "count" });
  const before = { disk: folderBytes(reader.folder), wire: loopbackBytes() };
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const from = 1 + round * entries;
    const arrived = reader.call("holds", held + (round + 1) * entries);
    const { startedAt } = await writer.call("append", { from, to: from + entries, perChange });
    times.push((await arrived).at - startedAt);
  }
  const wire = loopbackBytes() - before.wire;
  await group.close();
  const disk = folderBytes(reader.folder) - before.disk;
  const row = (measureName, unit, values) => ({
    measure: measureName,
    contender: contenders[kind].name,
    desks: 2,
    unit,
    ...summarizeTail(values),
  });
  const how = perChange === 1 ? "1 a change" : `${perChange} a change`;
  const all = entries * rounds;
  return [
    row(`${entries} from one desk to another, ${how}`, "ms", times),
    row(`bytes a transaction on the wire, ${how}`, "B", [wire / all]),
    ...(disk > 0 ? [row(`bytes a transaction on the other desk's disk, ${how}`, "B", [disk / all])] : []),
  ];
}
