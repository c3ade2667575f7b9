// A process that starts where 100,000 transactions are: Deskmesh from its own disk, the others from disk or hub.
import { join } from "node:path";
import { contenders, openGroup, openProcess } from "../contenders/group.mjs";
import { nowMs, summarizeTail } from "../statistics.mjs";

/** Appended by one call, which has only so much time. */
const atOnce = 100_000;

export async function measure({ folder, kinds, quick = false, entries = 100_000, rounds = 3, rows = [] }) {
  const count = quick ? 2_000 : entries;
  for (const kind of kinds) {
    const home = join(folder, kind);
    const group = await openGroup(kind, 1, home, { inside: true });
    const [first] = group.desks;
    const held = await first.call("ask", { name: "count" });
    const madeFrom = performance.now();
    for (let from = 1; from <= count; from += atOnce) {
      const to = Math.min(1 + count, from + atOnce);
      await first.call("append", { from, to, perChange: 100 });
    }
    await waitForHub(kind, group, held + count);
    const madeMs = performance.now() - madeFrom;
    await first.close();
    const taken = { ms: [], rssMib: [], peakMib: [] };
    for (let round = 0; round < (quick ? 1 : rounds); round++) {
      const startedAt = nowMs();
      const options = {
        folder: first.folder,
        index: 0,
        hub: group.hub?.about,
        url: first.about.url,
        again: true,
      };
      const desk = await openProcess(kind, "desk", options);
      const { at } = await desk.call("holds", held + count);
      taken.ms.push(at - startedAt);
      const { rssMib, peakMib } = await desk.call("memory");
      taken.rssMib.push(rssMib);
      taken.peakMib.push(peakMib);
      await desk.close();
    }
    await group.close();
    const row = (measureName, unit, values) => ({
      measure: measureName,
      contender: contenders[kind].name,
      desks: 1,
      unit,
      ...summarizeTail(values),
    });
    const many = count.toLocaleString("en");
    rows.push(
      row(`cold start with ${many}, whole process`, "ms", taken.ms),
      row(`memory with ${many}`, "MiB", taken.rssMib),
      row(`memory at its highest with ${many}`, "MiB", taken.peakMib),
      row(`making those ${many}, 100 a change`, "ms", [madeMs]),
    );
  }
  return rows;
}

/**
 * Until the hub has it all, and so a desk that begins empty can have it from there. Its witness stays: Hocuspocus forgets
 * a document with its last desk.
 */
async function waitForHub(kind, group, count) {
  if (!contenders[kind].hub) return;
  const witness = await group.add();
  await witness.call("holds", count);
}
