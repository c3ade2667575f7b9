/**
 * The peer protocol of one link and one document, without sockets: frames in, frames and news out (L10, L12–L14).
 *
 * Each side opens with step 1 (its state vector). The other answers with one step 2 for each segment that lacks
 * something, and an empty one as the end. A struct beyond what we hold, e.g. a live update that overtook the
 * handshake, is dropped and asked for again by a new step 1: never applied, never a reason to part.
 */
import type { Accepted, Advance, LogDocument, RefusalCode } from "./document.ts";
import type { Feed } from "./feed.ts";
import { emptyUpdate, parseFrame, step1Frame, syncFrame } from "./frames.ts";
import type { Frontier, FrontierMark } from "./frontier.ts";
import { updatesOfFeed, updatesSince } from "./updates.ts";
import { Y } from "./yjs.ts";

export type Received =
  /** To be stored, and then marked durable. */
  | { readonly kind: "advanced"; readonly advance: Advance; readonly update: Uint8Array }
  | { readonly kind: "forked"; readonly segment: string; readonly texts: readonly string[] }
  /** To be sent, yielding between them. */
  | { readonly kind: "replies"; readonly frames: Iterable<Uint8Array> }
  | { readonly kind: "frontier"; readonly frontier: Frontier }
  | { readonly kind: "json"; readonly message: number; readonly value: unknown }
  /** The sender's fault: the link closes, nothing was changed. */
  | { readonly kind: "fault"; readonly code: RefusalCode; readonly why: string }
  | { readonly kind: "nothing" };

export interface SyncSession {
  /** The opening frame, and every later step 1. */
  step1(): Uint8Array;
  receive(bytes: Uint8Array): Received;
  /** Live: an own group. */
  updateFrame(update: Uint8Array, advance: Advance): Uint8Array;
  /** What the peer's last frontier lacks of the first `ripe(feed)` entries of each feed, and we did not send already. */
  relay(ripe: (feed: Feed) => number): Iterable<Uint8Array>;
  /** What `frontier` has over `told`, and live updates over this link haven't said. */
  unsaid(frontier: Frontier, told: Frontier): Frontier;
  /**
   * Whether the peer's frontier grew by what it sent and is durable here, too, since this was asked last. Not before: a
   * desk would be missing something for as long as its own disk takes.
   */
  takeNews(): boolean;
  /** True once the peer's answer to our step 1 has come to its end. */
  readonly caughtUp: boolean;
  readonly peerFrontier: Frontier;
}

/**
 * `vouches`: both ends speak the protocol in which a live update says that its author holds what is in it, so that no
 * frontier has to. What is handed on, or asked for, says nothing of the kind: it may not be on that desk's disk yet.
 */
export function createSyncSession(document: LogDocument, { vouches = false } = {}): SyncSession {
  let awaitsEnd = false;
  let droppedSince = false;
  let everCaughtUp = false;
  let peerFrontier = new Map<string, FrontierMark>();
  /** feed → mark that the peer's live updates vouch for, until it is durable here. */
  const vouched = new Map<string, FrontierMark>();
  /** feed → count that live updates went up to. Whoever misses one asks, and is answered with the whole frontier. */
  const said = new Map<string, number>();
  /** feed → count that went over this link, either way. */
  const exchanged = new Map<string, number>();

  function step1(): Uint8Array {
    awaitsEnd = true;
    droppedSince = false;
    return step1Frame(Y.encodeStateVector(document.yDoc));
  }

  function receiveUpdate(update: Uint8Array, answersStep1: boolean): Received {
    if (answersStep1 && update.length === emptyUpdate.length && update.every((byte) => byte === 0)) {
      awaitsEnd = false;
      everCaughtUp ||= !droppedSince;
      return droppedSince ? { kind: "replies", frames: [step1()] } : { kind: "nothing" };
    }
    const accepted = document.accept(update);
    if (vouches && !answersStep1) believe(accepted);
    return acceptedToReceived(accepted, update);
  }

  function believe(accepted: Accepted): void {
    const held = accepted.kind === "advanced" ? accepted.advance : accepted.kind === "known" && accepted.held;
    if (!held || (peerFrontier.get(held.feed)?.count ?? 0) >= held.count) return;
    vouched.set(held.feed, { count: held.count, hash: held.hash });
  }

  function acceptedToReceived(accepted: Accepted, update: Uint8Array): Received {
    switch (accepted.kind) {
      case "advanced":
        exchanged.set(accepted.advance.feed, accepted.advance.count);
        return { kind: "advanced", advance: accepted.advance, update };
      case "known":
        return { kind: "nothing" };
      case "forked":
        return accepted;
      case "refused":
        return { kind: "fault", code: accepted.code, why: accepted.why };
      case "gap":
        if (awaitsEnd) {
          droppedSince = true;
          return { kind: "nothing" };
        }
        return { kind: "replies", frames: [step1()] };
    }
  }

  function* answerStep1(stateVector: ReadonlyMap<number, number>): Generator<Uint8Array> {
    const answered = [...document.feeds()].map((feed) => [feed.key, feed.count] as const);
    for (const update of updatesSince(document, stateVector)) yield syncFrame("step2", update);
    yield syncFrame("step2", emptyUpdate);
    // So that the relay doesn't send it all again before the peer's disk has caught up.
    for (const [feed, count] of answered) exchanged.set(feed, Math.max(count, exchanged.get(feed) ?? 0));
  }

  return {
    step1,
    receive(bytes) {
      const frame = parseFrame(bytes);
      switch (frame.kind) {
        case "sync":
          if (frame.sync.kind === "step1") {
            return { kind: "replies", frames: answerStep1(frame.sync.stateVector) };
          }
          return receiveUpdate(frame.sync.update, frame.sync.kind === "step2");
        case "frontier":
          peerFrontier = new Map(frame.frontier);
          return { kind: "frontier", frontier: peerFrontier };
        case "moved":
          for (const [feed, mark] of frame.marks) peerFrontier.set(feed, mark);
          return { kind: "frontier", frontier: peerFrontier };
        case "json":
          return frame;
        case "undecodable":
          return { kind: "fault", code: "undecodable", why: frame.why };
        case "ignored":
          return { kind: "nothing" };
      }
    },
    updateFrame(update, advance) {
      exchanged.set(advance.feed, advance.count);
      said.set(advance.feed, advance.count);
      return syncFrame("update", update);
    },
    *relay(ripe) {
      for (const feed of [...document.feeds()]) {
        const held = Math.max(peerFrontier.get(feed.key)?.count ?? 0, exchanged.get(feed.key) ?? 0);
        if (held >= feed.count || held >= ripe(feed)) continue;
        exchanged.set(feed.key, feed.count);
        for (const update of updatesOfFeed(document, feed, held))
          yield syncFrame(vouches ? "step2" : "update", update);
      }
    },
    unsaid(frontier, told) {
      const marks = new Map<string, FrontierMark>();
      for (const [feed, mark] of frontier) {
        const before = told.get(feed);
        const isTold = before?.count === mark.count && before.hash === mark.hash;
        if (!isTold && (said.get(feed) ?? 0) < mark.count) marks.set(feed, mark);
      }
      return marks;
    },
    takeNews() {
      let grew = false;
      for (const [feed, mark] of vouched) {
        if ((document.feed(feed)?.durable?.count ?? 0) < mark.count) continue;
        vouched.delete(feed);
        if ((peerFrontier.get(feed)?.count ?? 0) >= mark.count) continue;
        peerFrontier.set(feed, mark);
        grew = true;
      }
      return grew;
    },
    get caughtUp() {
      return everCaughtUp;
    },
    get peerFrontier() {
      return peerFrontier;
    },
  };
}
