/**
 * The one door to yjs, y-protocols and lib0. What the rest of the log needs of them, under its own words.
 */
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { Awareness } from "y-protocols/awareness";
import { messageYjsSyncStep1, messageYjsSyncStep2, messageYjsUpdate } from "y-protocols/sync";
import * as Y from "yjs";

export { decoding, encoding, Y };
export type YDoc = Y.Doc;

/** Numbers of the sync messages, as y-protocols has them. */
export const syncKinds = {
  step1: messageYjsSyncStep1,
  step2: messageYjsSyncStep2,
  update: messageYjsUpdate,
} as const;

/** An awareness that says nothing and keeps no timer: nothing in that protocol is authenticated. */
export function createSilentAwareness(doc: Y.Doc): Awareness {
  const awareness = new Awareness(doc);
  awareness.setLocalState(null);
  awareness.destroy();
  return awareness;
}
