/**
 * LevelDB's manifest says which tables count. Others may lie beside them, in any state: the work of a compaction that
 * the end of the process, or of the PC, cut short. LevelDB deletes these when it opens the folder.
 */
import { readVarint } from "./level-tables.ts";

/** What an edit tells, as LevelDB numbers it: how many numbers, how many texts behind them. */
const told: Readonly<Record<number, { readonly numbers: number; readonly texts: number }>> = {
  1: { numbers: 0, texts: 1 }, // comparator
  2: { numbers: 1, texts: 0 }, // log
  3: { numbers: 1, texts: 0 }, // next file
  4: { numbers: 1, texts: 0 }, // last sequence
  5: { numbers: 1, texts: 1 }, // where the next compaction begins
  6: { numbers: 2, texts: 0 }, // a table of a level goes
  7: { numbers: 3, texts: 2 }, // one comes, with its size and keys
  9: { numbers: 1, texts: 0 }, // log before
};
const [goes, comes] = [6, 7];

/** Numbers of the tables that count, after these edits; `null`: they are no edits. */
export function liveTables(edits: readonly Buffer[]): ReadonlySet<number> | null {
  const live = new Set<number>();
  for (const edit of edits) {
    for (let at = 0; at < edit.length; ) {
      const [tag, behind] = readVarint(edit, at);
      const shape = told[tag];
      if (shape === undefined) return null;
      at = behind;
      const numbers: number[] = [];
      for (let i = 0; i < shape.numbers; i++) {
        const [number, after] = readVarint(edit, at);
        numbers.push(number);
        at = after;
      }
      for (let i = 0; i < shape.texts; i++) {
        const [length, after] = readVarint(edit, at);
        at = after + length;
      }
      if (at > edit.length) return null;
      if (tag === comes) live.add(numbers[1]!);
      if (tag === goes) live.delete(numbers[1]!);
    }
  }
  return live;
}
