/** Outward connections over TCP, or TLS over it. */
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import type { ByteSocket, Tcp } from "../ports.ts";

export const realTcp: Tcp = {
  dial: ({ host, port, tls }, withinMs) =>
    new Promise((resolve, reject) => {
      const socket = tls ? connectTls({ host, port, servername: host }) : connect({ host, port });
      socket.setNoDelay(true);
      socket.setKeepAlive(true, 30_000);
      const timer = setTimeout(
        () => socket.destroy(Object.assign(new Error("nobody answered"), { code: "ETIMEDOUT" })),
        withinMs,
      );
      const byteSocket: ByteSocket = {
        write: (bytes) => void (socket.writable && socket.write(bytes)),
        get closed() {
          return socket.destroyed || !socket.writable;
        },
        cut: () => void socket.destroy(),
        onBytes: null,
        onClose: null,
      };
      let failure: Error = Object.assign(new Error("the connection was closed"), { code: "ECONNRESET" });
      socket.on("error", (error) => {
        failure = error;
      });
      socket.on(tls ? "secureConnect" : "connect", () => {
        clearTimeout(timer);
        resolve(byteSocket);
      });
      socket.on("data", (bytes: Buffer) => byteSocket.onBytes?.(bytes));
      // Whoever has ended its side answers nothing more.
      socket.on("end", () => socket.destroy());
      socket.on("close", () => {
        clearTimeout(timer);
        byteSocket.onClose?.();
        reject(failure);
      });
    }),
};
