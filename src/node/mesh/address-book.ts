/**
 * Where other desks may be reached, and which of these addresses is dialled when. Sightings, static peers, addresses
 * that worked last time and addresses that linked desks tell are all hints; the hello says who is really there.
 *
 * One address per run is dialled at a time. The lower run dials at once, the other side only when no link came up for
 * a while (a PC without administrator rights can dial but never accept).
 */
import type { Clock } from "../ports.ts";
import type { Dialled } from "./dialled.ts";
import { closeCodes } from "./hello.ts";

export type AddressSource = "static" | "mdns" | "remembered" | "told";

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly source: AddressSource;
  /** Who was there last, as far as known. */
  run: string | null;
  /** It has been linked to since this node started, or before. */
  good: boolean;
  failures: number;
  /** Monotonic ms. */
  unlinkedSince: number;
  nextTryAt: number;
  dialling: Pick<Dialled, "stop" | "link"> | null;
  /** One of the two sides didn't know the other: another word of the branch may change that. */
  estranged: boolean;
}

export interface AddressBook {
  add(host: string, port: number, source: AddressSource, run?: string): void;
  /** The hello at this address said so. */
  met(address: Address, run: string): void;
  /** A try failed or a link ended. */
  closed(address: Address, code: number): void;
  /** The branch document says something new: who was not admitted may be now. */
  rearm(): void;
  /** Dials what is due; to be called often. */
  turn(): void;
  /** Addresses that worked, for the next start. */
  good(): readonly { readonly host: string; readonly port: number }[];
  stop(): void;
}

export interface AddressBookOptions {
  readonly ownRun: string;
  readonly clock: Clock;
  readonly isLinked: (run: string) => boolean;
  readonly dial: (address: Address) => Pick<Dialled, "stop" | "link">;
}

const otherSideWaitMs = 5_000;
const triesBeforeNext = 3;
const maxAddresses = 256;

export function createAddressBook(options: AddressBookOptions): AddressBook {
  const { clock, ownRun } = options;
  const addresses = new Map<string, Address>();
  const ourselves = new Set<string>();

  function add(host: string, port: number, source: AddressSource, run?: string): void {
    const key = `${host} ${port}`;
    const now = clock.monotonic();
    const known = addresses.get(key);
    if (known) {
      if (run !== undefined && known.run !== run) {
        known.run = run;
        known.unlinkedSince = now;
      }
      // Somebody is heard there: no reason to wait for the next slow try.
      if (source === "mdns") known.nextTryAt = Math.min(known.nextTryAt, now);
      return;
    }
    if (ourselves.has(key) || run === ownRun || addresses.size >= maxAddresses) return;
    const good = source === "remembered" || source === "static";
    const fresh = {
      run: run ?? null,
      good,
      failures: 0,
      unlinkedSince: now,
      nextTryAt: now,
      dialling: null,
      estranged: false,
    };
    addresses.set(key, { host, port, source, ...fresh });
  }

  function rest(address: Address, forMs: number): void {
    address.dialling?.stop();
    address.dialling = null;
    address.nextTryAt = clock.monotonic() + forMs;
  }

  function closed(address: Address, code: number): void {
    address.unlinkedSince = Math.max(address.unlinkedSince, address.failures === 0 ? clock.monotonic() : 0);
    address.failures++;
    address.estranged = code === closeCodes.retired || code === closeCodes.notAdmitted;
    if (code === closeCodes.self) {
      rest(address, 0);
      ourselves.add(`${address.host} ${address.port}`);
      addresses.delete(`${address.host} ${address.port}`);
    } else if (code === closeCodes.notThisBranch) rest(address, 60_000);
    else if (code === closeCodes.otherProtocol) rest(address, 30_000);
    else if (code === closeCodes.duplicate) rest(address, 2_000);
    else if (code === closeCodes.faultOfForm) rest(address, 10_000);
    // The provider redials by itself; after a few tries another address of that desk gets its turn.
    else if (address.failures % triesBeforeNext === 0) {
      rest(address, address.good ? 250 : Math.min(15_000, 250 * 2 ** Math.min(address.failures, 10)));
    }
  }

  function isDue(address: Address, now: number): boolean {
    if (now < address.nextTryAt) return false;
    const waits =
      address.run !== null && ownRun > address.run && now - address.unlinkedSince < otherSideWaitMs;
    return !waits;
  }

  function turn(): void {
    const now = clock.monotonic();
    const busy = new Set<string>();
    for (const address of addresses.values()) {
      const linked = address.run !== null && options.isLinked(address.run);
      if (linked && address.dialling && !address.dialling.link) rest(address, 0);
      if (linked) address.unlinkedSince = now;
      if (address.run !== null && (linked || address.dialling)) busy.add(address.run);
    }
    const byFewestFailures = [...addresses.values()].sort((a, b) => a.failures - b.failures);
    for (const address of byFewestFailures) {
      if (address.dialling || (address.run !== null && busy.has(address.run)) || !isDue(address, now))
        continue;
      if (address.run !== null) busy.add(address.run);
      address.dialling = options.dial(address);
    }
  }

  return {
    add,
    met(address, run) {
      address.run = run;
      address.good = true;
      address.failures = 0;
      address.estranged = false;
    },
    closed,
    rearm() {
      for (const address of addresses.values())
        if (address.estranged && !address.dialling?.link) rest(address, 0);
    },
    turn,
    good: () =>
      [...addresses.values()]
        .filter((a) => a.good && a.run !== null)
        .map(({ host, port }) => ({ host, port })),
    stop() {
      for (const address of addresses.values()) rest(address, 0);
      addresses.clear();
    },
  };
}
