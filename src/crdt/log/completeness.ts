/**
 * Is everything here? (L19) For each desk: entries made as far as anyone has heard, entries durable here, and a
 * verdict. A pure function of frontiers, links and the entries `done`, "was off" and "is lost".
 */
import type { Feed } from "./feed.ts";
import { feedKey, parseFeedKey } from "./feed-name.ts";
import { type Frontier, joinFrontiers } from "./frontier.ts";

export type Verdict = "finished" | "all-here" | "away" | "lost" | "unknown";

export interface DeskCompleteness {
  readonly desk: string;
  /** Highest count that anyone announced, over the desk's runs, run headers not counted. */
  readonly made: number;
  readonly here: number;
  readonly verdict: Verdict;
}

export interface CompletenessInput {
  /** All desks that the branch knows, this one included. */
  readonly desks: readonly string[];
  readonly own: string;
  /** Durable here. */
  readonly held: Frontier;
  /** Everything ever announced by anyone, also what was heard before a restart. */
  readonly heard: readonly Frontier[];
  /** Desks that are linked now, with what they last announced. */
  readonly linked: ReadonlyMap<string, Frontier>;
  /** Feeds that have ended, and are held to their end: see `endedFeeds`. */
  readonly done: ReadonlySet<string>;
  readonly lost: ReadonlySet<string>;
  readonly wasOff: ReadonlySet<string>;
  /** Nothing more of that desk counts than what was known when it was retired (L16). */
  readonly retired?: (desk: string) => boolean;
}

export function judgeCompleteness(input: CompletenessInput): DeskCompleteness[] {
  const wanted = joinFrontiers([input.held, ...input.heard, ...input.linked.values()]);
  const desks = new Set([...input.desks, ...[...wanted.keys()].map((key) => parseFeedKey(key)!.desk)]);
  return [...desks].sort().map((desk) => {
    const feeds = [...wanted.keys()].filter((key) => key.startsWith(`${desk}/`));
    const madeTotal = sum(feeds.map((key) => wanted.get(key)!.count));
    const hereTotal = sum(feeds.map((key) => input.held.get(key)?.count ?? 0));
    const holdsAll = hereTotal >= madeTotal;
    const countScans = (total: number, reached: number): number => Math.max(0, total - reached);
    return {
      desk,
      made: countScans(madeTotal, feeds.length),
      here: countScans(hereTotal, feeds.filter((key) => input.held.has(key)).length),
      verdict: judgeDesk(input, desk, feeds, holdsAll),
    };
  });
}

/**
 * Feeds that are held to their end: their last entry is `done`, or the desk's next run says that they ended there (a
 * PC that lost its power wrote no `done`, and its scans are here all the same).
 */
export function endedFeeds(feeds: Iterable<Feed>, isDone: (feed: Feed) => boolean): ReadonlySet<string> {
  const all = [...feeds];
  const ended = new Set(all.filter(isDone).map((feed) => feed.key));
  const byKey = new Map(all.map((feed) => [feed.key, feed]));
  for (const { place, header } of all) {
    const earlier = header.previous && byKey.get(feedKey(place.desk, header.previous.run));
    if (earlier && earlier.count === header.previous?.count) ended.add(earlier.key);
  }
  return ended;
}

function judgeDesk(
  input: CompletenessInput,
  desk: string,
  feeds: readonly string[],
  holdsAll: boolean,
): Verdict {
  // What this desk made before its disk was wiped may stand on other desks alone.
  if (holdsAll && desk === input.own) return "all-here";
  const isRetired = input.retired?.(desk) === true;
  const finished = isRetired || (feeds.length > 0 && feeds.every((key) => input.done.has(key)));
  if (holdsAll && finished) return "finished";
  if (holdsAll && input.linked.has(desk)) return "all-here";
  if (input.lost.has(desk)) return "lost";
  if (feeds.length > 0) return "away";
  if (input.wasOff.has(desk)) return "finished";
  return "unknown";
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

export function isComplete(verdict: Verdict): boolean {
  return verdict === "finished" || verdict === "all-here" || verdict === "lost";
}
