/**
 * Files on disk, damaged: every truncation point of a small data folder, and bits turned over all through it (300; 10,000
 * with DESKMESH_FULL=1). It opens, in bounded time and memory, with nothing in it that wasn't written; what went
 * missing from a table is said; and no text that comes of it holds a patron's data.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSeededRandom } from "../../src/node/ports-memory.ts";
import { giveWay } from "../background.ts";
import { patronData } from "./patron-data.ts";
import { type Change, createSmallStore, type Opened, type SmallStore } from "./stores.ts";

giveWay();
const isFull = process.env.DESKMESH_FULL === "1";
const seed = process.env.DESKMESH_SEED ?? "turned over";
const flips = isFull ? 10_000 : 300;
/** Of the truncation points, in `npm test`; all of them with DESKMESH_FULL=1. */
const cutsAtMost = isFull ? Number.POSITIVE_INFINITY : 200;

/** Without these a desk can't say who it is, or read anything: it must say so, and neither guess nor start anew. */
const mayEndIt = /^identity\/(wrapping-key|signing-key)/;
/** A log that ends between two writes says nothing of what came after it. */
const mayEndEarly = /\.log$|MANIFEST/;

let store: SmallStore;
let whole: ReadonlySet<string>;
beforeAll(async () => {
  store = await createSmallStore();
  await store.openEach([null], (opened) => {
    expect(opened).toMatchObject({ said: [], failure: null });
    whole = new Set(opened.entries);
  });
  expect(whole.size).toBeGreaterThan(20);
});
afterAll(() => store?.remove());

interface Tally {
  whole: number;
  told: number;
  silent: number;
  refused: number;
}

function judge(opened: Opened, change: Change | null, tally: Tally): void {
  if (change === null) throw new Error("nothing was changed");
  const what = JSON.stringify(change);
  expect(opened.death, what).toBeUndefined();
  expect([...opened.said, opened.failure].join("\n"), what).not.toMatch(patronData);
  if (opened.failure !== null) {
    expect(opened.failure, what).toMatch(/damaged|can't be opened|can't be read/);
    expect(change.path, `${what} ${opened.failure}`).toMatch(mayEndIt);
    tally.refused += 1;
    return;
  }
  const entries = opened.entries ?? [];
  const invented = entries.filter((entry) => !whole.has(entry));
  expect(invented, `${what}: entries that nobody wrote`).toEqual([]);
  expect(new Set(entries).size, what).toBe(entries.length);
  if (entries.length === whole.size) tally.whole += 1;
  else if (opened.said.length > 0) tally.told += 1;
  else {
    expect(change.path, `${what}: ${whole.size - entries.length} entries gone without a word`).toMatch(
      mayEndEarly,
    );
    tally.silent += 1;
  }
}

function tellTally(name: string, tally: Tally): void {
  const { whole: same, told, silent, refused } = tally;
  console.log(
    `${name}: ${same} whole, ${told} told, ${silent} ended early without a word, ${refused} refused`,
  );
}

describe("a small data folder", () => {
  it("with any of its files cut off anywhere", async () => {
    const cuts = store.files.flatMap(({ path, size }) =>
      Array.from({ length: size }, (_, cutAt): Change => ({ path, cutAt })),
    );
    const step = Math.max(1, cuts.length / cutsAtMost);
    const tally: Tally = { whole: 0, told: 0, silent: 0, refused: 0 };
    const tried = Array.from(
      { length: Math.ceil(cuts.length / step) },
      (_, n) => cuts[Math.floor(n * step)]!,
    );
    await store.openEach(tried, (opened, change) => judge(opened, change, tally));
    tellTally(`${tried.length} of ${cuts.length} cuts`, tally);
  }, 3_600_000);

  it(`with bits turned over, ${flips} times`, async () => {
    const random = createSeededRandom(seed);
    const total = store.files.reduce((sum, { size }) => sum + size, 0);
    const tally: Tally = { whole: 0, told: 0, silent: 0, refused: 0 };
    const changes = Array.from({ length: flips }, (): Change => {
      let at = random.uint32() % total;
      const file = store.files.find(({ size }) => {
        if (at < size) return true;
        at -= size;
        return false;
      });
      return { path: file?.path ?? "", bits: [at * 8 + (random.uint32() % 8)] };
    });
    await store.openEach(changes, (opened, change) => judge(opened, change, tally));
    tellTally(`${flips} flips, seed "${seed}"`, tally);
  }, 3_600_000);
});
