/**
 * The door of this desk's mesh port: open from the start of the process, so that its port is known and held, though
 * links can only be made once the desk belongs to a branch. Whoever has not said who it is waits in a bounded crowd.
 */
import type { ServeFetch, Wire, WireSocket } from "../ports.ts";
import { createCrowd } from "./crowd.ts";
import { closeCodes } from "./hello.ts";

export interface DoorKeeper {
  /** `settled` is to be called once it is known who it is, or when it is gone. */
  readonly onSocket: (socket: WireSocket, settled: () => void) => void;
  readonly onFetch: ServeFetch;
}

export interface Door {
  readonly port: number;
  /** From now on that one answers; `null`: nobody is let in. */
  hand(keeper: DoorKeeper | null): void;
  close(): Promise<void>;
}

const maxUnknown = 64;

/** Rejects when the port is taken. */
export async function openDoor(wire: Wire, port: number, hosts: readonly string[]): Promise<Door> {
  const crowd = createCrowd(maxUnknown);
  let keeper = nobody;
  const server = await wire.listen({
    port,
    hosts,
    onSocket(socket) {
      crowd.enter(socket.remote.host, socket, () => socket.cut());
      keeper.onSocket(socket, () => crowd.leave(socket));
    },
    onFetch: (...asked) => keeper.onFetch(...asked),
  });
  return {
    port: server.port,
    hand(next) {
      keeper = next ?? nobody;
    },
    close: () => server.close(),
  };
}

const nobody: DoorKeeper = {
  onSocket(socket, settled) {
    socket.onClose = settled;
    socket.close(closeCodes.notYet, "this desk is in no branch at the moment");
  },
  onFetch: () => null,
};
