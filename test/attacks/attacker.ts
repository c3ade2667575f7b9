/**
 * Somebody on the branch's Wi-Fi: with a certificate or without, outside the branch or once admitted to it, saying over a
 * true link whatever a test puts into its mouth.
 */
import type { Signer } from "../../src/crdt/log/digest.ts";
import { createFeedWriter, type FeedWriter } from "../../src/crdt/log/feed-writer.ts";
import { frameKinds, jsonFrame, parseFrame, syncFrame } from "../../src/crdt/log/frames.ts";
import { clockStart, type HybridTime, tick } from "../../src/crdt/log/hybrid-clock.ts";
import { type LinkIdentity, loadLinkIdentity } from "../../src/node/certificate.ts";
import { loadSigner } from "../../src/node/identity.ts";
import { createWire } from "../../src/node/mesh/wire.ts";
import { parseInvite } from "../../src/node/pairing/invite.ts";
import { joinByInvite } from "../../src/node/pairing/joiner.ts";
import type { Wire, WireSocket } from "../../src/node/ports.ts";
import { createMemoryVault } from "../../src/node/ports-memory.ts";
import { realClock, realRandom } from "../../src/node/real-ports.ts";
import { expectDone, type RunningDesk, until } from "../node/desk/desks.ts";

export interface Attacker {
  readonly identity: LinkIdentity;
  readonly wire: Wire;
  readonly signer: Signer;
  /** Its run, as it says in its hello. */
  readonly run: string;
}

export async function createAttacker(): Promise<Attacker> {
  const vault = createMemoryVault();
  const identity = await loadLinkIdentity(vault);
  const signer = await loadSigner(vault, realRandom);
  return { identity, wire: createWire(identity), signer, run: randomHex(8) };
}

/** One that a supervisor was talked into admitting. */
export async function createInsider(desk: RunningDesk, name = "Insider"): Promise<Attacker> {
  const attacker = await createAttacker();
  await joinAs(attacker, expectDone(await desk.invite(60_000)).invite, name);
  return attacker;
}

export async function joinAs(attacker: Attacker, invite: string, name: string): Promise<void> {
  const { wire, signer } = attacker;
  const options = { wire, clock: realClock, random: realRandom, signer, name };
  const joined = await joinByInvite(options, parseInvite(invite)!);
  if (joined.kind !== "joined") throw new Error(joined.text);
}

/** A socket to a desk's mesh, with everything that came over it. */
export interface Line {
  readonly socket: WireSocket;
  readonly frames: Uint8Array[];
  ended: { readonly code: number; readonly reason: string } | null;
  say(frame: Uint8Array): void;
  /** Waits until the desk has closed it; gives the code. */
  closed(): Promise<number>;
}

export async function openLine(attacker: Attacker, desk: RunningDesk, path: string): Promise<Line> {
  const { host, port } = desk.pc;
  const socket = attacker.wire.dial({ host, port, path });
  let opened = false;
  const line: Line = {
    socket,
    frames: [],
    ended: null,
    say: (frame) => socket.send(frame),
    async closed() {
      await until("the desk closes the line", () => line.ended !== null);
      return line.ended!.code;
    },
  };
  socket.onOpen = () => {
    opened = true;
  };
  socket.onFrame = (frame) => void (frame && line.frames.push(Uint8Array.from(frame)));
  socket.onClose = (code, reason) => {
    line.ended = { code, reason };
  };
  await until("the line is open", () => opened || line.ended !== null);
  return line;
}

export function helloOf(attacker: Attacker, desk: RunningDesk, change: object = {}): Uint8Array {
  const hello = { protocol: 1, branch: desk.state().branch!.id, run: attacker.run, ...change };
  return jsonFrame(frameKinds.hello, hello);
}

export function cardOf(attacker: Attacker, change: object = {}): Uint8Array {
  const card = { desk: attacker.signer.desk, name: "Insider", version: "9", meshPort: 9, ...change };
  return jsonFrame(frameKinds.card, card);
}

/** A link as an honest desk would make it; ready for anything but honest frames. */
export async function openLink(attacker: Attacker, desk: RunningDesk, document = "outage-1"): Promise<Line> {
  const line = await openLine(attacker, desk, `/deskmesh/1/${document}`);
  line.say(helloOf(attacker, desk));
  line.say(cardOf(attacker));
  // The desk opens with its step 1 once it has taken the card.
  await until(
    "the link stands",
    () => line.frames.some((frame) => parseFrame(frame).kind === "sync") || line.ended !== null,
  );
  return line;
}

/** A writer of a feed in the branch of that desk; anybody can make one. */
export function createWriter(
  desk: RunningDesk,
  signer: Signer,
  change: { readonly branch?: string; readonly document?: string; readonly asDesk?: string } = {},
): FeedWriter & { add(body: { readonly k: string }): void } {
  let last: HybridTime = clockStart;
  const writer = createFeedWriter({
    place: {
      branch: change.branch ?? desk.state().branch!.id,
      document: change.document ?? "outage-1",
      desk: change.asDesk ?? signer.desk,
      run: randomHex(8),
    },
    signer,
    deskName: "Insider",
    newClient: () => realRandom.uint32(),
  });
  const add = (body: { readonly k: string }): void => {
    writer.append({ at: Date.now(), body }, () => {
      last = tick(last, Date.now());
      return last;
    });
  };
  return Object.assign(writer, { add });
}

export function updateFrame(update: Uint8Array): Uint8Array {
  return syncFrame("update", update);
}

export function randomHex(bytes: number): string {
  return Buffer.from(realRandom.bytes(bytes)).toString("hex");
}
