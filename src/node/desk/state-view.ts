/** The state of an opened desk, as a page begins with it. */
import type { PcView, StateView } from "../http/api.ts";
import { viewDesks } from "./desks-view.ts";
import { countExceptions } from "./exceptions-view.ts";
import { correctedNow } from "./judging.ts";
import { viewOutage } from "./outages.ts";
import { viewRequests } from "./pairing.ts";
import type { DeskParts } from "./parts.ts";
import { settingValues } from "./settings.ts";
import { countSupervisors } from "./staff.ts";

export function viewState(parts: DeskParts, waiting: number): StateView {
  const { ledger, own } = parts;
  const times = parts.times();
  const known = ledger.branch.branch;
  const fault = parts.fault();
  const snapshot = parts.library.view(times.rfc3339);
  const openRun = ledger.books.all().find(({ openRun }) => openRun !== null)?.openRun?.run;
  return {
    ready: fault === null,
    // A desk that has just joined hears the branch's name from the first desk that it meets.
    branch: {
      id: parts.branchId,
      name: known?.name ?? "(not heard yet)",
      code: known?.code ?? "",
      timezone: times.timezone,
    },
    desk: { id: own.desk, name: own.name, run: openRun ?? "" },
    version: parts.version,
    outage: viewOutage(parts),
    desks: viewDesks(parts),
    joins: viewRequests(parts),
    ...(snapshot ? { snapshot } : {}),
    waiting,
    exceptions: countExceptions(parts),
    ...(fault ? { fault } : {}),
    settings: settingValues(parts),
    staff: { openDesks: ledger.branch.staff.openDesks, supervisors: countSupervisors(ledger.branch.staff) },
    // With rules each item has a date of its own.
    ...(parts.library.current?.meta.policy === undefined && {
      defaultDue: times.rfc3339(times.defaultDue(correctedNow(parts))),
    }),
  };
}

/** `undefined`: nothing about it that everybody should know. */
export function viewPc({ updates, times }: DeskParts, erases: boolean): PcView | undefined {
  const newer = updates?.view(times().rfc3339).offers.find((offer) => offer.newer);
  if (!erases && !newer) return undefined;
  return {
    ...(erases ? { erases } : {}),
    ...(newer ? { update: { version: newer.version, isHere: newer.state === "here" } } : {}),
  };
}
