/**
 * Whose entries count: the fold of admissions and retirements (log.md, L11, L16). The branch's id names its founder;
 * from there on a fact counts where its author was admitted before it in the order.
 *
 * A retirement cuts a desk off at the frontier that its author held, whatever clock the desk's later entries claim: so
 * a stolen PC can't write itself back in. Where retirements speak against each other, one counts that no other one
 * still standing makes void; desks that retired each other, neither having seen the other's word, are a tie, and the
 * one that was admitted first prevails. Retired is for good: such a PC comes back as a new desk.
 */
import type { RetiredFrontier, RetireFact } from "./admission-fact.ts";
import type { BranchEntry } from "./branch-fact.ts";
import { withVouched } from "./vouched.ts";

export interface BranchDesk {
  readonly desk: string;
  readonly name: string;
  /** Of its link certificate; the founder has none until it has written its own admission. */
  readonly fingerprint?: string;
  /** The founder admits itself. */
  readonly admittedBy: string;
  /** Clock of the entry that did. */
  readonly admittedAt: { readonly ms: number; readonly n: number };
  readonly retired?: {
    readonly by: string;
    /** ms */
    readonly at: number;
    readonly reason?: string;
    readonly frontier: RetiredFrontier;
  };
}

/** In the order of admission, retired ones too. */
export type BranchDesks = ReadonlyMap<string, BranchDesk>;

/** Whether the branch's id was made of this desk and this nonce. */
export type IsFounder = (desk: string, nonce: string) => boolean;

export interface Admissions {
  readonly desks: BranchDesks;
  /** Entries whose authors were admitted at their place and that no retirement cuts off, and `withVouched`; in order. */
  readonly counted: readonly BranchEntry[];
}

/**
 * `entries` in log order. `presumed`: a desk that knows itself admitted, as long as the entry that says so has not come:
 * what it does alone counts for itself.
 */
export function foldAdmissions(
  entries: readonly BranchEntry[],
  isFounder: IsFounder,
  presumed?: string,
): Admissions {
  const found = foldKnown(entries, isFounder);
  return presumed === undefined || found.desks.has(presumed)
    ? found
    : foldKnown(entries, isFounder, presumed);
}

function foldKnown(entries: readonly BranchEntry[], isFounder: IsFounder, presumed?: string): Admissions {
  const pass: Pass = (cuts) => walk(entries, cuts, isFounder, presumed);
  const deciding = decideRetirements(pass);
  const { desks, retirements, ...walked } = pass(deciding);
  const counted = withVouched(entries, walked.counted);
  const retired = new Map<string, BranchDesk>();
  for (const [desk, known] of desks) {
    const first = deciding.get(desk);
    retired.set(desk, first ? { ...known, retired: toRetirement(first, retirements, counted) } : known);
  }
  return { desks: retired, counted };
}

/** How many entries of a run count: 0 for a desk that isn't admitted, `Infinity` for one that may write. */
export function countedOf(desks: BranchDesks, document: string, desk: string, run: string): number {
  const known = desks.get(desk);
  if (!known) return 0;
  return known.retired ? (known.retired.frontier.get(document)?.get(run) ?? 0) : Number.POSITIVE_INFINITY;
}

/** `null`: it counts. */
export function standingOf(
  desks: BranchDesks,
  document: string,
  entry: { readonly desk: string; readonly run: string; readonly seq: number },
): "unknown-desk" | "retired-desk" | null {
  if (!desks.has(entry.desk)) return "unknown-desk";
  return entry.seq < countedOf(desks, document, entry.desk, entry.run) ? null : "retired-desk";
}

type Retirement = BranchEntry & { readonly fact: RetireFact };

interface Walked {
  readonly desks: Map<string, BranchDesk>;
  readonly counted: BranchEntry[];
  readonly retirements: Retirement[];
}

/** One pass in order, with some desks cut off. */
type Pass = (cuts: ReadonlyMap<string, Retirement>) => Walked;

function walk(
  entries: readonly BranchEntry[],
  cuts: ReadonlyMap<string, Retirement>,
  isFounder: IsFounder,
  presumed: string | undefined,
): Walked {
  const walked: Walked = { desks: new Map(), counted: [], retirements: [] };
  if (presumed !== undefined)
    walked.desks.set(presumed, {
      desk: presumed,
      name: "",
      admittedBy: presumed,
      admittedAt: { ms: 0, n: 0 },
    });
  const fingerprints = new Set<string>();
  for (const entry of entries) {
    const { fact, ms, n } = entry;
    const cut = cuts.get(entry.desk);
    if (cut && entry.seq >= (cut.fact.frontier.get("branch")?.get(entry.run) ?? 0)) continue;
    if (fact.kind === "branch" && !isFounder(entry.desk, fact.nonce)) continue;
    if (fact.kind === "branch" && !walked.desks.has(entry.desk))
      walked.desks.set(entry.desk, {
        desk: entry.desk,
        name: "",
        admittedBy: entry.desk,
        admittedAt: { ms, n },
      });
    if (!walked.desks.has(entry.desk) || !takeAdmission(walked, fingerprints, entry)) continue;
    walked.counted.push(entry);
    if (isRetirement(entry)) walked.retirements.push(entry);
  }
  return walked;
}

/** False: it changes nothing, and doesn't count. */
function takeAdmission({ desks }: Walked, fingerprints: Set<string>, entry: BranchEntry): boolean {
  const { fact } = entry;
  if (fact.kind !== "admit" && fact.kind !== "rename" && fact.kind !== "retire") return true;
  const known = desks.get(fact.desk);
  if (fact.kind === "retire") return known !== undefined;
  if (fact.kind === "rename") {
    if (known) desks.set(fact.desk, { ...known, name: fact.name });
    return known !== undefined;
  }
  // A certificate is one desk's for good: nobody slips another one under it.
  if (known?.fingerprint !== undefined || fingerprints.has(fact.fingerprint)) return false;
  fingerprints.add(fact.fingerprint);
  const { desk, name, fingerprint } = fact;
  const { ms, n } = entry;
  desks.set(desk, { admittedBy: entry.desk, admittedAt: { ms, n }, ...known, desk, name, fingerprint });
  return true;
}

/** Desk → the retirement that cuts it off. */
function decideRetirements(pass: Pass): ReadonlyMap<string, Retirement> {
  const standing = new Map<string, Retirement>();
  for (;;) {
    const { desks, retirements } = pass(standing);
    const open = firstOfEach(retirements).filter(({ fact }) => !standing.has(fact.desk));
    if (open.length === 0) return standing;
    const voids = (one: Retirement, other: Retirement): boolean => {
      if (one === other || !descendsFrom(desks, other.desk, one.fact.desk)) return false;
      const without = pass(new Map([...standing, [one.fact.desk, one]]));
      return !without.retirements.includes(other);
    };
    const unopposed = open.filter((one) => !open.some((other) => voids(other, one)));
    const ranks = [...desks.keys()];
    const senior = open.reduce((a, b) => (ranks.indexOf(b.desk) < ranks.indexOf(a.desk) ? b : a));
    for (const one of unopposed.length > 0 ? unopposed : [senior])
      if (!standing.has(one.fact.desk)) standing.set(one.fact.desk, one);
  }
}

/** Of each author about each desk: more than one word changes nothing, but would cost. */
function firstOfEach(retirements: readonly Retirement[]): Retirement[] {
  const seen = new Set<string>();
  return retirements.filter(({ desk, fact }) => {
    const key = `${desk} ${fact.desk}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Is `ancestor` the desk itself, or among those by whose word it was admitted? */
function descendsFrom(desks: BranchDesks, desk: string, ancestor: string): boolean {
  for (let at = desks.get(desk); at; at = at.admittedBy === at.desk ? undefined : desks.get(at.admittedBy))
    if (at.desk === ancestor) return true;
  return false;
}

/**
 * In `branch` the deciding retirement's frontier counts, or its bounds would depend on words of those it cuts off. Of
 * scans, whatever any retirer held or any batch carried: what was acknowledged here, or is in the ILS already, is not
 * dropped because somebody else had seen less.
 */
function toRetirement(
  first: Retirement,
  all: readonly Retirement[],
  counted: readonly BranchEntry[],
): NonNullable<BranchDesk["retired"]> {
  const frontier = new Map<string, Map<string, number>>();
  const join = (document: string, run: string, count: number): void => {
    const runs = frontier.get(document) ?? new Map<string, number>();
    frontier.set(document, runs.set(run, Math.max(count, runs.get(run) ?? 0)));
  };
  for (const { fact } of [first, ...all.filter((one) => one.fact.desk === first.fact.desk)]) {
    for (const [document, runs] of fact.frontier) {
      if (document === "branch" && fact !== first.fact) continue;
      for (const [run, count] of runs) join(document, run, count);
    }
  }
  for (const { fact } of counted) {
    if (fact.kind !== "batch") continue;
    for (const [feed, count] of fact.upper) {
      const [desk, run] = feed.split("/");
      if (desk === first.fact.desk && run !== undefined) join(`outage-${fact.outage}`, run, count);
    }
  }
  const { reason } = first.fact;
  return { by: first.desk, at: first.at, frontier, ...(reason === undefined ? {} : { reason }) };
}

function isRetirement(entry: BranchEntry): entry is Retirement {
  return entry.fact.kind === "retire";
}
