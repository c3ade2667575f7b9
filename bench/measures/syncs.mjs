// How often the disk is asked to sync for an acknowledgement, counted at the C library by a preloaded shim.
import { join } from "node:path";
import { openSyncCounter } from "../sync-counter.mjs";
import { openOutage, openTestDesk, recordScans } from "../test-desk.mjs";

export const needsSyncCounter = true;

export async function measure({ folder, quick }) {
  const count = openSyncCounter();
  if (!count)
    return [{ what: "fdatasync per acknowledgement", note: "not measured: no C compiler (cc) here" }];
  const { desk, close } = await openTestDesk({ folder: join(folder, "desk") });
  await openOutage(desk, join(folder, "library"));
  await recordScans(desk, 0, 100, 1);
  const rows = [];
  const total = 2_000;
  let from = 100;
  for (const [callers, most, what] of [
    [1, 1.02, "fdatasync per acknowledgement, one after the other"],
    [32, 0.2, "fdatasync per acknowledgement, 32 callers at once"],
  ]) {
    const acknowledged = quick ? 500 : total;
    const before = count();
    await recordScans(desk, from, from + acknowledged, callers);
    const ratio = (count() - before) / acknowledged;
    from += acknowledged;
    rows.push({
      what,
      measured: { median: ratio, unit: "", count: acknowledged },
      limit: {
        name: callers === 1 ? "one" : "one for all that wait",
        median: callers === 1 ? 1 : 1 / callers,
      },
      ratio: callers === 1 ? ratio : ratio * callers,
      asked: `≤ ${most}`,
      met: ratio <= most,
    });
  }
  await close();
  return rows;
}
