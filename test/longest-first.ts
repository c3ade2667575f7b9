import { BaseSequencer, type TestSpecification } from "vitest/node";

/** At full length, minutes each; the longest first. Names below `test/`, as they begin. */
const longest = [
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

/** Begins with what takes longest: begun last, one of them would run alone beside an idle processor for a quarter of an hour. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification): number => {
      const rank = longest.findIndex((name) => moduleId.includes(`/test/${name}.test.`));
      return rank === -1 ? longest.length : rank;
    };
    return (await super.sort(files)).toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}
