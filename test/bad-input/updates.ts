/** Updates that a linked desk may send: an honest one, and some that must be refused. */
import { randomBytes } from "node:crypto";
import { createSigner } from "../../src/crdt/log/digest.ts";
import { createFeedWriter } from "../../src/crdt/log/feed-writer.ts";
import { tick } from "../../src/crdt/log/hybrid-clock.ts";
import { Y } from "../../src/crdt/log/yjs.ts";

/** An honest first update of a desk that nobody knows. */
export function writeUpdate(branch: string, desk?: string): Uint8Array {
  const signer = createSigner(randomBytes(32));
  const writer = createFeedWriter({
    place: { branch, document: "branch", desk: desk ?? signer.desk, run: randomBytes(8).toString("hex") },
    signer,
    deskName: "Stranger",
    newClient: () => randomBytes(4).readUInt32LE(),
  });
  let now = { ms: 0, n: 0 };
  writer.append({ at: Date.now(), body: { k: "outage", outage: 1, to: "close" } }, () => {
    now = tick(now, Date.now());
    return now;
  });
  return writer.takeGroup(10)!.update;
}

/** Under another desk's name. */
export function writeForged(branch: string): Uint8Array {
  return writeUpdate(branch, randomBytes(16).toString("hex"));
}

export function writeDeletion(): Uint8Array {
  const doc = new Y.Doc();
  const list = doc.getArray<string>(`feed/${"a".repeat(32)}/${"b".repeat(16)}/0`);
  list.push(["x", "y"]);
  list.delete(0, 1);
  return Y.encodeStateAsUpdate(doc);
}

export function writeMap(): Uint8Array {
  const doc = new Y.Doc();
  doc.getMap("state").set("outage", "closed");
  return Y.encodeStateAsUpdate(doc);
}
