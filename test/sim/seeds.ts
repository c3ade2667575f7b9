/** Tests that play numbered seeds, fifty in one: the same in each file that plays some. */
import { expect, it } from "vitest";
import { playSeed } from "./play.ts";

export const isFull = process.env.DESKMESH_FULL === "1";
const runsInOne = 50;
/** A loaded machine is no reason to fail: nothing here waits for real time, and it gives way to all else that runs. */
export const slowMs = 900_000;

/** Seeds `<prefix><first>` and on, so many of them. */
export function breakNothing(prefix: string, runs: number, first = 1): void {
  const blocks = Array.from({ length: runs / runsInOne }, (_, i) => {
    const from = first + i * runsInOne;
    return [from, from + runsInOne - 1];
  });
  it.each(blocks.map(([from, to]) => [`${prefix}${from} to ${to}`, from!, to!] as const))(
    "breaks nothing: seeds %s",
    async (_, from, to) => {
      const seen = { receipts: 0, files: 0 };
      for (let n = from; n <= to; n++) {
        const seed = `${prefix}${n}`;
        const { broken, receipts, files } = await playSeed(seed);
        expect(broken, `seed ${seed}; npm run sim -- --seed ${seed} --runs 1 shrinks it`).toBeNull();
        seen.receipts += receipts;
        seen.files += files;
      }
      // A world in which nothing happens breaks nothing either.
      expect(seen.receipts).toBeGreaterThan(5 * runsInOne);
      expect(seen.files).toBeGreaterThan(runsInOne / 2);
    },
    slowMs,
  );
}
