/**
 * The door of this desk's mesh port: open from the start of the process, so that its port is known and held, though
 * links can only be made once the desk belongs to a branch.
 */
import type { Wire, WireSocket } from "../ports.ts";
import { closeCodes } from "./hello.ts";

export interface DoorKeeper {
  readonly onSocket: (socket: WireSocket) => void;
  readonly onFetch: (path: string, from: number) => AsyncIterable<Uint8Array> | null;
}

export interface Door {
  readonly port: number;
  /** From now on that one answers. */
  hand(keeper: DoorKeeper): void;
  close(): Promise<void>;
}

/** Rejects when the port is taken. */
export async function openDoor(wire: Wire, port: number, hosts: readonly string[]): Promise<Door> {
  let keeper: DoorKeeper = {
    onSocket: (socket) => socket.close(closeCodes.notYet, "this desk belongs to no branch yet"),
    onFetch: () => null,
  };
  const server = await wire.listen({
    port,
    hosts,
    onSocket: (socket) => keeper.onSocket(socket),
    onFetch: (path, from) => keeper.onFetch(path, from),
  });
  return {
    port: server.port,
    hand(next) {
      keeper = next;
    },
    close: () => server.close(),
  };
}
