/** A few messages between a desk that wants to join and one that may admit it, over a socket of their own. */
import { frameKinds, jsonFrame, parseFrame } from "../../crdt/log/frames.ts";
import type { Clock, WireSocket } from "../ports.ts";

export type Said = Readonly<Record<string, unknown>>;

export interface Talk {
  /** Of the other side's certificate. */
  readonly peerFingerprint: string;
  readonly host: string;
  say(message: Said): void;
  /** The other side's next message; `null`: it went, talked nonsense, or took too long. */
  hear(withinMs: number): Promise<Said | null>;
  end(): void;
}

/** No message of a joining desk is longer. */
const maxBytes = 4096;
const maxWaiting = 4;
const partingMs = 500;

/** Takes the socket over; it must be open. */
export function createTalk(socket: WireSocket, clock: Clock, onEnd: () => void): Talk {
  const heard: Said[] = [];
  let over = false;
  let wake: () => void = () => undefined;

  function end(): void {
    if (over) return;
    over = true;
    wake();
    onEnd();
  }

  socket.onFrame = (bytes) => {
    const frame = bytes && bytes.length <= maxBytes ? parseFrame(bytes) : null;
    const value = frame?.kind === "json" && frame.message === frameKinds.join ? frame.value : null;
    if (typeof value !== "object" || value === null || heard.length >= maxWaiting) {
      socket.cut();
      end();
      return;
    }
    heard.push(value as Said);
    wake();
  };
  socket.onClose = end;

  return {
    peerFingerprint: socket.peerFingerprint ?? "",
    host: socket.remote.host,
    say: (message) => socket.send(jsonFrame(frameKinds.join, message)),
    async hear(withinMs) {
      if (heard.length === 0 && !over) {
        await new Promise<void>((resolve) => {
          const cancel = clock.after(withinMs, resolve);
          wake = () => {
            cancel();
            resolve();
          };
        });
        wake = () => undefined;
      }
      return heard.shift() ?? null;
    },
    end() {
      socket.close(4507, "");
      clock.after(partingMs, () => socket.cut());
      end();
    },
  };
}

/** Knocks at an address; `null` when nobody opens. */
export function openTalk(socket: WireSocket, clock: Clock): Promise<Talk | null> {
  return new Promise((resolve) => {
    socket.onClose = () => resolve(null);
    socket.onOpen = () => resolve(createTalk(socket, clock, () => undefined));
  });
}
