/** Lets acts through side by side; one that must be alone waits for those inside, and all others wait for it. */
export interface Turnstile {
  pass<T>(act: () => Promise<T>): Promise<T>;
  alone<T>(act: () => Promise<T>): Promise<T>;
}

export function createTurnstile(): Turnstile {
  const inside = new Set<Promise<unknown>>();
  let closed: Promise<unknown> | null = null;

  async function pass<T>(act: () => Promise<T>): Promise<T> {
    while (closed) await Promise.allSettled([closed]);
    const passing = act();
    inside.add(passing);
    return passing.finally(() => inside.delete(passing));
  }

  return {
    pass,
    async alone(act) {
      while (closed) await Promise.allSettled([closed]);
      const acting = Promise.allSettled([...inside]).then(act);
      closed = acting.finally(() => {
        closed = null;
      });
      return acting;
    },
  };
}
