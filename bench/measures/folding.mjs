// A log folded anew while scans go on. One desk holds what it recorded itself and a few entries of another one; a third,
// in a process of its own, has retired that other one without having heard of these entries. When it is linked, they no
// longer count, and all is folded anew without them.
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { startPeer } from "../peer.mjs";
import { itemBarcode, scan } from "../scans.mjs";
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

const takenBack = 10;
const paceMs = 10;

export async function measure({ folder, quick }) {
  const entries = quick ? 5_000 : 50_000;
  const home = (n) => join(folder, `desk-${n}`);
  const retiree = await foundBranch([home(1), home(2), home(3)], join(folder, "library"));
  await fill(home(2), entries, home(1), entries);
  await fill(home(3), takenBack, home(2), entries + takenBack);
  const founder = await openTestDesk({ folder: home(1) });
  await take(founder.desk.actOnDesk(retiree, { kind: "retire" }));
  await founder.close();
  const { idle, meanwhile, stand, seconds } = await foldAnew(home(2), home(1), entries);
  const count = entries.toLocaleString("en");
  const longest = Math.max(...meanwhile);
  const [before, during] = [summarize(idle), summarize(meanwhile)];
  return [
    { what: `${count} folded anew, scans going on`, measured: { median: seconds, unit: "s" } },
    {
      what: "… longest stand of the event loop",
      measured: { median: stand, unit: "ms" },
      asked: "≤ 20 ms",
      met: stand <= 20,
    },
    {
      what: "… acknowledgement meanwhile",
      measured: { ...during, unit: "ms" },
      limit: { name: "the same before", ...before },
      ratio: during.median / before.median,
    },
    {
      what: "… the longest of them",
      measured: { median: longest, unit: "ms" },
      limit: { name: "the longest before", median: Math.max(...idle) },
    },
  ];
}

/** The first desk founds it, with an outage open; the others join. Gives the third one's id. */
async function foundBranch([first, ...others], library) {
  const mesh = await openMesh(first);
  const one = await openTestDesk({ folder: first, mesh });
  await openOutage(one.desk, library);
  let last = "";
  for (const home of others) {
    const { invite } = await take(one.desk.invite(600_000));
    const joined = await openTestDesk({ folder: home, invite });
    await until(() => joined.desk.snapshots()[0]?.state === "in-force");
    last = joined.desk.state().desk.id;
    await joined.close();
  }
  await one.close();
  return last;
}

/** Appends at the desk of `home`, and ends when the desk of `other` holds `all`. */
async function fill(home, count, other, all) {
  const mesh = await openMesh(other);
  const holder = await openTestParts({ folder: other, mesh });
  const maker = await openTestParts({ folder: home, peers: [{ host: "127.0.0.1", port: mesh.door.port }] });
  await until(() => maker.parts.ledger.branch.current?.state === "open");
  const start = all - count;
  await appendFacts(maker.parts, start, all);
  await until(() => holder.parts.ledger.fold.all().length === all);
  await maker.close();
  await holder.close();
}

async function foldAnew(home, founder, entries) {
  const mesh = await openMesh(home);
  const peer = await startPeer(founder);
  const peers = [{ host: "127.0.0.1", port: peer.port }];
  const { desk, close } = await openTestDesk({ folder: home, mesh, peers });
  await until(() => desk.snapshots()[0]?.state === "in-force");
  // Lent by an entry that won't count any more.
  const isLent = async () => (await desk.item(itemBarcode(entries % 20_000))).loan !== undefined;
  if (!(await isLent())) throw new Error("the third desk's entries are not here");
  let n = entries + takenBack;
  const one = () => timed(() => record(desk, scan(n++)));
  const pause = () => new Promise((resolve) => setTimeout(resolve, paceMs));
  const idle = [];
  while (idle.length < 300) {
    await isLent();
    idle.push(await one());
    await pause();
  }
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = performance.now();
  await peer.open(undefined, mesh.door.port);
  const meanwhile = [];
  while (await isLent()) {
    if (performance.now() - start > 120_000) throw new Error("nothing was folded anew");
    meanwhile.push(await one());
    await pause();
  }
  delay.disable();
  const seconds = (performance.now() - start) / 1_000;
  await peer.close();
  await close();
  return { idle, meanwhile, stand: delay.max / 1e6 - 1, seconds };
}

async function until(holds) {
  const end = performance.now() + 400_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error("the desks do not agree in time");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
