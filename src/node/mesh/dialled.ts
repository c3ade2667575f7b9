/**
 * The dialling side of a link: y-websocket's provider, which redials with a back-off, over a socket that greets
 * first. The one file that imports `y-websocket`. The provider's own sync is replaced by ours: guard before document,
 * and nothing goes out through Yjs events, which fire before anything is on disk (pitfalls.md).
 */
import { WebsocketProvider } from "y-websocket";
import type { LogDocument } from "../../crdt/log/document.ts";
import { createSilentAwareness } from "../../crdt/log/yjs.ts";
import type { Clock, Wire, WireSocket } from "../ports.ts";
import { createGreeting, type Greeted } from "./greeting.ts";
import {
  type Card,
  closeCodes,
  type Hello,
  meshPath,
  type Objection,
  type Peer,
  type Trust,
} from "./hello.ts";
import type { Link, LinkSocket } from "./link.ts";

export interface DialledOptions {
  readonly document: LogDocument;
  readonly host: string;
  readonly port: number;
  readonly own: Hello & Card;
  readonly trust: Trust;
  readonly wire: Wire;
  readonly clock: Clock;
  /** May a link to that run be made? Asked as soon as it says its name. */
  readonly judge: (hello: Hello, fingerprint: string) => Objection | null;
  readonly onMet: (peer: Peer, socket: LinkSocket) => Link;
  readonly onEnded: (link: Link) => void;
  /** A try that came to nothing, or a link's end, with the code it was closed by. */
  readonly onClosed: (code: number, reason: string) => void;
}

export interface Dialled {
  readonly link: Link | null;
  stop(): void;
}

const greetingTimeoutMs = 2_000;
const maxBackoffMs = 250;

export function dialDocument(options: DialledOptions): Dialled {
  const { document } = options;
  let link: Link | null = null;

  function endLink(): void {
    if (!link) return;
    const ended = link;
    link = null;
    ended.ended();
    options.onEnded(ended);
  }

  const Socket = createProviderSocket({
    ...options,
    onMet(peer, socket) {
      link = options.onMet(peer, socket);
    },
    onClosed(code, reason) {
      endLink();
      options.onClosed(code, reason);
    },
  });
  const provider = new WebsocketProvider(`ws://desk${meshPath}`, document.name, document.yDoc, {
    WebSocketPolyfill: Socket as unknown as typeof WebSocket,
    awareness: createSilentAwareness(document.yDoc),
    // In one Node process providers would find each other past the network.
    disableBc: true,
    maxBackoffTime: maxBackoffMs,
    connect: false,
    // We decide by the code (onClosed), for every code.
    shouldReconnect: () => true,
  });
  document.yDoc.off("update", provider._updateHandler);
  // It parts from whoever is silent for half a minute: a link asks for itself, and beside that of the branch rarely.
  clearInterval(provider._checkInterval);
  // One listener per link on `process` would soon be called a leak.
  process.off("exit", provider._exitHandler);
  const receive = (_encoder: unknown, decoder: { readonly arr: Uint8Array }): void =>
    link?.receive(decoder.arr);
  provider.messageHandlers = Array.from(
    { length: 16 },
    () => receive,
  ) as unknown as typeof provider.messageHandlers;
  provider.connect();

  return {
    get link() {
      return link;
    },
    stop() {
      provider.destroy();
      endLink();
    },
  };
}

interface ProviderSocketOptions extends Omit<DialledOptions, "onMet" | "onEnded"> {
  readonly onMet: (peer: Peer, socket: LinkSocket) => void;
}

type Handler<E> = ((event: E) => void) | null;

/**
 * The part of a browser's WebSocket that the provider uses. `onopen` fires after the greeting, so its step 1 never goes
 * to a stranger; frames of no message (empty, text) never reach it, since it would throw on them.
 */
function createProviderSocket(options: ProviderSocketOptions): new () => object {
  return class ProviderSocket {
    readonly OPEN = 1;
    readyState = 0;
    binaryType = "arraybuffer";
    onopen: Handler<object> = null;
    onmessage: Handler<{ readonly data: Uint8Array }> = null;
    onclose: Handler<{ readonly code: number; readonly reason: string }> = null;
    onerror: Handler<object> = null;
    readonly #wire: WireSocket;
    readonly #greeting: ReturnType<typeof createGreeting>;
    #closed = false;

    constructor() {
      const path = `${meshPath}/${options.document.name}`;
      this.#wire = options.wire.dial({ host: options.host, port: options.port, path });
      this.#greeting = createGreeting(
        { ...options, socket: this.#wire, document: options.document.name },
        true,
      );
      const cancelTimeout = options.clock.after(greetingTimeoutMs, () => {
        if (this.readyState === 0) this.#wire.cut();
      });
      this.#wire.onOpen = () => this.#greet(this.#greeting.begin());
      this.#wire.onFrame = (frame) => this.#receive(frame);
      this.#wire.onClose = (code, reason) => {
        cancelTimeout();
        this.#end(code, reason);
      };
    }

    send(frame: Uint8Array): void {
      this.#wire.send(frame);
    }

    close(): void {
      this.#wire.close(closeCodes.ending, "");
      this.#end(closeCodes.ending, "");
    }

    #end(code: number, reason: string): void {
      if (this.#closed) return;
      this.#closed = true;
      this.readyState = 3;
      options.onClosed(code, reason);
      this.onclose?.({ code, reason });
    }

    #receive(frame: Uint8Array | null): void {
      if (this.readyState === 1 && frame && frame.length > 0 && frame[0]! < 16)
        this.onmessage?.({ data: frame });
      else if (this.readyState === 0) this.#greet(this.#greeting.receive(frame));
      else this.#wire.close(closeCodes.faultOfForm, "no frame of this protocol");
    }

    #greet(greeted: Greeted): void {
      if (greeted.kind === "refused") {
        this.#wire.close(greeted.code, greeted.why);
        this.#end(greeted.code, greeted.why);
      } else if (greeted.kind === "met") {
        this.readyState = 1;
        options.onMet(greeted.peer, this.#wire);
        this.onopen?.({});
      }
    }
  };
}
