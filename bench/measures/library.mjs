// A city's library at one desk: its import, what stays in memory, look-ups, searches and judging; and its way to a second
// desk while scans go on.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { birthDate, givenNames, itemBarcode, patronBarcode, surname, title } from "../city.mjs";
import { startPeer } from "../peer.mjs";
import { scan } from "../scans.mjs";
import { quantile, summarize, timed } from "../statistics.mjs";
import { openMesh, openTestDesk, record, take } from "../test-desk.mjs";

const mib = (bytes) => bytes / 2 ** 20;
const pick = (count) => Math.floor(Math.random() * count);

export async function measure({ folder, quick }) {
  const part = quick ? 20 : 1;
  const size = { patrons: 200_000 / part, items: 600_000 / part, loans: 80_000 / part };
  const city = join(folder, "city");
  run([new URL("../city.mjs", import.meta.url), city, size.patrons, size.items, size.loans]);
  const home = join(folder, "desk");
  const self = new URL(import.meta.url);
  const imported = JSON.parse(run([self, "import", home, city]));
  const asked = JSON.parse(run([self, "ask", home, JSON.stringify(size)]));
  const what = `${size.patrons.toLocaleString("en")} patrons, ${size.items.toLocaleString("en")} items`;
  return [
    row(`import of ${what}`, single(imported.ms / 1_000, "s"), 60),
    row("… memory at its highest", single(imported.peakMib, "MiB"), 400),
    row("… memory once it can be searched", single(imported.rssMib, "MiB"), 300),
    row("memory of a desk started with it, once it can be searched", single(asked.rssMib, "MiB"), 300),
    row("a patron looked up, as its view", spread(asked.patron), 1),
    row("an item looked up, as its view", spread(asked.item), 1),
    row("a name searched, 95th percentile", single(asked.nameP95, "ms"), 20),
    row("… median", spread(asked.name)),
    row("a title searched, 95th percentile", single(asked.titleP95, "ms")),
    row("a loan judged (looked up, decided)", spread(asked.judge), 1),
    ...(await measureTransfer(folder, home)),
  ];
}

function run(args) {
  const flags = [
    "--expose-gc",
    ...args.map((each) => (each instanceof URL ? fileURLToPath(each) : String(each))),
  ];
  const { status, stdout } = spawnSync(process.execPath, flags, { stdio: ["ignore", "pipe", "inherit"] });
  if (status !== 0) throw new Error(`a part of the measurement failed (${status})`);
  return stdout.toString();
}

/** From the moment at which the second desk is let in until it uses the library; the first one records meanwhile. */
async function measureTransfer(folder, home) {
  const peer = await startPeer(join(folder, "peer"));
  const peers = [{ host: "127.0.0.1", port: peer.port }];
  const mesh = await openMesh(home);
  const { desk, close } = await openTestDesk({ folder: home, mesh, peers });
  await take(desk.moveOutage("open", { scope: "branch" }));
  await searchable(desk);
  let n = 0;
  const one = () => timed(() => record(desk, scan(n++)));
  // With the same pauses: after a pause the processor's caches hold something else, be it idle or not.
  const pause = () => new Promise((resolve) => setTimeout(resolve, 10));
  const idle = [];
  for (let i = 0; i < 300; i++) {
    idle.push(await one());
    await pause();
  }
  const { invite } = await take(desk.invite(600_000));
  await peer.open(invite, mesh.door.port);
  const busy = [];
  const { sha256 } = desk.snapshots()[0];
  const start = performance.now();
  let arrived = false;
  const there = peer.uses(sha256).then(() => {
    arrived = true;
  });
  while (!arrived) {
    busy.push(await one());
    await pause();
  }
  const seconds = (performance.now() - start) / 1_000;
  await there;
  await peer.close();
  await close();
  const [quiet, during] = [summarize(idle), summarize(busy)];
  const ratio = during.median / quiet.median;
  return [
    row("to a second desk over the mesh, until it is used there", single(seconds, "s"), 60),
    {
      what: "acknowledgement meanwhile",
      measured: { ...during, unit: "ms" },
      limit: { name: "the same before", ...quiet },
      ratio,
      asked: "≤ 1.5 ×",
      met: ratio <= 1.5,
    },
  ];
}

function row(what, measured, most) {
  const asked =
    most === undefined ? {} : { asked: `≤ ${most} ${measured.unit}`, met: measured.median <= most };
  return { what, measured, ...asked };
}

const single = (median, unit) => ({ median, unit });
const spread = (summary) => ({ ...summary, unit: "ms" });

async function importHere(home, city) {
  const { desk, close } = await openTestDesk({ folder: home });
  const ms = await timed(() => take(desk.importSnapshot(city)));
  const peakMib = mib(process.resourceUsage().maxRSS * 1024);
  await searchable(desk);
  globalThis.gc();
  const rssMib = mib(process.memoryUsage.rss());
  await close();
  return { ms, peakMib, rssMib };
}

/** A desk that starts takes its library into use in a while, and the first search of each kind waits for its index. */
async function searchable(desk) {
  const latest = performance.now() + 300_000;
  while (desk.snapshots()[0]?.state !== "in-force") {
    if (performance.now() > latest) throw new Error("the library did not come into use");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await desk.patrons("warm up");
  await desk.items("warm up");
}

async function askHere(home, { patrons, items }) {
  const { desk, close } = await openTestDesk({ folder: home });
  await searchable(desk);
  globalThis.gc();
  const rssMib = mib(process.memoryUsage.rss());
  const times = async (count, act) => {
    const taken = [];
    for (let i = 0; i < count; i++) taken.push(await timed(act));
    return taken;
  };
  const patron = await times(2_000, () => desk.patron(patronBarcode(pick(patrons))));
  const item = await times(2_000, () => desk.item(itemBarcode(pick(items))));
  const queries = [
    (i) => surname(i),
    (i) => surname(i).slice(0, 3),
    (i) => `${givenNames(i).slice(0, 4)} ${surname(i).slice(0, 4)}`,
    (i) => `${surname(i)} ${birthDate(i)}`,
    (i) => patronBarcode(i).slice(-6),
  ];
  let n = 0;
  const name = await times(500, () => desk.patrons(queries[n++ % queries.length](pick(patrons))));
  const titles = await times(200, () => desk.items(title(pick(items)).split(" ").slice(0, 3).join(" ")));
  const judge = await times(1_000, () =>
    desk.tryLoan({ patron: patronBarcode(pick(patrons)), item: itemBarcode(pick(items / 2)) }),
  );
  await close();
  const p95 = (taken) =>
    quantile(
      [...taken].sort((a, b) => a - b),
      0.95,
    );
  return {
    rssMib,
    patron: summarize(patron),
    item: summarize(item),
    name: summarize(name),
    nameP95: p95(name),
    titleP95: p95(titles),
    judge: summarize(judge),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [act, home, more] = process.argv.slice(2);
  const acts = {
    import: () => importHere(home, more),
    ask: () => askHere(home, JSON.parse(more)),
    transfer: () => measureTransfer(more, home),
  };
  const answer = await acts[act]();
  process.stdout.write(JSON.stringify(answer), () => process.exit(0));
}
