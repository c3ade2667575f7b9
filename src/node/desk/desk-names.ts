/** What each desk is called: as `branch` says, else as the header of its newest run. */
import type { BranchState } from "../../crdt/circulation/branch-state.ts";

export interface DeskNames {
  /** A run of that desk began under this name. */
  note(desk: string, name: string): void;
  /** Desk id → name. */
  in(branch: Pick<BranchState, "desks">): ReadonlyMap<string, string>;
}

export function createDeskNames(own: string, ownName: string): DeskNames {
  const byRun = new Map<string, string>();
  /** Every row asks, and it changes when a desk is admitted or begins a run. */
  let last: { readonly desks: BranchState["desks"]; readonly names: ReadonlyMap<string, string> } | null =
    null;
  return {
    note(desk, name) {
      byRun.set(desk, name);
      last = null;
    },
    in({ desks }) {
      if (last?.desks !== desks) {
        const admitted = [...desks.values()].filter(({ name }) => name !== "");
        const named = admitted.map(({ desk, name }) => [desk, name] as const);
        last = { desks, names: new Map([[own, ownName], ...byRun, ...named]) };
      }
      return last.names;
    },
  };
}
