/**
 * One PIN check at a time: five at once raised an fsync from 0.4 to 199 ms, and a scan must not wait for guesses.
 * A few may wait their turn; beyond that, "busy" at once.
 */
export interface Gate {
  /** `null`: too many wait already; `run` wasn't called. */
  pass<T>(run: () => Promise<T>): Promise<T> | null;
}

export function createGate(waitingAtMost = 8): Gate {
  let inside = 0;
  let last: Promise<unknown> = Promise.resolve();
  return {
    pass(run) {
      if (inside > waitingAtMost) return null;
      inside += 1;
      const next = last.then(run).finally(() => {
        inside -= 1;
      });
      // Whoever comes next waits for the end of this one, good or bad; its failure is its own caller's.
      last = next.catch(() => undefined);
      return next;
    },
  };
}
