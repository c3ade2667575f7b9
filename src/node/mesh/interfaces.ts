/**
 * This PC's addresses on the branch's LAN: which of them the mesh may be served on and dialled at, and when they
 * change. Private ranges alone: the mesh carries patron data and must never listen on, or dial, the open internet.
 */
import { BlockList, isIP } from "node:net";
import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";
import type { Clock } from "../ports.ts";

/** What `os.networkInterfaces()` gives. */
export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

export interface PrivateAddress {
  /** Name of the interface, `eth0`. */
  readonly name: string;
  /** IPv4, or IPv6; link-local IPv6 with its scope, `fe80::1%eth0`, as `connect` and `listen` want it. */
  readonly address: string;
  readonly family: 4 | 6;
  /** Length of the subnet's prefix, bits. */
  readonly prefix: number;
  /** What stands after `%` for link-local IPv6: the interface's name, on Windows its number. */
  readonly scope: string;
  readonly loopback: boolean;
}

/**
 * Addresses to serve the mesh on: 10/8, 172.16/12, 192.168/16, 169.254/16 (the lease is lost when the router dies),
 * fc00::/7 and fe80::/10. Not 100.64/10: on a PC that is nearly always a tunnel (an overlay VPN) and not the LAN;
 * `--mesh-host` can name such an address. Loopback only when asked for. Sorted, so equal sets compare equal.
 */
export function privateAddresses(
  interfaces: Interfaces,
  options: { readonly loopback?: boolean; readonly platform?: NodeJS.Platform } = {},
): readonly PrivateAddress[] {
  const found: PrivateAddress[] = [];
  for (const [name, infos] of Object.entries(interfaces)) {
    for (const info of infos ?? []) {
      const bare = withoutScope(info.address);
      const wanted = info.internal ? options.loopback === true : isPrivateAddress(bare);
      if (!wanted) continue;
      const family = isIP(bare) === 6 ? 6 : 4;
      const numbered = (options.platform ?? process.platform) === "win32";
      const scope = numbered && info.family === "IPv6" ? String(info.scopeid) : name;
      found.push({
        name,
        address: isLinkLocal6(bare) ? `${bare}%${scope}` : bare,
        family,
        prefix: prefixOf(info, family),
        scope,
        loopback: info.internal,
      });
    }
  }
  return found.sort((a, b) => compareText(a.name, b.name) || compareText(a.address, b.address));
}

/** Is this a private (or link-local) unicast address, with or without a scope? False for anything malformed. */
export function isPrivateAddress(address: string): boolean {
  const bare = withoutScope(address);
  const family = isIP(bare);
  if (family === 0 || (family === 4 && bare !== address)) return false;
  return privateRanges.check(bare, family === 6 ? "ipv6" : "ipv4");
}

export function isLinkLocal6(address: string): boolean {
  const bare = withoutScope(address);
  return isIP(bare) === 6 && linkLocal6.check(bare, "ipv6");
}

/**
 * Can `address` be reached from here without a router? A link-local IPv6 address needs the scope of one of our
 * interfaces; any other must lie in the subnet of one of our addresses.
 */
export function isOnLink(address: string, own: readonly PrivateAddress[]): boolean {
  const bare = withoutScope(address);
  const family = isIP(bare);
  if (family === 0) return false;
  if (isLinkLocal6(bare)) return own.some((mine) => address === `${bare}%${mine.scope}`);
  return own.some((mine) => {
    if (mine.family !== family) return false;
    const subnet = new BlockList();
    const kind = family === 6 ? "ipv6" : "ipv4";
    subnet.addSubnet(withoutScope(mine.address), mine.prefix, kind);
    return subnet.check(bare, kind);
  });
}

/** Why addresses should be looked at anew: they differ, or the PC slept (or its clock was set: no harm in asking). */
export type InterfaceChange = "addresses" | "wake";

/**
 * Calls `onChange` when the private addresses change and after a sleep, within about `pollMs` (0.5 s). No platform tells
 * Node of either, so it polls; a sleep shows as wall time that ran on without us. Returns the function that ends it.
 */
export function watchInterfaces(
  clock: Clock,
  onChange: (change: InterfaceChange, addresses: readonly PrivateAddress[]) => void,
  options: { readonly read?: () => Interfaces; readonly pollMs?: number } = {},
): () => void {
  const read = options.read ?? networkInterfaces;
  const pollMs = options.pollMs ?? 500;
  let known = JSON.stringify(privateAddresses(read()));
  let cancel = schedule();
  function schedule(): () => void {
    const wall = clock.now();
    const monotonic = clock.monotonic();
    return clock.after(pollMs, () => {
      // Linux stops the monotonic clock in sleep, others let it run on: either way one of the two is far ahead.
      const wallMs = clock.now() - wall;
      const slept = Math.max(wallMs, clock.monotonic() - monotonic) > pollMs + SLEPT_MS;
      const addresses = privateAddresses(read());
      const text = JSON.stringify(addresses);
      const changed = text !== known;
      known = text;
      cancel = schedule();
      if (changed) onChange("addresses", addresses);
      else if (slept) onChange("wake", addresses);
    });
  }
  return () => cancel();
}

/** A busy process is late by hundreds of ms; a sleep lasts longer than this. */
const SLEPT_MS = 5_000;

const linkLocal6 = new BlockList();
linkLocal6.addSubnet("fe80::", 10, "ipv6");

const privateRanges = new BlockList();
for (const [network, bits] of [
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["169.254.0.0", 16],
] as const) {
  privateRanges.addSubnet(network, bits, "ipv4");
}
privateRanges.addSubnet("fc00::", 7, "ipv6");
privateRanges.addSubnet("fe80::", 10, "ipv6");

export function withoutScope(address: string): string {
  const percent = address.indexOf("%");
  return percent < 0 ? address : address.slice(0, percent);
}

function prefixOf(info: NetworkInterfaceInfo, family: 4 | 6): number {
  const bits = Number(info.cidr?.split("/")[1]);
  // No CIDR means a netmask with holes: then only the address itself is certain to be on the link.
  return Number.isInteger(bits) ? bits : family === 6 ? 128 : 32;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
