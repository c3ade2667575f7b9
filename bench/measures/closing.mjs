// The end of a large outage, at a desk that made an eighth of it: whether all is here, what must be looked at, the file.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { scan } from "../scans.mjs";
import { summarize, timed } from "../statistics.mjs";
import {
  appendFacts,
  openMesh,
  openOutage,
  openTestDesk,
  openTestParts,
  record,
  take,
} from "../test-desk.mjs";

const desks = 8;
const rounds = 5;
const mib = (bytes) => Math.round(bytes / 1024 / 1024);

export async function measure({ folder, quick }) {
  const entries = quick ? 8_000 : 100_000;
  const homes = Array.from({ length: desks }, (_, n) => join(folder, `desk-${n + 1}`));
  await foundBranch(homes, join(folder, "library"));
  await fillAll(homes, entries);
  // In a process of its own: what filled eight desks here isn't the memory of one.
  const answer = execFileSync(process.execPath, [
    "--expose-gc",
    fileURLToPath(import.meta.url),
    homes[desks - 1],
    String(entries),
  ]);
  const { completeness, exceptions, made, stood, stoodAgain, before, opening, making } = JSON.parse(answer);
  const count = entries.toLocaleString("en");
  const row = (what, measured, most) => {
    const asked = `≤ ${most} ${measured.unit}`;
    return { what, measured, asked, met: measured.median <= most };
  };
  return [
    row(`${desks} desks, ${count}: whether all is here`, { ...summarize(completeness), unit: "ms" }, 200),
    row(`${desks} desks, ${count}: exceptions`, { ...summarize(exceptions), unit: "ms" }, 200),
    row(`${desks} desks, ${count}: the file, made and kept (koha)`, { median: made, unit: "ms" }, 2_000),
    row("the longest that anything else waited meanwhile", { median: stood, unit: "ms" }, 20),
    row("the same while the file is made anew, with scans since", { median: stoodAgain, unit: "ms" }, 20),
    row(
      `its process at most while the file is made (${before} MiB before)`,
      { median: making, unit: "MiB" },
      300,
    ),
    row(
      "its process at most since it began to open",
      { median: Math.max(opening, making), unit: "MiB" },
      300,
    ),
  ];
}

async function endHere(home, entries) {
  const { desk, close } = await openTestDesk({ folder: home });
  // A desk whose outage ends has been up for hours, and has its library in memory.
  await until(async () => (await desk.items("Book")).length > 0);
  const taken = { completeness: [], exceptions: [] };
  for (let round = 0; round < rounds; round++) {
    taken.completeness.push(await timed(() => take(desk.completeness())));
    taken.exceptions.push(await timed(() => desk.exceptions()));
  }
  globalThis.gc?.();
  const before = mib(process.memoryUsage.rss());
  let told = 0;
  desk.subscribe((kind, data) => {
    if (kind === "progress" && data.task === "export") told++;
  });
  const request = {
    format: "koha",
    partial: true,
    reason: "The other desks are not open in this measurement",
  };
  let made = 0;
  const opening = startPeak();
  const stood = await longestStand(async () => {
    made = await timed(() => take(desk.makeBatch(request)));
  });
  const making = peakMib();
  const [batch] = await desk.batches();
  const counted = batch.counts.reduce((sum, { onScreen }) => sum + onScreen, 0);
  if (counted !== entries) throw new Error(`${counted} of ${entries} records are in the batch`);
  if (told === 0 && entries > 1_000) throw new Error("no progress was told");
  await record(desk, scan(entries + 1));
  const again = { state: "re-issued", note: "measured" };
  const stoodAgain = await longestStand(() => take(desk.markBatch(batch.id, again)));
  await close();
  return { ...taken, made, stood, stoodAgain, before, opening, making };
}

const peakMib = () => mib(process.resourceUsage().maxRSS * 1024);

/** The most resident memory so far, MiB; from now on it is counted anew (proc(5), clear_refs). */
function startPeak() {
  const until = peakMib();
  writeFileSync("/proc/self/clear_refs", "5");
  return until;
}

/** The longest that the event loop stood still, ms, beyond the millisecond at which it is looked at. */
async function longestStand(act) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await act();
  delay.disable();
  return delay.max / 1e6 - 1;
}

/** The first desk founds it, with an outage open; the others join it and end. */
async function foundBranch([first, ...others], library) {
  const mesh = await openMesh(first);
  const one = await openTestDesk({ folder: first, mesh });
  await openOutage(one.desk, library);
  for (const home of others) {
    const { invite } = await take(one.desk.invite(600_000));
    const joined = await openTestDesk({ folder: home, invite });
    await joined.close();
  }
  await one.close();
}

/** Each makes its share, all linked to the first; resolves when all hold all. */
async function fillAll(homes, entries) {
  const share = entries / desks;
  const mesh = await openMesh(homes[0]);
  const peers = [{ host: "127.0.0.1", port: mesh.door.port }];
  const opened = [await openTestParts({ folder: homes[0], mesh })];
  for (const home of homes.slice(1)) opened.push(await openTestParts({ folder: home, peers }));
  for (const [n, { parts }] of opened.entries()) {
    await until(() => parts.ledger.branch.current.state === "open");
    await appendFacts(parts, n * share, (n + 1) * share);
  }
  const held = ({ parts }) => parts.ledger.fold.all().length;
  await until(() => opened.every((one) => held(one) === entries));
  for (const one of opened.reverse()) await one.close();
}

async function until(holds) {
  const end = performance.now() + 400_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error("the desks do not agree in time");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [home, entries] = process.argv.slice(2);
  process.stdout.write(JSON.stringify(await endHere(home, Number(entries))), () => process.exit(0));
}
