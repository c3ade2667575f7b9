// The longest that staff wait for an acknowledgement while the desk does something large: Deskmesh alone.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createSyncLimit } from "../limits.mjs";
import { scan } from "../scans.mjs";
import { summarizeTail, timed } from "../statistics.mjs";
import { openOutage, openTestDesk, record, take } from "../test-desk.mjs";

/** A segment is sealed after so many entries, and then compacted. */
const segmentLength = 1_024;

export async function measure({ folder, quick }) {
  mkdirSync(folder, { recursive: true });
  const library = join(folder, "library");
  const limit = await createSyncLimit(folder);
  const { desk, close } = await openTestDesk({ folder: join(folder, "desk") });
  await openOutage(desk, library);
  let n = 0;
  const floor = [];
  const scanOnce = async () => {
    floor.push(await limit.awaited());
    return timed(() => record(desk, scan(n++)));
  };
  /** Scans one after the other until `act` is done, and a few more for what it leaves behind. */
  async function whileBusy(act) {
    const waited = [];
    let busy = true;
    const done = act().finally(() => {
      busy = false;
    });
    while (busy) waited.push(await scanOnce());
    await done;
    for (let i = 0; i < 50; i++) waited.push(await scanOnce());
    return waited;
  }
  for (let i = 0; i < 200; i++) await scanOnce();
  const compacting = [];
  for (let i = 0; i < (quick ? 1 : 6) * segmentLength; i++) compacting.push(await scanOnce());
  const importing = await whileBusy(() => take(desk.importSnapshot(library)));
  const exporting = await whileBusy(() => loadAll(desk));
  // What was scanned meanwhile is in no file yet.
  await loadAll(desk);
  await take(desk.moveOutage("close", {}));
  await take(desk.moveOutage("open", { scope: "branch" }));
  const purging = await whileBusy(() => take(desk.purge(1, "measured")));
  await close();
  await limit.close();
  const row = (what, values, contender = "Deskmesh") => ({
    measure: what,
    contender,
    desks: 1,
    unit: "ms",
    ...summarizeTail(values),
  });
  return [
    row("200 B written + fdatasync, awaited", floor, "limit"),
    row("acknowledgement while full segments are compacted", compacting),
    row("acknowledgement while a snapshot of 29,000 rows is imported", importing),
    row("acknowledgement while a batch is made", exporting),
    row("acknowledgement while an outage is purged", purging),
  ];
}

/** Makes the next batch, and says that the ILS has it. */
async function loadAll(desk) {
  const { id } = await take(desk.makeBatch({ format: "csv" }));
  await take(desk.markBatch(id, { state: "loaded", job: "1" }));
}
