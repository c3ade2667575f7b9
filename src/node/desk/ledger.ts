/**
 * The ledger: this desk's books with what they mean. It keeps the branch's state and the fold of circulation in step
 * with the log, and is the only place that turns log entries into facts and facts into log entries.
 */
import { standingOf } from "../../crdt/circulation/admission.ts";
import {
  type BranchEntry,
  type BranchFact,
  branchFactToBody,
  parseBranchFact,
} from "../../crdt/circulation/branch-fact.ts";
import { type BranchState, foldBranch, listHeldOutages } from "../../crdt/circulation/branch-state.ts";
import type { Change, Fold } from "../../crdt/circulation/fold.ts";
import { carryMark } from "../../crdt/circulation/purge-state.ts";
import { factToBody, parseFact } from "../../crdt/circulation/stored.ts";
import type { Fact, Recorded } from "../../crdt/circulation/transaction.ts";
import { correctedTime } from "../../crdt/circulation/wall-time.ts";
import type { Signer } from "../../crdt/log/digest.ts";
import type { Advance } from "../../crdt/log/document.ts";
import type { HybridTime } from "../../crdt/log/hybrid-clock.ts";
import type { Judge, LogEntry } from "../../crdt/log/log-entry.ts";
import { branchIdOf } from "../identity.ts";
import type { Appended, Journal } from "../log/journal.ts";
import type { Clock, LogStores, Random } from "../ports.ts";
import { type Books, type BooksEvents, createBooks } from "./books.ts";
import { type Carriers, createCarriers, isInVain, placesBeside } from "./carriers.ts";
import { carryOver } from "./carry-over.ts";
import { createDeskNames } from "./desk-names.ts";
import { createFolding, type Folding } from "./folding.ts";
import {
  entryToRecorded,
  logEntryToBranchEntry,
  outageDocument,
  outageOfDocument,
  toRecorded,
} from "./ledger-entries.ts";
import { type Place, takesBack } from "./standing.ts";

export interface LedgerEvents {
  /** Facts that are durable somewhere and new here; their order is that of arrival. */
  readonly onFacts: (facts: readonly Recorded[], change: Change) => void;
  readonly onBranch: (state: BranchState) => void;
  readonly onPublish: (document: string, update: Uint8Array, advance: Advance) => void;
  readonly onDurable: (document: string, advances: readonly Advance[]) => void;
  readonly onOpened: (journal: Journal) => void;
  readonly onTwin: () => void;
  readonly onFault: (why: unknown) => void;
  readonly onTrouble: (text: string) => void;
}

export interface LedgerOptions {
  readonly branchId: string;
  readonly deskName: string;
  readonly signer: Signer;
  /** Everything written here comes after this. */
  readonly notBefore?: HybridTime;
  readonly clock: Clock;
  readonly random: Random;
  readonly stores: LogStores;
  /** This desk's clock against the others', ms; undefined when alone. */
  readonly offsetMs: () => number | undefined;
  readonly events: LedgerEvents;
}

export interface Ledger
  extends Pick<Carriers, "originOf" | "placesOf" | "vainBelow">,
    Pick<Folding, "watch"> {
  readonly books: Books;
  readonly fold: Fold;
  readonly branch: BranchState;
  /** Feeds `<document> <desk>/<run>` that ended with `done`. */
  readonly finished: ReadonlySet<string>;
  readonly twins: ReadonlySet<string>;
  /** Time of this desk's newest entry, corrected where its clock was known to be wrong, ms; 0 without any. */
  readonly ownLatestAt: number;
  /** Desk id → name: what `branch` says, else the header of its newest run. */
  readonly deskNames: ReadonlyMap<string, string>;
  /** Appends a fact; it counts for `fold` at once, and is true once `durable` resolves. `null`: too large. */
  append(outage: number, fact: Fact, staff?: string): (Appended & { readonly recorded: Recorded }) | null;
  /** `at`: wall time of what it tells, ms, where that began before now. */
  appendBranch(fact: BranchFact, staff?: string, at?: number): Promise<BranchEntry>;
  /** Carries on what nobody exported, then destroys the outage here, for good (L24). Quiet when it isn't here. */
  destroyOutage(outage: number): Promise<void>;
  /** Everything acknowledged or seen here is in the documents and folded, and nothing is being folded anew. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Opens everything that is on disk. Rejects when the store can't be opened. */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const { events } = options;
  const folding = createFolding(options.clock, () => events.onBranch(branch));
  const branchEntries = new Map<string, BranchEntry>();
  /** What was judged and is about to be taken; a weak map of all that a start reads costs the collector dearly. */
  const parsed = new Map<LogEntry, Fact>();
  const twins = new Set<string>();
  const carriers = createCarriers();
  const own = options.signer.desk;
  const deskNames = createDeskNames(own, options.deskName);
  let branch = foldAll();
  let ownLatestAt = 0;

  function foldAll(): BranchState {
    const isFounder = (desk: string, nonce: string) => branchIdOf(desk, nonce) === options.branchId;
    return foldBranch([...branchEntries.values()], isFounder, own);
  }

  /** Whose facts of `branch` count is for the fold of `branch` to say, which sees them all. */
  function judge(document: string): Judge {
    return (entry) => {
      const standing = standingOf(branch.desks, entry.carriedBy?.from ?? document, entry);
      const isAccepted = standing === "retired-desk" && entry.carriedBy?.accepted === true;
      if (document !== "branch" && standing !== null && !isAccepted) return standing;
      if (logKinds.has(entry.body.k)) return null;
      if (document === "branch") return parseBranchFact(entry.body) ? null : "unknown-kind";
      const fact = parseFact(entry.body);
      if (fact.kind !== "fact") return "unknown-kind";
      parsed.set(entry, fact.fact);
      return null;
    };
  }

  function noteEntry(document: string, entry: LogEntry): void {
    if (entry.desk === options.signer.desk) {
      ownLatestAt = Math.max(ownLatestAt, correctedTime(entry));
    }
    if (entry.body.k === "done") folding.finish(`${document} ${entry.desk}/${entry.run}`);
    if (entry.body.k === "run" && typeof entry.body.name === "string")
      deskNames.note(entry.desk, entry.body.name);
  }

  function takeFacts(document: string, entries: readonly LogEntry[]): void {
    const outage = outageOfDocument(document);
    if (outage === null) return;
    const facts: Recorded[] = [];
    for (const entry of entries) {
      noteEntry(document, entry);
      const known = parsed.get(entry);
      if (!known) continue;
      const inVain = isInVain(branch, outage, entry);
      if (entry.carriedBy) carriers.noteVain(outage, entry.carriedBy, inVain);
      if (inVain) continue;
      const recorded = entryToRecorded(outage, entry, known);
      if (entry.carriedBy)
        carriers.note(recorded.position, entry.carriedBy, placesBeside(branch, outage, entry));
      facts.push(recorded);
    }
    parsed.clear();
    const change = facts.length > 0 ? folding.add(facts) : null;
    if (change) events.onFacts(facts, change);
  }

  function takeBranch(entries: readonly LogEntry[]): void {
    let changed = false;
    for (const entry of entries) {
      noteEntry("branch", entry);
      const fact = logKinds.has(entry.body.k) ? null : parseBranchFact(entry.body);
      if (!fact) continue;
      branchEntries.set(`${entry.desk}/${entry.run}/${entry.seq}`, logEntryToBranchEntry(entry, fact));
      changed = true;
    }
    if (!changed) return;
    const before = branch;
    branch = foldAll();
    const carriedOtherwise = carryMark(before) !== carryMark(branch);
    if (takesBack(placesHere(), before.desks, branch.desks) || carriedOtherwise) rebuild();
    else for (const { document } of outageJournals()) document.judgeAgain();
    events.onBranch(branch);
  }

  function outageJournals(): readonly Journal[] {
    return books.all().filter(({ document }) => document.name !== "branch");
  }

  /** The last entry of each feed, and all that others carry. */
  function placesHere(): Place[] {
    const last = outageJournals().flatMap(({ document }) =>
      [...document.feeds()].map(({ place: { desk, run }, count }) => {
        return { document: document.name, desk, run, seq: count - 1 };
      }),
    );
    return [...last, ...carriers.carried()];
  }

  /** Entries that counted no longer do, or are gone: everything is folded anew without them. */
  function rebuild(): void {
    folding.rebuild(deliverAgain(outageJournals()));
  }

  function* deliverAgain(journals: readonly Journal[]): Generator<void> {
    for (const { document } of journals) yield* document.deliverAgain();
  }

  const books = createBooks({ ...options, judge, events: booksEvents() });

  function booksEvents(): BooksEvents {
    return {
      onEntries: (document, entries) =>
        document === "branch" ? takeBranch(entries) : takeFacts(document, entries),
      onTwin(document, { desk, runs }) {
        twins.add(desk);
        folding.addTwin({ outage: outageOfDocument(document) ?? 0, desk, runs: [...runs] });
        events.onTwin();
      },
      onPublish: events.onPublish,
      onDurable: events.onDurable,
      onOpened: events.onOpened,
      onFault(why) {
        folding.forgetUnsaved();
        events.onFault(why);
      },
      onTrouble: events.onTrouble,
    };
  }

  function stamp(staff: string | undefined): { at: number; offsetMs?: number; staff?: string } {
    const offsetMs = options.offsetMs();
    return {
      at: options.clock.now(),
      ...(offsetMs === undefined ? {} : { offsetMs }),
      ...(staff === undefined ? {} : { staff }),
    };
  }

  function append(outage: number, fact: Fact, staff?: string): (Appended & { recorded: Recorded }) | null {
    const journal = books.get(outageDocument(outage));
    if (!journal) throw new Error(`outage ${outage} is not open here`);
    const draft = { body: factToBody(fact) as { k: string }, ...stamp(staff) };
    const appended = journal.append(draft);
    if (!appended) return null;
    const { desk, run, seq, clock } = appended;
    const position = { outage, ms: clock.ms, n: clock.n, desk, run, seq };
    const recorded = toRecorded(position, draft, fact);
    folding.append(recorded, appended);
    return { recorded, ...appended };
  }

  async function destroyOutage(outage: number): Promise<void> {
    await books.destroy(outageDocument(outage), async (journal) => {
      const at = options.clock.now();
      const carried = await carryOver({ journal, branch, held: books.get, open: books.open, own, at });
      await Promise.all(carried.map((fact) => appendBranch(fact)));
      folding.forgetTwins(outage);
      rebuild();
      await folding.settled();
    });
  }

  async function appendBranch(fact: BranchFact, staff?: string, at?: number): Promise<BranchEntry> {
    const journal = books.get("branch")!;
    const when = { ...stamp(staff), ...(at === undefined ? {} : { at }) };
    const appended = journal.append({ ...when, body: branchFactToBody(fact) });
    if (!appended) throw new Error("this is more than one entry can hold");
    await appended.durable;
    const { desk, run, seq, clock } = appended;
    return { ms: clock.ms, n: clock.n, desk, run, seq, ...when, fact };
  }

  await books.open("branch");
  const stored = (await options.stores.names()).flatMap((name) => outageOfDocument(name) ?? []);
  const wanted = [...new Set([...stored, ...listHeldOutages(branch)])].sort((a, b) => a - b);
  for (const outage of wanted) await books.open(outageDocument(outage));

  return {
    books,
    get fold() {
      return folding.fold;
    },
    get branch() {
      return branch;
    },
    get finished() {
      return folding.finished;
    },
    twins,
    get ownLatestAt() {
      return ownLatestAt;
    },
    get deskNames() {
      return deskNames.in(branch);
    },
    append,
    appendBranch,
    originOf: carriers.originOf,
    placesOf: carriers.placesOf,
    vainBelow: carriers.vainBelow,
    destroyOutage,
    watch: folding.watch,
    async settled() {
      await books.caughtUp();
      await folding.settled();
    },
    close() {
      folding.stop();
      return books.close();
    },
  };
}

const logKinds: ReadonlySet<string> = new Set(["run", "done", "carried"]);
