/** Packages that are on their way to desks: to each as long as it is trusted, and not a piece longer (L16). */
import type { ServeFetch } from "../ports.ts";

export interface Serving {
  readonly onFetch: ServeFetch;
  /** Ends what goes to desks that are trusted no longer. */
  judgeAgain(): void;
}

export function createServing(isTrusted: (fingerprint: string) => boolean, onFetch: ServeFetch): Serving {
  const running = new Map<AsyncIterable<Uint8Array>, () => void>();

  async function* watched(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* body;
    } finally {
      running.delete(body);
    }
  }

  return {
    onFetch(path, from, fingerprint, cut) {
      const body = isTrusted(fingerprint) ? onFetch(path, from, fingerprint, cut) : null;
      if (!body) return null;
      running.set(body, () => isTrusted(fingerprint) || cut());
      return watched(body);
    },
    judgeAgain() {
      for (const judge of [...running.values()]) judge();
    },
  };
}
