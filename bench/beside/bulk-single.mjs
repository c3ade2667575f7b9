// The same with one transaction a change; and by `record()`, which judges each and makes the pages' views.
import { join } from "node:path";
import { contenders, openGroup } from "../contenders/group.mjs";
import { summarizeTail } from "../statistics.mjs";
import { measure as measureBulk } from "./bulk.mjs";

export async function measure({ folder, kinds, quick, rows = [] }) {
  await measureBulk({ folder, kinds, quick, perChange: 1, rows });
  if (kinds.includes("deskmesh"))
    rows.push(...(await measureRecorded(join(folder, "recorded"), quick ? 1_000 : 10_000)));
  return rows;
}

/** As staff would, 100 of them at once. */
async function measureRecorded(home, entries) {
  const { desks, close } = await openGroup("deskmesh", 2, home);
  const [writer, reader] = desks;
  const held = await reader.call("ask", { name: "count" });
  const arrived = reader.call("holds", held + entries);
  const { startedAt } = await writer.call("append", { from: 1, to: 1 + entries, perChange: 100 });
  const ms = (await arrived).at - startedAt;
  await close();
  const measureName = `${entries} scans by record(), judged and with the pages' views, 100 callers`;
  return [
    {
      measure: measureName,
      contender: contenders.deskmesh.name,
      desks: 2,
      unit: "ms",
      ...summarizeTail([ms]),
    },
  ];
}
