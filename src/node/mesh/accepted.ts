/** The accepting side of a link: our own acceptor for y-websocket's provider, greeting first. */
import type { Clock, WireSocket } from "../ports.ts";
import { createGreeting } from "./greeting.ts";
import {
  type Card,
  closeCodes,
  type Hello,
  meshPath,
  type Objection,
  type Peer,
  type Trust,
} from "./hello.ts";
import type { Link } from "./link.ts";

export interface AcceptOptions {
  readonly own: Hello & Card;
  readonly clock: Clock;
  readonly trust: Trust;
  /** May this peer's link be made? Otherwise the code to close with, and why. */
  readonly judge: (hello: Hello, document: string, fingerprint: string) => Objection | null;
  readonly onMet: (peer: Peer, socket: WireSocket) => Link;
  readonly onEnded: (link: Link) => void;
  readonly onRefused: (
    peer: { readonly host: string; readonly port: number },
    code: number,
    why: string,
  ) => void;
}

const greetingTimeoutMs = 2_000;

/** Takes one incoming socket through its greeting; returns at once. `settled`: it is over, one way or the other. */
export function acceptSocket(socket: WireSocket, settled: () => void, options: AcceptOptions): void {
  let link: Link | null = null;
  let sentAway = false;
  const document = documentOfPath(socket.path);
  const greeting = createGreeting({ ...options, socket, document: document ?? "", judge }, false);
  const cancelTimeout = options.clock.after(greetingTimeoutMs, () => {
    if (!link) socket.close(closeCodes.noHello, "no hello");
  });
  socket.onFrame = (frame) => {
    if (link) link.receive(frame);
    else if (!sentAway) greet(frame);
  };
  socket.onClose = () => {
    cancelTimeout();
    settled();
    if (!link) return;
    link.ended();
    options.onEnded(link);
  };

  function judge(hello: Hello, fingerprint: string): Objection | null {
    if (document === null) return { code: closeCodes.noHello, why: "there is no such document" };
    return options.judge(hello, document, fingerprint);
  }

  function greet(bytes: Uint8Array | null): void {
    const greeted = greeting.receive(bytes);
    if (greeted.kind === "refused") {
      const { code, why } = greeted;
      sentAway = true;
      options.onRefused(socket.remote, code, why);
      socket.close(code, why);
    } else if (greeted.kind === "met") {
      settled();
      link = options.onMet(greeted.peer, socket);
    }
  }
}

function documentOfPath(path: string): string | null {
  const name = path.startsWith(`${meshPath}/`) ? path.slice(meshPath.length + 1).replace(/\?.*$/, "") : "";
  return /^(branch|outage-[1-9][0-9]{0,5})$/.test(name) ? name : null;
}
