/** What linked desks tell of others: addresses to try, near ones only. */
import { isPrivateAddress } from "./interfaces.ts";
import type { Link } from "./link.ts";

export interface ToldPeer {
  readonly host: string;
  readonly port: number;
  readonly run: string;
}

const mostPeers = 32;

/** The entries that can be dialled; whatever else was said is passed over. */
export function parsePeers(value: unknown): readonly ToldPeer[] {
  const told: unknown[] = Array.isArray(value) ? value.slice(0, mostPeers) : [];
  return told.flatMap((one) => {
    const { host, port, run } = (one ?? {}) as Record<string, unknown>;
    const isNear = typeof host === "string" && (isPrivateAddress(host) || /^(127\.|::1$)/.test(host));
    const isPort = Number.isInteger(port) && (port as number) > 0 && (port as number) <= 65_535;
    return isNear && isPort && typeof run === "string" ? [{ host, port: port as number, run }] : [];
  });
}

/** Tells each linked desk where the others are. */
export function tellPeers(links: readonly Link[]): void {
  const told = links.slice(0, mostPeers).map(({ peer, address }) => ({ ...address, run: peer.run }));
  for (const link of links) link.sendPeers(told);
}
