/**
 * The mesh of one branch, seen from this desk: finds the others, keeps one link per pair and document, sends what is
 * durable, relays what others still lack, and tells who is there.
 */
import type { Advance, LogDocument } from "../../crdt/log/document.ts";
import type { Frontier } from "../../crdt/log/frontier.ts";
import type { Clock, Discovery, Wire, WireSocket } from "../ports.ts";
import { acceptSocket } from "./accepted.ts";
import { type Address, createAddressBook } from "./address-book.ts";
import { offsetFromMedian, offsetFromOthers } from "./clock-offset.ts";
import { type Dialled, dialDocument } from "./dialled.ts";
import type { Door } from "./door.ts";
import { closeCodes, type Hello } from "./hello.ts";
import { createLink, type Link, type LinkEvents, type LinkSocket } from "./link.ts";
import { createLinkRegistry } from "./link-registry.ts";
import { parsePeers } from "./peer-exchange.ts";
import { createSoon } from "./soon.ts";

export interface MeshDocument {
  readonly document: LogDocument;
  /** Runs that this process writes: only their author sends them unasked (L13). */
  readonly ownRuns: ReadonlySet<string>;
  /** A peer's entries, taken into the document: to be stored. */
  readonly keep: (advance: Advance, update: Uint8Array) => void;
  readonly onForked: (segment: string, texts: readonly string[]) => void;
}

export interface MeshEvents {
  /** A desk came, went, or told something new about itself. */
  readonly onPeers: () => void;
  readonly onFrontier: (link: Link) => void;
  /** In words for the log; never patron data. */
  readonly onTrouble: (text: string) => void;
  /** Addresses that work now, to be remembered. */
  readonly onGoodAddresses: (addresses: readonly { readonly host: string; readonly port: number }[]) => void;
}

export interface MeshOptions {
  readonly own: Omit<Hello, "document" | "meshPort">;
  readonly clock: Clock;
  readonly wire: Wire;
  readonly discovery: Discovery | null;
  readonly door: Door;
  readonly peers: readonly { readonly host: string; readonly port: number }[];
  readonly remembered: readonly { readonly host: string; readonly port: number }[];
  readonly onFetch: (path: string, from: number) => AsyncIterable<Uint8Array> | null;
  readonly events: MeshEvents;
}

export interface Mesh {
  /** Links this document from now on; `branch` must be first. */
  open(document: MeshDocument): void;
  publish(document: string, update: Uint8Array, advance: Advance): void;
  /** Tells the frontier soon, together with what moves meanwhile. */
  frontierMoved(document: string): void;
  /** Links of the branch document: one per linked desk. */
  desks(): readonly Link[];
  links(document: string): readonly Link[];
  /** This desk's clock against the median; undefined when alone. */
  offsetMs(): number | undefined;
  /** Against the others alone. */
  othersOffsetMs(): number | undefined;
  stop(): Promise<void>;
}

const turnEveryMs = 250;
const tellFrontierAfterMs = 15;
const frontierAgainMs = 10_000;
const relayAfterMs = 150;
const lastWordsMs = 50;

export async function startMesh(options: MeshOptions): Promise<Mesh> {
  const { clock, events } = options;
  const registry = createLinkRegistry(clock);
  const documents = new Map<string, MeshDocument>();
  const soon = createSoon(clock);
  /** Outage documents dialled beside a branch link, by the peer's run. */
  const beside = new Map<string, Map<string, Dialled>>();
  let stopped = false;

  options.door.hand({ onSocket: accept, onFetch: options.onFetch });
  const own = { ...options.own, meshPort: options.door.port };
  const isLinked = (run: string): boolean => registry.get("branch", run) !== undefined;
  const book = createAddressBook({ ownRun: own.run, clock, isLinked, dial: dialAddress });

  function newLink(peer: Hello, socket: LinkSocket, dialledBy: string, host: string, port: number): Link {
    const { document } = documents.get(peer.document)!;
    const sendsStep1 = dialledBy === peer.run;
    const address = { host, port };
    const link = createLink({
      document,
      socket,
      peer,
      dialledBy,
      address,
      sendsStep1,
      clock,
      events: linkEvents(),
    });
    registry.add(link);
    link.sendFrontier(document.frontier());
    if (peer.document === "branch") tellPeers();
    events.onPeers();
    return link;
  }

  function linkEvents(): LinkEvents {
    return {
      onAdvanced(link, advance, update) {
        documents.get(link.document.name)?.keep(advance, update);
        soon(`relay ${link.document.name}`, relayAfterMs, () => relay(link.document.name));
      },
      onForked(link, segment, texts) {
        documents.get(link.document.name)?.onForked(segment, texts);
      },
      onFrontier(link) {
        events.onFrontier(link);
        soon(`relay ${link.document.name}`, relayAfterMs, () => relay(link.document.name));
      },
      onPeers: (_link, value) => hearPeers(value),
      onFault(link, code, why) {
        events.onTrouble(`The link to ${link.peer.name} (${link.address.host}) was closed: ${code}, ${why}`);
      },
      onCaughtUp(link) {
        if (link.document.name === "branch" && link.dialledBy === own.run) dialBeside(link);
        events.onPeers();
      },
    };
  }

  function endLink(link: Link): void {
    const wasKept = registry.remove(link);
    const { name } = link.document;
    // Also when the other side's link took its place: then it dials the outages.
    if (name === "branch" && link.dialledBy === own.run && !isDialledHere(link.peer.run)) {
      stopBeside(link.peer.run);
    }
    if (wasKept && !stopped) events.onPeers();
  }

  function isDialledHere(run: string): boolean {
    return registry.get("branch", run)?.dialledBy === own.run;
  }

  function peerOffsets(): number[] {
    return registry.of("branch").flatMap((link) => (link.clock ? [link.clock.offsetMs] : []));
  }

  function dialAddress(address: Address): { stop(): void; readonly linked: boolean } {
    const branch = documents.get("branch")!.document;
    const dialled = dialOne(branch, address.host, address.port, {
      onMet: (peer) => book.met(address, peer.run),
      onClosed: (code) => book.closed(address, code),
    });
    return {
      stop: () => dialled.stop(),
      get linked() {
        return dialled.link !== null;
      },
    };
  }

  function dialOne(
    document: LogDocument,
    host: string,
    port: number,
    on: { onMet: (peer: Hello) => void; onClosed: (code: number) => void },
  ): Dialled {
    return dialDocument({
      document,
      host,
      port,
      own: { ...own, document: document.name },
      wire: options.wire,
      clock,
      onHello(peer, socket) {
        on.onMet(peer);
        if (!registry.allows(document.name, peer.run, own.run)) return null;
        if (document.name === "branch") events.onGoodAddresses(book.good());
        return newLink({ ...peer, document: document.name }, socket, own.run, host, port);
      },
      onEnded: endLink,
      onClosed(code, reason) {
        const said = code === closeCodes.otherProtocol || code === closeCodes.notThisBranch;
        if (said) events.onTrouble(`${host}:${port} is not linked: ${reason}`);
        on.onClosed(code);
      },
    });
  }

  /** Whoever dialled the branch document dials the outages too, once `branch` is synced (L8). */
  function dialBeside(link: Link): void {
    const dialled = beside.get(link.peer.run) ?? new Map<string, Dialled>();
    beside.set(link.peer.run, dialled);
    for (const { document } of documents.values()) {
      if (document.name === "branch" || dialled.has(document.name)) continue;
      const { host, port } = link.address;
      const quiet = { onMet: () => undefined, onClosed: () => undefined };
      dialled.set(document.name, dialOne(document, host, port, quiet));
    }
  }

  function stopBeside(run: string): void {
    for (const dialled of beside.get(run)?.values() ?? []) dialled.stop();
    beside.delete(run);
  }

  function accept(socket: WireSocket): void {
    acceptSocket(socket, {
      own,
      clock,
      judge(peer) {
        if (!documents.has(peer.document))
          return { code: closeCodes.notYet, why: "this document isn't known here yet" };
        if (registry.allows(peer.document, peer.run, peer.run)) return null;
        return { code: closeCodes.duplicate, why: "another link of this pair is kept" };
      },
      onHello: (peer, from) => newLink(peer, from, peer.run, from.remote.host, peer.meshPort),
      onEnded: endLink,
      onRefused: (peer, _code, why) => events.onTrouble(`A link from ${peer.host} was refused: ${why}`),
    });
  }

  function tellPeers(): void {
    soon("peers", 50, () => {
      const links = registry.of("branch");
      const told = links.slice(0, 32).map(({ peer, address }) => ({ ...address, run: peer.run }));
      for (const link of links) link.sendPeers(told);
    });
  }

  function hearPeers(value: unknown): void {
    for (const { host, port, run } of parsePeers(value))
      if (run !== own.run) book.add(host, port, "told", run);
  }

  function relay(document: string): void {
    const opened = documents.get(document);
    if (opened) for (const link of registry.of(document)) link.relay(opened.ownRuns);
  }

  function tellFrontier(document: string): void {
    const opened = documents.get(document);
    if (!opened) return;
    const frontier: Frontier = opened.document.frontier();
    for (const link of registry.of(document)) link.sendFrontier(frontier);
    soon(`again ${document}`, frontierAgainMs, () => tellFrontier(document));
  }

  function turn(): void {
    if (stopped) return;
    if (documents.has("branch")) book.turn();
    soon("turn", turnEveryMs, turn);
  }

  for (const { host, port } of options.remembered) book.add(host, port, "remembered");
  for (const { host, port } of options.peers) book.add(host, port, "static");
  const sayGoodbye = await options.discovery?.start(
    { branch: own.branch, run: own.run, port: own.meshPort },
    ({ addresses, port, run }) => {
      for (const host of addresses) book.add(host, port, "mdns", run);
      if (documents.has("branch")) book.turn();
    },
  );
  turn();

  return {
    open(document) {
      documents.set(document.document.name, document);
      tellFrontier(document.document.name);
      if (document.document.name === "branch") book.turn();
      for (const link of registry.of("branch"))
        if (link.caughtUp && link.dialledBy === own.run) dialBeside(link);
    },
    publish(document, update, advance) {
      for (const link of registry.of(document)) link.sendUpdate(update, advance);
    },
    frontierMoved: (document) =>
      soon(`frontier ${document}`, tellFrontierAfterMs, () => tellFrontier(document)),
    desks: () => registry.of("branch"),
    links: (document) => registry.of(document),
    offsetMs: () => offsetFromMedian(peerOffsets()),
    othersOffsetMs: () => offsetFromOthers(peerOffsets()),
    async stop() {
      stopped = true;
      book.stop();
      for (const run of [...beside.keys()]) stopBeside(run);
      for (const link of registry.all()) link.close(closeCodes.ending, "this desk ends");
      soon.stop();
      await sayGoodbye?.();
      // What was handed to the sockets gets its chance to leave.
      await new Promise<void>((resolve) => clock.after(lastWordsMs, resolve));
    },
  };
}
