/**
 * One link: a socket between two desks for one document, after both greeted. The same for the side that dialled
 * and the side that accepted. Feeds the sync session, keeps the frontier told, measures the clock, notices silence.
 */
import type { Advance, LogDocument } from "../../crdt/log/document.ts";
import type { Feed } from "../../crdt/log/feed.ts";
import { frameKinds, frontierFrame, jsonFrame, movedFrame } from "../../crdt/log/frames.ts";
import type { Frontier } from "../../crdt/log/frontier.ts";
import { createSyncSession } from "../../crdt/log/sync.ts";
import type { Clock } from "../ports.ts";
import { closeCodes, type Peer, quietProtocol } from "./hello.ts";
import { calmOf, firstCalm, startPulse } from "./pulse.ts";
import { createQuestions, type MeasuredClock } from "./questions.ts";

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
  /** It didn't answer, and is cut off. */
  readonly onSilent: (link: Link) => void;
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
  readonly clock: MeasuredClock | null;
  /** Bytes free on the disk of the PC at the other end, by its last word of it; `null`: it has not said. */
  readonly peerFreeBytes: number | null;
  /** Monotonic time of the last frame that came. */
  readonly heardAt: number;
  receive(frame: Uint8Array | null): void;
  sendUpdate(update: Uint8Array, advance: Advance): void;
  /** What is durable here has moved: says so, unless the entries that went over this link said it. */
  tellFrontier(told: ToldFrontier): void;
  sendPeers(value: unknown): void;
  /** Hands on what the peer lacks of the first `ripe(feed)` entries of each feed. */
  relay(ripe: (feed: Feed) => number): void;
  close(code: number, reason: string): void;
  /** Drops it without a word: nobody could hear one. */
  cut(): void;
  /** Closes, and hears and says nothing more, whatever the other side does about it. */
  expel(code: number, reason: string): void;
  /** To be called when the socket is gone: stops the timers. */
  ended(): void;
}

/** For the goodbye of one that is expelled. */
const partingMs = 500;
const maxQueuedBytes = 16 * 1024 * 1024;
const pauseQueuedBytes = 1024 * 1024;

export interface ToldFrontier {
  readonly frontier: Frontier;
  /** All of it, though the peer may know it. */
  readonly whole: boolean;
}

export interface LinkOptions {
  readonly document: LogDocument;
  readonly socket: LinkSocket;
  readonly peer: Peer;
  readonly dialledBy: string;
  readonly address: { readonly host: string; readonly port: number };
  /** y-websocket's provider sends its own step 1. */
  readonly sendsStep1: boolean;
  /** The protocol that both ends speak. */
  readonly spoken: number;
  readonly clock: Clock;
  /** Room on this PC's disk; `null`: the system doesn't say. */
  readonly freeBytes?: () => number | null;
  readonly events: LinkEvents;
}

export function createLink(options: LinkOptions): Link {
  const { document, socket, clock, events, peer, dialledBy } = options;
  const isQuiet = options.spoken >= quietProtocol;
  const session = createSyncSession(document, { vouches: isQuiet });
  let over = false;
  let caughtUp = false;
  let told: Frontier | null = null;
  const questions = createQuestions(clock, options.freeBytes ?? (() => null), send);
  const pulse = startPulse({
    clock,
    calm: isQuiet ? calmOf(document.name, dialledBy !== peer.run) : firstCalm,
    ask: () => questions.ask(),
    cut() {
      events.onSilent(link);
      socket.cut();
    },
  });

  function send(frame: Uint8Array): void {
    if (over) return;
    if (socket.queuedBytes > maxQueuedBytes) socket.close(closeCodes.slow, "it doesn't read");
    else socket.send(frame);
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

  /** A peer that asks has missed something: what it gets is followed by what is held here. */
  async function reply(frames: Iterable<Uint8Array>): Promise<void> {
    await sendAll(frames);
    if (!isQuiet || told === null) return;
    tellFrontier({ frontier: document.frontier(), whole: true });
  }

  function tellFrontier({ frontier, whole }: ToldFrontier): void {
    if (session.takeNews()) events.onFrontier(link);
    // A document only grows while it is open, so there is no mark to take back.
    if (whole || told === null || !isQuiet) {
      told = frontier;
      send(frontierFrame(frontier));
      return;
    }
    const marks = session.unsaid(frontier, told);
    if (marks.size === 0) return;
    told = new Map([...told, ...marks]);
    send(movedFrame(marks));
  }

  function receiveJson(message: number, value: unknown): void {
    const fields = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
    if (message === frameKinds.ping) questions.answer(fields);
    else if (message === frameKinds.pong) questions.learn(fields);
    else if (message === frameKinds.peers) events.onPeers(link, value);
  }

  function receive(frame: Uint8Array | null): void {
    if (over) return;
    pulse.heard();
    const received = frame === null ? textFault : session.receive(frame);
    switch (received.kind) {
      case "advanced":
        events.onAdvanced(link, received.advance, received.update);
        break;
      case "forked":
        events.onForked(link, received.segment, received.texts);
        break;
      case "replies":
        reply(received.frames).catch((why: unknown) => events.onFault(link, "reply", String(why)));
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
        if (session.takeNews()) events.onFrontier(link);
        break;
    }
    if (session.caughtUp && !caughtUp) {
      caughtUp = true;
      events.onCaughtUp(link);
    }
  }

  function end(): void {
    over = true;
    pulse.stop();
  }

  const step1 = session.step1();
  if (options.sendsStep1) send(step1);

  const link: Link = {
    document,
    peer,
    dialledBy,
    address: options.address,
    localHost: socket.localHost,
    get peerFrontier() {
      return session.peerFrontier;
    },
    get caughtUp() {
      return caughtUp;
    },
    get clock() {
      return questions.clock;
    },
    get peerFreeBytes() {
      return questions.peerFreeBytes;
    },
    get heardAt() {
      return pulse.heardAt;
    },
    receive,
    sendUpdate(update, advance) {
      send(session.updateFrame(update, advance));
      pulse.sent();
    },
    tellFrontier,
    sendPeers: (value) => send(jsonFrame(frameKinds.peers, value)),
    relay(ripe) {
      sendAll(session.relay(ripe)).catch((why: unknown) => events.onFault(link, "relay", String(why)));
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

const textFault = { kind: "fault", code: "undecodable", why: "a text frame" } as const;
