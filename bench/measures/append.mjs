// Appending without a disk, at growing sizes of the log: the desk's ledger over memory folders, beside plain Yjs.
import { createHash, generateKeyPairSync, sign as signBytes } from "node:crypto";
import { factToBody } from "../../dist/crdt/circulation/stored.js";
import { createSigner } from "../../dist/crdt/log/digest.js";
import { Y } from "../../dist/crdt/log/yjs.js";
import { openLedger } from "../../dist/node/desk/ledger.js";
import { createMemoryVault } from "../../dist/node/ports-memory.js";
import { realClock, realRandom } from "../../dist/node/real-ports.js";
import { createKeyRing } from "../../dist/node/store/key-ring.js";
import { createMemoryFolders } from "../../dist/node/store/log-folders.js";
import { createLogStores } from "../../dist/node/store/log-store.js";
import { scanFact } from "../scans.mjs";
import { summarize } from "../statistics.mjs";

const askedUs = 150;
const windowLength = 2_000;
/** Until V8 has compiled the way of a lone one; a log that grows in groups goes another. */
const warmUp = 6_000;
const segmentLength = 1_024;

export async function measure({ big, quick }) {
  const ledger = await openMemoryLedger();
  const yjs = createPlainYjs();
  for (let i = 0; i < (quick ? 0 : warmUp); i++) await appendLone(ledger, i);
  const sizes = quick ? [10_000] : [10_000, 100_000, ...(big ? [1_000_000] : [])];
  const rows = [];
  for (const size of sizes) {
    const from = sizes[sizes.indexOf(size) - 1] ?? 0;
    await grow(ledger, from === 0 ? (quick ? 0 : warmUp) : from + 2 * windowLength, size);
    yjs.grow(from, size);
    const taken = { lone: [], grouped: [], limit: [], plain: [] };
    for (let i = 0; i < windowLength; i++) {
      taken.limit.push(timeUs(signAndHash));
      taken.plain.push(timeUs(() => yjs.push(size + i)));
      taken.lone.push(await appendLone(ledger, size + i));
    }
    const start = performance.now();
    await grow(ledger, size + windowLength, size + 2 * windowLength);
    taken.grouped.push(((performance.now() - start) * 1000) / windowLength);
    rows.push(...toRows(size, taken));
  }
  return rows;
}

async function openMemoryLedger() {
  const nothing = () => undefined;
  const names = ["Facts", "Branch", "Publish", "Durable", "Opened", "Twin", "Trouble"];
  const keys = createKeyRing(createMemoryVault(), createMemoryVault(), realRandom);
  const ledger = await openLedger({
    branchId: "0".repeat(32),
    deskName: "Desk 1",
    signer: createSigner(realRandom.bytes(32)),
    clock: realClock,
    random: realRandom,
    stores: createLogStores(createMemoryFolders(), keys, nothing),
    offsetMs: nothing,
    events: {
      ...Object.fromEntries(names.map((name) => [`on${name}`, nothing])),
      onFault(why) {
        throw why;
      },
    },
  });
  return ledger;
}

async function grow(ledger, from, to) {
  for (let n = from; n < to; n += 256) {
    const durable = [];
    for (let i = n; i < Math.min(to, n + 256); i++)
      durable.push(ledger.append(1, scanFact(i, Date.now()), "MS").durable);
    await Promise.all(durable);
  }
}

/** A group of its own: signed, encoded, stored in memory, folded. */
async function appendLone(ledger, n) {
  const fact = scanFact(n, Date.now());
  const start = performance.now();
  await ledger.append(1, fact, "MS").durable;
  return (performance.now() - start) * 1000;
}

/** The peer: the same body as a JSON text in a Y.Array by segments, and nothing else. */
function createPlainYjs() {
  const doc = new Y.Doc({ gc: false });
  const push = (n) =>
    doc
      .getArray(`feed/${Math.floor(n / segmentLength)}`)
      .push([JSON.stringify(factToBody(scanFact(n, Date.now())))]);
  return {
    push,
    grow(from, to) {
      for (let n = from; n < to; n++) push(n);
    },
  };
}

const { privateKey } = generateKeyPairSync("ed25519");
const someBytes = Buffer.alloc(400, 120);

/** What a signed, chained entry can't do without. */
function signAndHash() {
  signBytes(null, someBytes, privateKey);
  createHash("sha256").update(someBytes).digest();
}

function timeUs(act) {
  const start = performance.now();
  act();
  return (performance.now() - start) * 1000;
}

function toRows(size, { lone, grouped, limit, plain }) {
  const row = (what, values, name, floor) => {
    const measured = { ...summarize(values), unit: "µs" };
    const { median, low, high } = summarize(floor);
    const ratio = measured.median / median;
    return { what, measured, limit: { name, median, low, high }, ratio };
  };
  const most = (one) => ({ ...one, asked: `≤ ${askedUs} µs`, met: one.measured.median <= askedUs });
  const at = `at ${size.toLocaleString("en")} entries`;
  return [
    most(row(`append ${at}, alone`, lone, "Ed25519 + SHA-256 of it", limit)),
    most(row(`append ${at}, in groups of 256`, grouped, "pushed into plain Yjs, one by one", plain)),
  ];
}
