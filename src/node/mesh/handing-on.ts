/**
 * When this desk hands on what others wrote (L13): not at once, since the author sends to everyone itself, and not with
 * all others at once. What has been here for a moment goes to a desk that still lacks it from one other desk, a moment
 * later from two, then from four: all know the same order, which is another one for each author and receiver.
 */
import type { LogDocument } from "../../crdt/log/document.ts";
import type { Feed } from "../../crdt/log/feed.ts";
import type { Peer } from "./hello.ts";
import type { Link } from "./link.ts";
import type { MeshDocument } from "./mesh-options.ts";
import type { Soon } from "./soon.ts";

export interface HandingOn {
  /** Something came, or somebody said what it holds. */
  stir(document: string): void;
}

export interface HandingOnOptions {
  readonly ownRun: string;
  readonly soon: Soon;
  readonly documents: ReadonlyMap<string, Pick<MeshDocument, "document" | "ownRuns">>;
  readonly links: (document: string) => readonly Link[];
}

const turnEveryMs = 100;
/** As many turns as it takes until of 32 desks all may. */
const turnsKept = 6;

type Counts = ReadonlyMap<string, number>;

export function createHandingOn({ ownRun, soon, documents, links }: HandingOnOptions): HandingOn {
  /** How much of each feed was here at the last turns, the newest first; of one that is opened anew, nothing was. */
  const past = new WeakMap<LogDocument, readonly Counts[]>();

  function stir(name: string): void {
    soon(`hand on ${name}`, turnEveryMs, () => turn(name));
  }

  function turn(name: string): void {
    const open = documents.get(name);
    if (!open) return;
    const turns = past.get(open.document) ?? [];
    const all = links(name);
    const others = all.map(({ peer }) => peer);
    for (const link of all) {
      const turn = turnOf(ownRun, others, link.peer.run);
      link.relay((feed) => (open.ownRuns.has(feed.place.run) ? 0 : (turns[turn(feed)]?.get(feed.key) ?? 0)));
    }
    const now = new Map([...open.document.feeds()].map((feed) => [feed.key, feed.count]));
    const kept = [now, ...turns].slice(0, turnsKept);
    past.set(open.document, kept);
    if (kept.length < turnsKept || !isSame(now, kept.at(-1)!)) stir(name);
  }

  return { stir };
}

/**
 * For each feed: how many turns back this desk must have held what it hands on to `receiver`, 0 being the last one. The
 * author has sent it already, as far as it can.
 */
export function turnOf(
  ownRun: string,
  others: readonly Pick<Peer, "run" | "desk">[],
  receiver: string,
): (feed: Pick<Feed, "place">) => number {
  return ({ place }) => {
    const able = others.filter(({ run, desk }) => run !== receiver && desk !== place.desk);
    const runs = [ownRun, ...able.map(({ run }) => run)].sort();
    const first = (numberOf(place.run) + numberOf(receiver)) % runs.length;
    const rank = (runs.indexOf(ownRun) - first + runs.length) % runs.length;
    return Math.ceil(Math.log2(rank + 1));
  };
}

function numberOf(run: string): number {
  return Number.parseInt(run.slice(0, 8), 16);
}

function isSame(one: Counts, other: Counts): boolean {
  if (one.size !== other.size) return false;
  for (const [feed, count] of one) if (other.get(feed) !== count) return false;
  return true;
}
