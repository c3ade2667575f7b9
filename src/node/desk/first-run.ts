/** A PC that belongs to no branch yet: what a page shows of it, and its first moment in one. */
import type { JoinsView, StateView } from "../http/api.ts";
import type { Conflict } from "./desk.ts";
import type { DeskParts } from "./parts.ts";

/** How long a desk that has just joined waits for the branch's name and desks. */
const branchWaitMs = 5_000;

export const holdsAnother: Conflict = {
  kind: "conflict",
  code: "holds-a-log",
  text: "The data folder holds the log of a branch. Join that branch, or start with an empty data folder.",
};

export const noBranch: Conflict = {
  kind: "conflict",
  code: "no-branch",
  text: "This desk belongs to no branch yet. Create one, or join one, first.",
};

export const noJoins: JoinsView = { heard: [], requests: [], locked: false };

export function viewFirstRun(
  {
    host,
    version,
  }: { readonly host: { readonly name: string; readonly timezone: string }; readonly version: string },
  joins: JoinsView,
): StateView {
  const { name, timezone } = host;
  return {
    ready: false,
    version,
    outage: { number: 1, state: "standby" },
    desks: { desks: [], matrix: [] },
    joins,
    waiting: 0,
    exceptions: { mustDecide: 0, lookAt: 0 },
    staff: { openDesks: true, supervisors: 0 },
    firstRun: { name: "Our library", code: "LIB", timezone, desk: name },
  };
}

export async function waitForBranch({ ledger, clock }: DeskParts): Promise<void> {
  const until = clock.monotonic() + branchWaitMs;
  while (!ledger.branch.branch && clock.monotonic() < until)
    await new Promise<void>((resolve) => clock.after(20, resolve));
}
