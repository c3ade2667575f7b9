/**
 * A small world for the log: replicas with a disk each, links that deliver in order but at any time, cuts, crashes,
 * wiped disks. A test draws the steps. Whatever an honest replica may never see (a fault, a fork) throws at once.
 */
import type { Advance, LogDocument } from "../../../src/crdt/log/document.ts";
import type { RunHeader } from "../../../src/crdt/log/feed.ts";
import { createFeedWriter, type FeedWriter } from "../../../src/crdt/log/feed-writer.ts";
import { frontierFrame, movedFrame } from "../../../src/crdt/log/frames.ts";
import type { Frontier } from "../../../src/crdt/log/frontier.ts";
import { clockStart, type HybridTime, laterOf, tick } from "../../../src/crdt/log/hybrid-clock.ts";
import type { LogEntry } from "../../../src/crdt/log/log-entry.ts";
import { restoreDocument } from "../../../src/crdt/log/restore.ts";
import { createSyncSession, type Received, type SyncSession } from "../../../src/crdt/log/sync.ts";
import type { Twin } from "../../../src/crdt/log/twins.ts";
import { allBut, branch, createSampleDocument, outage, runOf, signerOf } from "./sample-feeds.ts";

interface Stored {
  readonly segment: string;
  readonly update: Uint8Array;
}

/** One direction's end of a link. */
interface LinkEnd {
  readonly to: number;
  readonly session: SyncSession;
  /** On the way from here to the peer. */
  readonly wire: Uint8Array[];
  /** Being sent, with yields between frames. */
  readonly answers: Iterator<Uint8Array>[];
  /** What was last said to be durable here. */
  told: Frontier;
}

export interface Replica {
  readonly n: number;
  document: LogDocument;
  /** Delivered since the last start. */
  entries: LogEntry[];
  /** Told since the last start: nobody here is one. */
  twins: readonly Twin[];
  /** On disk, in the order of writing. */
  stored: Stored[];
  /** In the document, not on disk. */
  unstored: { readonly advance: Advance; readonly update: Uint8Array }[];
  writer: FeedWriter | null;
  ownRuns: Set<string>;
  clock: HybridTime;
  readonly links: Map<number, LinkEnd>;
  /** Own entries that were acknowledged, `<feed>/<seq>`, unless the disk was wiped since. */
  acknowledged: Set<string>;
}

export interface World {
  readonly replicas: readonly Replica[];
  append(n: number, entries: number): void;
  /** A group commit: disk, document, links. With `crash` the power goes after the disk. */
  commit(n: number, max: number, crash?: boolean): void;
  store(n: number): void;
  connect(a: number, b: number): void;
  cut(a: number, b: number): void;
  /** Delivers one frame from `a` to `b`, twice if told. */
  deliver(a: number, b: number, twice?: boolean): boolean;
  /** Puts one frame of an answer on the wire. */
  pull(a: number, b: number): boolean;
  relay(n: number): boolean;
  restart(n: number): void;
  wipe(n: number): void;
  /** Connects everything that may be linked and runs until nothing moves any more. */
  heal(): void;
}

export function createWorld(size: number, mayLink: (a: number, b: number) => boolean): World {
  let runs = 0;
  let clients = 1;
  let wallMs = 1_795_300_000_000;
  const replicas = Array.from({ length: size }, (_, n) => createReplica(n));
  const at = (n: number): Replica => replicas[n % size]!;

  function newWriter(replica: Replica): FeedWriter {
    const signer = signerOf(replica.n);
    const run = runOf(++runs);
    replica.ownRuns.add(run);
    const previous = lastRun(replica.document, signer.desk);
    return createFeedWriter({
      place: { branch, document: outage, desk: signer.desk, run },
      signer,
      deskName: `Desk ${replica.n}`,
      ...(previous ? { previous } : {}),
      newClient: () => clients++,
    });
  }

  function tell(replica: Replica, end: LinkEnd, whole: boolean): void {
    end.session.takeNews();
    const frontier = replica.document.frontier();
    const marks = whole ? frontier : end.session.unsaid(frontier, end.told);
    end.told = new Map([...end.told, ...marks]);
    if (marks.size > 0) end.wire.push(whole ? frontierFrame(frontier) : movedFrame(marks));
  }

  function cut(a: number, b: number): void {
    replicas[a]!.links.delete(b);
    replicas[b]!.links.delete(a);
  }

  function connect(a: number, b: number): void {
    if (a === b || !mayLink(a, b) || replicas[a]!.links.has(b)) return;
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const { document, links } = replicas[from]!;
      const session = createSyncSession(document, { vouches: true });
      const told = document.frontier();
      const wire = [session.step1(), frontierFrame(told)];
      links.set(to, { to, session, wire, answers: [], told });
    }
  }

  function handle(replica: Replica, end: LinkEnd, received: Received): void {
    switch (received.kind) {
      case "advanced":
        replica.unstored.push({ advance: received.advance, update: received.update });
        for (const feed of replica.document.feeds()) replica.clock = laterOf(replica.clock, feed.lastClock);
        break;
      case "replies":
        end.answers.push(received.frames[Symbol.iterator]());
        break;
      case "frontier":
      case "nothing":
        end.session.takeNews();
        break;
      default:
        throw new Error(`an honest peer's frame was ${JSON.stringify(received)}`);
    }
  }

  function restart(n: number): void {
    const replica = at(n);
    for (const other of [...replica.links.keys()]) cut(replica.n, other);
    const fresh = createReplica(replica.n);
    fill(fresh, replica.stored);
    Object.assign(replica, {
      document: fresh.document,
      entries: fresh.entries,
      twins: fresh.twins,
      unstored: [],
      writer: null,
      ownRuns: new Set(),
      clock: fresh.clock,
    });
  }

  const world: World = {
    replicas,
    append(n, entries) {
      const replica = at(n);
      replica.writer ??= newWriter(replica);
      for (let i = 0; i < entries; i++) {
        replica.writer.append({ at: wallMs, body: { k: "note", i } }, () => {
          replica.clock = tick(replica.clock, wallMs++);
          return replica.clock;
        });
      }
    },
    commit(n, max, crash = false) {
      const replica = at(n);
      const group = replica.writer?.takeGroup(max);
      if (!group || !replica.writer) return;
      const { desk, run } = replica.writer.place;
      replica.stored.push(group);
      if (crash) {
        restart(n);
        return;
      }
      const advance = replica.document.adopt(group, replica.writer.place);
      replica.document.markDurable(advance);
      for (let seq = advance.from; seq < advance.count; seq++) {
        replica.acknowledged.add(`${desk}/${run}/${seq}`);
      }
      for (const end of replica.links.values()) end.wire.push(end.session.updateFrame(group.update, advance));
      for (const end of replica.links.values()) tell(replica, end, false);
    },
    store(n) {
      const replica = at(n);
      if (replica.unstored.length === 0) return;
      for (const { advance, update } of replica.unstored.splice(0)) {
        replica.stored.push({ segment: advance.segment, update });
        replica.document.markDurable(advance);
      }
      for (const end of replica.links.values()) tell(replica, end, false);
    },
    connect: (a, b) => connect(a % size, b % size),
    cut: (a, b) => cut(a % size, b % size),
    deliver(a, b, twice = false) {
      const frame = at(a)
        .links.get(b % size)
        ?.wire.shift();
      if (!frame) return false;
      const end = at(b).links.get(a % size)!;
      handle(at(b), end, end.session.receive(frame));
      if (twice) handle(at(b), end, end.session.receive(frame));
      return true;
    },
    pull(a, b) {
      const end = at(a).links.get(b % size);
      const answer = end?.answers[0];
      if (!end || !answer) return false;
      const next = answer.next();
      if (next.done) {
        end.answers.shift();
        tell(at(a), end, true);
      } else end.wire.push(next.value);
      return true;
    },
    relay(n) {
      const replica = at(n);
      let moved = false;
      for (const end of replica.links.values()) {
        const frames = [...end.session.relay(allBut(replica.ownRuns))];
        end.wire.push(...frames);
        moved ||= frames.length > 0;
      }
      return moved;
    },
    restart,
    wipe(n) {
      at(n).stored = [];
      at(n).acknowledged = new Set();
      restart(n);
    },
    heal: () => heal(world, size),
  };
  return world;
}

function createReplica(n: number): Replica {
  const { document, entries, twins } = createSampleDocument();
  return {
    n,
    document,
    entries,
    twins,
    stored: [],
    unstored: [],
    writer: null,
    ownRuns: new Set(),
    clock: clockStart,
    links: new Map(),
    acknowledged: new Set(),
  };
}

/** Every other start goes the way of the real one; the rest in the order in which it was stored. */
function fill(replica: Replica, stored: readonly Stored[]): void {
  const { document } = replica;
  if (stored.length % 2 === 0) {
    const names = [...new Set(stored.map((one) => one.segment))];
    const updatesOf = (name: string): Uint8Array[] =>
      stored.filter((one) => one.segment === name).map((one) => one.update);
    const signer = signerOf(replica.n);
    const segments = names.map((segment) => ({ segment, updates: updatesOf(segment) }));
    const damaged = restoreDocument(document, segments, signer);
    if (damaged.length > 0) throw new Error(`an honest disk was damaged: ${damaged[0]!.why}`);
  } else {
    for (const { update } of stored) {
      const accepted = document.accept(update);
      if (accepted.kind === "advanced") document.markDurable(accepted.advance);
      else if (accepted.kind !== "known") throw new Error(`what was stored is ${JSON.stringify(accepted)}`);
    }
  }
  for (const feed of document.feeds()) replica.clock = laterOf(replica.clock, feed.lastClock);
}

/** The newest run of a desk that the document holds. */
function lastRun(document: LogDocument, desk: string): RunHeader["previous"] {
  const feeds = [...document.feeds()].filter((feed) => feed.place.desk === desk);
  feeds.sort((a, b) => (a.place.run < b.place.run ? -1 : 1));
  const last = feeds.at(-1);
  return last && { run: last.place.run, count: last.count, hash: last.hash.toString("base64url") };
}

function heal(world: World, size: number): void {
  const pairs = Array.from({ length: size * size }, (_, i) => [Math.floor(i / size), i % size] as const);
  for (const [a, b] of pairs) world.connect(a, b);
  for (let round = 0; round < 1000; round++) {
    let moved = false;
    for (let n = 0; n < size; n++) {
      world.store(n);
      while (world.replicas[n]!.writer?.pending) world.commit(n, 256);
    }
    for (const [a, b] of pairs) {
      while (world.pull(a, b)) moved = true;
      while (world.deliver(a, b)) moved = true;
    }
    for (let n = 0; n < size; n++) moved = world.relay(n) || moved;
    if (!moved) return;
  }
  throw new Error("the world didn't come to rest");
}
