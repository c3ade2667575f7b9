/**
 * The outside world, as the node sees it: time, randomness, disk, network. Each port is small, says what failure
 * means, and has an in-memory twin (`ports-memory.ts`); `test/contract` holds both to one suite.
 */

import type { LinkIdentity } from "./certificate.ts";

/** Time. Wall time may be wrong or jump; monotonic time only grows. */
export interface Clock {
  /** Wall time, ms since 1970. */
  now(): number;
  /** Milliseconds since an arbitrary start, never going back. */
  monotonic(): number;
  /** Calls `run` once after `delayMs`; returns the one function that cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

/** Randomness fit for keys. */
export interface Random {
  bytes(length: number): Uint8Array;
  /** Uniform over 0 … 2³²−1. */
  uint32(): number;
}

/** One stored Yjs update of one segment. */
export interface SegmentWrite {
  /** `feed/<desk>/<run>/<segment>` */
  readonly segment: string;
  readonly update: Uint8Array;
}

export interface StoredSegment {
  readonly segment: string;
  /** In the order in which they were written; not checked in any way. */
  readonly updates: readonly Uint8Array[];
}

/**
 * Durable home of one log document (`branch`, `outage-3`).
 * A write that rejects may or may not be on disk: the caller must stop acknowledging and never retry it (an fsync
 * that failed once may claim success the second time). After any change that failed, every later one is rejected.
 */
export interface LogStore {
  /** All segments, in no particular order. Rejects when the store as a whole can't be read. */
  load(): AsyncIterable<StoredSegment>;
  /** Resolves when all writes are on disk (fsync), all or none. Rejects with the reason otherwise. */
  write(writes: readonly SegmentWrite[]): Promise<void>;
  /**
   * Puts `whole` in the place of a sealed segment's updates, all or nothing. It must say what they say: only of a
   * segment that is durable to its end. Off the hot path; a failure loses nothing, and is the end of all writes.
   */
  compact(segment: string, whole: Uint8Array): Promise<void>;
  /** Moves what is stored of a segment out of the way (kept, never offered), and `instead` into its place, at once. */
  setAside(segment: string, instead?: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface LogStores {
  /** Names of the documents that exist. */
  names(): Promise<readonly string[]>;
  open(document: string): Promise<LogStore>;
  /**
   * Makes what is stored of a document unreadable for ever, also what was set aside of it: its key is overwritten and
   * removed, then the rest. Only while it is closed. Once begun it is gone on with at the next start.
   */
  destroy(document: string): Promise<void>;
}

/** Small named secrets and settings of this desk, outside any database. Writes are durable when they resolve. */
export interface Vault {
  /** In no particular order. */
  names(): Promise<readonly string[]>;
  read(name: string): Promise<string | null>;
  write(name: string, text: string): Promise<void>;
  /** Overwrites it where it stands, then removes it; quiet when there is none. */
  destroy(name: string): Promise<void>;
}

/** Another node, as heard on the LAN: a hint where to dial, nothing more. */
export interface Sighting {
  readonly branch: string;
  readonly run: string;
  /** Of the branch, as announced: anybody may announce anything. */
  readonly name?: string;
  /** Best first. */
  readonly addresses: readonly string[];
  readonly port: number;
}

export interface Announcement {
  readonly branch: string;
  readonly run: string;
  /** Of the branch, for desks that look for one to join. */
  readonly name?: string;
  readonly port: number;
}

/** Finding nodes on the LAN (mDNS). Never a source of truth: liveness is the link's own ping. */
export interface Discovery {
  /**
   * Announces and listens until the returned function is called; it resolves when goodbye is sent. Hears the own
   * branch alone; `null` announces nothing and hears every branch.
   */
  start(own: Announcement | null, onSighting: (sighting: Sighting) => void): Promise<() => Promise<void>>;
  /** Asks again now (after sleep, after a lost link). */
  refresh(): void;
}

/** Calls with this PC's private addresses whenever they change, and after a sleep; the returned function ends it. */
export type WatchAddresses = (onChange: (addresses: readonly string[]) => void) => () => void;

/** One side of a connection that carries binary frames, in order. */
export interface WireSocket {
  /** Address and port of the other side. */
  readonly remote: { readonly host: string; readonly port: number };
  readonly path: string;
  /** This side's own address of it; `null` until the socket is open. */
  readonly localHost: string | null;
  /**
   * Fingerprint of the other side's certificate, whose key it has proven to hold. `null` until the socket is open;
   * never without one after that: who shows none is cut off below.
   */
  readonly peerFingerprint: string | null;
  /** Bytes handed over and not yet gone. */
  readonly queuedBytes: number;
  send(frame: Uint8Array): void;
  /** Says goodbye with a code (4000–4999) and a reason without personal data. */
  close(code: number, reason: string): void;
  /** Drops the connection without a word. */
  cut(): void;
  /** To be set at once by whoever gets the socket. `onFrame` gets `null` for a text frame, which is nobody's. */
  onOpen: (() => void) | null;
  onFrame: ((frame: Uint8Array | null) => void) | null;
  /** Comes exactly once, also when the connection never opened (1006). */
  onClose: ((code: number, reason: string) => void) | null;
}

/** `cut` ends it in the middle, whatever is still on its way. */
export type ServeFetch = (
  path: string,
  from: number,
  fingerprint: string,
  cut: () => void,
) => AsyncIterable<Uint8Array> | null;

export interface WireServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * The network between desks, encrypted, both sides known by their certificates. It lets everybody in who has one:
 * whose it is, and whether it is admitted, is for those who use the wire. Addresses are literal ones; nothing is looked
 * up.
 */
export interface Wire {
  /** Of this side's certificate. */
  readonly fingerprint: string;
  /** Shows another certificate from the next connection on, dialled or accepted. */
  show(identity: LinkIdentity): void;
  dial(target: { readonly host: string; readonly port: number; readonly path: string }): WireSocket;
  /**
   * Serves links, and packages by range (`GET path`, from byte `from`). `hosts`: addresses to listen on, empty for all
   * private ones. Rejects when the port is taken.
   */
  listen(options: {
    readonly port: number;
    readonly hosts: readonly string[];
    readonly onSocket: (socket: WireSocket) => void;
    /** `null`: there is no such thing here, for the one who asks. */
    readonly onFetch: ServeFetch;
  }): Promise<WireServer>;
  /** Rejects when the other side is another one, has no such thing, or the connection breaks. */
  fetch(
    target: {
      readonly host: string;
      readonly port: number;
      readonly path: string;
      /** Whom the request is for: nobody else gets to see it. */
      readonly fingerprint: string;
    },
    from: number,
  ): AsyncIterable<Uint8Array>;
}

/** A connection that carries bytes, in order, to a server of the ILS. */
export interface ByteSocket {
  /** Quiet once it is closed. */
  write(bytes: Uint8Array): void;
  readonly closed: boolean;
  /** Drops it; `onClose` comes after. */
  cut(): void;
  /** To be set at once by whoever gets the socket. */
  onBytes: ((bytes: Uint8Array) => void) | null;
  /** Comes exactly once. */
  onClose: (() => void) | null;
}

/** Outward connections, to what people have named: a host's name is looked up. */
export interface Tcp {
  /**
   * Rejects when nobody answers within `withinMs`, or (`tls`) whoever does can't prove its name by a certificate that
   * this PC trusts. The error's `code` is short and tells of nobody: `ECONNREFUSED`, `ENOTFOUND`, `ETIMEDOUT`, …
   */
  dial(
    target: { readonly host: string; readonly port: number; readonly tls: boolean },
    withinMs: number,
  ): Promise<ByteSocket>;
}
