/**
 * Whether two PCs have one desk's identity: by the log, once both have written on from the same end (decision 0006), or
 * by their links, as soon as both are here. The links tell it of a PC that was copied before it ever recorded.
 */
import type { DeskParts } from "./parts.ts";

/** A link speaks every four seconds; that of a PC which lost its power just now has not. */
const aliveMs = 4_500;

export function isTwin({ ledger, mesh, own, clock }: DeskParts, desk: string): boolean {
  if (ledger.twins.has(desk)) return true;
  const now = clock.monotonic();
  const alive = mesh.desks().filter(({ peer, heardAt }) => peer.desk === desk && now - heardAt < aliveMs);
  return alive.length > (desk === own.desk ? 0 : 1);
}
