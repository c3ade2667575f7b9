/** How far this desk's clock is from the others'. */

/**
 * This desk's wall time minus the median of all linked desks' clocks, its own included (else one wrong clock of three
 * would make the other two look wrong as well). `peerOffsetsMs`: own minus each peer's. Undefined when alone.
 */
export function offsetFromMedian(peerOffsetsMs: readonly number[]): number | undefined {
  if (peerOffsetsMs.length === 0) return undefined;
  // A peer's clock, as seen from ours at 0, stands at −offset.
  const clocks = [0, ...peerOffsetsMs.map((offset) => -offset)].sort((a, b) => a - b);
  const middle = clocks.length >> 1;
  const median = clocks.length % 2 === 1 ? clocks[middle]! : (clocks[middle - 1]! + clocks[middle]!) / 2;
  return Math.round(0 - median);
}
