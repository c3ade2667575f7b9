/**
 * Twins (L1): two live nodes with one desk id, from a cloned PC image. Each run's first entry says where the desk's
 * previous run ended; two runs that go on from the same end, or an end that turns out not to be one, give them away.
 */
import type { Feed } from "./feed.ts";

export interface Twin {
  readonly desk: string;
  /** Sorted. */
  readonly runs: readonly string[];
}

export interface TwinWatch {
  /** Looks at a feed that is new or has grown. */
  see(feed: Feed): void;
}

export function createTwinWatch(onTwin: (twin: Twin) => void): TwinWatch {
  const counts = new Map<string, number>();
  /** previous run → the runs that say they followed it, with the count they saw */
  const followers = new Map<string, { readonly run: string; readonly stated: number }[]>();
  const told = new Set<string>();

  function tell(desk: string, a: string, b: string): void {
    const runs = [a, b].sort();
    const key = `${desk} ${runs.join(" ")}`;
    if (told.has(key)) return;
    told.add(key);
    onTwin({ desk, runs });
  }

  return {
    see(feed) {
      const { desk, run } = feed.place;
      const isNew = !counts.has(`${desk}/${run}`);
      counts.set(`${desk}/${run}`, feed.count);
      const previous = feed.header.previous;
      if (isNew && previous) {
        const key = `${desk}/${previous.run}`;
        const others = followers.get(key) ?? [];
        for (const other of others) tell(desk, other.run, run);
        followers.set(key, [...others, { run, stated: previous.count }]);
        if ((counts.get(key) ?? 0) > previous.count) tell(desk, previous.run, run);
      }
      for (const follower of followers.get(`${desk}/${run}`) ?? []) {
        if (feed.count > follower.stated) tell(desk, run, follower.run);
      }
    },
  };
}
