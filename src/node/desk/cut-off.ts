/**
 * What a retired desk wrote beyond its retirement (log.md, L16): aside everywhere, told as an exception of its feed up to
 * a hash, and taken in where a supervisor accepts just that: then this desk's run carries it (L15).
 */
import type { Found } from "../../crdt/circulation/exceptions.ts";
import { parseFact } from "../../crdt/circulation/stored.ts";
import type { Recorded, Transaction } from "../../crdt/circulation/transaction.ts";
import { carriedToBody } from "../../crdt/log/carried.ts";
import type { LogEntry } from "../../crdt/log/log-entry.ts";
import { tailSources } from "../../crdt/log/tail.ts";
import type { Journal } from "../log/journal.ts";
import type { Ledger } from "./ledger.ts";
import { entryToRecorded, outageOfDocument } from "./ledger-entries.ts";

export interface CutOff {
  readonly journal: Journal;
  readonly feed: string;
  readonly from: number;
  readonly to: number;
  readonly facts: readonly Recorded<Transaction>[];
  readonly found: Found;
}

/** A function of the log alone, like every exception. */
export function listCutOff(ledger: Ledger): readonly CutOff[] {
  if (![...ledger.branch.desks.values()].some(({ retired }) => retired)) return [];
  return ledger.books.all().flatMap((journal) => {
    const outage = outageOfDocument(journal.document.name);
    if (outage === null) return [];
    const byFeed = new Map<string, LogEntry[]>();
    for (const { entry, reason } of journal.document.aside()) {
      if (reason !== "retired-desk") continue;
      const feed = `${entry.desk}/${entry.run}`;
      const known = byFeed.get(feed);
      if (known) known.push(entry);
      else byFeed.set(feed, [entry]);
    }
    return [...byFeed].flatMap(([feed, entries]) => toCutOff(journal, outage, feed, entries) ?? []);
  });
}

/** `null`: nobody did anything in it. */
function toCutOff(
  journal: Journal,
  outage: number,
  feed: string,
  entries: readonly LogEntry[],
): CutOff | null {
  // They are kept in order of arrival.
  const facts = entries
    .toSorted((a, b) => a.seq - b.seq)
    .flatMap((entry) => {
      const parsed = parseFact(entry.body);
      return parsed.kind === "fact" ? [entryToRecorded(outage, entry, parsed.fact)] : [];
    })
    .filter((one): one is Recorded<Transaction> => one.fact.kind !== "settlement");
  const known = journal.document.feed(feed);
  if (facts.length === 0 || !known) return null;
  const { desk, run } = known.place;
  const found: Found = {
    kind: "retired-desk",
    mustDecide: true,
    transactions: facts.map(({ fact }) => fact.id),
    desk,
    runs: [run],
    upTo: known.hash.toString("base64url"),
    position: facts.at(-1)!.position,
  };
  const from = Math.min(...entries.map(({ seq }) => seq));
  return { journal, feed, from, to: known.count, facts, found };
}

/** Durable when it resolves. Carried twice, by two desks or after a power cut, it counts once. */
export async function carryCutOff({ journal, feed, from, to }: CutOff, at: number): Promise<void> {
  const sources = tailSources(journal.document, feed, from).slice(0, to - from);
  const carried = sources.map((source) =>
    journal.append({ at, body: carriedToBody({ ...source, accepted: true }) }),
  );
  await Promise.all(carried.map((one) => one?.durable));
}
