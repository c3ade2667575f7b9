/**
 * The in-memory twin of `discovery.ts`: one air that nodes share, with cuts that a test or a simulation controls.
 * Deterministic: all it needs is the clock. Like the real one it may tell a sighting more than once.
 */
import type { Announcement, Clock, Discovery, Sighting } from "../ports.ts";

export interface Air {
  /** Discovery as it is at one place. Sightings name `address`. */
  discovery(place: string, address?: string): Discovery;
  /** From now on the two places don't hear each other. */
  cut(a: string, b: string): void;
  /** They hear each other again, at the next asking of either. */
  heal(a: string, b: string): void;
}

export function createAir(clock: Clock): Air {
  const present = new Set<Present>();
  const cuts = new Set<string>();

  // Whoever asks is told of all that it can hear, and they of it, as an announcement and its answers would.
  const meet = (asking: Present): void => {
    for (const other of present) {
      const apart = cuts.has(pairKey(asking.place, other.place));
      if (other === asking || apart || (other.own && other.own.run === asking.own?.run)) continue;
      tell(other, asking);
      tell(asking, other);
    }
  };
  const tell = (listener: Present, heard: Present): void => {
    // Without a branch of its own it hears them all.
    const { own } = heard;
    if (!own || (listener.own && listener.own.branch !== own.branch)) return;
    clock.after(LATENCY_MS, () => {
      if (!present.has(listener) || cuts.has(pairKey(listener.place, heard.place))) return;
      listener.onSighting({ ...own, addresses: [heard.address] });
    });
  };
  const ask = (asking: Present, afterMs: number): void => {
    asking.cancel();
    asking.cancel = clock.after(afterMs, () => {
      meet(asking);
      ask(asking, STEADY_MS);
    });
  };

  return {
    discovery(place, address = "127.0.0.1") {
      const own = new Set<Present>();
      return {
        async start(announcement, onSighting) {
          const node: Present = {
            place,
            address,
            own: announcement,
            onSighting,
            cancel: () => undefined,
          };
          present.add(node);
          own.add(node);
          ask(node, 0);
          return async () => {
            node.cancel();
            present.delete(node);
            own.delete(node);
          };
        },
        refresh() {
          for (const node of own) ask(node, 0);
        },
      };
    },
    cut: (a, b) => void cuts.add(pairKey(a, b)),
    heal: (a, b) => void cuts.delete(pairKey(a, b)),
  };
}

interface Present {
  readonly place: string;
  readonly address: string;
  readonly own: Announcement | null;
  readonly onSighting: (sighting: Sighting) => void;
  cancel: () => void;
}

const LATENCY_MS = 1;
const STEADY_MS = 1_000;

function pairKey(a: string, b: string): string {
  return JSON.stringify([a, b].sort());
}
