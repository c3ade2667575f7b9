/** Where each line of a batch went, in some bytes a line: kept for 100,000 lines, objects would be a tenth of a desk's memory. */
import type { BatchLine, BatchLines, PlacedLine } from "./batch.ts";

type Where = PlacedLine["where"];

export interface PlacedLines {
  /** Of the next line; without a number and a part 0. */
  add(where: Where, number?: number, part?: number): void;
  /** Why the one that was added last can't be carried. */
  addReason(reason: string): void;
  /** Its promised due date is to be set by hand. */
  markToSet(n: number): void;
  where(n: number): Where;
  lines(): Iterable<PlacedLine>;
}

const WHERE: readonly Where[] = ["main", "patrons", "extra"];

export function createPlacedLines(lines: BatchLines): PlacedLines {
  const wheres = new Uint8Array(lines.length);
  /** 0 for none. */
  const numbers = new Uint32Array(lines.length);
  const parts = new Uint16Array(lines.length);
  const reasons = new Map<number, string>();
  const toSet = new Set<number>();
  let count = 0;

  function placedAt(n: number, line: BatchLine): PlacedLine {
    const reason = reasons.get(n);
    return {
      line,
      where: WHERE[wheres[n]!]!,
      ...(numbers[n] === 0 ? {} : { number: numbers[n]! }),
      ...(parts[n] === 0 ? {} : { part: parts[n]! }),
      ...(reason === undefined ? {} : { reason }),
      ...(toSet.has(n) ? { setDue: true as const } : {}),
    };
  }

  return {
    add(where, number = 0, part = 0) {
      wheres[count] = WHERE.indexOf(where);
      numbers[count] = number;
      parts[count] = part;
      count++;
    },
    addReason: (reason) => void reasons.set(count - 1, reason),
    markToSet: (n) => void toSet.add(n),
    where: (n) => WHERE[wheres[n]!]!,
    lines: () => ({
      *[Symbol.iterator]() {
        for (let n = 0; n < count; n++) yield placedAt(n, lines.at(n)!);
      },
    }),
  };
}
