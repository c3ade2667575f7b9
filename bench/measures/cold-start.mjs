// A node that starts with a large log: from the start of its process, and from createDesk, until the desk answers.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fillDesk } from "../filled-desk.mjs";
import { nowMs, summarize } from "../statistics.mjs";
import { openTestDesk } from "../test-desk.mjs";

const askedMs = 2_000;
const askedMib = 300;
const rounds = 5;

export async function measure({ folder, quick }) {
  const entries = quick ? 10_000 : 100_000;
  const rows = [];
  for (const [lone, name] of [
    [0, "its segments compacted"],
    [1_000, "its last segment as 1,000 single updates"],
  ]) {
    const home = await fillDesk(join(folder, String(lone)), entries, { lone });
    const taken = [];
    for (let i = 0; i < rounds; i++)
      taken.push({ read: readAndHash(join(home, "log")), ...startApart(home) });
    rows.push(...toRows(`${entries.toLocaleString("en")} entries, ${name}`, taken));
  }
  return rows;
}

/** What can't be left out: the stored bytes read and hashed, ms. */
function readAndHash(folder) {
  const start = performance.now();
  for (const name of readdirSync(folder, { recursive: true })) {
    const path = join(folder, name);
    if (statSync(path).isFile()) createHash("sha256").update(readFileSync(path)).digest();
  }
  return performance.now() - start;
}

function startApart(home) {
  const args = [fileURLToPath(import.meta.url), home, String(nowMs())];
  const { status, stdout } = spawnSync(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  if (status !== 0) throw new Error(`the start failed (${status})`);
  return JSON.parse(stdout);
}

function toRows(what, taken) {
  const of = (name) => summarize(taken.map((one) => one[name]));
  const read = { name: "stored bytes read and hashed", unit: "ms", ...of("read") };
  const row = (label, name, unit, asked) => {
    const measured = { ...of(name), unit };
    const limit = unit === "ms" ? { limit: read, ratio: measured.median / read.median } : {};
    return {
      what: `${label}: ${what}`,
      measured,
      ...limit,
      ...(asked ? { asked: `≤ ${asked} ${unit}`, met: measured.median <= asked } : {}),
    };
  };
  return [
    row("cold start, whole process", "processMs", "ms", askedMs),
    row("… of that the desk", "deskMs", "ms"),
    row("memory when it answers", "rssMib", "MiB", askedMib),
    row("memory at its highest", "peakMib", "MiB", askedMib),
  ];
}

async function startHere(home, spawnedAt) {
  const start = nowMs();
  const { desk } = await openTestDesk({ folder: home, http: true });
  if (!desk.state().ready) throw new Error("the desk isn't ready");
  const end = nowMs();
  const mib = (bytes) => bytes / 2 ** 20;
  const answer = {
    processMs: end - spawnedAt,
    deskMs: end - start,
    rssMib: mib(process.memoryUsage.rss()),
    peakMib: mib(process.resourceUsage().maxRSS * 1024),
  };
  process.stdout.write(JSON.stringify(answer), () => process.exit(0));
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await startHere(process.argv[2], Number(process.argv[3]));
