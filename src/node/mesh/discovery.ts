/**
 * Finding the branch's nodes on the LAN by mDNS (`_deskmesh._tcp`), with or without a router. The only file that
 * imports bonjour-service. What it reports is a hint where to dial: it can be forged, late or stale, and says nothing
 * of whether a peer lives. Only the branch's id and name, the run id and the port are announced: no desk or staff names.
 *
 * The library's defaults send nothing, silently, on a PC without a default route (the router died: our very case), so
 * there is one responder for each private address, bound to any address and told its interface. Beside IPv4 each
 * interface with a link-local IPv6 address has one on ff02::fb: a desk whose lease ran out (169.254.x.y) and one
 * that still has its old address hear each other only there when the kernel drops packets of foreign subnets.
 */
import { createSocket } from "node:dgram";
import type { EventEmitter } from "node:events";
import { networkInterfaces } from "node:os";
import { Bonjour, type Browser, type Service } from "bonjour-service";
import type { Announcement, Clock, Discovery, Sighting } from "../ports.ts";
import { isLinkLocal6, type PrivateAddress, privateAddresses, watchInterfaces } from "./interfaces.ts";
import { siftPackets } from "./mdns-sieve.ts";
import { createRepeatFilter, heardToSighting } from "./sighting.ts";

export interface DiscoveryOptions {
  readonly clock: Clock;
  /** A responder that can't work (port 5353 busy, no multicast). It is tried again; the node goes on without. */
  readonly onError: (error: Error) => void;
  /** Also on 127.0.0.1: several nodes on one PC without a network. */
  readonly loopback?: boolean;
}

export function createDiscovery(options: DiscoveryOptions): Discovery {
  const running = new Set<Session>();
  return {
    async start(own, onSighting) {
      const session = createSession(options, own, onSighting);
      running.add(session);
      return async () => {
        running.delete(session);
        await session.stop();
      };
    },
    refresh() {
      for (const session of running) session.ask();
    },
  };
}

/** When to ask, ms after start, refresh or change; then each `STEADY_MS`. Answers are multicast: all desks hear them. */
const ASK_AT_MS = [100, 300, 700, 1_500, 3_000];
const STEADY_MS = 12_000;
const GOODBYE_MS = 500;
/** Which warning of one responder is told. */
const TOLD_WARNING = 3;

interface Session {
  ask(): void;
  stop(): Promise<void>;
}

interface Responder {
  readonly bonjour: Bonjour;
  readonly browser: Browser;
}

function createSession(
  options: DiscoveryOptions,
  own: Announcement | null,
  onSighting: (sighting: Sighting) => void,
): Session {
  const { clock } = options;
  const readAddresses = () => privateAddresses(networkInterfaces(), { loopback: options.loopback ?? false });
  let addresses = readAddresses();
  const filter = createRepeatFilter(clock);
  const responders = createResponders(options, own, (service) => {
    const sighting = heardToSighting(service, own, addresses);
    if (sighting !== null && filter.isNews(sighting)) onSighting(sighting);
  });

  let cancelAsk = (): void => undefined;
  const schedule = (step: number): void => {
    cancelAsk();
    const before = step === 0 ? 0 : (ASK_AT_MS[step - 1] ?? 0);
    const at = ASK_AT_MS[step];
    cancelAsk = clock.after(at === undefined ? STEADY_MS : at - before, () => {
      responders.open(addresses);
      responders.ask();
      schedule(Math.min(step + 1, ASK_AT_MS.length));
    });
  };
  const unwatch = watchInterfaces(clock, () => {
    addresses = readAddresses();
    // All anew, not only what differs: each responder announces the addresses of the moment it was made.
    responders.drop();
    responders.open(addresses);
    schedule(0);
  });
  responders.open(addresses);
  schedule(0);

  return {
    ask() {
      filter.forget();
      responders.ask();
      schedule(0);
    },
    async stop() {
      unwatch();
      cancelAsk();
      await responders.leave();
    },
  };
}

interface Responders {
  /** Makes what is missing: at first, and again what had failed. */
  open(addresses: readonly PrivateAddress[]): void;
  ask(): void;
  /** Closes all without a word. */
  drop(): void;
  /** Says goodbye on all and closes them. */
  leave(): Promise<void>;
}

function createResponders(
  options: DiscoveryOptions,
  own: Announcement | null,
  hear: (service: Service) => void,
): Responders {
  const open = new Map<string, Responder>();
  const failed = new Set<string>();
  const fail = (key: string, error: unknown): void => {
    // Tried again at each asking: said once, until it has worked in between.
    if (!failed.has(key)) options.onError(error instanceof Error ? error : new Error(String(error)));
    failed.add(key);
  };
  const add = (address: PrivateAddress, key: string): void => {
    const responder = createResponder(options.clock, address, own, hear, {
      onFatal(error) {
        destroy(responder);
        // One that was replaced meanwhile has nothing to say of the one in its place.
        if (open.get(key) !== responder) return;
        open.delete(key);
        fail(key, error);
      },
      onReady: () => failed.delete(key),
      onWarning: options.onError,
    });
    open.set(key, responder);
  };
  return {
    open(addresses) {
      for (const address of multicastAddresses(addresses)) {
        const key = addressKey(address);
        try {
          if (!open.has(key)) add(address, key);
        } catch (error) {
          fail(key, error);
        }
      }
    },
    ask() {
      for (const { browser } of open.values()) browser.update();
    },
    drop() {
      for (const responder of open.values()) destroy(responder);
      open.clear();
      failed.clear();
    },
    async leave() {
      const leaving = [...open.values()];
      open.clear();
      await Promise.all(leaving.map((responder) => sayGoodbye(options.clock, responder)));
    },
  };
}

interface ResponderEvents {
  readonly onFatal: (error: Error) => void;
  readonly onReady: () => void;
  readonly onWarning: (error: Error) => void;
}

function createResponder(
  clock: Clock,
  address: PrivateAddress,
  own: Announcement | null,
  hear: (service: Service) => void,
  events: ResponderEvents,
): Responder {
  const bonjour = new Bonjour(multicastOptions(address), (error: Error) => warn(error));
  const mdns = mdnsOf(bonjour);
  siftPackets(mdns, clock, own?.run);
  let warnings = 0;
  mdns.on("error", (error: Error) => events.onFatal(named(address, error)));
  mdns.on("warning", (error: Error) => {
    // Rubbish from the LAN also comes as a warning; only what the system refused (it has a code) is ours to tell.
    if ("code" in error) warn(error);
  });
  mdns.once("ready", events.onReady);
  // An address that just came or just went fails once or twice, by nature; after that one line is enough for good.
  function warn(error: Error): void {
    warnings += 1;
    if (warnings === TOLD_WARNING) events.onWarning(named(address, error));
  }
  if (own !== null) publish(bonjour, own);
  const browser = bonjour.find({ type: "deskmesh", protocol: "tcp" });
  browser.on("up", (service) => {
    // The browser says `up` once for a name, whatever the address is later: forget it, so that each answer is told.
    browser.services.length = 0;
    hear(service);
  });
  return { bonjour, browser };
}

function publish(bonjour: Bonjour, { branch, run, port, name }: Announcement): void {
  bonjour.publish({
    name: run,
    host: `${run}.local`,
    type: "deskmesh",
    protocol: "tcp",
    port,
    // A name conflict makes the loser's goodbye remove the rightful peer everywhere; run ids don't collide.
    probe: false,
    txt: { branch, run, v: "1", ...(name === undefined ? {} : { name: fitText(name) }) },
  });
}

/** One text of a TXT record has at most 255 bytes, its key included. */
function fitText(name: string): string {
  const characters = [...name];
  while (Buffer.byteLength(characters.join("")) > 240) characters.pop();
  return characters.join("");
}

/** Options of multicast-dns, which bonjour-service passes on without saying so in its types. */
function multicastOptions(address: PrivateAddress): object {
  if (address.family === 4) return { interface: address.address, bind: "0.0.0.0" };
  const scope = `%${address.scope}`;
  // Not dual-stack: it would also take what is meant for the IPv4 responders.
  const socket = createSocket({ type: "udp6", reuseAddr: true, ipv6Only: true });
  return { type: "udp6", ip: `ff02::fb${scope}`, interface: `::${scope}`, bind: "::", socket };
}

/** Every IPv4 address, and one link-local IPv6 address of each interface. */
function multicastAddresses(addresses: readonly PrivateAddress[]): readonly PrivateAddress[] {
  const scopes = new Set<string>();
  return addresses.filter((address) => {
    if (address.family === 4) return true;
    if (!isLinkLocal6(address.address) || scopes.has(address.scope)) return false;
    scopes.add(address.scope);
    return true;
  });
}

function addressKey(address: PrivateAddress): string {
  return address.family === 4 ? address.address : address.scope;
}

function named(address: PrivateAddress, error: Error): Error {
  return new Error(`mDNS on ${address.address}: ${error.message}`, { cause: error });
}

/** Says goodbye (other programs' caches are then right at once), but never waits long: the wire may be cut. */
function sayGoodbye(clock: Clock, responder: Responder): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      destroy(responder);
      resolve();
    };
    const cancel = clock.after(GOODBYE_MS, end);
    responder.bonjour.unpublishAll(end);
  });
}

function destroy(responder: Responder): void {
  responder.browser.stop();
  responder.bonjour.destroy();
}

function mdnsOf(bonjour: Bonjour): EventEmitter {
  return (bonjour as unknown as { readonly server: { readonly mdns: EventEmitter } }).server.mdns;
}
