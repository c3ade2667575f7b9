/** Which places of a feed are in the fold. As a rule all from its first fact on, in one range, in whatever order they came. */

/** Ranges [from, to) in order; none touches the next. What lies between is no fact, or not in yet. */
export interface FeedPlaces {
  readonly from: number[];
  readonly to: number[];
}

export function createFeedPlaces(): FeedPlaces {
  return { from: [], to: [] };
}

/** False when the place was taken before. */
export function take({ from, to }: FeedPlaces, seq: number): boolean {
  const next = firstAfter(from, seq);
  const end = to[next - 1];
  if (end !== undefined && seq < end) return false;
  const joinsBefore = end === seq;
  const joinsAfter = from[next] === seq + 1;
  if (joinsBefore && joinsAfter) {
    to[next - 1] = to[next] ?? seq + 1;
    from.splice(next, 1);
    to.splice(next, 1);
  } else if (joinsBefore) {
    to[next - 1] = seq + 1;
  } else if (joinsAfter) {
    from[next] = seq;
  } else {
    from.splice(next, 0, seq);
    to.splice(next, 0, seq + 1);
  }
  return true;
}

/** Index of the first range that begins behind `seq`. */
function firstAfter(from: readonly number[], seq: number): number {
  let low = 0;
  let high = from.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((from[middle] ?? 0) <= seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
