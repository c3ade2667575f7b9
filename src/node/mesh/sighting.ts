/**
 * From what was heard over mDNS to a hint where to dial. Anyone on the LAN can send anything: what isn't this branch's,
 * or names no private address, is dropped here.
 */
import type { Announcement, Clock, Sighting } from "../ports.ts";
import { isLinkLocal6, isOnLink, isPrivateAddress, type PrivateAddress } from "./interfaces.ts";

/** One service as the mDNS library decoded it: text that a stranger may have written. */
export interface HeardService {
  readonly port: number;
  readonly txt?: unknown;
  /** As announced. */
  readonly addresses?: readonly string[];
  /** Who sent the packet. */
  readonly referer?: { readonly address: string };
}

/**
 * Says what a record tells, if it is one of ours (same branch, or any where there is no own one), of another run, with
 * somewhere private to dial. Addresses on
 * our own link come first, and among them the sender's own: announced ones may be of before its lease ran out.
 */
export function heardToSighting(
  heard: HeardService,
  own: Announcement | null,
  addresses: readonly PrivateAddress[],
): Sighting | null {
  const txt = heard.txt;
  if (typeof txt !== "object" || txt === null) return null;
  const { branch, run, name } = txt as Record<string, unknown>;
  if (typeof branch !== "string" || (own ? branch !== own.branch : !/^[0-9a-f]{32}$/.test(branch)))
    return null;
  if (typeof run !== "string" || run === own?.run || !/^[\w-]{1,60}$/.test(run)) return null;
  const { port } = heard;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return null;
  const claimed = [heard.referer?.address ?? "", ...(heard.addresses ?? []).slice(0, 16)];
  const scopes = [...new Set(addresses.filter((a) => isLinkLocal6(a.address)).map((a) => a.scope))];
  const dialable = claimed
    // A link-local address is heard without its interface: it is tried on each of ours.
    .flatMap((a) => (isLinkLocal6(a) && !a.includes("%") ? scopes.map((scope) => `${a}%${scope}`) : [a]))
    .filter((a) => isPrivateAddress(a) || (a === "127.0.0.1" && addresses.some((mine) => mine.loopback)));
  const unique = [...new Set(dialable)];
  const near = unique.filter((a) => isOnLink(a, addresses));
  const far = unique.filter((a) => !near.includes(a));
  if (unique.length === 0) return null;
  const named = typeof name === "string" && isShown(name) ? { name } : {};
  return { branch, run, ...named, addresses: [...near, ...far], port };
}

/** A stranger's text, to be shown to people. */
function isShown(name: string): boolean {
  return name.length <= 80 && /\S/u.test(name) && !/[\p{Cc}\p{Cf}\p{Cs}]/u.test(name);
}

/** Keeps back what was told a moment ago: each answer arrives once for each interface. */
export interface RepeatFilter {
  isNews(sighting: Sighting): boolean;
  /** Whatever comes next is news. */
  forget(): void;
}

export function createRepeatFilter(clock: Clock): RepeatFilter {
  const told = new Map<string, { readonly key: string; readonly at: number }>();
  return {
    isNews({ run, port, addresses }) {
      const key = JSON.stringify([port, [...addresses].sort()]);
      const now = clock.monotonic();
      const last = told.get(run);
      if (last?.key === key && now - last.at < REPEAT_MS) return false;
      told.delete(run);
      told.set(run, { key, at: now });
      const oldest = told.keys().next();
      if (told.size > MAX_KNOWN && !oldest.done) told.delete(oldest.value);
      return true;
    },
    forget: () => told.clear(),
  };
}

const REPEAT_MS = 800;
/** A flood of invented runs must not fill the memory. */
const MAX_KNOWN = 256;
