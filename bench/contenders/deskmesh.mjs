// Deskmesh as it runs: signed entries, encrypted disk, TLS links between admitted certificates, the guard before all of it.
import { createRequire } from "node:module";
import { join } from "node:path";
import { makeInvite } from "../../dist/node/desk/pairing.js";
import { scan } from "../scans.mjs";
import {
  appendFacts,
  openMesh,
  openOutage,
  openTestDesk,
  openTestParts,
  record,
  take,
} from "../test-desk.mjs";

/** The program's own copy: the bench has another one for the other contenders. */
const { WebSocket } = createRequire(new URL("../../package.json", import.meta.url))("ws");
const inviteMs = 600_000;
/**
 * What a frame begins with: a sync message, and of that an author's update, or a step 2, in which desks hand on what
 * others wrote; an empty one ends an answer (crdt/log/frames).
 */
const syncFrame = 0;
const entryKinds = [1, 2];
const emptyFrameBytes = 5;

/** `again`: of a folder that has a desk. `items`: how many of the library, which each desk fetches, else all. `inside`: the founder gives its ledger instead of its pages, so that entries are appended without their views. */
export async function openDesk(options) {
  const { folder, index, first, invite, inside = false, again = false, onKnown } = options;
  const sends = countSends();
  if (index === 0 && !again) await found(options);
  const mesh = await openMesh(folder);
  const peers = first ? [{ host: "127.0.0.1", port: first.port }] : [];
  const listener = (kind, data) => {
    if (kind === "recorded") onKnown(data.row.id);
  };
  const isInside = inside && index === 0;
  const opened = isInside
    ? await openTestParts({ folder, mesh, peers })
    : await openTestDesk({ folder, mesh, peers, invite, listener });
  const view = isInside ? viewParts(opened.parts) : viewDesk(opened.desk);
  return {
    about: { port: mesh.door.port },
    sends,
    ...view,
    async linked(desks) {
      while (view.links() < desks - 1 || !view.knowsLibrary())
        await new Promise((done) => setTimeout(done, 20));
    },
    close: () => opened.close(),
  };
}

async function found({ folder, items }) {
  const first = await openTestDesk({ folder });
  await openOutage(first.desk, join(folder, "library"), items);
  await record(first.desk, scan(0));
  await first.close();
}

function viewDesk(desk) {
  const { id } = desk.state().desk;
  return {
    record: ({ n, id }) => record(desk, { ...scan(n), id }),
    /** By `record()`, which makes the pages' views too: as many callers as there are in a change. */
    async append(from, to, perChange) {
      let next = from;
      const caller = async () => {
        while (next < to) await record(desk, scan(next++));
      };
      await Promise.all(Array.from({ length: perChange }, caller));
    },
    /** Durable here. */
    count: () =>
      desk.desks().matrix.reduce((sum, { held }) => sum + (held.find(({ by }) => by === id)?.count ?? 0), 0),
    links: () => desk.desks().desks.filter(({ linked, self }) => linked && !self).length,
    knowsLibrary: () => desk.state().snapshot !== undefined && desk.state().snapshot !== null,
    invite: async () => take(desk.invite(inviteMs)),
  };
}

function viewParts(parts) {
  let made = 0;
  return {
    async append(from, to, perChange) {
      // One a change: each is its own entry either way; nobody waits for one before giving the next.
      await appendFacts(parts, from, to, Math.max(perChange, 256));
      made += to - from;
    },
    count: () => made,
    links: () => new Set(parts.mesh.desks().map(({ peer }) => peer.desk)).size,
    knowsLibrary: () => true,
    invite: async () => take(makeInvite(parts, inviteMs)),
  };
}

/** Frames that this process gives to its links: all of them, and those that carry entries. */
function countSends() {
  const counted = { frames: 0, updates: 0 };
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function sendCounted(data, ...rest) {
    counted.frames++;
    if (data[0] === syncFrame && entryKinds.includes(data[1]) && data.length > emptyFrameBytes)
      counted.updates++;
    return send.call(this, data, ...rest);
  };
  return () => ({ ...counted });
}
