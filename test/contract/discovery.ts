/** What every Discovery must do: run over the in-memory twin, over loopback, and over namespaces without a route. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Announcement, Clock, Sighting } from "../../src/node/ports.ts";

export interface Listening {
  refresh(): Promise<void>;
  stop(): Promise<void>;
}

export interface World {
  /** Announces and listens at one of three places, 1–3. */
  listen(place: number, own: Announcement, onSighting: (sighting: Sighting) => void): Promise<Listening>;
  /** Takes a place off the LAN, and puts it back; left out where this can't be done. */
  readonly wire?: { cut(place: number): void; heal(place: number): void };
  end(): Promise<void>;
}

export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Polls until `holds`; gives the ms that it took. */
export async function waitUntil(what: string, holds: () => boolean, limitMs = 30_000): Promise<number> {
  const startedAt = performance.now();
  while (!holds()) {
    if (performance.now() - startedAt > limitMs) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return performance.now() - startedAt;
}

/** Collects what one node hears. */
class Ear {
  readonly own: Announcement;
  readonly heard: Sighting[] = [];
  #listening: Listening | undefined;

  constructor(branch: string, port: number) {
    this.own = { branch, run: newName("run"), port };
  }
  async open(world: World, place: number): Promise<void> {
    this.#listening = await world.listen(place, this.own, (sighting) => this.heard.push(sighting));
  }
  hears(other: Ear): boolean {
    return this.heard.some((sighting) => sighting.run === other.own.run);
  }
  async refresh(): Promise<void> {
    await this.#listening?.refresh();
  }
  async close(): Promise<void> {
    const listening = this.#listening;
    this.#listening = undefined;
    await listening?.stop();
  }
}

export function discoveryContract(createWorld: () => Promise<World>, limits = { foundMs: 2_000 }): void {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world?.end());

  async function within(ears: readonly Ear[], body: () => Promise<void>): Promise<void> {
    try {
      await body();
    } finally {
      await Promise.all(ears.map((ear) => ear.close()));
    }
  }

  test("nodes of a branch find each other soon, with the port and an address to dial", async () => {
    const branch = newName("branch");
    const [a, b, c] = [new Ear(branch, 4001), new Ear(branch, 4002), new Ear(branch, 4003)];
    await within([a, b, c], async () => {
      await Promise.all([a.open(world, 1), b.open(world, 2), c.open(world, 3)]);
      const all = [a, b, c];
      const ms = await waitUntil("all hear all", () =>
        all.every((x) => all.every((y) => x === y || x.hears(y))),
      );
      console.log(`discovery: three nodes heard each other ${ms.toFixed(0)} ms after the last start`);
      expect(ms).toBeLessThan(limits.foundMs);
      const sighting = a.heard.find((s) => s.run === b.own.run);
      expect(sighting).toMatchObject({ branch, port: 4002 });
      expect(sighting?.addresses.length).toBeGreaterThan(0);
    });
  });

  test("one that starts later is found by those that have long been there", async () => {
    const branch = newName("branch");
    const [a, b] = [new Ear(branch, 4001), new Ear(branch, 4002)];
    await within([a, b], async () => {
      await a.open(world, 1);
      await waitUntil("a while", passed(800));
      await b.open(world, 2);
      const ms = await waitUntil("both hear", () => a.hears(b) && b.hears(a));
      expect(ms).toBeLessThan(limits.foundMs);
    });
  });

  test("own run and other branches are never told; two runs at one place are", async () => {
    const branch = newName("branch");
    const [a, twin, b] = [new Ear(branch, 4001), new Ear(branch, 4011), new Ear(branch, 4002)];
    const stranger = new Ear(newName("branch"), 4003);
    await within([a, twin, b, stranger], async () => {
      await stranger.open(world, 3);
      await Promise.all([a.open(world, 1), twin.open(world, 1), b.open(world, 2)]);
      await waitUntil("b hears both", () => b.hears(a) && b.hears(twin) && a.hears(twin));
      await waitUntil("a while", passed(500));
      expect(a.hears(a)).toBe(false);
      expect([a, twin, b].some((ear) => ear.hears(stranger))).toBe(false);
      expect(stranger.heard).toEqual([]);
    });
  });

  test("after its end a node is told nothing, and its next run is found", async () => {
    const branch = newName("branch");
    const [a, b, again] = [new Ear(branch, 4001), new Ear(branch, 4002), new Ear(branch, 4001)];
    await within([a, b, again], async () => {
      await a.open(world, 1);
      await b.open(world, 2);
      await waitUntil("both hear", () => a.hears(b) && b.hears(a));
      await a.close();
      const count = a.heard.length;
      await again.open(world, 1);
      await waitUntil("the next run is heard", () => b.hears(again) && again.hears(b));
      expect(a.heard.length).toBe(count);
    });
  });

  test("refresh asks again: who is there is told again", async () => {
    const branch = newName("branch");
    const [a, b] = [new Ear(branch, 4001), new Ear(branch, 4002)];
    await within([a, b], async () => {
      await Promise.all([a.open(world, 1), b.open(world, 2)]);
      await waitUntil("both hear", () => a.hears(b) && b.hears(a));
      a.heard.length = 0;
      await a.refresh();
      const ms = await waitUntil("a hears again", () => a.hears(b));
      expect(ms).toBeLessThan(limits.foundMs);
    });
  });

  test("a node that was cut off is found again once it is back", async ({ skip }) => {
    const { wire } = world;
    if (wire === undefined) return skip("no wire to cut in this world");
    const branch = newName("branch");
    const [a, b] = [new Ear(branch, 4001), new Ear(branch, 4002)];
    await within([a, b], async () => {
      wire.cut(2);
      try {
        await Promise.all([a.open(world, 1), b.open(world, 2)]);
        await waitUntil("a while", passed(1_200));
        expect(a.hears(b) || b.hears(a)).toBe(false);
      } finally {
        wire.heal(2);
      }
      const ms = await waitUntil("both hear", () => a.hears(b) && b.hears(a));
      console.log(`discovery: heard each other ${ms.toFixed(0)} ms after the wire was healed`);
      expect(ms).toBeLessThan(limits.foundMs);
    });
  });
}

function newName(kind: string): string {
  return `${kind}-${randomBytes(6).toString("hex")}`;
}

/** For what must *not* happen there is no state to wait for. */
function passed(ms: number): () => boolean {
  const until = performance.now() + ms;
  return () => performance.now() > until;
}
