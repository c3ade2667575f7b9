/** The twin of `tcp.ts`: servers are functions in memory, and bytes arrive a moment later. */
import type { ByteSocket, Tcp } from "../ports.ts";

export interface MemoryTcp extends Tcp {
  /** Serves `host:port`; the returned function ends that and cuts what is open. */
  serve(address: string, onSocket: (socket: ByteSocket) => void): () => void;
}

export function createMemoryTcp(): MemoryTcp {
  const servers = new Map<string, { onSocket: (socket: ByteSocket) => void; open: Set<ByteSocket> }>();

  return {
    async dial({ host, port }) {
      await turn();
      const server = servers.get(`${host}:${port}`);
      if (!server) throw Object.assign(new Error("nobody is there"), { code: "ECONNREFUSED" });
      const [near, far] = createPair();
      server.open.add(far);
      server.onSocket(far);
      return near;
    },
    serve(address, onSocket) {
      const server = { onSocket, open: new Set<ByteSocket>() };
      servers.set(address, server);
      return () => {
        servers.delete(address);
        for (const socket of server.open) socket.cut();
      };
    },
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function createPair(): readonly [ByteSocket, ByteSocket] {
  let closed = false;
  const close = (): void => {
    if (closed) return;
    closed = true;
    setImmediate(() => {
      near.onClose?.();
      far.onClose?.();
    });
  };
  const side = (other: () => ByteSocket): ByteSocket => ({
    write(bytes) {
      const copy = Uint8Array.from(bytes);
      if (!closed) setImmediate(() => !closed && other().onBytes?.(copy));
    },
    get closed() {
      return closed;
    },
    cut: close,
    onBytes: null,
    onClose: null,
  });
  const near: ByteSocket = side(() => far);
  const far: ByteSocket = side(() => near);
  return [near, far];
}
