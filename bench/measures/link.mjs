// What a link costs: its set-up, to the other desk's first frontier, and the first sync over it, verified.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { updatesSince } from "../../dist/crdt/log/updates.js";
import { makeInvite } from "../../dist/node/desk/pairing.js";
import { admitGuest } from "../guest.mjs";
import { createEchoLimit, createTlsLimit } from "../limits.mjs";
import { openPair } from "../pair.mjs";
import { pairedRatio, quantile, summarize } from "../statistics.mjs";
import { appendFacts, take } from "../test-desk.mjs";

const syncAskedMs = 1_000;
const outage = "outage-1";

export async function measure({ folder, quick }) {
  mkdirSync(folder, { recursive: true });
  const pair = await openPair(join(folder, "pair"), { inside: true });
  const { invite } = await take(makeInvite(pair.parts, 600_000));
  const guest = await admitGuest(invite);
  const setUp = await measureSetUp(pair, guest, quick ? 30 : 200);
  const sync = await measureSync(pair, guest, quick ? 2_000 : 10_000, quick ? 3 : 7);
  await pair.close();
  return [...setUp, ...sync];
}

/** To the peer, in a process of its own. */
async function measureSetUp(pair, guest, rounds) {
  const limit = await createTlsLimit(guest.identity);
  const taken = { limit: [], subject: [] };
  for (let round = -10; round < rounds; round++) {
    const floor = await limit.connect();
    const ms = await linkPeer(pair, guest, "branch", () => true);
    if (round < 0) continue;
    taken.limit.push(floor);
    taken.subject.push(ms);
  }
  await limit.close();
  const bare = "a bare TLS 1.3 connection, same certificates, both sides in this process";
  const sorted = (values) => [...values].sort((a, b) => a - b);
  const at95 = (values) => ({ median: quantile(sorted(values), 0.95) });
  return [
    {
      what: "link set up: dialled → the other desk's first frontier",
      measured: { ...summarize(taken.subject), unit: "ms" },
      limit: { name: bare, ...summarize(taken.limit) },
      ratio: pairedRatio(taken.subject, taken.limit),
    },
    {
      what: "… 95th percentile",
      measured: { ...at95(taken.subject), unit: "ms" },
      limit: { name: bare, ...at95(taken.limit) },
      ratio: at95(taken.subject).median / at95(taken.limit).median,
    },
  ];
}

async function measureSync(pair, guest, total, rounds) {
  await appendFacts(pair.parts, 1, total);
  await pair.peer.holds(pair.own, pair.held + total - 1);
  const { document } = pair.parts.ledger.books.get(outage);
  let bytes = 0;
  for (const update of updatesSince(document, new Map())) bytes += update.length;
  const echo = await createEchoLimit();
  const taken = { limit: [], subject: [] };
  for (let round = 0; round < rounds; round++) {
    taken.limit.push((await echo.roundTrip(bytes)) / 2);
    const ms = await linkPeer(pair, guest, outage, (held, caughtUp) => {
      if (!caughtUp) return false;
      const count = [...held.feeds()].reduce((sum, feed) => sum + feed.count, 0);
      if (count < total) throw new Error(`only ${count} entries came`);
      return true;
    });
    taken.subject.push(ms);
  }
  await echo.close();
  const measured = { ...summarize(taken.subject), unit: "ms" };
  return [
    {
      what: `first sync of ${total.toLocaleString("en")} entries over a new link, each verified, none stored`,
      measured,
      limit: { name: `the same ${Math.round(bytes / 1024)} KiB over TCP`, ...summarize(taken.limit) },
      ratio: pairedRatio(taken.subject, taken.limit),
      asked: `≤ ${syncAskedMs} ms`,
      met: measured.median <= syncAskedMs,
    },
  ];
}

function linkPeer({ parts, peer, own }, guest, document, until) {
  const desk = [...parts.ledger.branch.desks.values()].find(
    ({ desk, name }) => desk !== own && name !== "Guest",
  );
  return guest.link({ desk: desk.desk, port: peer.port, document, until });
}
