/** A new version of the program on the Settings page: what is offered to all desks, offering it, taking it back. */

import type { UpdatesView } from "../node/http/api.ts";
import { type Tools, tell } from "./acts.ts";
import { t } from "./language.ts";
import { isSupervisor } from "./store.ts";

/** While a package comes in, it is asked how far it is. */
const LOOK_AGAIN_MS = 3_000;
let again: ReturnType<typeof setTimeout> | undefined;

/** Not by way of the dialog: a page that is only looked at asks nobody for a PIN. */
export async function loadUpdates(tools: Tools): Promise<void> {
  clearTimeout(again);
  const answer = isSupervisor(tools.store.get()) ? await tools.raw.get("updates") : undefined;
  const { updates: _, ...rest } = tools.store.get();
  const updates = answer?.status === 200 ? (answer.body as UpdatesView) : undefined;
  tools.store.set(updates === undefined ? rest : { ...rest, updates });
  const isComing = updates?.offers.some(({ state }) => state === "on-its-way") === true;
  if (isComing && rest.route === "settings") again = setTimeout(() => void loadUpdates(tools), LOOK_AGAIN_MS);
}

export async function offerUpdate(tools: Tools, path: string): Promise<void> {
  const answer = await tools.connection.post("updates", { path });
  tell(tools, "settings", answer, t`Offered. Desks with an older version fetch it while no outage is open.`);
}

export async function withdrawOffer(tools: Tools): Promise<void> {
  const answer = await tools.connection.post("updates/withdraw", {});
  tell(tools, "settings", answer, t`Taken back. No desk fetches it any more.`);
}
