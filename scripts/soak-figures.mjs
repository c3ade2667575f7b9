// What a soak measures at each desk, and what it must come to.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Of the last half against the first. */
const mostGrowth = 1.05;
/** Until then a node compiles, and fills what it keeps: no steady state. */
const warmUpMs = 60_000;
/**
 * Bytes of the log on the disk for one scan: the entry (about 480), its share of a signature, then encrypted and indexed.
 * LevelDB's own journal of up to 4 MB, and a table that waits to be merged, come on top, whatever was scanned.
 */
const bytesAScan = 900;
const levelOverheadBytes = 12e6;
/** Bytes of the log in a desk's heap for one scan, measured (docs/performance.md). */
const heapBytesAScan = 1_200;
/** What a node says for people and programs is bounded (src/node/operating/messages.ts), and of a steady branch it is little. */
const messageBytes = 100_000;
/** Sockets come and go between pages, scans and samples. */
const handleSlack = 6;

/** `ms` since the scans began. */
export async function takeSample(nodes, scans, ms) {
  const desks = await Promise.all(
    nodes.map(async (node) => {
      const { text } = await node.send("GET", "/metrics");
      const value = (name) => Number(new RegExp(`^${name} (\\S+)`, "m").exec(text)?.[1] ?? Number.NaN);
      return {
        memory: value("deskmesh_memory_bytes"),
        heap: value("deskmesh_heap_bytes"),
        resources: value("deskmesh_resources"),
        waiting: value("deskmesh_waiting"),
        files: countFiles(node.pid),
        log: bytesOf(join(node.dataDir, "log")),
        messages: bytesOf(join(node.dataDir, "messages")),
      };
    }),
  );
  return { ms, scans, desks };
}

/** A row a figure: of all desks together, or of the worst one. */
export function judge({ samples, last, acknowledged, refused, slowestMs }) {
  const steady = samples.filter(({ ms }) => ms >= Math.min(warmUpMs, samples.at(-1).ms / 10));
  const half = steady.length >> 1;
  const halves = [steady.slice(0, half), steady.slice(-half)];
  // The log is there to grow, and is counted by itself; what is left of the heap must not.
  const beside = ({ desks, scans }) => -desks.length * scans * heapBytesAScan;
  const sumOf = (sample, name) =>
    sample.desks.reduce((sum, desk) => sum + desk[name], name === "heap" ? beside(sample) : 0);
  const mean = (list, name) => list.reduce((sum, sample) => sum + sumOf(sample, name), 0) / list.length;
  const worst = (sample, name) => Math.max(...sample.desks.map((desk) => desk[name]));
  const flat = (what, name) => {
    const [first, second] = halves.map((list) => mean(list, name));
    const must = `≤ ${mostGrowth} of it; is ${(second / first).toFixed(3)}`;
    return row(what, megabytes(first), megabytes(second), must, second <= mostGrowth * first);
  };
  const same = (what, name) => {
    const [first, second] = halves.map((list) => Math.max(...list.map((sample) => worst(sample, name))));
    return row(what, first, second, `≤ ${handleSlack} more`, second <= first + handleSlack);
  };
  const computed = acknowledged * bytesAScan + levelOverheadBytes;
  const grown = worst(last, "log");
  const said = worst(last, "messages");
  return [
    row("scans acknowledged, and refused", acknowledged, refused, "none refused", refused === 0),
    row(
      "scans at the desk that holds least",
      acknowledged,
      leastHeld(last),
      "all",
      leastHeld(last) === acknowledged,
    ),
    row("slowest answer, ms", "", slowestMs.toFixed(0), "", true),
    flat("resident memory, all desks, mean, MB", "memory"),
    flat("heap in use beside the log, all desks, mean, MB", "heap"),
    same("open files, worst desk, most", "files"),
    same("handles and requests, worst desk, most", "resources"),
    row(
      "log on disk, worst desk, MB",
      "",
      megabytes(grown),
      `≤ ${megabytes(computed)} computed`,
      grown <= computed,
    ),
    row(
      "messages on disk, worst desk, kB",
      "",
      Math.round(said / 1e3),
      `≤ ${messageBytes / 1e3}`,
      said <= messageBytes,
    ),
  ];
}

function row(what, first, second, must, holds) {
  return { what, first, second, must, holds };
}

function leastHeld({ desks }) {
  return Math.min(...desks.map(({ waiting }) => waiting));
}

/** Once a minute, for whoever waits. */
export function lineOf({ ms, scans, desks }) {
  const sum = (name) => desks.reduce((total, desk) => total + desk[name], 0);
  return [
    `${Math.round(ms / 60_000)} min: ${scans} scans`,
    `memory ${megabytes(sum("memory"))} MB, heap ${megabytes(sum("heap"))} MB`,
    `files ${sum("files")}, handles ${sum("resources")}, log ${megabytes(sum("log"))} MB`,
  ].join("; ");
}

export function tableOf(rows, { minutes, desks, rate, scans }) {
  const lines = rows.map(({ what, first, second, must, holds }) =>
    [what, first, second, must, holds ? "holds" : "DOES NOT HOLD"].join(" | "),
  );
  return [
    `${desks} desks, ${minutes} minutes at ${rate} scans a second: ${scans} scans`,
    "",
    "| figure | first half | last half | must be | |",
    "|---|---|---|---|---|",
    ...lines.map((line) => `| ${line} |`),
    "",
  ].join("\n");
}

function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}

/** Linux alone tells from outside; elsewhere the node's own count of handles has to do. */
function countFiles(pid) {
  return process.platform === "linux" ? readdirSync(`/proc/${pid}/fd`).length : 0;
}

function bytesOf(folder) {
  let sum = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    try {
      sum += statSync(join(entry.parentPath, entry.name)).size;
    } catch (error) {
      // LevelDB merges its tables while we look.
      if (error.code !== "ENOENT") throw error;
    }
  }
  return sum;
}
