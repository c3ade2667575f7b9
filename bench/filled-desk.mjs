// The folder of a desk whose outage holds many entries, ended in order.
import { join } from "node:path";
import { appendFacts, openOutage, openTestDesk, openTestParts } from "./test-desk.mjs";

/** `lone`: so many more at the end, each a write of its own, as at a desk on a slow afternoon. */
export async function fillDesk(folder, entries, { lone = 0 } = {}) {
  const home = join(folder, "desk");
  const { desk, close } = await openTestDesk({ folder: home });
  await openOutage(desk, join(folder, "library"));
  await close();
  const inside = await openTestParts({ folder: home });
  await appendFacts(inside.parts, 0, entries);
  await appendFacts(inside.parts, entries, entries + lone, 1);
  await inside.close();
  return home;
}
