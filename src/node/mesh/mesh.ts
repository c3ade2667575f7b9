/**
 * The mesh of one branch, seen from this desk: finds the others, keeps one link per pair and document, sends what is
 * durable, relays what others still lack, and tells who is there.
 */
import type { Advance, LogDocument } from "../../crdt/log/document.ts";
import type { WireSocket } from "../ports.ts";
import { acceptSocket } from "./accepted.ts";
import { type Address, createAddressBook } from "./address-book.ts";
import { startAnnouncing } from "./announcing.ts";
import { createBeside } from "./beside.ts";
import { offsetFromMedian, offsetFromOthers } from "./clock-offset.ts";
import { type Dialled, dialDocument } from "./dialled.ts";
import { createHandingOn } from "./handing-on.ts";
import { closeCodes, joinPath, type Objection, objectToPeer, type Peer, spokenBy } from "./hello.ts";
import { createLink, type Link, type LinkEvents, type LinkSocket } from "./link.ts";
import { createLinkRegistry } from "./link-registry.ts";
import type { MeshDocument, MeshOptions } from "./mesh-options.ts";
import { parsePeers, tellPeers } from "./peer-exchange.ts";
import { createRefusals } from "./refusals.ts";
import type { DeskAddress } from "./remembered.ts";
import { createServing } from "./serving.ts";
import { createSoon } from "./soon.ts";

export interface Mesh {
  /** Links this document from now on; `branch` must be first. */
  open(document: MeshDocument): void;
  /** From now on that document is neither offered nor accepted; no desk is parted from. */
  close(document: string): void;
  /** It may be opened again: what closed it counts no longer. */
  allow(document: string): void;
  publish(document: string, update: Uint8Array, advance: Advance): void;
  /** Tells the frontier soon, together with what moves meanwhile. */
  frontierMoved(document: string): void;
  /** Links of the branch document: one per linked desk. */
  desks(): readonly Link[];
  links(document: string): readonly Link[];
  /** The branch document says something new: closes links of desks that are retired, dials those that are admitted. */
  judgeAgain(): void;
  /** This desk's clock against the median; undefined when alone. */
  offsetMs(): number | undefined;
  /** Against the others alone. */
  othersOffsetMs(): number | undefined;
  stop(): Promise<void>;
}

const goneForGood: Objection = { code: closeCodes.purged, why: "this outage is purged" };
const duplicate: Objection = { code: closeCodes.duplicate, why: "another link of this pair is kept" };
const turnEveryMs = 100;
const tellFrontierAfterMs = 15;
/** Nothing is lost on a link that stands: so that a fault of ours doesn't last. */
const frontierAgainMs = 120_000;
const lastWordsMs = 50;

export async function startMesh(options: MeshOptions): Promise<Mesh> {
  const { clock, events } = options;
  const registry = createLinkRegistry(clock);
  const documents = new Map<string, MeshDocument>();
  const purged = new Set<string>();
  const soon = createSoon(clock);
  const beside = createBeside((document, address) => dialOne(document, address, null));
  const refusals = createRefusals(events.onTrouble);
  const handingOn = createHandingOn({ ownRun: options.own.run, soon, documents, links: registry.of });
  let stopped = false;

  const isAdmitted = (fingerprint: string): boolean => options.trust(fingerprint).kind === "admitted";
  const serving = createServing(isAdmitted, options.onFetch);
  options.door.hand({ onSocket: accept, onFetch: serving.onFetch });
  const own = { ...options.own, meshPort: options.door.port };
  const isLinked = (run: string): boolean => registry.get("branch", run) !== undefined;
  const book = createAddressBook({ ownRun: own.run, clock, isLinked, dial: dialBranch });

  function dialBranch(address: Address): Dialled {
    return dialOne(documents.get("branch")!.document, address, address);
  }

  function newLink(peer: Peer, socket: LinkSocket, dialledBy: string, host: string, port: number): Link {
    const { document } = documents.get(peer.document)!;
    const how = { dialledBy, address: { host, port }, sendsStep1: dialledBy === peer.run };
    const { freeBytes = () => null } = options;
    const spoken = spokenBy(own, peer);
    const link = createLink({
      ...how,
      document,
      socket,
      peer,
      spoken,
      clock,
      freeBytes,
      events: linkEvents(),
    });
    registry.add(link);
    link.tellFrontier({ frontier: document.frontier(), whole: true });
    if (peer.document === "branch") soon("peers", 50, () => tellPeers(registry.of("branch")));
    events.onPeers();
    return link;
  }

  function linkEvents(): LinkEvents {
    return {
      onAdvanced(link, advance, update) {
        documents.get(link.document.name)?.keep(advance, update);
        handingOn.stir(link.document.name);
      },
      onForked(link, segment, texts) {
        documents.get(link.document.name)?.onForked(segment, texts);
      },
      onFrontier(link) {
        events.onFrontier(link);
        handingOn.stir(link.document.name);
      },
      onPeers(_link, value) {
        for (const { host, port, run } of parsePeers(value))
          if (run !== own.run) book.add(host, port, "told", run);
      },
      onFault(link, code, why) {
        events.onTrouble(`The link to ${link.peer.name} (${link.address.host}) was closed: ${code}, ${why}`);
      },
      onSilent: registry.cutBeside,
      onCaughtUp(link) {
        if (link.document.name === "branch") dialBeside(link);
        events.onPeers();
      },
    };
  }

  function endLink(link: Link): void {
    const wasKept = registry.remove(link);
    // When another link has taken its place, the other side dials the outages.
    const isDialledHere = registry.get("branch", link.peer.run)?.dialledBy === own.run;
    if (link.document.name === "branch" && !isDialledHere) beside.stop(link.peer.run);
    if (!wasKept || stopped) return;
    events.onParted(link);
    events.onPeers();
  }

  const peerOffsets = (): number[] => registry.of("branch").flatMap(({ clock }) => clock?.offsetMs ?? []);

  function dialOne(document: LogDocument, { host, port }: DeskAddress, known: Address | null): Dialled {
    return dialDocument({
      document,
      host,
      port,
      own,
      trust: options.trust,
      wire: options.wire,
      clock,
      judge({ run }, fingerprint) {
        if (known) book.met(known, run);
        return registry.allows(document.name, run, own.run, fingerprint) ? null : duplicate;
      },
      onMet(peer, socket) {
        if (document.name === "branch") events.onGoodAddresses(book.good());
        return newLink(peer, socket, own.run, host, port);
      },
      onEnded: endLink,
      onClosed(code, reason) {
        refusals.tell(code, `${host}:${port} is not linked: ${reason}`);
        if (known) book.closed(known, code);
      },
    });
  }

  function dialBeside(link: Link): void {
    const all = [...documents.values()].map(({ document }) => document);
    if (link.dialledBy === own.run) beside.dial(link, all);
  }

  function accept(socket: WireSocket, settled: () => void): void {
    if (socket.path === joinPath) {
      options.onJoin(socket, settled);
      return;
    }
    acceptSocket(socket, settled, {
      own,
      clock,
      trust: options.trust,
      judge({ run }, document, fingerprint) {
        if (purged.has(document)) return goneForGood;
        if (!documents.has(document))
          return { code: closeCodes.notYet, why: "this document isn't known here yet" };
        return registry.allows(document, run, run, fingerprint) ? null : duplicate;
      },
      onMet(peer, { remote: { host } }) {
        // Else it would be dialled at an address that nobody is known at yet.
        book.add(host, peer.meshPort, "told", peer.run);
        return newLink(peer, socket, peer.run, host, peer.meshPort);
      },
      onEnded: endLink,
      onRefused: (peer, code, why) => refusals.tell(code, `A link from ${peer.host} was refused: ${why}`),
    });
  }

  function tellAll(name: string, whole: boolean): void {
    const frontier = documents.get(name)?.document.frontier();
    if (!frontier) return;
    for (const link of registry.of(name)) link.tellFrontier({ frontier, whole });
    soon(`again ${name}`, frontierAgainMs, () => tellAll(name, true));
  }

  function turn(): void {
    if (stopped) return;
    if (documents.has("branch")) book.turn();
    soon("turn", turnEveryMs, turn);
  }

  for (const { host, port } of options.remembered) book.add(host, port, "remembered");
  for (const { host, port } of options.peers) book.add(host, port, "static");
  const announcing = await startAnnouncing({
    discovery: options.discovery,
    own: { branch: own.branch, run: own.run, port: own.meshPort },
    branchName: options.branchName,
    onTrouble: events.onTrouble,
    onSighting({ addresses, port, run }) {
      for (const host of addresses) book.add(host, port, "mdns", run);
      if (documents.has("branch")) book.turn();
    },
  });
  turn();
  const unwatch = options.watchAddresses((addresses) => {
    registry.cutAway(addresses);
    book.hurry();
  });

  return {
    open(document) {
      if (purged.has(document.document.name)) return;
      documents.set(document.document.name, document);
      tellAll(document.document.name, true);
      if (document.document.name === "branch") book.turn();
      for (const link of registry.of("branch")) if (link.caughtUp) dialBeside(link);
    },
    close(document) {
      purged.add(document);
      documents.delete(document);
      beside.drop(document);
      for (const link of registry.of(document)) {
        link.expel(goneForGood.code, goneForGood.why);
        endLink(link);
      }
    },
    allow(document) {
      purged.delete(document);
    },
    publish(document, update, advance) {
      for (const link of registry.of(document)) link.sendUpdate(update, advance);
    },
    frontierMoved(document) {
      soon(`frontier ${document}`, tellFrontierAfterMs, () => tellAll(document, false));
      // It may have come by a file, which no link tells of.
      handingOn.stir(document);
    },
    desks: () => registry.of("branch"),
    links: (document) => registry.of(document),
    judgeAgain() {
      refusals.forget();
      for (const link of registry.all()) {
        const objection = objectToPeer(options.trust(link.peer.fingerprint));
        if (!objection) continue;
        link.expel(objection.code, objection.why);
        endLink(link);
      }
      serving.judgeAgain();
      book.rearm();
      announcing.renew();
    },
    offsetMs: () => offsetFromMedian(peerOffsets()),
    othersOffsetMs: () => offsetFromOthers(peerOffsets()),
    async stop() {
      stopped = true;
      unwatch();
      options.door.hand(null);
      book.stop();
      beside.stopAll();
      for (const link of registry.all()) link.close(closeCodes.ending, "this desk ends");
      soon.stop();
      await announcing.stop();
      // What was handed to the sockets gets its chance to leave.
      await new Promise<void>((resolve) => clock.after(lastWordsMs, resolve));
    },
  };
}
