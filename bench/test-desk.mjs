// A desk over the real ports, as `deskmesh start` makes it, without discovery: the bench says who the peers are.
import { join } from "node:path";
import { loadLinkIdentity } from "../dist/node/certificate.js";
import { createDesk } from "../dist/node/desk/create-desk.js";
import { openDesk } from "../dist/node/desk/open-desk.js";
import { keepHeapFlat, keepHeapSmall } from "../dist/node/heap.js";
import { createApp } from "../dist/node/http/app.js";
import { serveApp } from "../dist/node/http/server.js";
import { loadMembership, loadSigner } from "../dist/node/identity.js";
import { openDoor } from "../dist/node/mesh/door.js";
import { createWire } from "../dist/node/mesh/wire.js";
import { createFileVault, realClock, realRandom } from "../dist/node/real-ports.js";
import { createEncryptedLevels } from "../dist/node/store/encrypted-levels.js";
import { createKeyRing } from "../dist/node/store/key-ring.js";
import { createLevels } from "../dist/node/store/level.js";
import { createDiskFolders } from "../dist/node/store/log-folders.js";
import { createLogStores } from "../dist/node/store/log-store.js";
import { scan, scanFact, writeLibrary } from "./scans.mjs";

const timezone = "Europe/Berlin";
const staff = { supervisor: "mk", pin: "1234" };
const version = "0.0.0-bench";
const log = (text) => process.stderr.write(`${text}\n`);

/** The mesh port of the desk of `folder`, before the desk itself, so that its peers can be told. */
export async function openMesh(folder) {
  const wire = createWire(await loadLinkIdentity(await createFileVault(join(folder, "identity"))));
  return { wire, door: await openDoor(wire, 0, ["127.0.0.1"]) };
}

/**
 * Opens the desk of `folder`. `invite`: into a branch to join; left out, the folder's own or a new one.
 * `http`: serve the API too, at `port`. `listener`: hears its events from the first one on.
 */
export async function openTestDesk({ folder, mesh, peers = [], invite, http = false, listener }) {
  keepHeapSmall();
  const { ports, signer, vault, door } = await openPorts(folder, mesh);
  const host = { name: "Desk 1", timezone };
  const desk = await createDesk({ ports, signer, version, host, peers, log });
  if (listener) desk.subscribe(listener);
  if (invite !== undefined) await take(desk.join(invite, "Desk joined"));
  else if ((await loadMembership(vault)) === null)
    await take(desk.createBranch({ name: "Riverside", code: "RIV", timezone, desk: "Desk 1", ...staff }));
  const listening = http ? await serveDesk(desk) : null;
  keepHeapFlat();
  return {
    desk,
    port: listening?.port,
    async close() {
      await listening?.close();
      await desk.close();
      await door.close();
    },
  };
}

/** The inside of the desk of `folder`, which belongs to a branch: to append facts without a page's views. */
export async function openTestParts({ folder, mesh, peers = [] }) {
  const { ports, signer, vault, door } = await openPorts(folder, mesh);
  const membership = await loadMembership(vault);
  const quiet = { emit: () => undefined, onChanged: () => undefined, log };
  const { parts, close } = await openDesk({ ports, signer, membership, version, timezone, peers, ...quiet });
  return {
    parts,
    async close() {
      await close();
      await door.close();
    },
  };
}

/** Appends facts `from` … `to` of `scanFact`, in groups; resolves when all are durable. */
export async function appendFacts(parts, from, to, group = 256) {
  const outage = parts.ledger.branch.current.number;
  for (let n = from; n < to; n += group) {
    const appended = [];
    for (let i = n; i < Math.min(to, n + group); i++)
      appended.push(parts.ledger.append(outage, scanFact(i, Date.now()), "MS").durable);
    await Promise.all(appended);
  }
}

async function openPorts(folder, mesh) {
  const { wire, door } = mesh ?? (await openMesh(folder));
  const vault = await createFileVault(join(folder, "identity"));
  const keys = createKeyRing(vault, await createFileVault(join(folder, "keys")), realRandom);
  const stores = createLogStores(await createDiskFolders(join(folder, "log")), keys, log);
  const snapshots = createEncryptedLevels(createLevels(join(folder, "snapshots")), keys);
  const ports = {
    clock: realClock,
    random: realRandom,
    vault,
    stores,
    snapshots,
    keys,
    wire,
    discovery: null,
    door,
    hosts: () => ["127.0.0.1"],
    watchAddresses: () => () => undefined,
  };
  return { ports, signer: await loadSigner(vault, realRandom), vault, door };
}

async function serveDesk(desk) {
  // What is measured is the desk, not how many requests a second it lets in.
  const rate = { perSecond: 1e6, burst: 1e6 };
  const parts = { desk, token: "", webRoot: "", version, clock: realClock, random: realRandom, rate, log };
  const listening = await serveApp(createApp(parts), 0);
  if (listening.kind !== "listening") throw new Error("no port for the API");
  return listening;
}

/** A library in force and an outage open: scans are recorded without a question. */
export async function openOutage(desk, libraryFolder, items) {
  writeLibrary(libraryFolder, items);
  await take(desk.importSnapshot(libraryFolder));
  await take(desk.moveOutage("open", { scope: "branch" }));
}

/** Records scans `from` … `to`, `callers` of them at once. */
export async function recordScans(desk, from, to, callers) {
  let next = from;
  const caller = async () => {
    while (next < to) await record(desk, scan(next++));
  };
  await Promise.all(Array.from({ length: callers }, caller));
}

/** Records one; anything but a receipt ends the bench. */
export async function record(desk, command) {
  const answer = await desk.record(command);
  if (answer.kind !== "recorded") throw new Error(`not recorded: ${JSON.stringify(answer)}`);
  return answer.answer;
}

/** The value of an answer that must be one. */
export async function take(answer) {
  const { kind, value, ...why } = await answer;
  if (kind !== "done") throw new Error(`${kind}: ${JSON.stringify(why)}`);
  return value;
}
