/**
 * The in-memory twin of `wire.ts`: one network of places, each with an address, whose paths a test delays, cuts and
 * drops. It behaves as TCP does: in order, nothing lost; what is sent over a cut path waits until it is healed.
 */
import { sha256Hex } from "../../crdt/log/digest.ts";
import { maxUpdateBytes } from "../../crdt/log/guard.ts";
import type { Clock, Wire, WireSocket } from "../ports.ts";

export interface Network {
  /** The wire as it is at the place with that address, for a desk with that certificate (its own, if left out). */
  wire(host: string, fingerprint?: string): Wire;
  /** Each frame takes that long, both ways. */
  delay(a: string, b: string, ms: number): void;
  /** Nothing gets through from now on, in either direction or in one; neither side is told. */
  cut(from: string, to: string, options?: { readonly oneWay: boolean }): void;
  heal(a: string, b: string): void;
  /** Connections between the two end at once, as by a reset. */
  drop(a: string, b: string): void;
  /** The process at that place is gone: nobody listens there. The others hear a reset, or, when the power went, nothing. */
  leave(host: string, how: { readonly silently: boolean }): void;
  /** Dials that were tried so far, by anyone: what is idle must not grow. */
  readonly dials: number;
}

export interface NetworkOptions {
  /**
   * What becomes of a frame on its way: as often as listed, as it is listed; a late one is overtaken by those behind
   * it. A real wire does none of that to a connection that it keeps open.
   */
  readonly weather?: (way: {
    readonly from: string;
    readonly to: string;
    readonly path: string;
    readonly frame: Uint8Array;
  }) => readonly { readonly frame: Uint8Array; readonly lateMs: number }[];
  /** Runs what happens at a place; left out: at once. */
  readonly at?: (host: string, run: () => void) => void;
}

type Listener = Parameters<Wire["listen"]>[0] & { readonly place: Place };
/** A place, with the certificate that is shown there. */
interface Place {
  readonly host: string;
  fingerprint: string;
}
type Item =
  | { readonly kind: "frame"; readonly frame: Uint8Array }
  | { readonly kind: "close"; readonly code: number; readonly reason: string };

const connectTimeoutMs = 500;
const closeTimeoutMs = 30_000;
const fetchIdleTimeoutMs = 10_000;
const maxFrameBytes = maxUpdateBytes + 1024;
const firstFreePort = 40_000;

export function createNetwork(clock: Clock, options: NetworkOptions = {}): Network {
  const at = options.at ?? ((_host, run) => run());
  const listeners = new Map<string, Listener>();
  const delays = new Map<string, number>();
  const cuts = new Set<string>();
  const ends = new Set<End>();
  const accepted = new Set<End>();
  /** Path → how often it was dropped. */
  const drops = new Map<string, number>();
  let dials = 0;
  let nextPort = firstFreePort;

  const pathOf = (from: string, to: string): string => `${from} → ${to}`;
  const isCut = (from: string, to: string): boolean => cuts.has(pathOf(from, to));
  const isApart = (a: string, b: string): boolean => isCut(a, b) || isCut(b, a);

  function createEnd(place: Place, remote: { host: string; port: number }, path: string): End {
    const queue: Item[] = [];
    const own = place.host;
    const end: End = {
      own,
      place,
      remote,
      path,
      localHost: own,
      peerFingerprint: null,
      peer: null,
      state: "opening",
      onOpen: null,
      onFrame: null,
      onClose: null,
      get queuedBytes() {
        return queue.reduce((sum, item) => sum + (item.kind === "frame" ? item.frame.length : 0), 0);
      },
      send(frame) {
        if (end.state !== "open") return;
        const sent = { from: own, to: remote.host, path, frame: Uint8Array.from(frame) };
        const arriving = options.weather?.(sent) ?? [{ frame: sent.frame, lateMs: 0 }];
        for (const { frame, lateMs } of arriving) {
          const item = { kind: "frame", frame } as const;
          if (lateMs > 0) clock.after(lateMs, () => push(item));
          else push(item);
        }
      },
      close(code, reason) {
        if (end.state === "opening") finish(end, 1006, "");
        if (end.state !== "open") return;
        end.state = "closing";
        push({ kind: "close", code, reason });
        clock.after(closeTimeoutMs, () => finish(end, 1006, ""));
      },
      cut() {
        const { peer } = end;
        finish(end, 1006, "");
        if (peer && !isCut(own, remote.host)) finish(peer, 1006, "");
      },
      flush() {
        if (isCut(own, remote.host)) return;
        const item = queue.shift();
        const { peer } = end;
        if (item && peer) at(peer.own, () => deliver(end, peer, item));
      },
      flushAll() {
        for (let i = queue.length; i > 0; i--) clock.after(0, end.flush);
      },
    };
    function push(item: Item): void {
      queue.push(item);
      clock.after(delays.get(pathOf(own, remote.host)) ?? 0, end.flush);
    }
    ends.add(end);
    return end;
  }

  function deliver(from: End, to: End, item: Item): void {
    if (to.state === "closed") return;
    if (item.kind === "close") {
      finish(to, item.code, item.reason);
      // The answer to a goodbye is a goodbye.
      finish(from, item.code, item.reason);
    } else if (item.frame.length > maxFrameBytes) to.close(1009, "");
    else to.onFrame?.(item.frame);
  }

  function finish(end: End, code: number, reason: string): void {
    if (end.state === "closed") return;
    end.state = "closed";
    accepted.delete(end);
    clock.after(0, () => {
      ends.delete(end);
      at(end.own, () => end.onClose?.(code, reason));
    });
  }

  function connect(end: End): void {
    const { place, own, remote, path } = end;
    const listener = listeners.get(`${remote.host} ${remote.port}`);
    if (end.state !== "opening") return;
    if (!listener) {
      finish(end, 1006, "");
      return;
    }
    const other = createEnd(listener.place, { host: own, port: nextPort++ }, path);
    accepted.add(other);
    other.peerFingerprint = place.fingerprint;
    end.peerFingerprint = listener.place.fingerprint;
    end.peer = other;
    other.peer = end;
    end.state = "open";
    other.state = "open";
    at(other.own, () => listener.onSocket(other));
    clock.after(0, () => end.state === "open" && at(own, () => end.onOpen?.()));
  }

  function dial(place: Place, target: Parameters<Wire["dial"]>[0]): WireSocket {
    dials++;
    const own = place.host;
    const end = createEnd(place, { host: target.host, port: target.port }, target.path);
    const wait = isApart(own, target.host) ? connectTimeoutMs : (delays.get(pathOf(own, target.host)) ?? 0);
    clock.after(wait, () => (isApart(own, target.host) ? finish(end, 1006, "") : connect(end)));
    return end;
  }

  async function listen(place: Place, options: Parameters<Wire["listen"]>[0]) {
    const own = place.host;
    const port = options.port === 0 ? nextPort++ : options.port;
    const key = `${own} ${port}`;
    if (listeners.has(key)) throw Object.assign(new Error("the port is taken"), { code: "EADDRINUSE" });
    listeners.set(key, { ...options, place });
    return {
      port,
      async close() {
        listeners.delete(key);
        for (const end of [...accepted]) if (end.own === own) end.cut();
      },
    };
  }

  async function* fetch(place: Place, target: Parameters<Wire["fetch"]>[0], from: number) {
    const own = place.host;
    const pause = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve));
    const listener = listeners.get(`${target.host} ${target.port}`);
    if (listener && listener.place.fingerprint !== target.fingerprint)
      throw new Error("another desk is at that address");
    let isCut = false;
    const body = listener?.onFetch(target.path, from, place.fingerprint, () => {
      isCut = true;
    });
    if (!body) throw new Error("the other desk answered 404");
    const dropped = drops.get(pathOf(own, target.host));
    for await (const chunk of body) {
      if (isCut || drops.get(pathOf(own, target.host)) !== dropped)
        throw new Error("the connection was reset");
      await pause(delays.get(pathOf(target.host, own)) ?? 0);
      for (let waited = 0; isApart(own, target.host); waited += 10) {
        if (waited > fetchIdleTimeoutMs) throw new Error("the other desk fell silent");
        await pause(10);
      }
      yield chunk;
    }
  }

  return {
    wire(host, fingerprint = sha256Hex(host)) {
      const place = { host, fingerprint };
      return {
        get fingerprint() {
          return place.fingerprint;
        },
        show(identity) {
          place.fingerprint = identity.fingerprint;
        },
        dial: (target) => dial(place, target),
        listen: (options) => listen(place, options),
        fetch: (target, from) => fetch(place, target, from),
      };
    },
    delay(a, b, ms) {
      delays.set(pathOf(a, b), ms).set(pathOf(b, a), ms);
    },
    cut(from, to, options = { oneWay: false }) {
      cuts.add(pathOf(from, to));
      if (!options.oneWay) cuts.add(pathOf(to, from));
    },
    heal(a, b) {
      cuts.delete(pathOf(a, b));
      cuts.delete(pathOf(b, a));
      for (const end of ends) if (end.state !== "closed" && (end.own === a || end.own === b)) end.flushAll();
    },
    drop(a, b) {
      const between = [...ends].filter(
        ({ own, remote }) => (own === a && remote.host === b) || (own === b && remote.host === a),
      );
      for (const end of between) finish(end, 1006, "");
      for (const path of [pathOf(a, b), pathOf(b, a)]) drops.set(path, (drops.get(path) ?? 0) + 1);
    },
    leave(host, { silently }) {
      for (const key of [...listeners.keys()]) if (key.startsWith(`${host} `)) listeners.delete(key);
      for (const end of [...ends].filter(({ own }) => own === host)) {
        Object.assign(end, { onOpen: null, onFrame: null, onClose: null });
        finish(end, 1006, "");
        if (end.peer && !silently) finish(end.peer, 1006, "");
      }
    },
    get dials() {
      return dials;
    },
  };
}

interface End extends WireSocket {
  readonly own: string;
  readonly place: Place;
  peerFingerprint: string | null;
  peer: End | null;
  state: "opening" | "open" | "closing" | "closed";
  /** One item on its way, if the path lets it. */
  flush(): void;
  flushAll(): void;
}
