/**
 * Those who knock and have not said yet who they are: a bounded number. When more come, the oldest of the address that
 * has the most of them gives way, so that one machine that opens thousands keeps no other one out.
 */
export interface Crowd {
  /** `turnAway` is called when it has to give way; it has left then. */
  enter(host: string, key: unknown, turnAway: () => void): void;
  leave(key: unknown): void;
  readonly size: number;
}

export function createCrowd(max: number): Crowd {
  // Maps keep the order of arrival.
  const byHost = new Map<string, Map<unknown, () => void>>();
  const hosts = new Map<unknown, string>();

  function leave(key: unknown): void {
    const host = hosts.get(key);
    if (host === undefined) return;
    hosts.delete(key);
    const there = byHost.get(host)!;
    there.delete(key);
    if (there.size === 0) byHost.delete(host);
  }

  function makeRoom(): void {
    let busiest: Map<unknown, () => void> | undefined;
    for (const there of byHost.values()) if (!busiest || there.size > busiest.size) busiest = there;
    const [oldest] = busiest ?? [];
    if (!oldest) return;
    leave(oldest[0]);
    oldest[1]();
  }

  return {
    enter(host, key, turnAway) {
      leave(key);
      hosts.set(key, host);
      const there = byHost.get(host) ?? new Map<unknown, () => void>();
      byHost.set(host, there.set(key, turnAway));
      while (hosts.size > max) makeRoom();
    },
    leave,
    get size() {
      return hosts.size;
    },
  };
}
