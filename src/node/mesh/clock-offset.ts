/** How far this desk's clock is from the others' (docs/decisions/0007). */

/**
 * This desk's wall time minus the median of all linked desks' clocks, its own included (else one wrong clock of three
 * would make the other two look wrong as well). Of an even number it is the middle one nearest to this desk's own:
 * where two sides are equal, nobody can know who is right, and no clock is moved. `peerOffsetsMs`: own minus each
 * peer's. Undefined when alone.
 */
export function offsetFromMedian(peerOffsetsMs: readonly number[]): number | undefined {
  if (peerOffsetsMs.length === 0) return undefined;
  return nearestMiddle([0, ...peerOffsetsMs]);
}

/** The same against the others alone: what staff are asked about, since one other desk is reason enough to ask. */
export function offsetFromOthers(peerOffsetsMs: readonly number[]): number | undefined {
  return peerOffsetsMs.length === 0 ? undefined : nearestMiddle(peerOffsetsMs);
}

function nearestMiddle(offsetsMs: readonly number[]): number {
  const sorted = [...offsetsMs].sort((a, b) => a - b);
  const high = sorted[sorted.length >> 1]!;
  const low = sorted[(sorted.length - 1) >> 1]!;
  return Math.round(Math.abs(low) <= Math.abs(high) ? low : high);
}
