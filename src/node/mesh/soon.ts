/** Work that is done once, a moment later, however often it is asked for meanwhile. */
import type { Clock } from "../ports.ts";

export interface Soon {
  /** Runs `run` once after `delayMs`; while it waits, further calls of that name change nothing. */
  (name: string, delayMs: number, run: () => void): void;
  stop(): void;
}

export function createSoon(clock: Clock): Soon {
  const waiting = new Map<string, () => void>();
  let stopped = false;
  const soon = (name: string, delayMs: number, run: () => void): void => {
    if (stopped || waiting.has(name)) return;
    const cancel = clock.after(delayMs, () => {
      waiting.delete(name);
      if (!stopped) run();
    });
    waiting.set(name, cancel);
  };
  return Object.assign(soon, {
    stop() {
      stopped = true;
      for (const cancel of waiting.values()) cancel();
    },
  });
}
