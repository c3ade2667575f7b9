/** Entries of `branch` of a branch that has admitted all desks which wrote them. */
import type { BranchEntry, BranchFact } from "../../../src/crdt/circulation/branch-fact.ts";
import { type BranchState, foldBranch } from "../../../src/crdt/circulation/branch-state.ts";

const founding: BranchFact = {
  kind: "branch",
  name: "Town",
  code: "TWN",
  timezone: "UTC",
  nonce: "e".repeat(32),
};

/** The fold of entries, all of whose desks are admitted. */
export function foldAdmitted(entries: readonly BranchEntry[]): BranchState {
  const first = (n: number, fact: BranchFact): BranchEntry => ({
    ...{ ms: -1, n, desk: "founder", run: "founder", seq: n, at: 0 },
    fact,
  });
  const desks = [...new Set(entries.map(({ desk }) => desk))].sort();
  const admissions = desks.map((desk, i) => {
    const fingerprint = desk.padEnd(64, "0");
    return first(i + 1, { kind: "admit", desk, fingerprint, name: desk });
  });
  return foldBranch([first(0, founding), ...admissions, ...entries], (desk) => desk === "founder");
}
