/** What a page shows of a PC that belongs to no branch yet. */
import type { JoinsView, StateView } from "../http/api.ts";

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
