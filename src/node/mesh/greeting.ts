/**
 * How two desks greet each other, from either side, before anything else goes over their socket: hello, then each looks
 * whether the other's certificate is admitted, then cards. The side that dials says nothing at all to a stranger; the
 * side that accepts tells one no more than why it is sent away.
 */
import { frameKinds, jsonFrame, parseFrame } from "../../crdt/log/frames.ts";
import type { WireSocket } from "../ports.ts";
import {
  type Card,
  closeCodes,
  type Hello,
  type Objection,
  objectToHello,
  objectToPeer,
  type Peer,
  parseCard,
  parseHello,
  type Trust,
} from "./hello.ts";

export interface GreetingOptions {
  readonly socket: Pick<WireSocket, "peerFingerprint" | "send">;
  readonly document: string;
  readonly own: Hello & Card;
  readonly trust: Trust;
  /** May a link to that run be made? Asked at its hello, and again at its card: other links may have come meanwhile. */
  readonly judge: (hello: Hello, fingerprint: string) => Objection | null;
}

export type Greeted =
  | { readonly kind: "waits" }
  | { readonly kind: "met"; readonly peer: Peer }
  | ({ readonly kind: "refused" } & Objection);

export interface Greeting {
  /** The socket is open: the side that dialled begins. */
  begin(): Greeted;
  receive(bytes: Uint8Array | null): Greeted;
}

export function createGreeting(options: GreetingOptions, dials: boolean): Greeting {
  const { socket, own } = options;
  let heard: Hello | null = null;

  /** Desk of the other side's certificate. */
  function findDesk(): string | Objection {
    const known = options.trust(fingerprintOf(socket));
    return known.kind === "admitted" ? known.desk : objectToPeer(known)!;
  }

  function sayHello(): void {
    const { protocol, oldest, branch, run } = own;
    socket.send(jsonFrame(frameKinds.hello, { protocol, oldest, branch, run }));
  }

  function sayCard(): void {
    const { desk, name, version, meshPort } = own;
    socket.send(jsonFrame(frameKinds.card, { desk, name, version, meshPort }));
  }

  function takeHello(hello: Hello | null): Greeted {
    if (!hello) return refused({ code: closeCodes.noHello, why: "it didn't say hello" });
    const objection = objectToHello(hello, own);
    if (objection) return refused(objection);
    const desk = findDesk();
    if (typeof desk !== "string") return refused(desk);
    // Also to one whose link isn't wanted: it must know whom it need not dial again.
    if (!dials) sayHello();
    const unwanted = options.judge(hello, fingerprintOf(socket));
    if (unwanted) return refused(unwanted);
    heard = hello;
    if (!dials) sayCard();
    return { kind: "waits" };
  }

  function takeCard(hello: Hello, card: Card | null): Greeted {
    const desk = findDesk();
    if (typeof desk !== "string") return refused(desk);
    if (card?.desk !== desk)
      return refused({ code: closeCodes.noHello, why: "it says that it is another desk" });
    const fingerprint = fingerprintOf(socket);
    const unwanted = options.judge(hello, fingerprint);
    if (unwanted) return refused(unwanted);
    if (dials) sayCard();
    // Fields first: an object that begins with a spread has a shape of its own, and links read this one all day.
    const peer = { document: options.document, fingerprint, ...hello, ...card };
    return { kind: "met", peer };
  }

  return {
    begin() {
      const desk = findDesk();
      if (typeof desk !== "string") return refused(desk);
      sayHello();
      return { kind: "waits" };
    },
    receive(bytes) {
      const frame = bytes === null ? null : parseFrame(bytes);
      const said = frame?.kind === "json" ? frame : null;
      if (heard === null)
        return takeHello(said?.message === frameKinds.hello ? parseHello(said.value) : null);
      return takeCard(heard, said?.message === frameKinds.card ? parseCard(said.value) : null);
    },
  };
}

function fingerprintOf({ peerFingerprint }: GreetingOptions["socket"]): string {
  return peerFingerprint ?? "";
}

function refused(objection: Objection): Greeted {
  return { kind: "refused", ...objection };
}
