/**
 * Twins (L1): two live nodes with one desk id, from a cloned PC image. Each run's first entry says where the desk's
 * previous run ended; two runs that go on from the same end, or an end that turns out not to be one, give them away, if
 * they wrote at the same time.
 */
import type { Feed } from "./feed.ts";
import { feedKey } from "./feed-name.ts";
import { compareTimes } from "./hybrid-clock.ts";

export interface Twin {
  readonly desk: string;
  /** Sorted. */
  readonly runs: readonly string[];
}

export interface TwinWatch {
  /** Looks at a feed that is new or has grown. */
  see(feed: Feed): void;
}

interface Follower {
  readonly feed: Feed;
  /** Where it says that the run before it ended. */
  readonly stated: number;
}

export function createTwinWatch(onTwin: (twin: Twin) => void): TwinWatch {
  const feeds = new Map<string, Feed>();
  /** Feed → the runs that say they followed it. */
  const followers = new Map<string, Follower[]>();
  const told = new Set<string>();

  function tellIfTwins(a: Feed, b: Feed): void {
    const runs = [a.place.run, b.place.run].sort();
    const key = `${a.place.desk} ${runs.join(" ")}`;
    if (told.has(key) || !overlap(a, b)) return;
    told.add(key);
    onTwin({ desk: a.place.desk, runs });
  }

  return {
    see(feed) {
      const { previous } = feed.header;
      const previousKey = previous && feedKey(feed.place.desk, previous.run);
      if (previousKey && !feeds.has(feed.key)) {
        const follower = { feed, stated: previous.count };
        followers.set(previousKey, [...(followers.get(previousKey) ?? []), follower]);
      }
      feeds.set(feed.key, feed);
      const earlier = previousKey ? feeds.get(previousKey) : undefined;
      if (earlier && earlier !== feed && earlier.count > previous!.count) tellIfTwins(earlier, feed);
      for (const other of previousKey ? followers.get(previousKey)! : []) {
        if (other.feed !== feed) tellIfTwins(other.feed, feed);
      }
      for (const follower of followers.get(feed.key) ?? []) {
        if (feed.count > follower.stated) tellIfTwins(feed, follower.feed);
      }
    },
  };
}

/** Whether both wrote at the same time. A PC that forgets its disk at each start follows the same end every day. */
function overlap(a: Feed, b: Feed): boolean {
  return compareTimes(a.startClock, b.lastClock) <= 0 && compareTimes(b.startClock, a.lastClock) <= 0;
}
