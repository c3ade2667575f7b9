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

export interface BranchDesk {
  readonly desk: string;
  readonly name: string;
  /** Of its link certificate; the founder has none until it has written its own admission. */
  readonly fingerprint?: string;
  /** The founder admits itself. */
  readonly admittedBy: string;
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
  /** Entries whose authors were admitted at their place and that no retirement cuts off; in order. */
  readonly counted: readonly BranchEntry[];
}

/** `entries` in log order. */
export function foldAdmissions(entries: readonly BranchEntry[], isFounder: IsFounder): Admissions {
  const deciding = decideRetirements(entries, isFounder);
  const { desks, counted, retirements } = walk(entries, deciding, isFounder);
  const retired = new Map<string, BranchDesk>();
  for (const [desk, known] of desks) {
    const first = deciding.get(desk);
    retired.set(desk, first ? { ...known, retired: toRetirement(first, retirements) } : known);
  }
  return { desks: retired, counted };
}

/** `null`: it counts. */
export function standingOf(
  desks: BranchDesks,
  document: string,
  entry: { readonly desk: string; readonly run: string; readonly seq: number },
): "unknown-desk" | "retired-desk" | null {
  const known = desks.get(entry.desk);
  if (!known) return "unknown-desk";
  return known.retired && isBeyond(known.retired.frontier, document, entry) ? "retired-desk" : null;
}

type Retirement = BranchEntry & { readonly fact: RetireFact };

interface Walked {
  readonly desks: Map<string, BranchDesk>;
  readonly counted: BranchEntry[];
  readonly retirements: Retirement[];
}

/** One pass in order, with some desks cut off. */
function walk(
  entries: readonly BranchEntry[],
  cuts: ReadonlyMap<string, Retirement>,
  isFounder: IsFounder,
): Walked {
  const walked: Walked = { desks: new Map(), counted: [], retirements: [] };
  const fingerprints = new Set<string>();
  for (const entry of entries) {
    const { fact } = entry;
    const cut = cuts.get(entry.desk);
    if (cut && isBeyond(cut.fact.frontier, "branch", entry)) continue;
    if (fact.kind === "branch" && !isFounder(entry.desk, fact.nonce)) continue;
    if (fact.kind === "branch" && !walked.desks.has(entry.desk))
      walked.desks.set(entry.desk, { desk: entry.desk, name: "", admittedBy: entry.desk });
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
  desks.set(desk, { desk, name, fingerprint, admittedBy: known?.admittedBy ?? entry.desk });
  return true;
}

/** Desk → the retirement that cuts it off. */
function decideRetirements(
  entries: readonly BranchEntry[],
  isFounder: IsFounder,
): ReadonlyMap<string, Retirement> {
  const standing = new Map<string, Retirement>();
  for (;;) {
    const { desks, retirements } = walk(entries, standing, isFounder);
    const open = firstOfEach(retirements).filter(({ fact }) => !standing.has(fact.desk));
    if (open.length === 0) return standing;
    const voids = (one: Retirement, other: Retirement): boolean => {
      if (one === other || !descendsFrom(desks, other.desk, one.fact.desk)) return false;
      const without = walk(entries, new Map([...standing, [one.fact.desk, one]]), isFounder);
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
 * scans, whatever any retirer held: what somebody acknowledged is not dropped because another had seen less.
 */
function toRetirement(first: Retirement, all: readonly Retirement[]): NonNullable<BranchDesk["retired"]> {
  const frontier = new Map<string, ReadonlyMap<string, number>>();
  for (const { fact } of [first, ...all.filter((one) => one.fact.desk === first.fact.desk)]) {
    for (const [document, runs] of fact.frontier) {
      if (document === "branch" && fact !== first.fact) continue;
      const joined = new Map(frontier.get(document));
      for (const [run, count] of runs) joined.set(run, Math.max(count, joined.get(run) ?? 0));
      frontier.set(document, joined);
    }
  }
  const { reason } = first.fact;
  return { by: first.desk, at: first.at, frontier, ...(reason === undefined ? {} : { reason }) };
}

function isBeyond(
  frontier: RetiredFrontier,
  document: string,
  { run, seq }: { readonly run: string; readonly seq: number },
): boolean {
  return seq >= (frontier.get(document)?.get(run) ?? 0);
}

function isRetirement(entry: BranchEntry): entry is Retirement {
  return entry.fact.kind === "retire";
}
