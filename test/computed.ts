/** How long this process computed, ms: by the processor's clock, which stands while others have the processor. */
export function computedMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
