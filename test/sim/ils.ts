/**
 * The library system, outside of all desks: which files it took, and so what it has of each transaction. A file counts
 * there whatever a desk has noted of it before its power went.
 */
import type { BatchView, TransactionRow } from "../../src/node/http/api.ts";

interface LoadedFile {
  /** Ids of the transactions in its files; beside them, of those that they can't carry, each with its reason. */
  readonly main: readonly string[];
  readonly extra: readonly string[];
  /** Taken back before it was made: whoever loads it has no need of these. */
  readonly none: readonly string[];
}

export interface Ils {
  /** Somebody made it, who knew that these stand. */
  made(batch: string, known: readonly string[], maker: number): void;
  /** The PC where it was made. */
  makerOf(batch: string): number | undefined;
  /** A person said that it goes nowhere. */
  giveUp(batch: string): void;
  isGivenUp(batch: string): boolean;
  has(batch: string): boolean;
  load(batch: string, file: LoadedFile): void;
  /** In the main file of a batch that was loaded, or listed beside it. */
  isSettled(id: string): boolean;
  /** Twice in the ILS, by two files that didn't know of each other: `[transaction, first, second]`. */
  readonly doubled: readonly (readonly [string, string, string])[];
  /** Somebody began to purge it; these transactions have their place. */
  purge(outage: number, ids: readonly string[]): void;
  isPurging(outage: number): boolean;
  readonly isPurgingAny: boolean;
  /** It had its place before its outage went: in a file, or taken back, or scanned twice. */
  isPlaced(id: string): boolean;
}

const idPattern = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}/;

export function createIls(onTwice: (what: string) => void): Ils {
  const known = new Map<string, readonly string[]>();
  const makers = new Map<string, number>();
  const files = new Map<string, LoadedFile>();
  const givenUp = new Set<string>();
  const doubled: [string, string, string][] = [];
  const purging = new Set<number>();
  const placed = new Set<string>();

  const knew = (later: string, earlier: string): boolean => known.get(later)?.includes(earlier) ?? false;

  return {
    doubled,
    made(batch, others, maker) {
      known.set(batch, others);
      makers.set(batch, maker);
    },
    makerOf: (batch) => makers.get(batch),
    giveUp: (batch) => void givenUp.add(batch),
    isGivenUp: (batch) => givenUp.has(batch),
    has: (batch) => files.has(batch),
    load(batch, file) {
      if (files.has(batch)) return;
      for (const [other, { main }] of files) {
        for (const id of file.main) {
          if (!main.includes(id)) continue;
          if (knew(batch, other) || knew(other, batch)) onTwice(`${id} is in ${other} and in ${batch}`);
          else doubled.push([id, other, batch]);
        }
      }
      files.set(batch, file);
      for (const id of file.none) placed.add(id);
    },
    isSettled: (id) => [...files.values()].some(({ main, extra }) => main.includes(id) || extra.includes(id)),
    purge(outage, ids) {
      purging.add(outage);
      for (const id of ids) placed.add(id);
    },
    isPurging: (outage) => purging.has(outage),
    get isPurgingAny() {
      return purging.size > 0;
    },
    isPlaced: (id) => placed.has(id),
  };
}

/** Taken back, or a taking back: never a line. */
export function isNoLine({ kind, voided }: TransactionRow): boolean {
  return kind === "voiding" || voided !== undefined;
}

/** Of a sheet beside a batch's file: its header has none; a row tells of one transaction, whose id comes first. */
export function idsOf(sheet: string): readonly string[] {
  return [...new Set(sheet.split("\r\n").flatMap((row) => idPattern.exec(row)?.[0] ?? []))];
}

function isSameAct(a: TransactionRow, b: TransactionRow): boolean {
  return a.kind === b.kind && a.item === b.item && a.patron === b.patron;
}

/**
 * Rows of which nobody could say where they went: in no file that was loaded, listed beside none, not taken back, and
 * not the second scan of one act (of which each batch tells how many it left out).
 */
export function listUnaccounted(
  ils: Ils,
  rows: readonly TransactionRow[],
  batches: readonly BatchView[],
): readonly TransactionRow[] {
  // Taken back in an outage that is purged, and asked for again in a later one before that was known there.
  const open = rows.filter((row) => !isNoLine(row) && !ils.isSettled(row.id) && !ils.isPlaced(row.id));
  const left = new Map<string, number>();
  for (const { id, counts } of batches)
    for (const { kind, repeated } of counts) left.set(`${id} ${kind}`, repeated);
  const wentOut = (row: TransactionRow): boolean =>
    rows.some(
      (one) => one.id !== row.id && isSameAct(one, row) && (ils.isSettled(one.id) || ils.isPlaced(one.id)),
    );
  return open.filter((row) => {
    const { batch, kind } = row;
    // A second scan is no line for the sake of another one, which must be somewhere.
    if (!wentOut(row)) return true;
    // Nothing new came after it, so there was no further batch to count it.
    if (batch === undefined) return false;
    const repeats = left.get(`${batch} ${kind}`) ?? 0;
    left.set(`${batch} ${kind}`, repeats - 1);
    return repeats <= 0;
  });
}
