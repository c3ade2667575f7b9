/**
 * Where other desks may be reached, and which of these addresses is dialled when. Sightings, static peers, addresses
 * that worked last time and addresses that linked desks tell are all hints; the hello says who is really there.
 *
 * A few addresses of a run are dialled beside each other, each a moment after the one before: one that leads nowhere
 * (an old lease, IPv6 that is still being set up) must not hold up the one that does; the first that answers is kept.
 * The lower run dials at once, the other side only when no link came up for a while (a PC without administrator rights
 * can dial but never accept), or when it knows that it has lost the link itself.
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
  /** This PC's own addresses are others now: all that isn't linked is tried at once, whoever's turn it is. */
  hurry(): void;
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
const hurryMs = 5_000;
const againMs = 200;
/** An address that never worked is tried so often before the tries become rare. */
const quickTries = 3;
const maxPauseMs = 15_000;
const besideEachOther = 3;
const maxAddresses = 256;

export function createAddressBook(options: AddressBookOptions): AddressBook {
  const { clock, ownRun } = options;
  const addresses = new Map<string, Address>();
  /** Where this desk met itself: not dialled again, until this PC's own addresses are others. */
  const ourselves = new Map<string, Address>();
  let hurryUntil = 0;

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
    if (ourselves.has(key) || run === ownRun || !hasRoom()) return;
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

  /**
   * Makes some where there is none, or a stranger who announces invented desks would keep out each that comes later. What
   * led somewhere stays, and what a person named; of the rest that goes which failed most, of two alike the older.
   */
  function hasRoom(): boolean {
    if (addresses.size < maxAddresses) return true;
    let worst: readonly [string, Address] | undefined;
    for (const one of addresses) {
      const [, { good, dialling }] = one;
      if (good || dialling?.link) continue;
      if (!worst || doubtOf(one[1]) > doubtOf(worst[1])) worst = one;
    }
    if (!worst) return false;
    rest(worst[1], 0);
    return addresses.delete(worst[0]);
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
      passOver(`${address.host} ${address.port}`, address);
    } else if (code === closeCodes.notThisBranch) rest(address, 60_000);
    else if (code === closeCodes.otherProtocol) rest(address, 30_000);
    else if (code === closeCodes.duplicate) rest(address, 2_000);
    else if (code === closeCodes.faultOfForm) rest(address, 10_000);
    // One that was let go, or is not known there, goes on refusing until somebody says otherwise.
    else rest(address, address.good && !address.estranged ? againMs : pauseAfter(address.failures));
  }

  function passOver(key: string, address: Address): void {
    addresses.delete(key);
    ourselves.set(key, { ...address, run: null, failures: 0 });
    // All of 127.0.0.0/8 is this PC, and anybody who is linked may name each of them.
    const [oldest] = ourselves.keys();
    if (ourselves.size > maxAddresses && oldest !== undefined) ourselves.delete(oldest);
  }

  /** Another desk may have got what was our own: a lease that ran out is given to whoever asks next. */
  function meetAgain(): void {
    for (const [key, address] of ourselves) if (hasRoom()) addresses.set(key, address);
    ourselves.clear();
  }

  function isDue(address: Address, now: number): boolean {
    if (now < address.nextTryAt) return false;
    const isTheirTurn = address.run !== null && ownRun > address.run && now >= hurryUntil;
    return !isTheirTurn || now - address.unlinkedSince >= otherSideWaitMs;
  }

  function turn(): void {
    const now = clock.monotonic();
    /** Runs of which no further address is dialled now. */
    const busy = new Set<string>();
    const dialled = new Map<string, number>();
    for (const address of addresses.values()) {
      const { run } = address;
      const linked = run !== null && options.isLinked(run);
      if (linked && address.dialling && !address.dialling.link) rest(address, 0);
      if (linked) address.unlinkedSince = now;
      if (run === null) continue;
      if (address.dialling) dialled.set(run, (dialled.get(run) ?? 0) + 1);
      if (linked || dialled.get(run) === besideEachOther) busy.add(run);
    }
    const byFewestFailures = [...addresses.values()].sort((a, b) => a.failures - b.failures);
    for (const address of byFewestFailures) {
      const { run } = address;
      if (address.dialling || (run !== null && busy.has(run)) || !isDue(address, now)) continue;
      if (run !== null) busy.add(run);
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
      for (const address of addresses.values()) {
        if (!address.estranged || address.dialling?.link) continue;
        address.failures = 0;
        rest(address, 0);
      }
    },
    hurry() {
      hurryUntil = clock.monotonic() + hurryMs;
      meetAgain();
      for (const address of addresses.values())
        if (!address.estranged && !address.dialling?.link) rest(address, 0);
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

/** Anybody can announce anything; an address that is told comes over a link. */
function doubtOf({ source, failures }: Address): number {
  return (source === "mdns" ? 1_000_000 : 0) + failures;
}

function pauseAfter(failures: number): number {
  return Math.min(maxPauseMs, 250 * 2 ** Math.max(0, Math.min(failures, 10) - quickTries));
}
