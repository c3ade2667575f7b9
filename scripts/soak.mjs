// A busy branch for a long time: `npm run soak -- --minutes 30 --desks 8 --rate 5`. Real nodes on loopback, a page open at
// each, scans at a steady pace; at the end a table of memory, handles and disk, and exit code 1 where one of them grew
// more than it may: memory of the last half at most 1.05 of the first, no more handles, disk as computed.
// `-- --simulated`: 24 hours in a few minutes instead, on simulated clocks and disks (test/sim/day.ts).
import { spawn, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { newId, scan, writeLibrary } from "../bench/scans.mjs";
import { build } from "./build.mjs";
import { isMain, root, runScript, SetupError, setUp } from "./setup.mjs";
import { judge, lineOf, tableOf, takeSample } from "./soak-figures.mjs";

const launcher = join(root, "bin", "deskmesh.mjs");
/** Items that go round: all out, then all back, and again. */
const items = 2_000;
const sampleMs = 10_000;

async function main() {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "30" },
      desks: { type: "string", default: "8" },
      rate: { type: "string", default: "5" },
      simulated: { type: "boolean", default: false },
    },
  });
  if (values.simulated) return playSimulated();
  const [minutes, desks, rate] = [values.minutes, values.desks, values.rate].map(Number);
  if (!(minutes >= 1 && desks >= 1 && desks <= 50 && rate > 0))
    throw new SetupError("expected --minutes from 1, --rate above 0, and --desks from 1 to 50");
  const say = (line) => process.stderr.write(`${line}\n`);
  setUp(say);
  await build(say);
  const folder = mkdtempSync(join(tmpdir(), "deskmesh-soak-"));
  const nodes = [];
  try {
    await openBranch(nodes, folder, desks);
    say(`${desks} desks linked; ${minutes} minutes at ${rate} scans a second.`);
    const run = await scanFor(nodes, { minutes, rate, say });
    await settle(nodes, run);
    const rows = judge(run);
    process.stdout.write(tableOf(rows, { minutes, desks, rate, scans: run.acknowledged }));
    process.exitCode = rows.every(({ holds }) => holds) ? 0 : 1;
  } finally {
    await Promise.all(nodes.map((node) => node.end()));
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function playSimulated() {
  setUp((line) => process.stderr.write(`${line}\n`));
  const run = (args) => spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" }).status;
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  if (run([tsc, "-p", "tsconfig.sim.json", "--noCheck"]) !== 0)
    throw new SetupError("the simulation could not be built (see above)");
  process.exitCode = run([join(root, "dist", "sim", "test", "sim", "day-run.js")]) ?? 1;
}

async function openBranch(nodes, folder, desks) {
  const library = join(folder, "library");
  writeLibrary(library, items);
  for (let n = 1; n <= desks; n++) {
    const peers = nodes.flatMap((node) => ["--peer", `127.0.0.1:${node.meshPort}`]);
    const node = await startNode(join(folder, `desk-${n}`), peers);
    nodes.push(node);
    if (n === 1) {
      const place = { name: "Riverside Library", code: "RIV", timezone: "Europe/Berlin", desk: "Desk 1" };
      await node.ask("POST", "/api/branch", { ...place, supervisor: "mk", pin: "1234" });
      await node.ask("POST", "/api/snapshots", { path: library });
      await node.ask("POST", "/api/outage/open", {});
    } else {
      const { invite } = await nodes[0].ask("POST", "/api/invites", {});
      await node.ask("POST", "/api/join", { invite, desk: `Desk ${n}` });
    }
    node.watch();
  }
  await until("all desks linked, with patron data", async () => {
    const states = await Promise.all(nodes.map((node) => node.ask("GET", "/api/state")));
    return states.every(
      ({ desks: { desks: others }, snapshot }) =>
        others.filter(({ linked, self }) => linked && !self).length === desks - 1 &&
        snapshot?.state === "in-force",
    );
  });
}

/** At a steady pace whatever an answer takes; each desk in its turn. */
async function scanFor(nodes, { minutes, rate, say }) {
  const startedAt = performance.now();
  const run = { acknowledged: 0, samples: [], refused: 0, slowestMs: 0 };
  const underway = new Set();
  const end = startedAt + minutes * 60_000;
  let nextSample = startedAt;
  for (let n = 0; performance.now() < end; n++) {
    if (performance.now() >= nextSample) {
      nextSample += sampleMs;
      run.samples.push(await takeSample(nodes, run.acknowledged, performance.now() - startedAt));
      if (run.samples.length % 6 === 1) say(lineOf(run.samples.at(-1)));
    }
    const one = record(nodes[n % nodes.length], n, run).finally(() => underway.delete(one));
    // Thrown where it is awaited, so that the desks are ended all the same.
    one.catch((error) => {
      run.broken ??= error;
    });
    if (run.broken !== undefined) throw run.broken;
    underway.add(one);
    if (underway.size > 200) await Promise.race(underway);
    const wait = startedAt + ((n + 1) * 1_000) / rate - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  }
  await Promise.all(underway);
  return run;
}

async function record(node, n, run) {
  const round = Math.floor(n / items);
  // `scan` itself turns round only after a library ten times as large.
  const body = { ...scan((round % 2) * 20_000 + (n % items)), id: newId() };
  const askedAt = performance.now();
  const post = () => node.send("POST", "/api/transactions", body);
  // As a page does: a connection that the desk closed just then says nothing of the scan, and the same id counts once.
  const { status } = await post().catch(post);
  run.slowestMs = Math.max(run.slowestMs, performance.now() - askedAt);
  if (status === 201) run.acknowledged++;
  else run.refused++;
}

/** Every desk has all that any acknowledged, and one more sample is taken then. */
async function settle(nodes, run) {
  await until("every desk holds every scan", async () => {
    const last = await takeSample(nodes, run.acknowledged, null);
    run.last = last;
    return last.desks.every(({ waiting }) => waiting === run.acknowledged);
  });
}

async function startNode(dataDir, peers) {
  const args = [
    "start",
    "--port",
    "0",
    "--mesh-port",
    "0",
    "--mesh-host",
    "127.0.0.1",
    "--no-mdns",
    ...peers,
  ];
  const said = openSync(`${dataDir}.err`, "w");
  const child = spawn(process.execPath, [launcher, ...args, "--data-dir", dataDir], {
    stdio: ["ignore", "pipe", said],
  });
  closeSync(said);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const ready = await new Promise((resolve, reject) => {
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (more) => {
      text += more;
      const found = /^ready (\S+) mesh (\d+)/m.exec(text);
      if (found) resolve(found);
    });
    ended.then(() => reject(new Error(`a desk ended: ${readFileSync(`${dataDir}.err`, "utf8")}`)));
  });
  const { token } = JSON.parse(readFileSync(join(dataDir, "run.json"), "utf8"));
  const headers = {
    authorization: `Bearer ${token}`,
    "content-type": "application/json",
    "deskmesh-staff": "ab",
  };
  const page = new AbortController();
  const send = async (method, path, body) => {
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const reply = await fetch(`${ready[1]}${path}`, init);
    return { status: reply.status, text: await reply.text() };
  };
  return {
    pid: child.pid,
    dataDir,
    meshPort: Number(ready[2]),
    send,
    async ask(method, path, body) {
      const { status, text } = await send(method, path, body);
      if (status >= 300) throw new Error(`${path}: ${status} ${text}`);
      return JSON.parse(text);
    },
    /** As a page that is open at this desk all the time. */
    watch() {
      fetch(`${ready[1]}/api/events`, { headers, signal: page.signal })
        .then(async ({ body }) => {
          for await (const _ of body);
        })
        .catch((error) => {
          if (!page.signal.aborted) throw error;
        });
    },
    async end() {
      page.abort();
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function until(what, holds) {
  const deadline = performance.now() + 120_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new SetupError(`not within two minutes: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

if (isMain(import.meta)) runScript(main);
