// A node that starts with a large log, by the command that people use: from the start of its process until it says that
// it is ready, and its memory then.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fillDesk } from "../filled-desk.mjs";
import { summarize } from "../statistics.mjs";

const askedMs = 2_000;
const askedMib = 300;

export async function measure({ folder, quick }) {
  const entries = quick ? 2_000 : 100_000;
  const rounds = quick ? 1 : 5;
  const rows = [];
  for (const [lone, name] of [
    [0, "its segments compacted"],
    [1_000, "its last segment as 1,000 single updates"],
  ]) {
    const home = await fillDesk(join(folder, String(lone)), entries, { lone });
    const taken = [];
    for (let i = 0; i < rounds; i++)
      taken.push({ read: readAndHash(join(home, "log")), ...(await startApart(home)) });
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

const command = fileURLToPath(new URL("../../bin/deskmesh.mjs", import.meta.url));
const patienceMs = 60_000;

async function startApart(home) {
  const start = performance.now();
  const options = ["--data-dir", home, "--port", "0", "--mesh-port", "0", "--no-mdns"];
  const node = spawn(process.execPath, [command, "start", ...options], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = new Promise((resolve) => node.once("exit", resolve));
  const timer = setTimeout(() => node.kill("SIGKILL"), patienceMs);
  try {
    const ready = readyLine(node);
    if (!(await Promise.race([ready, ended.then(() => false)]))) throw new Error("the node did not start");
    const processMs = performance.now() - start;
    const { status } = await fetch(`${await ready}/readyz`);
    if (status !== 200) throw new Error("the desk isn't ready");
    return { processMs, ...memoryOf(node.pid) };
  } finally {
    node.kill("SIGTERM");
    await ended;
    clearTimeout(timer);
  }
}

/** `ready http://127.0.0.1:8470 …`: the address. */
function readyLine(node) {
  let told = "";
  return new Promise((resolve) => {
    node.stdout.on("data", (bytes) => {
      told += bytes;
      const found = /ready (http:\S+)/.exec(told);
      if (found) resolve(found[1]);
    });
  });
}

/** As the system counts it. */
function memoryOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const mib = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)[1]) / 1024;
  return { rssMib: mib("VmRSS"), peakMib: mib("VmHWM") };
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
    row("memory when it answers", "rssMib", "MiB", askedMib),
    row("memory at its highest", "peakMib", "MiB", askedMib),
  ];
}
