/** What a mesh is made of: who this desk is, the ports to the network, and who is told. */
import type { Advance, LogDocument } from "../../crdt/log/document.ts";
import type { Clock, Discovery, ServeFetch, WatchAddresses, Wire, WireSocket } from "../ports.ts";
import type { Door } from "./door.ts";
import type { Card, Hello, Trust } from "./hello.ts";
import type { Link } from "./link.ts";
import type { DeskAddress } from "./remembered.ts";

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
  /** That link is gone, and none has taken its place. */
  readonly onParted: (link: Link) => void;
  /** In words for the log; never patron data. */
  readonly onTrouble: (text: string) => void;
  /** Addresses that work now, to be remembered. */
  readonly onGoodAddresses: (addresses: readonly DeskAddress[]) => void;
}

export interface MeshOptions {
  readonly own: Hello & Omit<Card, "meshPort">;
  /** Of the branch, to be announced, as far as known by now. */
  readonly branchName: () => string | undefined;
  readonly trust: Trust;
  readonly clock: Clock;
  /** Room on this PC's disk, for the others to know; `null`: the system doesn't say. */
  readonly freeBytes?: () => number | null;
  readonly wire: Wire;
  readonly discovery: Discovery | null;
  readonly door: Door;
  readonly peers: readonly DeskAddress[];
  readonly remembered: readonly DeskAddress[];
  /** Tells this PC's private addresses when they change and after a sleep; returns what ends it. */
  readonly watchAddresses: WatchAddresses;
  readonly onFetch: ServeFetch;
  /** A desk that wants to join is at the door. */
  readonly onJoin: (socket: WireSocket, settled: () => void) => void;
  readonly events: MeshEvents;
}
