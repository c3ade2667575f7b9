// Waits for a state that can only be asked for, without the asking becoming what is measured.

const leastMs = 2;

/** `at`: when `isSo` was true first, by `now`. Asking takes a tenth of this process's time at most. */
export async function watchFor(isSo, now) {
  for (;;) {
    const before = performance.now();
    if (isSo()) return now();
    const tookMs = performance.now() - before;
    await new Promise((resolve) => setTimeout(resolve, Math.max(leastMs, 10 * tookMs)));
  }
}
