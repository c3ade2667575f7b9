/**
 * Addresses of a desk that somebody named by its PC's name instead (`--peer desk-3:8471`). The system is asked about one
 * name at a time, and not for each dial: where its name server is gone it thinks for many seconds, on threads that writes
 * to the disk need. Then the last answer stands.
 */
import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";

export interface Names {
  /** Near addresses alone; none where nobody knows that name. Never rejects. */
  find(name: string): Promise<readonly LookupAddress[]>;
}

interface Known {
  addresses: readonly LookupAddress[];
  /** Monotonic ms. */
  askAgainAt: number;
  asking: Promise<void> | null;
}

const foundForMs = 30_000;
const notFoundForMs = 5_000;

export function createNames(
  isNear: (address: string) => boolean,
  ask: (name: string) => Promise<readonly LookupAddress[]> = (name) => lookup(name, { all: true }),
  monotonic: () => number = () => performance.now(),
): Names {
  const known = new Map<string, Known>();
  let turn: Promise<void> = Promise.resolve();

  async function learn(name: string, one: Known): Promise<void> {
    const found = await ask(name).catch(() => []);
    const near = found.filter(({ address }) => isNear(address));
    if (near.length > 0) one.addresses = near;
    one.askAgainAt = monotonic() + (near.length > 0 ? foundForMs : notFoundForMs);
    one.asking = null;
  }

  return {
    async find(name) {
      const one = known.get(name) ?? { addresses: [], askAgainAt: 0, asking: null };
      known.set(name, one);
      if (one.asking === null && monotonic() >= one.askAgainAt) {
        turn = turn.then(() => learn(name, one));
        one.asking = turn;
      }
      if (one.addresses.length === 0) await one.asking;
      return one.addresses;
    },
  };
}
