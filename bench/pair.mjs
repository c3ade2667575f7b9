// Two linked desks: one here, one in a process of its own.
import { join } from "node:path";
import { makeInvite } from "../dist/node/desk/pairing.js";
import { startPeer } from "./peer.mjs";
import { scan } from "./scans.mjs";
import { openMesh, openOutage, openTestDesk, openTestParts, record, take } from "./test-desk.mjs";

/**
 * This process's desk with an outage open, and a linked desk in another process that holds what there is: scan 0.
 * With `inside`, this desk is given as its parts.
 */
export async function openPair(folder, { inside = false } = {}) {
  const home = join(folder, "desk");
  const peer = await startPeer(join(folder, "peer"));
  const peers = [{ host: "127.0.0.1", port: peer.port }];
  const first = await openTestDesk({ folder: home });
  await openOutage(first.desk, join(folder, "library"));
  await record(first.desk, scan(0));
  const { desk: own } = first.desk.state();
  await first.close();
  const mesh = await openMesh(home);
  const opened = inside
    ? await openTestParts({ folder: home, mesh, peers })
    : await openTestDesk({ folder: home, mesh, peers });
  const ttlMs = 600_000;
  const { invite } = await take(inside ? makeInvite(opened.parts, ttlMs) : opened.desk.invite(ttlMs));
  await peer.open(invite, mesh.door.port);
  // The scan, and the `done` that closing wrote behind it.
  await peer.holds(own.id, 2);
  return {
    desk: opened.desk,
    parts: opened.parts,
    peer,
    own: own.id,
    held: 2,
    async close() {
      await peer.close();
      await opened.close();
    },
  };
}
