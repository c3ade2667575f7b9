/** The accepting side of a link: our own acceptor for y-websocket's provider, hello first. */
import { frameKinds, jsonFrame, parseFrame } from "../../crdt/log/frames.ts";
import type { Clock, WireSocket } from "../ports.ts";
import { meshPath } from "./dialled.ts";
import { closeCodes, type Hello, judgeHello } from "./hello.ts";
import type { Link } from "./link.ts";

export interface AcceptOptions {
  readonly own: Omit<Hello, "document">;
  readonly clock: Clock;
  /** May this peer's link be made? Otherwise the code to close with, and why. */
  readonly judge: (peer: Hello) => { readonly code: number; readonly why: string } | null;
  /** Both said hello. */
  readonly onHello: (peer: Hello, socket: WireSocket) => Link;
  readonly onEnded: (link: Link) => void;
  readonly onRefused: (
    peer: { readonly host: string; readonly port: number },
    code: number,
    why: string,
  ) => void;
}

const helloTimeoutMs = 2_000;

/** Takes one incoming socket through its hello; returns at once. */
export function acceptSocket(socket: WireSocket, options: AcceptOptions): void {
  let link: Link | null = null;
  const document = documentOfPath(socket.path);
  const cancelTimeout = options.clock.after(helloTimeoutMs, () => {
    if (!link) socket.close(closeCodes.noHello, "no hello");
  });
  socket.onFrame = (frame) => {
    if (link) link.receive(frame);
    else takeHello(frame);
  };
  socket.onClose = () => {
    cancelTimeout();
    if (!link) return;
    link.ended();
    options.onEnded(link);
  };

  function refuse(code: number, why: string): void {
    options.onRefused(socket.remote, code, why);
    socket.close(code, why);
  }

  function takeHello(bytes: Uint8Array | null): void {
    const frame = bytes === null ? null : parseFrame(bytes);
    const isHello = frame?.kind === "json" && frame.message === frameKinds.hello;
    const verdict = judgeHello(isHello ? frame.value : null, options.own);
    if (verdict.kind === "refused") {
      refuse(verdict.code, verdict.why);
      return;
    }
    if (document === null || verdict.hello.document !== document) {
      refuse(closeCodes.noHello, "its hello is for another document");
      return;
    }
    const objection = options.judge(verdict.hello);
    if (objection) {
      socket.close(objection.code, objection.why);
      return;
    }
    socket.send(jsonFrame(frameKinds.hello, { ...options.own, document }));
    link = options.onHello(verdict.hello, socket);
  }
}

function documentOfPath(path: string): string | null {
  const name = path.startsWith(`${meshPath}/`) ? path.slice(meshPath.length + 1).replace(/\?.*$/, "") : "";
  return /^(branch|outage-[1-9][0-9]{0,5})$/.test(name) ? name : null;
}
