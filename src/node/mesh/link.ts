/**
 * One link: a socket between two desks for one document, after both greeted. The same for the side that dialled
 * and the side that accepted. Feeds the sync session, keeps the frontier told, measures the clock, notices silence.
 */
import type { Advance, LogDocument } from "../../crdt/log/document.ts";
import { frameKinds, frontierFrame, jsonFrame } from "../../crdt/log/frames.ts";
import type { Frontier } from "../../crdt/log/frontier.ts";
import { createSyncSession } from "../../crdt/log/sync.ts";
import type { Clock } from "../ports.ts";
import { closeCodes, type Peer } from "./hello.ts";

/** What a link needs of its socket, whoever made it. */
export interface LinkSocket {
  readonly localHost: string | null;
  readonly queuedBytes: number;
  send(frame: Uint8Array): void;
  close(code: number, reason: string): void;
  cut(): void;
}

export interface LinkEvents {
  readonly onAdvanced: (link: Link, advance: Advance, update: Uint8Array) => void;
  readonly onForked: (link: Link, segment: string, texts: readonly string[]) => void;
  readonly onFrontier: (link: Link) => void;
  readonly onPeers: (link: Link, value: unknown) => void;
  readonly onFault: (link: Link, code: string, why: string) => void;
  /** The peer's answer to our first step 1 is complete. */
  readonly onCaughtUp: (link: Link) => void;
}

export interface Link {
  readonly document: LogDocument;
  readonly peer: Peer;
  /** Run of the side that dialled. */
  readonly dialledBy: string;
  readonly address: { readonly host: string; readonly port: number };
  /** This side's own address of it. */
  readonly localHost: string | null;
  readonly peerFrontier: Frontier;
  readonly caughtUp: boolean;
  /** Our clock minus theirs, and how long an answer takes, ms. */
  readonly clock: { readonly offsetMs: number; readonly roundTripMs: number } | null;
  /** Bytes free on the disk of the PC at the other end, by its last ping; `null`: it has not said. */
  readonly peerFreeBytes: number | null;
  /** Monotonic time of the last frame that came. */
  readonly heardAt: number;
  receive(frame: Uint8Array | null): void;
  sendUpdate(update: Uint8Array, advance: Advance): void;
  sendFrontier(frontier: Frontier): void;
  sendPeers(value: unknown): void;
  relay(ownRuns: ReadonlySet<string>): void;
  close(code: number, reason: string): void;
  /** Drops it without a word: nobody could hear one. */
  cut(): void;
  /** Closes, and hears and says nothing more, whatever the other side does about it. */
  expel(code: number, reason: string): void;
  /** To be called when the socket is gone: stops the timers. */
  ended(): void;
}

const pingEveryMs = 2_000;
const silenceMs = 5_000;
/** For the goodbye of one that is expelled. */
const partingMs = 500;
const maxQueuedBytes = 16 * 1024 * 1024;
const pauseQueuedBytes = 1024 * 1024;

export interface LinkOptions {
  readonly document: LogDocument;
  readonly socket: LinkSocket;
  readonly peer: Peer;
  readonly dialledBy: string;
  readonly address: { readonly host: string; readonly port: number };
  /** y-websocket's provider sends its own step 1. */
  readonly sendsStep1: boolean;
  readonly clock: Clock;
  /** Room on this PC's disk, told with each ping; `null`: the system doesn't say. */
  readonly freeBytes?: () => number | null;
  readonly events: LinkEvents;
}

export function createLink(options: LinkOptions): Link {
  const { socket, clock, events } = options;
  const session = createSyncSession(options.document);
  let heardAt = clock.monotonic();
  let measured: Link["clock"] = null;
  let peerFreeBytes: number | null = null;
  let over = false;
  let caughtUp = false;
  let cancelPing = clock.after(0, ping);

  function send(frame: Uint8Array): void {
    if (over) return;
    if (socket.queuedBytes > maxQueuedBytes) socket.close(closeCodes.slow, "it doesn't read");
    else socket.send(frame);
  }

  function ping(): void {
    if (over) return;
    if (clock.monotonic() - heardAt > silenceMs) {
      socket.cut();
      return;
    }
    // Older programs pass over whatever else stands in a ping.
    const free = options.freeBytes?.() ?? null;
    send(jsonFrame(frameKinds.ping, { t: clock.monotonic(), ...(free === null ? {} : { free }) }));
    cancelPing = clock.after(pingEveryMs, ping);
  }

  /** Sends one by one, giving way between them and to a slow reader. */
  async function sendAll(frames: Iterable<Uint8Array>): Promise<void> {
    for (const frame of frames) {
      send(frame);
      do
        await new Promise<void>((resolve) =>
          clock.after(socket.queuedBytes > pauseQueuedBytes ? 20 : 0, resolve),
        );
      while (!over && socket.queuedBytes > pauseQueuedBytes);
      if (over) return;
    }
  }

  function receiveJson(message: number, value: unknown): void {
    const fields = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
    if (message === frameKinds.ping) answerPing(fields);
    else if (message === frameKinds.pong) measure(fields);
    else if (message === frameKinds.peers) events.onPeers(link, value);
  }

  /** Its own time goes back to it; anything else it may have put there (deeper than any stack) does not. */
  function answerPing({ t, free }: Record<string, unknown>): void {
    if (isByteCount(free)) peerFreeBytes = free;
    if (typeof t === "number") send(jsonFrame(frameKinds.pong, { t, wall: clock.now() }));
  }

  function measure({ t, wall }: Record<string, unknown>): void {
    if (typeof t !== "number" || typeof wall !== "number" || !Number.isFinite(wall)) return;
    const roundTripMs = clock.monotonic() - t;
    if (roundTripMs < 0 || roundTripMs > silenceMs) return;
    measured = { offsetMs: Math.round(clock.now() - roundTripMs / 2 - wall), roundTripMs };
  }

  function receive(frame: Uint8Array | null): void {
    if (over) return;
    heardAt = clock.monotonic();
    const received = frame === null ? textFault : session.receive(frame);
    switch (received.kind) {
      case "advanced":
        events.onAdvanced(link, received.advance, received.update);
        break;
      case "forked":
        events.onForked(link, received.segment, received.texts);
        break;
      case "replies":
        sendAll(received.frames).catch((why: unknown) => events.onFault(link, "reply", String(why)));
        break;
      case "frontier":
        events.onFrontier(link);
        break;
      case "json":
        receiveJson(received.message, received.value);
        break;
      case "fault":
        events.onFault(link, received.code, received.why);
        link.expel(closeCodes.faultOfForm, received.code);
        break;
      case "nothing":
        break;
    }
    if (session.caughtUp && !caughtUp) {
      caughtUp = true;
      events.onCaughtUp(link);
    }
  }

  function end(): void {
    over = true;
    cancelPing();
  }

  const step1 = session.step1();
  if (options.sendsStep1) send(step1);

  const link: Link = {
    document: options.document,
    peer: options.peer,
    dialledBy: options.dialledBy,
    address: options.address,
    localHost: socket.localHost,
    get peerFrontier() {
      return session.peerFrontier;
    },
    get caughtUp() {
      return caughtUp;
    },
    get clock() {
      return measured;
    },
    get peerFreeBytes() {
      return peerFreeBytes;
    },
    get heardAt() {
      return heardAt;
    },
    receive,
    sendUpdate: (update, advance) => send(session.updateFrame(update, advance)),
    sendFrontier: (frontier) => send(frontierFrame(frontier)),
    sendPeers: (value) => send(jsonFrame(frameKinds.peers, value)),
    relay(ownRuns) {
      sendAll(session.relay(ownRuns)).catch((why: unknown) => events.onFault(link, "relay", String(why)));
    },
    close: (code, reason) => socket.close(code, reason),
    cut: () => socket.cut(),
    expel(code, reason) {
      socket.close(code, reason);
      end();
      clock.after(partingMs, () => socket.cut());
    },
    ended: end,
  };
  return link;
}

function isByteCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

const textFault = { kind: "fault", code: "undecodable", why: "a text frame" } as const;
