// What desks say to each other when nothing happens, and how often an entry is sent, as their number grows.
import { join } from "node:path";
import { contenders, openGroup } from "../contenders/group.mjs";
import { newId } from "../scans.mjs";
import { loopbackBytes } from "./loopback.mjs";

const calmMs = 3_000;
/** What desks say most rarely comes within it. */
const rareSeconds = 125;

export async function measure({ folder, kinds, sizes, quick, rows = [] }) {
  for (const kind of kinds)
    for (const size of sizes)
      rows.push(...(await measureGroup(kind, size, join(folder, `${kind}-${size}`), quick)));
  return rows;
}

async function measureGroup(kind, size, folder, quick) {
  const group = await openGroup(kind, size, folder, { items: 4_000 });
  const row = (measure, unit, median) => ({
    measure,
    contender: contenders[kind].name,
    desks: size,
    unit,
    median,
    count: 1,
  });
  const links = contenders[kind].hub ? size : (size * (size - 1)) / 2;
  await pause(calmMs);
  const idleSeconds = quick ? 2 : size === 2 ? rareSeconds : 30;
  const idleFrom = loopbackBytes();
  const sentFrom = await sends(group);
  await pause(idleSeconds * 1000);
  const rows = [row("idle traffic a link", "B/s", (loopbackBytes() - idleFrom) / links / idleSeconds)];
  const idle = difference(await sends(group), sentFrom);
  const entries = quick ? 5 : 50;
  for (const desk of group.desks.slice(1)) await desk.call("listen", true);
  const before = { wire: loopbackBytes(), sends: await sends(group), at: performance.now() };
  for (let n = 1; n <= entries; n++) {
    const id = newId();
    const known = group.desks.slice(1).map((desk) => desk.knows(id));
    await group.desks[0].call("record", { n, id });
    await Promise.all(known);
  }
  await pause(500);
  const seconds = (performance.now() - before.at) / 1000;
  const idleBytes = rows[0].median * links * seconds;
  rows.push(
    row(
      "bytes a transaction a link, one after the other",
      "B",
      (loopbackBytes() - before.wire - idleBytes) / entries / links,
    ),
  );
  const after = await sends(group);
  if (after) {
    const sent = difference(after, before.sends);
    rows.push(row("frames that carry an entry, in all", "an entry", sent.updates / entries));
    rows.push(
      row(
        "frames of any kind, in all",
        "an entry",
        (sent.frames - (idle.frames * seconds) / idleSeconds) / entries,
      ),
    );
  }
  await group.close();
  return rows;
}

/** What Deskmesh's desks have sent; null of the others. */
async function sends({ kind, desks }) {
  if (kind !== "deskmesh") return null;
  const all = await Promise.all(desks.map((desk) => desk.call("ask", { name: "sends" })));
  const sum = (name) => all.reduce((total, one) => total + one[name], 0);
  return { frames: sum("frames"), updates: sum("updates") };
}

function difference(after, before) {
  return after && { frames: after.frames - before.frames, updates: after.updates - before.updates };
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
