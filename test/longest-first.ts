import { BaseSequencer, type TestSpecification } from "vitest/node";

/** At full length, minutes each; the longest first. Names below `test/`, as they begin. */
const longest = [
  "sim/endings",
  "sim/later-endings",
  "sim/sim",
  "fuzz/stores",
  "lan/network-nemeses",
  "bench",
  "lan/busy-connect",
  "kill/kill",
  "lan/package",
  "fuzz/snapshots",
  "lan/process-nemeses",
  "fuzz/http",
];

/** Whole processes, browsers and links: half a minute each, and mostly waiting. Those come first that promise a time. */
const waiting = [/\/test\/lan\//, /\/test\/(e2e|kill|attacks|cli)\//];

function rankOf({ moduleId }: TestSpecification): number {
  const rank = longest.findIndex((name) => moduleId.includes(`/test/${name}.test.`));
  if (rank !== -1) return rank;
  const group = waiting.findIndex((folder) => folder.test(moduleId));
  return longest.length + (group === -1 ? waiting.length : group);
}

/**
 * Begins with what takes longest: begun last, one of them would run alone beside an idle processor for a quarter of an
 * hour. What waits comes while there is something to compute beside it.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}
