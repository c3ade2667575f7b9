/**
 * What a retired desk wrote beyond its retirement (log.md, L16): aside everywhere, told as an exception of its feed up to
 * a hash, and taken in where a supervisor accepts just that: then this desk's run carries it, and says so (L15).
 */
import type { Found } from "../../crdt/circulation/exceptions.ts";
import { parseFact } from "../../crdt/circulation/stored.ts";
import type { Recorded, Transaction } from "../../crdt/circulation/transaction.ts";
import { type CarriedSource, carriedToBody, parseCarried } from "../../crdt/log/carried.ts";
import { feedKey } from "../../crdt/log/feed-name.ts";
import type { LogEntry } from "../../crdt/log/log-entry.ts";
import { tailSources } from "../../crdt/log/tail.ts";
import type { Journal } from "../log/journal.ts";
import type { Ledger } from "./ledger.ts";
import { entryToRecorded, outageOfDocument } from "./ledger-entries.ts";

export interface CutOff {
  readonly journal: Journal;
  /** Of one run, by their places in it. */
  readonly entries: readonly LogEntry[];
  readonly facts: readonly Recorded<Transaction>[];
  readonly found: Found;
}

/** A function of the log alone, like every exception. */
export function listCutOff(ledger: Ledger): readonly CutOff[] {
  if (![...ledger.branch.desks.values()].some(({ retired }) => retired)) return [];
  return ledger.books.all().flatMap((journal) => {
    const outage = outageOfDocument(journal.document.name);
    if (outage === null) return [];
    /** What stands in its own feed, and what was carried here from an outage that is gone. */
    const runs = new Map<string, Map<number, LogEntry>>();
    for (const { entry, reason } of journal.document.aside()) {
      if (reason !== "retired-desk") continue;
      const key = `${feedKey(entry.desk, entry.run)} ${entry.carriedBy?.from ?? ""}`;
      const run = runs.get(key) ?? new Map<number, LogEntry>();
      // Two desks may have carried the same.
      runs.set(key, run.set(entry.seq, run.get(entry.seq) ?? entry));
    }
    const inOrder = [...runs].sort(([a], [b]) => (a < b ? -1 : 1));
    return inOrder.flatMap(([, run]) => {
      const entries = [...run.values()].sort((a, b) => a.seq - b.seq);
      return toCutOff(journal, outage, entries) ?? [];
    });
  });
}

/** `null`: nobody did anything in it. */
function toCutOff(journal: Journal, outage: number, entries: readonly LogEntry[]): CutOff | null {
  const facts = entries
    .flatMap((entry) => {
      const parsed = parseFact(entry.body);
      return parsed.kind === "fact" ? [entryToRecorded(outage, entry, parsed.fact)] : [];
    })
    .filter((one): one is Recorded<Transaction> => one.fact.kind !== "settlement");
  if (facts.length === 0) return null;
  const { desk, run, carriedBy } = entries[0]!;
  const feed = carriedBy ? undefined : journal.document.feed(feedKey(desk, run));
  const found: Found = {
    kind: "retired-desk",
    mustDecide: true,
    transactions: facts.map(({ fact }) => fact.id),
    desk,
    runs: [run],
    ...(feed ? { upTo: feed.hash.toString("base64url") } : {}),
    position: facts.at(-1)!.position,
  };
  return { journal, entries, facts, found };
}

/** Durable when it resolves. Carried twice, by two desks or after a power cut, it counts once. */
export async function carryCutOff(cutOff: CutOff, at: number): Promise<void> {
  const bodies = sourcesOf(cutOff).map((source) => carriedToBody({ ...source, accepted: true }));
  const appended = bodies.map((body) => cutOff.journal.append({ at, body }));
  if (appended.includes(null)) throw new Error("an entry was too large to be carried");
  await Promise.all(appended.map((one) => one?.durable));
}

function sourcesOf({ journal: { document }, entries }: CutOff): readonly CarriedSource[] {
  const { desk, run, seq, carriedBy } = entries[0]!;
  if (!carriedBy) return tailSources(document, feedKey(desk, run), seq);
  return entries.flatMap(({ carriedBy }) => {
    const carrier = carriedBy && document.read(feedKey(carriedBy.desk, carriedBy.run), carriedBy.seq);
    return (carrier && parseCarried(carrier.body)) ?? [];
  });
}
