// Medians and spreads. A median, since a shared disk has a tail that says nothing of the program.

/** Of a list of numbers: median and the middle half, for a reader to see how noisy the run was. */
export function summarize(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.25),
    high: quantile(sorted, 0.75),
    count: sorted.length,
  };
}

/** The same with the tail: what one in a hundred waits. */
export function summarizeTail(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { ...summarize(sorted), at99: quantile(sorted, 0.99), most: sorted.at(-1) };
}

/** `sorted` ascending, not empty; `part` 0–1, interpolated. */
export function quantile(sorted, part) {
  const at = (sorted.length - 1) * part;
  const below = Math.floor(at);
  const next = sorted[Math.min(below + 1, sorted.length - 1)];
  return sorted[below] + (next - sorted[below]) * (at - below);
}

/** Median of the ratios, round by round: subject and limit of one round met the same disk. */
export function pairedRatio(subject, limit) {
  return summarize(subject.map((value, i) => value / limit[i])).median;
}

/** Milliseconds since an instant that all processes of this machine share. */
export function nowMs() {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** How long `act` takes, ms. */
export async function timed(act) {
  const start = performance.now();
  await act();
  return performance.now() - start;
}
