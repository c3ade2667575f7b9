import type { Clock } from "../ports.ts";

/** How long those inside may take to end where that can't be waited for without end. */
const patienceMs = 5_000;

/** Lets acts through side by side; one that must be alone waits for those inside, and all others wait for it. */
export interface Turnstile {
  pass<T>(act: () => Promise<T>): Promise<T>;
  /** Somebody is about to be alone, or was, who was not ready to wait for all. */
  readonly ending: boolean;
  /** With a clock, it begins after a few seconds whoever is still inside: the desk is being switched off. */
  alone<T>(act: () => Promise<T>, impatient?: Clock): Promise<T>;
}

export function createTurnstile(): Turnstile {
  const inside = new Set<Promise<unknown>>();
  let closed: Promise<void> | null = null;
  let ending = false;

  async function pass<T>(act: () => Promise<T>): Promise<T> {
    while (closed) await closed;
    const passing = act();
    inside.add(passing);
    return passing.finally(() => inside.delete(passing));
  }

  return {
    pass,
    get ending() {
      return ending;
    },
    async alone(act, impatient) {
      ending ||= impatient !== undefined;
      while (closed) await closed;
      const left = Promise.allSettled([...inside]);
      let cancel: (() => void) | undefined;
      const isUp = new Promise<void>((resolve) => {
        cancel = impatient?.after(patienceMs, resolve);
      });
      const acting = Promise.race([left, isUp]).then(() => {
        cancel?.();
        return act();
      });
      const open = (): void => {
        closed = null;
      };
      // Those who wait outside don't hear how it went: that is for whoever was alone.
      closed = acting.then(open, open);
      return acting;
    },
  };
}
